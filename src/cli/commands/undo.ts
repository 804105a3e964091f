/** `devos undo`: plans what puts a run back, and asks like for any change. */
import type { Plan } from '#kit/api';
import { handleChange, readProposal } from '../change.ts';
import { type Arguments, type Command, takeOnly } from '../command.ts';
import type { Context } from '../context.ts';
import { doRequest } from '../sentence.ts';

export const undoCommand: Command = {
  usage: ['undo R-…'],
  flags: {},
  startsDaemon: true,
  run,
};

async function run(context: Context, { words }: Arguments): Promise<number> {
  const runId = takeOnly('undo', "a run's id, R-…", words);
  const plan = await context.api.post<Plan>(`/v1/runs/${encodeURIComponent(runId)}/undo`, { origin: context.origin() });
  return handleChange(context, await readProposal(context, plan.id), (again) => doRequest(context, again));
}
