/** What each durable step of a run does. Everything is read from rows first, so that a repeat after a crash goes on instead of starting over. */
import {
  AppError,
  type Bound,
  type ErrorBody,
  type Json,
  type Plan,
  type PlanStep,
  type RunEventType,
  type RunState,
  toAppError,
  worstSafety,
} from '#kit';
import { preconditionChanges } from '#plan';
import { asJson, contextOf, type EffectCall, makeEffect } from './effect.ts';
import type { Permit, RunInput, StepResult, Work } from './interpreter.ts';
import type { EngineOptions } from './types.ts';

const defaultVerifyMs = 120_000;
const noError = () => undefined;

export function createWork(options: EngineOptions): Work {
  const { store, audit, clock } = options;
  const say = (run: string, type: RunEventType, text: string, step?: string) =>
    store.events.append({ run, type, text, ...(step === undefined ? {} : { step }) });

  async function permit({ runId, plan }: RunInput): Promise<Permit> {
    const run = await store.runs.find(runId);
    if (run === undefined || run.endedAt !== null) return { state: 'ended' };
    if (run.cancelRequestedAt !== null) {
      await end({ runId, plan }, 'cancelled', null, []);
      return { state: 'ended' };
    }
    const answer = await options.authorize(plan);
    if (answer.state === 'denied') {
      await end({ runId, plan }, answer.error.code === 'PLAN_EXPIRED' ? 'expired' : 'denied', answer.error, []);
      return { state: 'ended' };
    }
    if (answer.state === 'allowed') {
      await store.runs.setState(runId, 'running', { waitingFor: null });
      await say(runId, 'run-started', plan.title);
      return { state: 'allowed' };
    }
    if (run.state !== 'waiting' || run.waitingFor !== answer.waitingFor)
      await store.runs.setState(runId, 'waiting', { waitingFor: answer.waitingFor });
    await say(runId, 'run-waiting', answer.waitingFor);
    options.crash?.('while-waiting', runId);
    return { state: 'waiting', secondsLeft: Math.max(1, Math.ceil((Date.parse(plan.expiresAt) - clock().getTime()) / 1000) + 1) };
  }

  async function perform({ runId, plan }: RunInput, step: PlanStep): Promise<StepResult> {
    const before = (await store.steps.forRun(runId)).find((stored) => stored.id === step.id);
    if (before?.state === 'done') return { state: 'done' };
    await store.steps.upsert(runId, { id: step.id, state: 'running', error: null });
    await say(runId, 'step-started', step.description, step.id);
    try {
      const bound = await options.connections.bind(step.action, plan.origin);
      return bound.action.permission === 'read' ? await readStep(runId, step, bound) : await changeStep({ runId, plan }, step, bound);
    } catch (thrown) {
      return fail(runId, step, 'failed', toAppError(thrown));
    }
  }

  async function readStep(runId: string, step: PlanStep, bound: Bound): Promise<StepResult> {
    const key = `${runId}/${step.id}`;
    const context = contextOf({ bound, key, say: async (type, text) => void (await say(runId, type, text, step.id)) });
    return finish(runId, step, asJson(await bound.action.run(step.input, context)), false, null);
  }

  async function changeStep({ runId, plan }: RunInput, step: PlanStep, bound: Bound): Promise<StepResult> {
    const call: EffectCall = {
      key: `${runId}/${step.id}`,
      runId,
      planId: plan.id,
      stepId: step.id,
      who: plan.origin.who,
      input: step.input,
      bound,
      check: () => checkFresh(step, bound),
      say: async (type, text) => void (await say(runId, type, text, step.id)),
    };
    const result = await makeEffect(call, options);
    if (result.state !== 'done') return fail(runId, step, result.state, result.error);
    const verified = await verify(call, step, result.output);
    if (verified.ok) return finish(runId, step, result.output, result.found, verified.message);
    // The effect stands and is on record, so that it can be undone.
    await store.steps.upsert(runId, { id: step.id, state: 'failed', output: result.output, found: result.found });
    return fail(
      runId,
      step,
      'failed',
      new AppError(`It was done, but the check failed: ${verified.message}`, {
        code: 'VERIFY_FAILED',
        hint: `Look at it, then: devos runs resume ${runId} (checks again), or: devos undo ${runId}`,
      }),
    );
  }

  async function verify(call: EffectCall, step: PlanStep, output: Json): Promise<{ ok: boolean; message: string | null }> {
    const { action } = call.bound;
    if (action.verify === undefined) return { ok: true, message: null };
    try {
      const { ok, message } = await action.verify(step.input, output, contextOf(call, options.verifyTimeoutMs ?? defaultVerifyMs));
      return { ok, message };
    } catch (thrown) {
      return { ok: false, message: toAppError(thrown).message };
    }
  }

  /** The plan was approved for what it saw; anything else needs a new plan. */
  async function checkFresh(step: PlanStep, bound: Bound): Promise<void> {
    const preview = await bound.action.preview(step.input, {
      client: bound.client,
      clock: bound.clock,
      cwd: bound.cwd,
      signal: AbortSignal.timeout(60_000),
    });
    const changes = preconditionChanges(step.precondition, preview.precondition);
    const facts = preview.environment === undefined ? { live: preview.facts } : { live: preview.facts, environment: preview.environment };
    const now = bound.action.safety(step.input, facts).level;
    if (worstSafety([now, step.safety]) !== step.safety) changes.push(`safety ${step.safety} → ${now}`);
    if (changes.length === 0) return;
    throw new AppError(`The plan is stale: since it was made, ${changes.join(', ')}`, {
      code: 'PLAN_STALE',
      hint: 'Nothing was changed. Make a new plan with the same sentence.',
      details: { changes },
    });
  }

  async function finish(runId: string, step: PlanStep, output: Json, found: boolean, verified: string | null): Promise<StepResult> {
    await store.steps.upsert(runId, { id: step.id, state: 'done', output, found, verified, error: null });
    await say(runId, 'step-done', verified ?? step.description, step.id);
    return { state: 'done' };
  }

  async function fail(runId: string, step: PlanStep, state: 'failed' | 'stale' | 'unknown', error: AppError): Promise<StepResult> {
    if (error.code === 'INTERNAL') options.log.error({ error: error.stack, run: runId, step: step.id }, 'step failed unexpectedly');
    const body = error.toBody();
    await store.steps.upsert(runId, { id: step.id, state: state === 'unknown' ? 'unknown' : 'failed', error: body }).catch(noError);
    await say(runId, state === 'unknown' ? 'step-unknown' : 'step-failed', error.message, step.id).catch(noError);
    return { state, error: body };
  }

  async function compensate({ runId, plan }: RunInput, step: PlanStep): Promise<ErrorBody | null> {
    const stored = (await store.steps.forRun(runId)).find((candidate) => candidate.id === step.id);
    if (step.permission === 'read' || stored?.state === 'undone') return null;
    try {
      const done = await options.connections.bind(step.action, plan.origin);
      const undo = done.action.undo?.(step.input, stored?.output ?? null);
      if (undo === undefined)
        throw new AppError(`${step.description} cannot be undone`, { code: 'UNDO_IMPOSSIBLE', hint: 'Put it back by hand.' });
      const bound = await options.connections.bind(undo.action, plan.origin);
      const input = bound.action.input.parse(undo.input);
      const call: EffectCall = {
        key: `${runId}/${step.id}/undo`,
        runId,
        planId: plan.id,
        stepId: step.id,
        who: plan.origin.who,
        input,
        bound,
        check: () => Promise.resolve(),
        say: async (type, text) => void (await say(runId, type, text, step.id)),
      };
      const result = await makeEffect(call, options);
      if (result.state !== 'done') throw result.error;
      await store.steps.upsert(runId, { id: step.id, state: 'undone' });
      await say(runId, 'step-undone', step.undo ?? `undid: ${step.description}`, step.id);
      return null;
    } catch (thrown) {
      const error = toAppError(thrown);
      await say(runId, 'step-failed', `could not be undone: ${error.message}`, step.id);
      return error.toBody();
    }
  }

  async function end({ runId, plan }: RunInput, state: RunState, error: ErrorBody | null, notPutBack: string[]): Promise<void> {
    const left = notPutBack.length === 0 ? '' : `; not put back: step ${notPutBack.join(', ')}`;
    const body: ErrorBody | null = error === null || left === '' ? error : { ...error, message: `${error.message}${left}` };
    const run = await store.runs.find(runId);
    if (run === undefined || run.endedAt !== null) return;
    await audit.append({
      type: 'run-ended',
      who: plan.origin.who,
      plan: plan.id,
      run: runId,
      body: { state, code: error?.code ?? null, notPutBack },
    });
    await store.runs.setState(runId, state, { error: body, endedAt: clock().toISOString(), waitingFor: null });
    await say(runId, 'run-ended', error === null ? `${state}${left}` : `${state}: ${body?.message ?? ''}`);
  }

  return {
    permit,
    isCancelled: async (runId) => typeof (await store.runs.find(runId))?.cancelRequestedAt === 'string',
    perform,
    compensate,
    end,
  };
}

export function assertPlan(plan: Plan | undefined, runId: string): Plan {
  if (plan === undefined)
    throw new AppError(`The plan of run ${runId} is gone`, { code: 'PLAN_NOT_FOUND', hint: 'This is a bug. See: devos daemon logs' });
  return plan;
}
