/** The daemon's API, typed by `#kit/api`. Starts the daemon when nobody listens. Light: loaded with every sentence. */
import type { ErrorBody } from '#kit/errors';
import { AppError, errorCodes } from '#kit/errors';
import { readJson, readJsonLines, sendOverSocket, type SocketReply, type SocketRequest } from './socket-http.ts';

export interface Api {
  get: <T>(path: string, signal?: AbortSignal) => Promise<T>;
  post: <T>(path: string, body: unknown, signal?: AbortSignal) => Promise<T>;
  text: (path: string) => Promise<string>;
  /** Lines of JSON as they come. `early` is the answer to this request where it is on its way already; undefined where nobody listened. */
  stream: <T>(request: SocketRequest, early?: Promise<SocketReply | undefined>) => AsyncGenerator<T>;
}

export interface ApiOptions {
  socket: string;
  /** Called when nobody listens; starts the daemon or throws. Where it is missing, DAEMON_UNAVAILABLE is thrown. */
  start?: () => Promise<void>;
}

export function createApi({ socket, start }: ApiOptions): Api {
  async function send(request: SocketRequest): Promise<SocketReply> {
    try {
      return await accepted(await sendOverSocket(socket, request));
    } catch (error) {
      if (!nobodyListens(error)) throw error;
      if (start === undefined)
        throw new AppError('The daemon is not running', {
          code: 'DAEMON_UNAVAILABLE',
          hint: 'Start it with: devos daemon start',
          cause: error,
        });
    }
    await start();
    return accepted(await sendOverSocket(socket, request));
  }

  return {
    // The daemon is of this same version and typed by the same file, so that its JSON is taken at its word.
    get: async <T>(path: string, signal?: AbortSignal) =>
      (await readJson((await send({ method: 'GET', path, ...(signal === undefined ? {} : { signal }) })).body)) as T,
    post: async <T>(path: string, body: unknown, signal?: AbortSignal) =>
      (await readJson((await send({ method: 'POST', path, body, ...(signal === undefined ? {} : { signal }) })).body)) as T,
    async text(path) {
      let text = '';
      for await (const part of (await send({ method: 'GET', path })).body) text += part;
      return text;
    },
    async *stream<T>(request: SocketRequest, early?: Promise<SocketReply | undefined>) {
      const reply = await early;
      const { body } = reply === undefined ? await send(request) : await accepted(reply);
      for await (const value of readJsonLines(body)) yield value as T;
    },
  };
}

/** A missing socket, or one that a crashed daemon left behind. */
export function nobodyListens(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ECONNREFUSED';
}

async function accepted(reply: SocketReply): Promise<SocketReply> {
  if (reply.status < 400) return reply;
  const answer = await readJson(reply.body);
  const error = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : undefined;
  throw fromBody(
    isErrorBody(error)
      ? error
      : { code: 'INTERNAL', message: `The daemon answered with status ${reply.status}`, hint: 'See: devos daemon logs', docs: '' },
  );
}

function isErrorBody(value: unknown): value is ErrorBody {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    value.code in errorCodes &&
    'message' in value &&
    typeof value.message === 'string'
  );
}

/** An error that travelled, as an error again. */
export function fromBody(body: ErrorBody): AppError {
  return new AppError(body.message, { code: body.code, hint: body.hint, ...(body.details === undefined ? {} : { details: body.details }) });
}
