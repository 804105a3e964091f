/** What a failed request becomes: a code, a hint, and whether a write may have happened all the same. */
import { cleanText } from './clean.ts';
import { AppError } from './errors.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { redact } from './redact.ts';

/** One attempt: whether the request began to leave on an open, trusted connection. Before that nothing can have happened outside. */
export interface Attempt {
  sent: boolean;
}

/** A write that left and was not answered may have happened. */
export function isUnclear(request: HttpRequest, attempt: Attempt): boolean {
  return request.method !== 'GET' && attempt.sent;
}

/** INTERRUPTED, TIMEOUT or REMOTE_UNAVAILABLE; `details.unclear` says whether a write may have been made. */
export function sortError(base: URL, request: HttpRequest, attempt: Attempt, error: unknown): AppError {
  if (AppError.isInstance(error)) return error;
  const what = `${request.method} ${base.origin}${request.path}`;
  const unclear = isUnclear(request, attempt);
  if (request.signal.aborted)
    return new AppError(`Stopped: ${what}`, {
      code: 'INTERRUPTED',
      hint: unclear ? 'The request had left already: look whether it took effect before you ask again.' : 'Ask again when you want it.',
      details: { unclear },
      cause: error,
    });
  const code = codeOf(error);
  if (isTimeout(error, code))
    return new AppError(`${base.host} did not answer in time: ${what}`, {
      code: 'TIMEOUT',
      hint: `Check that ${base.origin} is reachable, then try again.`,
      details: { unclear },
      cause: error,
    });
  return new AppError(`Cannot reach ${base.origin}: ${code === '' ? cleanText(redact(String(error))) : code}`, {
    code: 'REMOTE_UNAVAILABLE',
    hint: reachHint(base, code),
    details: { unclear, reason: code },
    cause: error,
  });
}

/** The answer 429 or 503 that is left after the last attempt. */
export function limited(base: URL, request: HttpRequest, answer: HttpResponse): AppError {
  const after = answer.headers['retry-after'];
  return new AppError(`${base.host} answered ${answer.status} to ${request.method} ${request.path}`, {
    code: answer.status === 429 ? 'REMOTE_LIMITED' : 'REMOTE_UNAVAILABLE',
    hint: after === undefined ? 'Wait a little, then try again.' : `Try again after: ${waitWords(after)}`,
    details: {
      status: answer.status,
      // 429 is said before the work is done; 503 may come from something between us and the system that did it.
      unclear: request.method !== 'GET' && answer.status === 503,
      text: cleanText(redact(answer.text)).slice(0, 2000),
    },
  });
}

const waitWords = (retryAfter: string): string => (/^\d+$/.test(retryAfter) ? `${retryAfter} s` : cleanText(retryAfter).slice(0, 60));

function isTimeout(error: unknown, code: string): boolean {
  return (error instanceof Error && error.name === 'TimeoutError') || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
}

function reachHint(base: URL, code: string): string {
  if (/CERT|SIGNATURE|ISSUER|SSL|TLS/.test(code))
    return `The secure connection to ${base.host} could not be made: check address, certificate authority and client certificate in your configuration.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `The name ${base.hostname} is not known here: check the address in your configuration.`;
  return `Check the address and your network: curl -I ${base.origin}`;
}

function codeOf(error: unknown): string {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code;
    if (current instanceof AggregateError && current.errors.length > 0) return codeOf(current.errors[0]);
  }
  return '';
}
