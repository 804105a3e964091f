import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError, defineAction, moderate, named, pattern, verbs } from '#kit';
import { z } from 'zod';
import { assertFree, chartFolder, digestIfThere, fileLines, isThere, moveInto, usualFolder } from '../chart-folder.ts';
import { digestOf } from '../charts.ts';
import type { HelmClient } from '../client.ts';
import { words } from '../inputs.ts';

const Input = z.object({
  name: named({
    of: 'chart',
    nouns: ['chart', 'helm chart'],
    after: ['for', 'called', 'named', 'of'],
    shape: String.raw`[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?`,
    describe: 'Name of the chart',
    ask: 'What is the chart called?',
  }),
  path: pattern(String.raw`(?:\.{1,2}\/|~?\/)[\w./-]*|[\w.-]+(?:\/[\w.-]+)+\/?`, {
    nouns: ['folder', 'directory'],
    after: ['in', 'into', 'under', 'at', 'folder', 'directory'],
    describe: 'Folder',
    ask: 'In which folder?',
  }).optional(),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('sha-256 of what is written; filled in by planning')
    .optional(),
});
type Input = z.infer<typeof Input>;

const Output = z.object({
  path: z.string(),
  digest: z.string(),
  files: z.number(),
  /** The topmost folder that had to be made for it; null where none. */
  made: z.string().nullable(),
});
type Output = z.infer<typeof Output>;

/** Helm's own starter: what people know, and what helm keeps in order. */
export const generateChart = defineAction<HelmClient>()<Input, Output>({
  id: 'helm.chart.generate',
  summary: 'Write a chart',
  permission: 'helm:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'generate|scaffold|bootstrap|init|initialize|initialise & chart',
      `${verbs.make}|scaffold|bootstrap|write|start|template|init & helm chart|helm`,
    ],
    also: `${words}|generate|create|scaffold|write|make|new|a|called|named|service|app|folder|directory|skeleton|template|starter|basic|boilerplate|from|scratch|microservice|under|empty|one|application|under|brand|fresh|new`,
    examples: ['generate a helm chart for geo-lookup', 'scaffold a chart called wallet with helm in ./charts'],
    counterExamples: ['make a pie chart', 'how do I write a helm chart?'],
  },
  usualSafety: 'moderate',
  safety: () => moderate('new files only; nothing is written over'),
  preview: async (input, { client, cwd, signal }) => {
    const folder = await chartFolder(cwd, input.path ?? usualFolder, input.name);
    await assertFree(folder);
    const { text } = await client.version(signal);
    return created(client, input.name, { within: undefined, signal }, async (draft) => ({
      input: { name: input.name, path: `./${dirname(folder.shown)}`, digest: await digestOf(draft) },
      where: `folder ${dirname(folder.path)}`,
      description: `write the chart ${folder.shown}, as helm ${text} begins one`,
      diff: await fileLines(draft, folder.shown, '+'),
      command: ['helm', 'create', folder.shown],
      facts: {},
      precondition: { [folder.shown]: 'not there' },
      undo: `remove ${folder.shown}, as long as nobody has changed it`,
    }));
  },
  run: async (input, { client, cwd, signal }) => {
    const folder = await chartFolder(cwd, input.path ?? usualFolder, input.name);
    await assertFree(folder);
    // Beside the working folder's files, so that one move puts all of it in place.
    return created(client, input.name, { within: cwd, signal }, async (draft) => {
      const digest = await digestOf(draft);
      if (input.digest !== undefined && input.digest !== digest)
        throw new AppError('helm writes another chart now than the plan says', {
          code: 'PLAN_STALE',
          hint: 'Nothing was written. Was helm updated? Ask again to get a new plan.',
        });
      const files = (await fileLines(draft, folder.shown, '+')).length;
      return { path: folder.path, digest, files, made: (await moveInto(draft, folder)) ?? null };
    });
  },
  /** All of it is moved at once: it is there or not. */
  find: async (input, { cwd }) => {
    const folder = await chartFolder(cwd, input.path ?? usualFolder, input.name);
    const digest = await digestIfThere(folder.path);
    if (digest === undefined || digest !== input.digest) return undefined;
    return { path: folder.path, digest, files: (await fileLines(folder.path, folder.shown, '+')).length, made: null };
  },
  verify: async (_input, { path }, { client, cwd, signal }) => {
    if (!(await isThere(path))) return { ok: false, message: `${path} is not there` };
    await client.program.run(['lint', '--strict', path], { cwd, signal });
    return { ok: true, message: 'helm lint --strict finds nothing wrong' };
  },
  undo: (_input, { path, digest, made }) => ({
    action: 'helm.chart.remove',
    input: { path, digest, ...(made === null ? {} : { made }) },
  }),
  render: ({ path, files }) => ({ text: `${path}: ${files} files` }),
});

/** Lets helm write the chart into a folder that is removed again, unless `work` moves it away. */
async function created<T>(
  { program }: HelmClient,
  name: string,
  { within, signal }: { within: string | undefined; signal: AbortSignal },
  work: (draft: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(within ?? tmpdir(), '.devos-chart-'));
  try {
    await program.run(['create', name], { cwd: folder, signal });
    return await work(join(folder, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
