/** `devos undo`: plans what puts a run back, and asks like for any change. */
import type { Plan, RunView } from '#kit/api';
import { AppError } from '#kit/errors';
import { handleChange, readProposal } from '../change.ts';
import { type Arguments, type Command, takeOnly } from '../command.ts';
import type { Context } from '../context.ts';
import { doRequest } from '../sentence.ts';

export const undoCommand: Command = {
  usage: ['undo [R-…]'],
  flags: {},
  startsDaemon: true,
  run,
};

async function run(context: Context, { words }: Arguments): Promise<number> {
  const runId = words.length === 0 ? await lastRun(context) : takeOnly('undo', "a run's id, R-…", words);
  const plan = await context.api.post<Plan>(`/v1/runs/${encodeURIComponent(runId)}/undo`, { origin: context.origin() });
  return handleChange(context, await readProposal(context, plan.id), (again) => doRequest(context, again));
}

/** The newest change that can be put back. The plan names it, and nothing is done before it is approved. */
async function lastRun({ api }: Context): Promise<string> {
  const runs = await api.get<RunView[]>('/v1/runs?limit=50');
  const last = runs.find(({ canUndo }) => canUndo);
  if (last !== undefined) return last.id;
  throw new AppError('No run of the last 50 can be undone', { code: 'NOT_FOUND', hint: 'See what was done with: devos runs' });
}
