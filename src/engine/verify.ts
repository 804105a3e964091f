/** Reads back what a call said it did. "It answered 200" is not success. */
import { type Json, type JsonObject, toAppError, type VerifyResult } from '#kit';
import { contextOf, type EffectCall } from './effect.ts';

const defaultLimitMs = 120_000;
/** What an action still gets to say what it saw, once its time is up. */
const graceMs = 1000;

export interface VerifyOptions {
  verifyTimeoutMs?: number;
  /** Ends it early: the run was cancelled, or the engine stops. */
  hurry: AbortSignal;
}

/** Never throws; an action without `verify` counts as verified, with nothing to say. */
export async function verifyCall(
  call: EffectCall,
  output: Json,
  { verifyTimeoutMs = defaultLimitMs, hurry }: VerifyOptions,
): Promise<{ ok: boolean; message: string | null }> {
  const { action } = call.bound;
  if (action.verify === undefined) return { ok: true, message: null };
  const signal = AbortSignal.any([AbortSignal.timeout(verifyTimeoutMs), hurry]);
  const input: JsonObject = call.input;
  const late: VerifyResult = { ok: false, message: `not confirmed within ${Math.ceil(verifyTimeoutMs / 1000)} s` };
  const over = overtime(signal, late);
  try {
    return await Promise.race([action.verify(input, output, contextOf(call, signal)), over.result]);
  } catch (thrown) {
    return { ok: false, message: toAppError(thrown).message };
  } finally {
    over.forget();
  }
}

function overtime(signal: AbortSignal, late: VerifyResult): { result: Promise<VerifyResult>; forget: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const result = new Promise<VerifyResult>((resolve) => {
    onAbort = () => (timer = setTimeout(() => resolve(late), graceMs));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  return {
    result,
    forget() {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(timer);
    },
  };
}
