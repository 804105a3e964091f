/** One effect: intent before, outcome after, and a look at the other side before anything is sent twice. */
import { AppError, type Bound, type Json, type JsonObject, type RunContext, toAppError } from '#kit';
import type { StoredEffect } from '#store';
import type { EngineOptions } from './types.ts';

export interface EffectCall {
  key: string;
  runId: string;
  planId: string;
  stepId: string;
  who: string;
  input: JsonObject;
  bound: Bound;
  /** Checked before the first send, and before a resend that nothing came of. Throws PLAN_STALE. */
  check: () => Promise<void>;
  say: (type: 'step-progress' | 'step-output' | 'step-resent' | 'step-found', text: string) => Promise<void>;
}

export type EffectResult =
  | { state: 'done'; output: Json; found: boolean }
  | { state: 'failed' | 'stale'; error: AppError }
  | { state: 'unknown'; error: AppError };

const defaultDelaysMs = [500, 2000, 5000];

/** Nobody waits for an answer from a call for longer. */
const callTimeoutMs = 300_000;

/** Throws only where the database or the audit log cannot be written: then nothing was sent that is not on record. */
export async function makeEffect(call: EffectCall, options: EngineOptions): Promise<EffectResult> {
  const known = await options.store.effects.find(call.key);
  if (known?.outcome) return fromOutcome(known);
  if (known === undefined) {
    const stale = await call.check().then(noError, toAppError);
    if (stale !== undefined) return rejected(stale);
    return send(call, options, 1);
  }
  return lookThenSend(
    call,
    options,
    1,
    new AppError('The daemon ended while the call was under way', { code: 'OUTCOME_UNKNOWN', hint: reconcile(call) }),
  );
}

const noError = () => undefined;

function fromOutcome({ outcome }: StoredEffect): EffectResult {
  if (outcome === null) throw new Error('there is no outcome');
  if (outcome.ok) return { state: 'done', output: outcome.body, found: outcome.found };
  const body = isObject(outcome.body) ? outcome.body : {};
  const error = new AppError(String(body['message'] ?? 'It failed'), {
    code: 'REMOTE_REJECTED',
    hint: String(body['hint'] ?? 'Make a new plan.'),
  });
  return { state: 'failed', error };
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function send(call: EffectCall, options: EngineOptions, attempt: number): Promise<EffectResult> {
  const { store, audit, crash } = options;
  const { key, runId, stepId, input, bound, who } = call;
  crash?.('before-intent', key);
  await audit.append({
    type: 'effect-intended',
    who,
    plan: call.planId,
    run: runId,
    body: { key, action: bound.action.id, input, attempt },
  });
  const { sends, outcome } = await store.effects.intend({ key, runId, stepId, action: bound.action.id, input });
  if (outcome !== undefined) return makeEffect(call, options);
  if (sends > 1) await call.say('step-resent', `sent again with the same key ${key} (${sends} times in all)`);
  crash?.('after-intent', key);
  try {
    const output = asJson(await bound.action.run(input, contextOf(call)));
    crash?.('after-call', key);
    return await record(call, options, output, false);
  } catch (thrown) {
    return afterFailure(call, options, attempt, toAppError(thrown));
  }
}

async function afterFailure(call: EffectCall, options: EngineOptions, attempt: number, error: AppError): Promise<EffectResult> {
  if (!isTransient(error)) {
    await recordFailure(call, options, error);
    return rejected(error);
  }
  const delays = options.retryDelaysMs ?? defaultDelaysMs;
  const delay = delays[attempt - 1];
  const unclear = error.details['unclear'] !== false;
  if (delay === undefined) return unclear ? lookOnce(call, options, error) : { state: 'failed', error };
  await call.say('step-progress', `${error.message}; ${unclear ? 'looking whether it was done' : 'trying again'}`);
  await new Promise((resolve) => setTimeout(resolve, delay));
  return unclear ? lookThenSend(call, options, attempt + 1, error) : send(call, options, attempt + 1);
}

/** The call may not have arrived, or its answer was lost; everything else is an answer. */
function isTransient(error: AppError): boolean {
  return (
    error.details['unclear'] === true || ['REMOTE_UNAVAILABLE', 'REMOTE_LIMITED', 'TIMEOUT', 'INTERRUPTED', 'INTERNAL'].includes(error.code)
  );
}

/** Before a repeat: was it done after all? */
async function lookThenSend(call: EffectCall, options: EngineOptions, attempt: number, because: AppError): Promise<EffectResult> {
  const { action } = call.bound;
  if (action.find === undefined) {
    if (!action.idempotent) return unknown(call, options, because);
    return send(call, options, attempt);
  }
  const looked = await look(call);
  if (looked.state === 'found') return found(call, options, looked.output);
  if (looked.state === 'failed')
    return afterFailure(
      call,
      options,
      attempt,
      new AppError(looked.error.message, {
        code: 'REMOTE_UNAVAILABLE',
        hint: looked.error.hint,
        details: { unclear: true },
        cause: looked.error,
      }),
    );
  const stale = await call.check().then(noError, toAppError);
  if (stale !== undefined) {
    await recordFailure(call, options, stale);
    return rejected(stale);
  }
  return send(call, options, attempt);
}

/** After the last attempt: only look, never send. */
async function lookOnce(call: EffectCall, options: EngineOptions, because: AppError): Promise<EffectResult> {
  if (call.bound.action.find === undefined) return unknown(call, options, because);
  const looked = await look(call);
  if (looked.state === 'found') return found(call, options, looked.output);
  if (looked.state === 'failed') return unknown(call, options, because);
  return { state: 'failed', error: because };
}

async function look(call: EffectCall): Promise<{ state: 'found'; output: Json } | { state: 'absent' } | { state: 'failed'; error: AppError }> {
  try {
    const output: unknown = await call.bound.action.find?.(call.input, contextOf(call));
    return output === undefined ? { state: 'absent' } : { state: 'found', output: asJson(output) };
  } catch (thrown) {
    return { state: 'failed', error: toAppError(thrown) };
  }
}

async function found(call: EffectCall, options: EngineOptions, output: Json): Promise<EffectResult> {
  await call.say('step-found', 'it had been done already; not sent again');
  return record(call, options, output, true);
}

async function record(call: EffectCall, options: EngineOptions, output: Json, wasFound: boolean): Promise<EffectResult> {
  await options.store.effects.outcome(call.key, { ok: true, found: wasFound, body: output });
  await options.audit.append({
    type: 'effect-done',
    who: call.who,
    plan: call.planId,
    run: call.runId,
    body: { key: call.key, action: call.bound.action.id, found: wasFound },
  });
  options.crash?.('after-outcome', call.key);
  return { state: 'done', output, found: wasFound };
}

async function recordFailure(call: EffectCall, options: EngineOptions, error: AppError): Promise<void> {
  const { code, message, hint } = error;
  await options.store.effects.outcome(call.key, { ok: false, found: false, body: { code, message, hint } });
  await options.audit.append({
    type: 'effect-failed',
    who: call.who,
    plan: call.planId,
    run: call.runId,
    body: { key: call.key, action: call.bound.action.id, code },
  });
}

function rejected(error: AppError): EffectResult {
  return { state: error.code === 'PLAN_STALE' ? 'stale' : 'failed', error };
}

async function unknown(call: EffectCall, options: EngineOptions, because: AppError): Promise<EffectResult> {
  await options.audit.append({
    type: 'effect-unknown',
    who: call.who,
    plan: call.planId,
    run: call.runId,
    body: { key: call.key, action: call.bound.action.id },
  });
  const error = new AppError(`Nobody can say whether step ${call.stepId} was done: ${because.message}`, {
    code: 'OUTCOME_UNKNOWN',
    hint: reconcile(call),
    details: { key: call.key },
    cause: because,
  });
  return { state: 'unknown', error };
}

function reconcile({ runId }: Pick<EffectCall, 'runId'>): string {
  return `Look at the other system, then: devos runs resume ${runId}   (details: devos runs show ${runId})`;
}

export function contextOf({ bound, key, say }: Pick<EffectCall, 'bound' | 'key' | 'say'>, timeoutMs = callTimeoutMs): RunContext<unknown> {
  return {
    client: bound.client,
    clock: bound.clock,
    cwd: bound.cwd,
    signal: AbortSignal.timeout(timeoutMs),
    key,
    progress: (text) => void say('step-progress', text).catch(noError),
    output: (text) => void say('step-output', text).catch(noError),
  };
}

/** What an action returns is stored as JSON; undefined becomes null. */
export function asJson(value: unknown): Json {
  const text = JSON.stringify(value);
  // JSON.parse of JSON text is Json by definition.
  return text === undefined ? null : (JSON.parse(text) as Json);
}
