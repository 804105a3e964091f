/**
 * HTTP/1.1 over the daemon's unix socket. Written by hand because it is on the path of every call: `node:http` costs
 * about 30 ms to load, `node:net` 3. It speaks to our own daemon only: one request a connection, JSON both ways.
 * Light: loaded before a sentence is sent.
 */
import { connect, type Socket } from 'node:net';
import { AppError } from '#kit/errors';

export interface SocketRequest {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
  signal?: AbortSignal;
}

export interface SocketReply {
  status: number;
  /** The body as it comes, decoded; throws DAEMON_UNAVAILABLE where it ends too early. */
  body: AsyncIterable<string>;
}

const endOfHead = '\r\n\r\n';
/** Our daemon's heads are some 200 bytes; more means that something else answers. */
const maxHeadBytes = 65_536;

/** Sends one request. Rejects with the socket's own error (ENOENT, ECONNREFUSED …) where nobody listens. */
export async function sendOverSocket(socketPath: string, request: SocketRequest): Promise<SocketReply> {
  return exchange(await openSocket(socketPath, request.signal), request);
}

/** Sends at once, before it first waits. */
export async function exchange(socket: Socket, request: SocketRequest): Promise<SocketReply> {
  const body = request.body === undefined ? '' : JSON.stringify(request.body);
  const type = request.body === undefined ? '' : 'content-type: application/json\r\n';
  socket.write(
    `${request.method} ${request.path} HTTP/1.1\r\nhost: devos\r\nconnection: close\r\n${type}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const chunks: AsyncIterator<Buffer> = socket[Symbol.asyncIterator]();
  let received: Buffer = Buffer.alloc(0);
  for (;;) {
    const end = received.indexOf(endOfHead);
    if (end >= 0) {
      const head = readHead(received.toString('latin1', 0, end));
      return { status: head.status, body: readBody(socket, chunks, received.subarray(end + endOfHead.length), head) };
    }
    const next = await nextChunk(chunks, request.signal);
    if (next === undefined || received.length > maxHeadBytes) throw cutOff(socket);
    received = Buffer.concat([received, next]);
  }
}

/** Rejects with the socket's own error where nobody listens. */
export function openSocket(socketPath: string, signal?: AbortSignal): Promise<Socket> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const stop = (): void => void socket.destroy();
    signal?.addEventListener('abort', stop, { once: true });
    socket.once('close', () => signal?.removeEventListener('abort', stop));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** Undefined at the end, also where the connection broke: the caller knows whether something was missing. */
async function nextChunk(chunks: AsyncIterator<Buffer>, signal?: AbortSignal): Promise<Buffer | undefined> {
  try {
    const { done, value } = await chunks.next();
    return done === true ? undefined : value;
  } catch {
    return undefined;
  } finally {
    signal?.throwIfAborted();
  }
}

interface Head {
  status: number;
  /** Bytes that follow; `chunked`; or undefined: until the end. */
  length: number | 'chunked' | undefined;
}

function readHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})\b/.exec(first)?.[1]);
  if (!Number.isInteger(status))
    throw new AppError('What listens on the socket is not the DevOS daemon', { code: 'DAEMON_UNAVAILABLE', hint: 'See: devos doctor' });
  let length: Head['length'];
  for (const line of lines) {
    const [name = '', value = ''] = line.toLowerCase().split(':', 2);
    if (name === 'transfer-encoding' && value.includes('chunked')) length = 'chunked';
    else if (name === 'content-length' && length === undefined) length = Number(value);
  }
  return { status, length };
}

async function* readBody(socket: Socket, chunks: AsyncIterator<Buffer>, first: Buffer, head: Head): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  try {
    for await (const bytes of head.length === 'chunked' ? unchunk(socket, chunks, first) : take(socket, chunks, first, head.length)) {
      const text = decoder.decode(bytes, { stream: true });
      if (text !== '') yield text;
    }
  } finally {
    socket.destroy();
  }
}

async function* take(socket: Socket, chunks: AsyncIterator<Buffer>, first: Buffer, length: number | undefined): AsyncGenerator<Buffer> {
  let missing = length ?? Infinity;
  let chunk: Buffer | undefined = first;
  while (chunk !== undefined) {
    yield chunk.subarray(0, missing);
    missing -= chunk.length;
    if (missing <= 0) return;
    chunk = await nextChunk(chunks);
  }
  if (length !== undefined) throw cutOff(socket);
}

/** Chunked transfer: a size in hexadecimal, a line end, so many bytes, a line end; a size of 0 ends it. */
async function* unchunk(socket: Socket, chunks: AsyncIterator<Buffer>, first: Buffer): AsyncGenerator<Buffer> {
  let pending: Buffer = first;
  /** What is still missing of the current chunk, with its line end. */
  let left = 0;
  for (;;) {
    if (left > 0) {
      const data = pending.subarray(0, Math.max(0, left - 2));
      const taken = Math.min(left, pending.length);
      pending = pending.subarray(taken);
      left -= taken;
      if (data.length > 0) yield data;
    }
    const lineEnd = left > 0 ? -1 : pending.indexOf('\r\n');
    if (lineEnd >= 0) {
      const size = Number.parseInt(pending.toString('latin1', 0, lineEnd), 16);
      if (size === 0) return;
      if (Number.isNaN(size)) throw cutOff(socket);
      pending = pending.subarray(lineEnd + 2);
      left = size + 2;
      continue;
    }
    const next = await nextChunk(chunks);
    if (next === undefined) throw cutOff(socket);
    pending = pending.length === 0 ? next : Buffer.concat([pending, next]);
  }
}

function cutOff(socket: Socket): AppError {
  socket.destroy();
  return new AppError('The daemon closed the connection before its answer was complete', {
    code: 'DAEMON_UNAVAILABLE',
    hint: 'Ask again; what happened is in: devos daemon logs',
  });
}

/** Parts a stream into the JSON values of its lines. */
export async function* readJsonLines(body: AsyncIterable<string>): AsyncGenerator<unknown> {
  // A line may come in many parts: they are joined once, when it is complete.
  let parts: string[] = [];
  for await (const text of body) {
    const lines = text.split('\n');
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      const whole = parts.length === 0 ? line : parts.join('') + line;
      parts = [];
      if (whole !== '') yield JSON.parse(whole);
    }
    if (rest !== '') parts.push(rest);
  }
  if (parts.length > 0) yield JSON.parse(parts.join(''));
}

export async function readJson(body: AsyncIterable<string>): Promise<unknown> {
  let text = '';
  for await (const part of body) text += part;
  return text === '' ? undefined : JSON.parse(text);
}
