/** The HTTP client of all integrations, on undici: limits, time-outs, retries only where allowed, secrets kept out of errors. */
import { Agent, type Dispatcher } from 'undici';
import { AppError } from './errors.ts';
import type { Connection, Http, HttpOptions, HttpRequest, HttpResponse, SocketRequest } from './http.ts';
import { type Attempt, isUnclear, limited, sortError } from './http-errors.ts';
import { createLimiter } from './limiter.ts';
import { retryDelayMs } from './retry-delay.ts';
import { Secret } from './secret.ts';
import { openWebSocket } from './web-socket.ts';

const maxAttempts = 4;
const maxBodyBytes = 64 * 1024 * 1024;
interface Wire {
  agent: Agent;
  base: URL;
  options: HttpOptions;
}

/** Makes a client for one connection; `close` ends its sockets. Throws INTERNAL where `baseUrl` is no URL. */
export function createHttp(options: HttpOptions): Http {
  const { concurrency = 16 } = options;
  const base = new URL(options.baseUrl);
  const wire: Wire = { agent: createAgent(options, concurrency), base, options };
  // Held-open streams get sockets of their own, so that a few watches cannot starve the other requests.
  const streaming: Wire = { agent: createAgent(options, null), base, options };
  const limit = createLimiter(concurrency);
  return {
    send: (request) => limit(() => sendWithRetry(wire, request), request.signal),
    stream: (request) => openStream(streaming, request),
    connect: (request) => connect(streaming, request),
    async close() {
      await Promise.all([wire.agent.destroy(), streaming.agent.destroy()]);
    },
  };
}

function createAgent({ tls, timeoutMs = 30_000 }: HttpOptions, connections: number | null): Agent {
  return new Agent({
    connections,
    connect: {
      timeout: Math.min(timeoutMs, 10_000),
      ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
      ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
      ...(tls?.key === undefined ? {} : { key: tls.key.reveal() }),
      ...(tls?.servername === undefined ? {} : { servername: tls.servername }),
      rejectUnauthorized: tls?.insecure !== true,
    },
  });
}

async function sendWithRetry(wire: Wire, request: HttpRequest): Promise<HttpResponse> {
  const mayRetry = request.retry ?? request.method === 'GET';
  for (let number = 1; ; number += 1) {
    const last = !mayRetry || number === maxAttempts;
    const attempt: Attempt = { sent: false };
    const result = await sendOnce(wire, request, attempt).catch((error: unknown) => {
      const known = sortError(wire.base, request, attempt, error);
      if (last || known.code !== 'REMOTE_UNAVAILABLE') throw known;
      return undefined;
    });
    if (result !== undefined && isAnswer(request, result)) return result;
    const delayMs = retryDelayMs(number, result?.headers['retry-after'], Date.now());
    if (result !== undefined && (last || delayMs === undefined)) throw limited(wire.base, request, result);
    await sleep(delayMs ?? 0, request.signal);
  }
}

function isAnswer({ answers = [] }: HttpRequest, { status }: HttpResponse): boolean {
  return (status !== 429 && status !== 503) || answers.includes(status);
}

async function sendOnce(wire: Wire, request: HttpRequest, attempt: Attempt): Promise<HttpResponse> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(request.timeoutMs ?? wire.options.timeoutMs ?? 30_000)]);
  const answer = await noting(wire.agent, attempt).request(toWire(wire, request, signal));
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBodyBytes)
      throw new AppError(`${wire.base.host} sent more than 64 MB for ${request.method} ${request.path}`, {
        code: 'REMOTE_REJECTED',
        hint: 'Narrow the request: one namespace, a selector, a shorter time.',
        details: { unclear: isUnclear(request, attempt) },
      });
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: answer.statusCode, headers: flatHeaders(answer.headers), text, json: parseJson(text) };
}

/** undici tells when it starts to write the request: on an open, trusted connection, and not before. */
function noting(agent: Agent, attempt: Attempt): Dispatcher {
  return agent.compose(
    (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart(controller, context) {
          attempt.sent = true;
          handler.onRequestStart?.(controller, context);
        },
        onRequestUpgrade: (...parts) => handler.onRequestUpgrade?.(...parts),
        onResponseStart: (...parts) => handler.onResponseStart?.(...parts),
        onResponseData: (...parts) => handler.onResponseData?.(...parts),
        onResponseEnd: (...parts) => handler.onResponseEnd?.(...parts),
        onResponseError: (...parts) => handler.onResponseError?.(...parts),
      }),
  );
}

async function openStream(
  wire: Wire,
  request: HttpRequest,
): Promise<{ status: number; headers: Record<string, string>; chunks: AsyncIterable<string> }> {
  const attempt: Attempt = { sent: false };
  try {
    const answer = await noting(wire.agent, attempt).request({
      ...toWire(wire, request, request.signal),
      headersTimeout: request.timeoutMs ?? 30_000,
      bodyTimeout: 0,
    });
    return { status: answer.statusCode, headers: flatHeaders(answer.headers), chunks: decode(wire, request, attempt, answer.body) };
  } catch (error) {
    throw sortError(wire.base, request, attempt, error);
  }
}

async function connect(wire: Wire, { protocols, ...rest }: SocketRequest): Promise<Connection> {
  const attempt: Attempt = { sent: false };
  const request: HttpRequest = { method: 'GET', ...rest };
  const { url, headers } = target(wire, request);
  const timeoutMs = request.timeoutMs ?? wire.options.timeoutMs ?? 30_000;
  const onSent = () => (attempt.sent = true);
  try {
    return await openWebSocket(wire.agent, { url, headers, protocols, timeoutMs, signal: request.signal, onSent });
  } catch (error) {
    const known = sortError(wire.base, request, attempt, error);
    // What the other side begins with the handshake may have begun.
    throw new AppError(known.message, {
      code: known.code,
      hint: known.hint,
      details: { ...known.details, unclear: attempt.sent },
      cause: error,
    });
  }
}

async function* decode(wire: Wire, request: HttpRequest, attempt: Attempt, body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  try {
    for await (const chunk of body) yield decoder.decode(chunk, { stream: true });
  } catch (error) {
    if (request.signal.aborted) return;
    throw sortError(wire.base, request, attempt, error);
  }
}

/** A path that could leave the base address (`//elsewhere`, `/../`) would take the credentials with it. */
function address(base: URL, path: string): URL {
  const url = new URL(base.pathname.replace(/\/$/, '') + path, base);
  if (!path.startsWith('/') || url.origin !== base.origin || /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path))
    throw new AppError(`${path} is no path under ${base.origin}`, {
      code: 'INPUT_INVALID',
      hint: 'A name may not hold "/" or be "..".',
      details: { unclear: false },
    });
  return url;
}

function target({ base, options }: Wire, request: HttpRequest): { url: URL; headers: Record<string, string> } {
  const url = address(base, request.path);
  for (const [name, value] of Object.entries(request.query ?? {}))
    for (const one of [value ?? []].flat()) url.searchParams.append(name, String(one));
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'devos' };
  for (const [name, value] of Object.entries({ ...options.headers, ...request.headers }))
    headers[name.toLowerCase()] = value instanceof Secret ? value.reveal() : value;
  return { url, headers };
}

function toWire(wire: Wire, request: HttpRequest, signal: AbortSignal): Dispatcher.RequestOptions {
  const { url, headers } = target(wire, request);
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
