import { readFile, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { AppError, defineAction, environmentOf, moderate } from '#kit';
import { z } from 'zod';
import type { RancherClient } from '../client.ts';
import { cluster, words } from '../inputs.ts';

const Input = z.object({
  cluster: cluster(),
  path: z
    .string()
    .min(1)
    .max(1000)
    .regex(/^[^\p{C}]+$/u, 'must be a path')
    .describe('File that it is written to; kubeconfig-<cluster>.yaml unless given')
    .optional(),
});
type Input = z.infer<typeof Input>;

const Output = z.object({ cluster: z.string(), file: z.string() });
type Output = z.infer<typeof Output>;

const marker = (key: string): string => `# made by DevOS ${key}`;

export const generateKubeconfig = defineAction<RancherClient>()<Input, Output>({
  id: 'rancher.kubeconfig.generate',
  summary: 'Make a kubeconfig for a cluster',
  permission: 'rancher:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: ['kubeconfig|kube config|kubeconfigs|kube-config'],
    also: `${words}|kubeconfig|kube|config|generate|create|get|give|download|fresh|new|make|pull|fetch|need|a|from|with|file|access|want|export|produce|issue|renew|grab|obtain|retrieve|send|show|i|we|us|credentials|to|use|kubectl|so|that|can|work|hand|out|how|my|new|one|it|as|admin|print|have|could|may|log|into|login`,
    examples: ['generate a kubeconfig for the cluster lab-9', 'kubeconfig of rancher cluster lab-9 please'],
    counterExamples: ['where is my kubeconfig?', 'what is a kubeconfig?'],
  },
  usualSafety: 'moderate',
  safety: (_input, { environment }) =>
    moderate('makes a token that has your rights in the cluster', ...(environment?.production === true ? ['production'] : [])),
  preview: async (input, { client, signal, cwd }) => {
    const found = await client.cluster(input.cluster, signal);
    const file = fileOf(input.path ?? `kubeconfig-${found.name}.yaml`, cwd);
    await assertFree(file);
    const environment = environmentOf(client.environments, { clusters: [found.name, found.id, `rancher/${found.name}`] });
    return {
      input: { cluster: found.name, path: file },
      where: `Rancher ${client.host}, cluster ${found.name}`,
      as: await client.me(signal),
      description: `make a kubeconfig for the cluster ${found.name} and write it to ${file}`,
      diff: [`+ token of Rancher for ${found.name}`, `+ ${file} (only you may read it; it is shown nowhere else)`],
      command: ['rancher', 'clusters', 'kubeconfig', found.id],
      ...(environment === undefined ? {} : { environment }),
      facts: {},
      precondition: { cluster: found.id, file: 'not there' },
    };
  },
  run: async (input, { client, key, signal, cwd }) => {
    const found = await client.cluster(input.cluster, signal);
    const file = fileOf(input.path ?? `kubeconfig-${found.name}.yaml`, cwd);
    await assertFree(file);
    const config = await client.generateKubeconfig(found.id, signal);
    try {
      await writeFile(file, `${marker(key)}\n${config}`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      throw new AppError(`Rancher made a token, but ${file} cannot be written`, {
        code: 'INPUT_INVALID',
        hint: `Delete the newest kubeconfig token at https://${client.host}/dashboard/account, then choose another file: --path FILE`,
        details: { unclear: false },
        cause: error,
      });
    }
    return { cluster: found.name, file };
  },
  /** A token cannot be told from others of its kind: only the file says that it was made. */
  find: async (input, { key, cwd }) => {
    const file = fileOf(input.path ?? '', cwd);
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.startsWith(`${marker(key)}\n`)) return { cluster: input.cluster, file };
    throw new AppError(`Whether Rancher made a token for ${input.cluster} cannot be looked up`, {
      code: 'OUTCOME_UNKNOWN',
      hint: 'Look at the newest API keys of your account in Rancher, delete one that is not wanted, then ask again.',
    });
  },
  verify: async (_input, { file }, { signal }) => {
    const text = await readFile(file, { encoding: 'utf8', signal }).catch(() => undefined);
    if (text === undefined) return { ok: false, message: `${file} is not there` };
    return { ok: true, message: `${file} is there; use it with: export KUBECONFIG=${file}` };
  },
  render: ({ cluster: name, file }) => ({ text: `kubeconfig of ${name}: ${file}` }),
});

/** Inside the working folder only: a plan may be read by others before it is approved. */
function fileOf(path: string, cwd: string): string {
  const file = resolve(cwd, path);
  const inside = relative(cwd, file);
  if (inside !== '' && !inside.startsWith('..') && !isAbsolute(inside)) return file;
  throw new AppError(`${path} lies outside of the working folder`, { code: 'INPUT_INVALID', hint: `Name a file below ${cwd}.` });
}

async function assertFree(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return;
  throw new AppError(`${file} is there already`, {
    code: 'CONFLICT',
    hint: 'It is not overwritten: name another file with --path, or move it away.',
    details: { unclear: false },
  });
}
