/** What is written about an effect: to the audit log first, then to its rows. Both wait out a short outage. */
import { AppError, type ErrorCode, errorCodes, type Json, type JsonObject, toAppError } from '#kit';
import type { EffectOutcome } from '#store';
import type { EffectCall, EffectOptions, EffectResult } from './effect.ts';
import { isOutage, patiently } from './patience.ts';
import { redactInput } from './redact-input.ts';

/** Nothing may be sent before this returns. With an outcome, nothing may be sent at all. */
export async function recordIntent(
  call: EffectCall,
  options: EffectOptions,
  attempt: number,
): Promise<{ sends: number; outcome?: EffectOutcome }> {
  const { key, runId, stepId, input, bound } = call;
  const action = bound.action.id;
  await append(call, options, 'effect-intended', { input: redactInput(input), attempt });
  return patiently(() => options.store.effects.intend({ key, runId, stepId, action, input }), options);
}

/** Said twice after a crash in between, never left out. What was made but cannot be written down has not failed: it is unknown. */
export async function recordDone(call: EffectCall, options: EffectOptions, output: Json, found: boolean): Promise<EffectResult> {
  try {
    await append(call, options, 'effect-done', { found });
    await patiently(() => options.store.effects.outcome(call.key, { ok: true, found, body: output }), options);
  } catch (error) {
    if (options.stopping.aborted || isOutage(error)) throw error;
    return recordUnknown(call, options, toAppError(error));
  }
  options.crash?.('after-outcome', call.key);
  return { state: 'done', output, found };
}

/** For good: the other system said no, or the plan is stale. The effect is never sent again. */
export async function recordRefused(call: EffectCall, options: EffectOptions, error: AppError): Promise<EffectResult> {
  const { code, message, hint } = error;
  await append(call, options, 'effect-failed', { code });
  await patiently(() => options.store.effects.outcome(call.key, { ok: false, found: false, body: { code, message, hint } }), options);
  return refused(error);
}

/** It was not made, as far as can be seen; the run may be resumed, which looks again. */
export async function recordNotMade(call: EffectCall, options: EffectOptions, error: AppError): Promise<EffectResult> {
  await append(call, options, 'effect-not-made', { code: error.code });
  return refused(error);
}

export async function recordUnknown(call: EffectCall, options: EffectOptions, because: AppError): Promise<EffectResult> {
  await append(call, options, 'effect-unknown', { code: because.code });
  const { runId, stepId, bound } = call;
  const look =
    bound.action.find === undefined
      ? `Look at the other system yourself; nothing here can. Then make a new plan if it is still needed   (details: devos runs show ${runId})`
      : `Look at the other system, then: devos runs resume ${runId}   (details: devos runs show ${runId})`;
  const error = new AppError(`Nobody can say whether step ${stepId} was done: ${because.message}`, {
    code: 'OUTCOME_UNKNOWN',
    hint: look,
    details: { key: call.key },
    cause: because,
  });
  return { state: 'unknown', error };
}

export function refused(error: AppError): EffectResult {
  return { state: error.code === 'PLAN_STALE' ? 'stale' : 'failed', error };
}

export function fromOutcome({ ok, found, body }: EffectOutcome): EffectResult {
  if (ok) return { state: 'done', output: body, found };
  const { code, message, hint } = isObject(body) ? body : {};
  return refused(
    new AppError(typeof message === 'string' ? message : 'It failed', {
      code: isErrorCode(code) ? code : 'REMOTE_REJECTED',
      hint: typeof hint === 'string' ? hint : 'Make a new plan.',
    }),
  );
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isErrorCode(value: Json | undefined): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorCodes, value);
}

async function append(call: EffectCall, options: EffectOptions, type: string, body: JsonObject): Promise<void> {
  const { key, who, planId, runId, bound } = call;
  const event = { type, who, plan: planId, run: runId, body: { key, action: bound.action.id, ...body } };
  await patiently(() => options.audit.append(event), options);
}
