/** The one HTTP client of all integrations; see createHttp. */
import type { Secret } from './secret.ts';

export interface HttpOptions {
  baseUrl: string;
  /** Sent with every request; a Secret is revealed only when the request leaves. */
  headers?: Record<string, string | Secret>;
  timeoutMs?: number;
  /** At most so many requests of this connection at once. */
  concurrency?: number;
  /** Custom CA, client certificate, `servername`; PEM text. `insecure` only where the user's own configuration says so. */
  tls?: { ca?: string; cert?: string; key?: Secret; servername?: string; insecure?: boolean };
}

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** A list is one parameter for each of its values. */
  query?: Record<string, string | number | boolean | string[] | undefined>;
  headers?: Record<string, string | Secret>;
  /** An object is sent as JSON, a string as it is. */
  body?: unknown;
  signal: AbortSignal;
  timeoutMs?: number;
  /** Retry 429, 503 and network failures. Reads only, or calls that cannot double. Default: true for GET. */
  retry?: boolean;
  /** Statuses that are an answer here and no failure on the way: neither retried nor thrown. Where 429 means a rule, not a rate. */
  answers?: number[];
}

export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** Parsed body; undefined where it is not JSON. */
  json: unknown;
}

/** The handshake of a WebSocket: a GET that asks to upgrade. */
export interface SocketRequest extends Pick<HttpRequest, 'path' | 'query' | 'headers' | 'signal' | 'timeoutMs'> {
  /** Subprotocols, best first; the server must take one of them. */
  protocols: string[];
}

/** An open WebSocket. Its frames are bytes. */
export interface HttpSocket {
  protocol: string;
  /** As they come, no faster than they are read. Ends with the connection, however that ended. Read once. */
  frames: AsyncIterable<Uint8Array>;
  /** Resolves when there is room for more, or nobody is there any more. */
  send: (frame: Uint8Array) => Promise<void>;
  close: () => void;
}

/** Either it is open, or the server answered something else. */
export type Connection = { socket: HttpSocket } | { answer: HttpResponse };

export interface Http {
  /** Any status comes back as a value, except 429/503 (unless in `answers`) and network after the last retry: REMOTE_LIMITED / REMOTE_UNAVAILABLE / TIMEOUT. */
  send: (request: HttpRequest) => Promise<HttpResponse>;
  /** Lines of a held-open stream (watch, logs with follow); ends when the server ends or the signal aborts. */
  stream: (request: HttpRequest) => Promise<{ status: number; headers: Record<string, string>; chunks: AsyncIterable<string> }>;
  /** Opens a WebSocket; the signal ends it. Throws REMOTE_UNAVAILABLE, TIMEOUT, INTERRUPTED; `details.unclear` where the handshake had left. */
  connect: (request: SocketRequest) => Promise<Connection>;
  close: () => Promise<void>;
}
