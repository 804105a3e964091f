/** Requests to one cluster as one user: signs in, signs in anew once after a 401, and names the cluster in every failure. */
import { AppError, type Connection, createHttp, type Http, type HttpRequest, type HttpResponse, type SocketRequest } from '#kit';
import type { CredentialSource, Credentials } from './credentials.ts';
import type { Target } from './kubeconfig-context.ts';
import { type Asker, unreachable } from './remote-errors.ts';

export type SessionRequest = Omit<HttpRequest, 'signal'>;
export type StreamRequest = Omit<SocketRequest, 'signal'>;

export interface Session {
  target: Target;
  /** Any status but 429 and 503 comes back as a value, and those where the request calls them answers. */
  send: (request: SessionRequest, signal: AbortSignal) => Promise<HttpResponse>;
  stream: (request: SessionRequest, signal: AbortSignal) => ReturnType<Http['stream']>;
  /** Opens a WebSocket; the signal ends it. */
  connect: (request: StreamRequest, signal: AbortSignal) => Promise<Connection>;
  /** As whom the requests go; the name in the kubeconfig until the server has told. */
  asker: () => Asker;
  remember: (who: string) => void;
  close: () => Promise<void>;
}

export interface SessionOptions {
  target: Target;
  credentials: CredentialSource;
  timeoutMs?: number;
}

/** Followed logs and watches hold their connection, so there must be more of them than for short requests. */
const maxConnections = 64;

export function createSession({ target, credentials, timeoutMs = 30_000 }: SessionOptions): Session {
  const open: { cert: string | undefined; http: Http }[] = [];
  let anonymous = false;
  let who: string | undefined;

  /** A new client certificate needs new connections; those of the one before end with the session, as requests may still run. */
  function httpFor({ cert, key }: Credentials): Http {
    const known = open.find((candidate) => candidate.cert === cert);
    if (known !== undefined) return known.http;
    const { ca, servername, insecure } = target;
    const http = createHttp({
      baseUrl: target.server,
      timeoutMs,
      concurrency: maxConnections,
      tls: {
        insecure,
        ...(ca === undefined ? {} : { ca }),
        ...(servername === undefined ? {} : { servername }),
        ...(cert === undefined || key === undefined ? {} : { cert, key }),
      },
    });
    open.push({ cert, http });
    if (open.length > 3) void open.shift()?.http.close();
    return http;
  }

  async function attempt<R extends { headers?: HttpRequest['headers'] }, T>(
    request: R,
    signal: AbortSignal,
    go: (http: Http, request: R & { headers: NonNullable<HttpRequest['headers']>; signal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const current = await credentials.read(signal);
    ({ anonymous } = current);
    try {
      return await go(httpFor(current), { ...request, headers: { ...request.headers, ...current.headers }, signal });
    } catch (error) {
      throw AppError.isInstance(error) ? unreachable(error, asker()) : error;
    }
  }

  async function withSignIn<R extends { headers?: HttpRequest['headers'] }, T>(
    request: R,
    signal: AbortSignal,
    statusOf: (answer: T) => number,
    go: (http: Http, request: R & { headers: NonNullable<HttpRequest['headers']>; signal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const first = await attempt(request, signal, go);
    // A 401 came before anything was done, so that a change may be sent again too.
    return statusOf(first) === 401 && credentials.renew() ? attempt(request, signal, go) : first;
  }

  function asker(): Asker {
    return { target, who: who ?? (target.user === '' ? 'system:anonymous' : target.user), anonymous };
  }

  return {
    target,
    asker,
    remember: (name) => {
      who = name;
    },
    send: (request, signal) => withSignIn(request, signal, statusOf, (http, wire) => http.send(wire)),
    stream: (request, signal) => withSignIn(request, signal, statusOf, (http, wire) => http.stream(wire)),
    connect: (request, signal) =>
      withSignIn(
        request,
        signal,
        (connection) => ('answer' in connection ? connection.answer.status : 101),
        (http, wire) => http.connect(wire),
      ),
    async close() {
      await Promise.all(open.splice(0).map(({ http }) => http.close()));
    },
  };
}

const statusOf = ({ status }: { status: number }): number => status;
