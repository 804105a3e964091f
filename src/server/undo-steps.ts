/** "undo that": from the plan of a change to the steps that put back what its run did. */
import type { Engine } from '#engine';
import { AppError } from '#kit';
import type { Store } from '#store';
import type { BoundStep, PlannerOptions } from './planner.ts';

export function createUndoSteps({ store, engine }: { store: Store; engine: Engine }): PlannerOptions['undoSteps'] {
  return async (planId) => {
    const run = await store.runs.findByPlan(planId);
    if (run === undefined || run.state === 'waiting')
      throw new AppError(`Plan ${planId} was not carried out, so there is nothing to undo`, {
        code: 'UNDO_IMPOSSIBLE',
        hint: `It is never carried out after: devos deny ${planId}`,
      });
    return { run: run.id, steps: inOrder(await engine.undoCalls(run.id)) };
  };
}

/** One after the other, as they were worked out. */
export function inOrder(calls: Pick<BoundStep, 'action' | 'input'>[]): BoundStep[] {
  return calls.map(({ action, input }, index) => ({ id: String(index + 1), action, input, after: index === 0 ? [] : [String(index)] }));
}
