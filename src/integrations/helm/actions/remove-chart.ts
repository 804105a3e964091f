import { relative } from 'node:path';
import { AppError, defineAction, moderate } from '#kit';
import { z } from 'zod';
import { chartFolder, digestIfThere, fileLines, isThere, removeFolder } from '../chart-folder.ts';
import type { HelmClient } from '../client.ts';

const Input = z.object({
  path: z.string().min(1).max(1000).describe('Folder of the chart'),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('sha-256 of what was written'),
  made: z.string().max(1000).describe('The topmost folder that was made for it').optional(),
});
type Input = z.infer<typeof Input>;

const Output = z.object({ path: z.string() });
type Output = z.infer<typeof Output>;

/** The way back of writing one: no sentence leads here, and what somebody changed since is left alone. */
export const removeChart = defineAction<HelmClient>()<Input, Output>({
  id: 'helm.chart.remove',
  summary: 'Remove a chart that DevOS wrote',
  permission: 'helm:write',
  idempotent: true,
  input: Input,
  output: Output,
  language: { triggers: [], examples: [] },
  usualSafety: 'moderate',
  safety: () => moderate('only what was written, unchanged since'),
  preview: async (input, { cwd }) => {
    const { path, shown } = await chartFolder(cwd, '.', relative(cwd, input.path));
    await assertUnchanged(path, shown, input.digest);
    return {
      input: { path: input.path, digest: input.digest, ...(input.made === undefined ? {} : { made: input.made }) },
      where: `folder ${cwd}`,
      description: `remove the chart ${shown}`,
      diff: await fileLines(path, shown, '-'),
      command: ['rm', '-r', shown],
      facts: {},
      precondition: { [shown]: input.digest.slice(0, 16) },
    };
  },
  run: async (input, { cwd }) => {
    const { path, shown } = await chartFolder(cwd, '.', relative(cwd, input.path));
    if (!(await isThere(path))) return { path };
    await assertUnchanged(path, shown, input.digest);
    await removeFolder(path, input.made);
    return { path };
  },
  verify: async (_input, { path }) =>
    (await isThere(path)) ? { ok: false, message: `${path} is still there` } : { ok: true, message: `${path} is gone` },
  render: ({ path }) => ({ text: `${path} removed` }),
});

async function assertUnchanged(path: string, shown: string, digest: string): Promise<void> {
  const now = await digestIfThere(path);
  if (now === digest) return;
  throw new AppError(now === undefined ? `${shown} is not there` : `${shown} was changed since DevOS wrote it`, {
    code: now === undefined ? 'NOT_FOUND' : 'CONFLICT',
    hint: 'Nothing was removed. Remove it by hand where you want that.',
    details: { unclear: false },
  });
}
