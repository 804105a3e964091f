const longestMs = 30_000;

/**
 * Milliseconds until the next attempt: what `Retry-After` says (seconds or an HTTP date), else doubling from 200 ms.
 * Undefined where the other side asks for more than 30 s: then nobody should sit and wait.
 */
export function retryDelayMs(attempt: number, retryAfter: string | undefined, now: number): number | undefined {
  const asked = readRetryAfter(retryAfter, now);
  if (asked !== undefined) return asked > longestMs ? undefined : asked;
  return Math.min(200 * 2 ** (attempt - 1), longestMs);
}

function readRetryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
