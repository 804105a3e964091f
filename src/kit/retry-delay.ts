const maxDelayMs = 30_000;

/** Milliseconds until the next attempt: what `Retry-After` says (seconds or an HTTP date), else doubling from 200 ms; never above 30 s. */
export function retryDelayMs(attempt: number, retryAfter: string | undefined, now: number): number {
  const asked = readRetryAfter(retryAfter, now);
  return Math.min(asked ?? 200 * 2 ** (attempt - 1), maxDelayMs);
}

function readRetryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
