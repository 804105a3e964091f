/** One effect: intent before, outcome after, and a look at the other side before anything is sent twice. */
import { setTimeout as pause } from 'node:timers/promises';
import { AppError, begun, type Bound, type Json, type JsonObject, type RunContext, toAppError } from '#kit';
import { asJson } from './as-json.ts';
import { delaysOf, isOutage } from './patience.ts';
import { fromOutcome, recordDone, recordIntent, recordNotMade, recordRefused, recordUnknown, refused } from './records.ts';
import type { EngineOptions } from './types.ts';

export interface EffectCall {
  key: string;
  runId: string;
  planId: string;
  stepId: string;
  who: string;
  input: JsonObject;
  bound: Bound;
  /** Ends a session; other calls have a limit in time. */
  signal?: AbortSignal;
  /** Checked before the first send, and before a resend that nothing came of. Throws PLAN_STALE. */
  check: () => Promise<void>;
  say: (type: 'step-progress' | 'step-output' | 'step-resent' | 'step-found', text: string) => Promise<void>;
}

export type EffectOptions = EngineOptions & { stopping: AbortSignal };

export type EffectResult =
  | { state: 'done'; output: Json; found: boolean }
  | { state: 'failed' | 'stale'; error: AppError }
  | { state: 'unknown'; error: AppError };

/** Nobody waits for an answer from a call for longer. */
const callTimeoutMs = 300_000;

const noError = () => undefined;

/** Throws only where database or audit log stay away after something may have been sent: ask again, and it is looked for first. */
export async function makeEffect(call: EffectCall, options: EffectOptions): Promise<EffectResult> {
  const known = await options.store.effects.find(call.key);
  if (known?.outcome) return fromOutcome(known.outcome);
  if (known === undefined) return makeFirst(call, options);
  const because = new AppError('the daemon ended while the call was under way', { code: 'INTERRUPTED', hint: 'Look at the other system.' });
  return lookThenSend(call, options, 1, because);
}

/** Nothing has left yet: whatever cannot be read or written now fails the step, and nothing is sent. */
async function makeFirst(call: EffectCall, options: EffectOptions): Promise<EffectResult> {
  const error = await call.check().then(noError, toAppError);
  if (error !== undefined) return refused(error);
  options.crash?.('before-intent', call.key);
  try {
    await recordIntent(call, options, 1);
  } catch (thrown) {
    if (isOutage(thrown)) return refused(toAppError(thrown));
    throw thrown;
  }
  return callOnce(call, options, 1);
}

async function send(call: EffectCall, options: EffectOptions, attempt: number): Promise<EffectResult> {
  options.crash?.('before-intent', call.key);
  const { sends, outcome } = await recordIntent(call, options, attempt);
  if (outcome !== undefined) return fromOutcome(outcome);
  await call.say('step-resent', `sent again with the same key ${call.key} (${sends} times in all)`);
  return callOnce(call, options, attempt);
}

async function callOnce(call: EffectCall, options: EffectOptions, attempt: number): Promise<EffectResult> {
  const { input, bound, key } = call;
  options.crash?.('after-intent', key);
  let output: Json;
  try {
    output = asJson(await bound.action.run(input, contextOf(call, call.signal)));
  } catch (thrown) {
    return afterFailure(call, options, attempt, toAppError(thrown));
  }
  options.crash?.('after-call', key);
  return recordDone(call, options, output, false);
}

async function afterFailure(call: EffectCall, options: EffectOptions, attempt: number, error: AppError): Promise<EffectResult> {
  if (!isTransient(error)) return recordRefused(call, options, error);
  const unclear = error.details['unclear'] !== false;
  const delayMs = delaysOf(options)[attempt - 1];
  if (delayMs === undefined) return unclear ? lookOnce(call, options, error) : recordNotMade(call, options, error);
  await call.say('step-progress', `${error.message}; ${unclear ? 'looking whether it was done' : 'trying again'}`);
  await pause(delayMs, undefined, { signal: options.stopping });
  return unclear ? lookThenSend(call, options, attempt + 1, error) : send(call, options, attempt + 1);
}

/** The call may not have arrived, or its answer was lost; everything else is an answer. What nobody expected may have come after the call. */
function isTransient(error: AppError): boolean {
  return (
    error.details['unclear'] === true || ['REMOTE_UNAVAILABLE', 'REMOTE_LIMITED', 'TIMEOUT', 'INTERRUPTED', 'INTERNAL'].includes(error.code)
  );
}

/** Before a repeat: was it done after all? An idempotent call without a look-up is repeated as it is: its precondition may be its own work. */
async function lookThenSend(call: EffectCall, options: EffectOptions, attempt: number, because: AppError): Promise<EffectResult> {
  const { action } = call.bound;
  if (action.find === undefined) return action.idempotent ? send(call, options, attempt) : recordUnknown(call, options, because);
  const looked = await look(call);
  if (looked.state === 'found') return found(call, options, looked.output);
  if (looked.state === 'failed') return afterFailure(call, options, attempt, unclear(looked.error));
  // What is made already is another state than the plan saw, and is why it may go on.
  if (looked.state === 'begun') return send(call, options, attempt);
  const error = await call.check().then(noError, toAppError);
  if (error === undefined) return send(call, options, attempt);
  return error.code === 'PLAN_STALE' ? recordRefused(call, options, error) : recordNotMade(call, options, error);
}

/** After the last attempt: only look, never send. */
async function lookOnce(call: EffectCall, options: EffectOptions, because: AppError): Promise<EffectResult> {
  if (call.bound.action.find === undefined) return recordUnknown(call, options, because);
  const looked = await look(call);
  if (looked.state === 'found') return found(call, options, looked.output);
  if (looked.state === 'failed' || looked.state === 'begun') return recordUnknown(call, options, because);
  return recordNotMade(call, options, because);
}

function unclear(cause: AppError): AppError {
  return new AppError(cause.message, { code: 'REMOTE_UNAVAILABLE', hint: cause.hint, details: { unclear: true }, cause });
}

async function look(
  call: EffectCall,
): Promise<{ state: 'found'; output: Json } | { state: 'absent' | 'begun' } | { state: 'failed'; error: AppError }> {
  try {
    const output: unknown = await call.bound.action.find?.(call.input, contextOf(call));
    if (output === begun) return { state: 'begun' };
    return output === undefined ? { state: 'absent' } : { state: 'found', output: asJson(output) };
  } catch (thrown) {
    return { state: 'failed', error: toAppError(thrown) };
  }
}

async function found(call: EffectCall, options: EffectOptions, output: Json): Promise<EffectResult> {
  await call.say('step-found', 'it had been done already; not sent again');
  return recordDone(call, options, output, true);
}

export function contextOf(
  { bound, key, say }: Pick<EffectCall, 'bound' | 'key' | 'say'>,
  signal: AbortSignal = AbortSignal.timeout(callTimeoutMs),
): RunContext<unknown> {
  return {
    client: bound.client,
    clock: bound.clock,
    cwd: bound.cwd,
    signal,
    key,
    progress: (text) => void say('step-progress', text).catch(noError),
    output: (text) => void say('step-output', text).catch(noError),
  };
}
