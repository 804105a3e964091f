/** WebSockets on undici, with the connection's own TLS and credentials. What a server refuses comes back as an answer, which undici alone would swallow. */
import { type Agent, type Dispatcher, type MessageEvent, WebSocket } from 'undici';
import type { Connection, HttpResponse, HttpSocket } from './http.ts';

/** More than this is not read ahead, and not sent ahead. */
const waitingBytes = 1024 * 1024;
const maxRefusalBytes = 64 * 1024;
const normalEnd = 1000;

export interface Handshake {
  url: URL;
  protocols: string[];
  headers: Record<string, string>;
  /** Ends the connection whenever it aborts. */
  signal: AbortSignal;
  /** For the handshake alone. */
  timeoutMs: number;
  /** Set once the handshake has begun to leave. */
  onSent: () => void;
}

/** What the transport saw of one handshake. */
interface Seen {
  refused?: HttpResponse;
  /** The bytes below the frames: the only place where reading can be held back. */
  raw?: { pause: () => void; resume: () => void; once: (event: 'drain' | 'close', listener: () => void) => void };
  error?: unknown;
}

/** Rejects with what the network said. */
export function openWebSocket(agent: Agent, handshake: Handshake): Promise<Connection> {
  const seen: Seen = {};
  const address = new URL(handshake.url);
  address.protocol = address.protocol === 'http:' ? 'ws:' : 'wss:';
  const socket = new WebSocket(address, {
    protocols: handshake.protocols,
    headers: handshake.headers,
    dispatcher: watching(agent, seen, handshake.onSent),
  });
  socket.binaryType = 'arraybuffer';
  const frames = createFrames(socket, seen);
  const timeLimit = AbortSignal.timeout(handshake.timeoutMs);
  return new Promise((resolve, reject) => {
    const end = () => socket.close();
    const late = () => {
      seen.error ??= timeLimit.reason;
      socket.close();
    };
    timeLimit.addEventListener('abort', late, { once: true });
    handshake.signal.addEventListener('abort', end, { once: true });
    if (handshake.signal.aborted) end();
    socket.addEventListener('open', () => {
      timeLimit.removeEventListener('abort', late);
      resolve({ socket: toSocket(socket, frames, seen) });
    });
    socket.addEventListener('error', ({ error }) => (seen.error ??= error));
    socket.addEventListener('close', () => {
      timeLimit.removeEventListener('abort', late);
      handshake.signal.removeEventListener('abort', end);
      // After the opening both do nothing.
      if (seen.refused !== undefined) resolve({ answer: seen.refused });
      else reject(seen.error ?? new Error('the server closed the connection'));
    });
  });
}

function watching(agent: Agent, seen: Seen, onSent: () => void): Dispatcher {
  return agent.compose((dispatch) => (options, handler) => {
    let refusal: { status: number; headers: Record<string, string>; chunks: Buffer[]; size: number } | undefined;
    return dispatch(options, {
      onRequestStart(controller, context) {
        onSent();
        handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade(controller, status, headers, socket) {
        seen.raw = socket;
        return handler.onRequestUpgrade?.(controller, status, headers, socket);
      },
      onResponseStart(_controller, status, headers) {
        refusal = { status, headers: flat(headers), chunks: [], size: 0 };
      },
      onResponseData(_controller, chunk) {
        if (refusal === undefined || refusal.size > maxRefusalBytes) return;
        refusal.size += chunk.length;
        refusal.chunks.push(chunk);
      },
      onResponseEnd(controller) {
        if (refusal !== undefined) {
          const text = Buffer.concat(refusal.chunks).toString('utf8');
          seen.refused = { status: refusal.status, headers: refusal.headers, text, json: parse(text) };
        }
        handler.onResponseError?.(controller, new Error('the server did not upgrade the connection'));
      },
      onResponseError(controller, error) {
        seen.error ??= error;
        handler.onResponseError?.(controller, error);
      },
    });
  });
}

interface Frames {
  iterable: AsyncIterable<Uint8Array>;
}

/** Holds what has come and was not read yet, and stops reading from the network where that is much. */
function createFrames(socket: WebSocket, seen: Seen): Frames {
  const waiting: Uint8Array[] = [];
  let size = 0;
  let isOver = false;
  let wake = (): void => undefined;
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const frame = data instanceof ArrayBuffer ? new Uint8Array(data) : Buffer.from(String(data));
    waiting.push(frame);
    size += frame.length;
    if (size > waitingBytes) seen.raw?.pause();
    wake();
  });
  socket.addEventListener('close', () => {
    isOver = true;
    wake();
  });
  async function* read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const frame = waiting.shift();
      if (frame !== undefined) {
        size -= frame.length;
        if (size <= waitingBytes) seen.raw?.resume();
        yield frame;
      } else if (isOver) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  return { iterable: read() };
}

function toSocket(socket: WebSocket, { iterable }: Frames, seen: Seen): HttpSocket {
  return {
    protocol: socket.protocol,
    frames: iterable,
    async send(frame) {
      if (socket.readyState !== socket.OPEN) return;
      socket.send(frame);
      if (socket.bufferedAmount <= waitingBytes) return;
      await new Promise<void>((resolve) => {
        seen.raw?.once('drain', resolve);
        socket.addEventListener('close', () => resolve(), { once: true });
      });
    },
    // A paused connection would never see the other side's farewell.
    close() {
      seen.raw?.resume();
      socket.close(normalEnd);
    },
  };
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat().join(', ')]])),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
