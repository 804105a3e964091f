/** The HTTP client of all integrations, on undici: limits, time-outs, retries only where allowed, secrets kept out of errors. */
import { Agent, type Dispatcher } from 'undici';
import { AppError } from './errors.ts';
import type { Http, HttpOptions, HttpRequest, HttpResponse } from './http.ts';
import { createLimiter } from './limiter.ts';
import { retryDelayMs } from './retry-delay.ts';
import { Secret } from './secret.ts';

const maxAttempts = 4;
const maxBodyBytes = 64 * 1024 * 1024;
/** Errors after which the request surely never reached the other side. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

interface Wire {
  agent: Agent;
  base: URL;
  options: HttpOptions;
}

/** Makes a client for one connection; `close` ends its sockets. */
export function createHttp(options: HttpOptions): Http {
  const { tls, concurrency = 16, timeoutMs = 30_000 } = options;
  const agent = new Agent({
    connections: concurrency,
    connect: {
      timeout: Math.min(timeoutMs, 10_000),
      ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
      ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
      ...(tls?.key === undefined ? {} : { key: tls.key.reveal() }),
      ...(tls?.servername === undefined ? {} : { servername: tls.servername }),
      rejectUnauthorized: tls?.insecure !== true,
    },
  });
  const wire: Wire = { agent, base: new URL(options.baseUrl), options };
  const limit = createLimiter(concurrency);
  return {
    send: (request) => limit(() => sendWithRetry(wire, request)),
    stream: (request) => openStream(wire, request),
    close: () => agent.destroy(),
  };
}

async function sendWithRetry(wire: Wire, request: HttpRequest): Promise<HttpResponse> {
  const mayRetry = request.retry ?? request.method === 'GET';
  for (let attempt = 1; ; attempt += 1) {
    const last = !mayRetry || attempt === maxAttempts;
    const result = await sendOnce(wire, request).catch((error: unknown) => {
      const known = sortError(wire, request, error);
      if (last || known.code !== 'REMOTE_UNAVAILABLE') throw known;
      return undefined;
    });
    if (result !== undefined && result.status !== 429 && result.status !== 503) return result;
    if (result !== undefined && last) throw limited(wire, request, result);
    await sleep(retryDelayMs(attempt, result?.headers['retry-after'], Date.now()), request.signal);
  }
}

async function sendOnce(wire: Wire, request: HttpRequest): Promise<HttpResponse> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(request.timeoutMs ?? wire.options.timeoutMs ?? 30_000)]);
  const answer = await wire.agent.request(toWire(wire, request, signal));
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBodyBytes)
      throw new AppError(`${wire.base.host} sent more than 64 MB for ${request.method} ${request.path}`, {
        code: 'REMOTE_REJECTED',
        hint: 'Narrow the request: one namespace, a selector, a shorter time.',
      });
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: answer.statusCode, headers: flatHeaders(answer.headers), text, json: parseJson(text) };
}

async function openStream(
  wire: Wire,
  request: HttpRequest,
): Promise<{ status: number; headers: Record<string, string>; chunks: AsyncIterable<string> }> {
  try {
    const answer = await wire.agent.request({
      ...toWire(wire, request, request.signal),
      headersTimeout: request.timeoutMs ?? 30_000,
      bodyTimeout: 0,
    });
    return { status: answer.statusCode, headers: flatHeaders(answer.headers), chunks: decode(wire, request, answer.body) };
  } catch (error) {
    throw sortError(wire, request, error);
  }
}

async function* decode(wire: Wire, request: HttpRequest, body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  try {
    for await (const chunk of body) yield decoder.decode(chunk, { stream: true });
  } catch (error) {
    if (request.signal.aborted) return;
    throw sortError(wire, request, error);
  }
}

function toWire({ base, options }: Wire, request: HttpRequest, signal: AbortSignal): Dispatcher.RequestOptions {
  const url = new URL(base.pathname.replace(/\/$/, '') + request.path, base);
  for (const [name, value] of Object.entries(request.query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'devos' };
  for (const [name, value] of Object.entries({ ...options.headers, ...request.headers }))
    headers[name.toLowerCase()] = value instanceof Secret ? value.reveal() : value;
  const body = typeof request.body === 'string' || request.body === undefined ? request.body : JSON.stringify(request.body);
  if (body !== undefined) headers['content-type'] ??= 'application/json';
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: request.method,
    headers,
    signal,
    ...(body === undefined ? {} : { body }),
  };
}

function sortError(wire: Wire, request: HttpRequest, error: unknown): AppError {
  if (AppError.isInstance(error)) return error;
  const what = `${request.method} ${wire.base.origin}${request.path}`;
  if (request.signal.aborted)
    return new AppError(`Stopped: ${what}`, {
      code: 'INTERRUPTED',
      hint: 'Ask again when you want it.',
      details: { unclear: request.method !== 'GET' },
      cause: error,
    });
  const code = codeOf(error);
  if (error instanceof Error && error.name === 'TimeoutError')
    return new AppError(`${wire.base.host} did not answer in time: ${what}`, {
      code: 'TIMEOUT',
      hint: `Check that ${wire.base.origin} is reachable, then try again.`,
      details: { unclear: request.method !== 'GET' },
      cause: error,
    });
  const unclear = request.method !== 'GET' && !neverSent.has(code);
  return new AppError(`Cannot reach ${wire.base.origin}: ${code === '' ? String(error) : code}`, {
    code: 'REMOTE_UNAVAILABLE',
    hint: reachHint(wire, code),
    details: { unclear, reason: code },
    cause: error,
  });
}

function reachHint(wire: Wire, code: string): string {
  if (code.includes('CERT') || code.includes('SIGNATURE') || code.includes('ISSUER'))
    return `The certificate of ${wire.base.host} is not trusted: check the certificate authority in your configuration.`;
  return `Check the address and your network: curl -k ${wire.base.origin}`;
}

function codeOf(error: unknown): string {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code;
    if (current instanceof AggregateError && current.errors.length > 0) return codeOf(current.errors[0]);
  }
  return '';
}

function limited(wire: Wire, request: HttpRequest, answer: HttpResponse): AppError {
  const after = answer.headers['retry-after'];
  const code = answer.status === 429 ? 'REMOTE_LIMITED' : 'REMOTE_UNAVAILABLE';
  return new AppError(`${wire.base.host} answered ${answer.status} to ${request.method} ${request.path}`, {
    code,
    hint: after === undefined ? 'Wait a little, then try again.' : `Try again after: ${after}`,
    details: { status: answer.status, unclear: request.method !== 'GET' && answer.status === 503, text: answer.text.slice(0, 2000) },
  });
}

function flatHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  return flat;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(resolve), ms);
    const abort = () =>
      done(() => reject(new AppError('Stopped while waiting to try again', { code: 'INTERRUPTED', hint: 'Ask again when you want it.' })));
    const done = (then: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      then();
    };
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}
