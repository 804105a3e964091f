/** A database that restarts is no reason to fail a run; one that stays away is. */
import { setTimeout as pause } from 'node:timers/promises';
import { toAppError } from '#kit';

const defaultDelaysMs = [500, 2000, 5000];
const outages = new Set(['AUDIT_UNAVAILABLE', 'DATABASE_UNAVAILABLE', 'DISK_FULL']);

/** Our own store or audit log cannot be used at the moment. */
export function isOutage(error: unknown): boolean {
  return outages.has(toAppError(error).code);
}

export interface Patience {
  retryDelaysMs?: number[];
  stopping: AbortSignal;
}

export function delaysOf(patience: Patience): number[] {
  return patience.retryDelaysMs ?? defaultDelaysMs;
}

/** Tries again after an outage, as often as there are delays. Throws the last error, or at once where the engine stops. */
export async function patiently<T>(work: () => Promise<T>, patience: Patience): Promise<T> {
  for (const delayMs of delaysOf(patience)) {
    try {
      return await work();
    } catch (error) {
      if (!isOutage(error)) throw error;
    }
    await pause(delayMs, undefined, { signal: patience.stopping });
  }
  return work();
}
