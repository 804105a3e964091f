/** What puts back a run that has ended: worked out from what each step said it did, newest first. */
import { AppError, type BoundCall } from '#kit';
import type { StoredRun } from '#store';
import type { Engine, EngineOptions } from './types.ts';
import { changesThatStand, viewRun } from './views.ts';
import { assertPlan } from './work.ts';

export function createUndoCalls(
  { store, connections }: Pick<EngineOptions, 'store' | 'connections'>,
  findRun: (runId: string) => Promise<StoredRun>,
): Engine['undoCalls'] {
  return async (runId) => {
    const run = await findRun(runId);
    if (run.endedAt === null)
      throw new AppError(`Run ${runId} has not ended`, { code: 'RUN_STATE', hint: `Wait for it, or: devos runs cancel ${runId}` });
    const view = await viewRun(store, run);
    const plan = assertPlan(await store.plans.find(run.planId), runId);
    const standing = changesThatStand(plan, view.steps);
    if (standing.length === 0)
      throw new AppError(`Run ${runId} left nothing to undo`, { code: 'UNDO_IMPOSSIBLE', hint: `See: devos runs show ${runId}` });
    const calls: BoundCall[] = [];
    for (const step of standing.toReversed()) {
      const { action } = await connections.bind(step.action, plan.origin);
      const output = view.steps.find((candidate) => candidate.id === step.id)?.output ?? null;
      const call = action.undo?.(step.input, output);
      if (call === undefined)
        throw new AppError(`"${step.description}" cannot be undone`, {
          code: 'UNDO_IMPOSSIBLE',
          hint: 'Put it back by hand; nothing was changed now.',
        });
      calls.push(call);
    }
    return calls;
  };
}
