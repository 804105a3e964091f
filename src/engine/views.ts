/** A run as a person or a program sees it, put together from the stored rows. */
import type { Plan, RunView, StepView } from '#kit';
import { AppError } from '#kit';
import type { Store, StoredRun } from '#store';

export async function viewRun(store: Store, run: StoredRun): Promise<RunView> {
  const plan = await store.plans.find(run.planId);
  if (plan === undefined)
    throw new AppError(`The plan of run ${run.id} is gone`, { code: 'PLAN_NOT_FOUND', hint: 'This is a bug. See: devos daemon logs' });
  const steps = await viewSteps(store, run, plan);
  return {
    id: run.id,
    planId: run.planId,
    planHash: plan.hash,
    title: plan.title,
    safety: plan.safety,
    state: run.state,
    who: run.who,
    createdAt: run.createdAt,
    endedAt: run.endedAt,
    undoes: run.undoes,
    canUndo: canUndo(run, plan, steps),
    waitingFor: run.waitingFor,
    steps,
    error: run.error,
  };
}

async function viewSteps(store: Store, run: StoredRun, plan: Plan): Promise<StepView[]> {
  const [stored, effects] = await Promise.all([store.steps.forRun(run.id), store.effects.forRun(run.id)]);
  return plan.steps.map((step) => {
    const found = stored.find((candidate) => candidate.id === step.id);
    const effect = effects.find((candidate) => candidate.key === `${run.id}/${step.id}`);
    const untouched = run.endedAt === null ? 'pending' : 'skipped';
    return {
      id: step.id,
      action: step.action,
      description: step.description,
      state: found?.state ?? untouched,
      sends: effect?.sends ?? 0,
      found: found?.found ?? effect?.outcome?.found ?? false,
      verified: found?.verified ?? null,
      output: found?.output ?? null,
      error: found?.error ?? null,
    };
  });
}

/** Something was changed and stands, and all of it says how it is put back. */
function canUndo(run: StoredRun, plan: Plan, steps: StepView[]): boolean {
  if (run.endedAt === null) return false;
  const standing = changesThatStand(plan, steps);
  return standing.length > 0 && standing.every((step) => step.undo !== null);
}

export function changesThatStand(plan: Plan, steps: StepView[]): Plan['steps'] {
  return plan.steps.filter((step) => {
    const view = steps.find((candidate) => candidate.id === step.id);
    const made = view?.state === 'done' || (view?.state === 'failed' && view.error?.code === 'VERIFY_FAILED');
    return step.permission !== 'read' && step.session !== true && made;
  });
}
