/** What each durable step of a run does. Everything is read from rows first, so that a repeat after a crash goes on instead of starting over. */
import { cleanLine, AppError, type Bound, type Json, type Plan, type PlanStep, toAppError, worstSafety } from '#kit';
import { preconditionChanges } from '#plan';
import { asJson } from './as-json.ts';
import { contextOf, type EffectCall, type EffectOptions, type EffectResult, makeEffect } from './effect.ts';
import type { Leftover, RunInput, StepResult, Work } from './interpreter.ts';
import { isOutage } from './patience.ts';
import type { Say } from './say.ts';
import { verifyCall } from './verify.ts';

/** The calls themselves have limits of their own; this is for reading what is there. */
const previewTimeoutMs = 60_000;

export interface StepWork extends Pick<Work, 'perform' | 'compensate'> {
  /** The run was cancelled: a session ends, and a check that waits for something is not worth waiting for. */
  hurry: (runId: string) => void;
}

export function createStepWork(options: EffectOptions, say: Say): StepWork {
  const { store } = options;
  const waiting = new Map<string, AbortController>();

  async function perform(input: RunInput, step: PlanStep): Promise<StepResult> {
    const { runId, plan } = input;
    const before = (await store.steps.forRun(runId)).find((stored) => stored.id === step.id);
    if (before?.state === 'done') return { state: 'done' };
    await store.steps.upsert(runId, { id: step.id, state: 'running', error: null });
    await say(runId, 'step-started', step.description, step.id);
    try {
      const bound = await options.connections.bind(step.action, plan.origin);
      return step.permission === 'read' ? await readStep(runId, step, bound) : await changeStep(input, step, bound);
    } catch (thrown) {
      if (isOutage(thrown)) throw thrown;
      const error = toAppError(thrown);
      return fail(runId, step, error.code === 'PLAN_STALE' ? 'stale' : 'failed', error);
    }
  }

  async function readStep(runId: string, step: PlanStep, bound: Bound): Promise<StepResult> {
    assertSame(step, bound);
    const context = contextOf({ bound, key: `${runId}/${step.id}`, say: (type, text) => say(runId, type, text, step.id) });
    return finish(runId, step, asJson(await bound.action.run(step.input, context)), false, null);
  }

  async function changeStep({ runId, plan }: RunInput, step: PlanStep, bound: Bound): Promise<StepResult> {
    assertSame(step, bound);
    const call = callOf(runId, plan, step, {
      key: `${runId}/${step.id}`,
      input: step.input,
      bound,
      check: () => checkFresh(plan, step, bound),
    });
    const result = await (step.session === true ? untilCancelled(call) : makeEffect(call, options));
    if (result.state !== 'done') return fail(runId, step, result.state, result.error);
    const { output, found } = result;
    const verified = await checkUnlessCancelled(call, output);
    if (verified.ok) return finish(runId, step, output, found, verified.message);
    // Cancelled while it was checked: it is put back like any other done step.
    if (await isCancelled(runId)) return finish(runId, step, output, found, null);
    // The effect stands and is on record, so that it can be undone.
    if (!options.stopping.aborted) await store.steps.upsert(runId, { id: step.id, state: 'failed', output, found });
    const error = new AppError(`It was done, but the check failed: ${verified.message}`, {
      code: 'VERIFY_FAILED',
      hint: `See: devos runs show ${runId}   Check again: devos runs resume ${runId}   Put it back: devos undo ${runId}`,
    });
    return fail(runId, step, 'failed', error, true);
  }

  const isCancelled = async (runId: string) => typeof (await store.runs.find(runId))?.cancelRequestedAt === 'string';

  /** Goes on until somebody cancels the run, which is how it ends well; or until the engine stops. */
  const untilCancelled = (call: EffectCall): Promise<EffectResult> =>
    hurried(call.runId, (hurry) => makeEffect({ ...call, signal: AbortSignal.any([hurry, options.stopping]) }, options));

  const checkUnlessCancelled = (call: EffectCall, output: Json): Promise<{ ok: boolean; message: string | null }> =>
    hurried(call.runId, (hurry) => verify(call, output, hurry));

  /** The signal aborts when the run is cancelled, also where it was before. */
  async function hurried<T>(runId: string, work: (hurry: AbortSignal) => Promise<T>): Promise<T> {
    const hurry = new AbortController();
    waiting.set(runId, hurry);
    try {
      if (await isCancelled(runId)) hurry.abort(new Error('cancelled'));
      return await work(hurry.signal);
    } finally {
      waiting.delete(runId);
    }
  }

  async function verify(call: EffectCall, output: Json, hurry: AbortSignal): Promise<{ ok: boolean; message: string | null }> {
    const { verifyTimeoutMs } = options;
    const limit = verifyTimeoutMs === undefined ? {} : { verifyTimeoutMs };
    const result = await verifyCall(call, output, { ...limit, hurry: AbortSignal.any([hurry, options.stopping]) });
    // Then the answer says nothing about the effect.
    options.stopping.throwIfAborted();
    return result;
  }

  /** The plan was approved for what it saw; anything else needs a new plan. */
  async function checkFresh(plan: Plan, step: PlanStep, bound: Bound): Promise<void> {
    const signal = AbortSignal.any([AbortSignal.timeout(previewTimeoutMs), options.stopping]);
    const preview = await bound.action.preview(step.input, { client: bound.client, clock: bound.clock, cwd: bound.cwd, signal });
    const changes = preconditionChanges(step.precondition, preview.precondition);
    const facts = preview.environment === undefined ? { live: preview.facts } : { live: preview.facts, environment: preview.environment };
    const now = bound.action.safety(step.input, facts).level;
    if (worstSafety([now, step.safety]) !== step.safety) changes.push(`safety ${step.safety} → ${now}`);
    // The person approved for this place and this identity: a configuration that was changed since points elsewhere.
    for (const [what, before, current] of [
      ['where', step.where, preview.where],
      ['as', step.as, preview.as],
    ])
      if (cleanLine(current ?? '') !== (before ?? ''))
        changes.push(`${what} ${before ?? '(unknown)'} → ${cleanLine(current ?? '(unknown)')}`);
    if (changes.length === 0) return assertStillAllowed(plan);
    throw new AppError(`The plan is stale: since it was made, ${changes.join(', ')}`, {
      code: 'PLAN_STALE',
      hint: 'Nothing was changed. Make a new plan with the same sentence.',
      details: { changes },
    });
  }

  /** Last before the intent: somebody may have said no while the step was made ready. */
  async function assertStillAllowed(plan: Plan): Promise<void> {
    const answer = await options.authorize(plan);
    if (answer.state === 'allowed') return;
    const { message, hint } =
      answer.state === 'denied' ? answer.error : { message: `Plan ${plan.id} is not approved any more`, hint: 'Nothing was changed.' };
    throw new AppError(message, { code: 'POLICY_DENIED', hint });
  }

  async function finish(runId: string, step: PlanStep, output: Json, found: boolean, verified: string | null): Promise<StepResult> {
    await store.steps.upsert(runId, { id: step.id, state: 'done', output, found, verified, error: null });
    await say(runId, 'step-done', verified ?? step.description, step.id);
    return { state: 'done' };
  }

  async function fail(
    runId: string,
    step: PlanStep,
    state: 'failed' | 'stale' | 'unknown',
    error: AppError,
    stands = false,
  ): Promise<StepResult> {
    // What a stop cut short has not failed.
    options.stopping.throwIfAborted();
    if (error.code === 'INTERNAL') options.log.error({ error: error.stack, run: runId, step: step.id }, 'step failed unexpectedly');
    const body = error.toBody();
    await store.steps.upsert(runId, { id: step.id, state: state === 'unknown' ? 'unknown' : 'failed', error: body });
    await say(runId, state === 'unknown' ? 'step-unknown' : 'step-failed', error.message, step.id);
    return { state, error: body, stands };
  }

  async function compensate({ runId, plan }: RunInput, step: PlanStep): Promise<Leftover | null> {
    // It has ended, and nothing of it is left.
    if (step.session === true) return null;
    const stored = (await store.steps.forRun(runId)).find((candidate) => candidate.id === step.id);
    if (stored?.state === 'undone') return null;
    try {
      await undoStep(runId, plan, step, stored?.output ?? null);
      await store.steps.upsert(runId, { id: step.id, state: 'undone' });
      await say(runId, 'step-undone', step.undo ?? `undid: ${step.description}`, step.id);
      return null;
    } catch (thrown) {
      options.stopping.throwIfAborted();
      if (isOutage(thrown)) throw thrown;
      const { message } = toAppError(thrown);
      await say(runId, 'step-failed', `could not be undone: ${message}`, step.id);
      return { step: step.id, description: step.description, reason: message };
    }
  }

  /** The same care as for the step itself: intent, look-up, verification. What it finds is what has to be undone, so nothing can be stale. */
  async function undoStep(runId: string, plan: Plan, step: PlanStep, output: Json): Promise<void> {
    const done = await options.connections.bind(step.action, plan.origin);
    const undo = done.action.undo?.(step.input, output);
    if (undo === undefined)
      throw new AppError(`${step.description} cannot be undone`, { code: 'UNDO_IMPOSSIBLE', hint: 'Put it back by hand.' });
    const bound = await options.connections.bind(undo.action, plan.origin);
    const input = bound.action.input.parse(undo.input);
    const call = callOf(runId, plan, step, { key: `${runId}/${step.id}/undo`, input, bound, check: () => Promise.resolve() });
    const result = await makeEffect(call, options);
    if (result.state !== 'done') throw result.error;
    const verified = await verify(call, result.output, options.stopping);
    if (!verified.ok)
      throw new AppError(`it was undone, but the check failed: ${verified.message}`, { code: 'VERIFY_FAILED', hint: 'Look at it.' });
  }

  function callOf(runId: string, plan: Plan, step: PlanStep, rest: Pick<EffectCall, 'key' | 'input' | 'bound' | 'check'>): EffectCall {
    return { ...rest, runId, planId: plan.id, stepId: step.id, who: plan.origin.who, say: (type, text) => say(runId, type, text, step.id) };
  }

  return { perform, compensate, hurry: (runId) => waiting.get(runId)?.abort(new Error('cancelled')) };
}

/** A step approved as a read must not turn into a change because the program was updated since, nor the other way round. */
function assertSame(step: PlanStep, { action }: Bound): void {
  if (action.permission === step.permission) return;
  throw new AppError(`The plan is stale: ${step.action} needs the permission ${action.permission} now, not ${step.permission}`, {
    code: 'PLAN_STALE',
    hint: 'Nothing was changed. Make a new plan with the same sentence.',
  });
}

export function assertPlan(plan: Plan | undefined, runId: string): Plan {
  if (plan === undefined)
    throw new AppError(`The plan of run ${runId} is gone`, { code: 'PLAN_NOT_FOUND', hint: 'This is a bug. See: devos daemon logs' });
  return plan;
}
