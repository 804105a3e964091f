/** Programs in containers and connections to pods: WebSockets with numbered channels, as the API has them. */
import { AppError, cleanLine, type Connection, type HttpSocket, redact } from '#kit';
import { z } from 'zod';
import type { Cluster, Ended, Execution, PodConnection } from './cluster.ts';
import { pathOf } from './paths.ts';
import { type About, remoteError } from './remote-errors.ts';
import { resourceOf } from './resources.ts';
import { Status } from './schema.ts';
import type { Session } from './session.ts';

/** v5 only adds a way to end the input, which no program gets here. */
const execProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const forwardProtocols = ['v4.channel.k8s.io'];
const channel = { stdout: 1, stderr: 2, error: 3 };
const maxStatusBytes = 64 * 1024;

const Ending = z.looseObject({
  status: z.string().nullish(),
  message: z.string().nullish(),
  reason: z.string().nullish(),
  details: z
    .looseObject({ causes: z.array(z.looseObject({ reason: z.string().nullish(), message: z.string().nullish() })).nullish() })
    .nullish(),
});

export function createStreams(session: Session): Pick<Cluster, 'exec' | 'forward'> {
  return {
    async exec(namespace, pod, execution, signal) {
      const { container, argv } = execution;
      const query = { command: argv, container, stdout: true, stderr: true };
      const socket = await open(session, { namespace, pod, subresource: 'exec', query, protocols: execProtocols }, signal);
      try {
        return await follow(session, socket, execution, signal);
      } finally {
        socket.close();
      }
    },
    async forward(namespace, pod, port, signal) {
      const query = { ports: port };
      return toConnection(await open(session, { namespace, pod, subresource: 'portforward', query, protocols: forwardProtocols }, signal));
    },
  };
}

interface Opening {
  namespace: string;
  pod: string;
  subresource: 'exec' | 'portforward';
  query: Record<string, string | number | boolean | string[]>;
  protocols: string[];
}

async function open(
  session: Session,
  { namespace, pod, subresource, query, protocols }: Opening,
  signal: AbortSignal,
): Promise<HttpSocket> {
  const resource = resourceOf('Pod');
  const path = `${pathOf(resource, namespace, pod)}/${subresource}`;
  const connection = await session.connect({ path, query, protocols }, signal);
  if ('socket' in connection) return connection.socket;
  throw refusal(connection, { verb: 'create', resource, namespace, name: pod, subresource }, session);
}

/** A Status is from Kubernetes itself, which starts nothing before the upgrade; anything else may be a proxy that lost the answer. */
function refusal({ answer }: Extract<Connection, { answer: unknown }>, about: About, session: Session): AppError {
  const error = remoteError(answer, about, session.asker());
  const isOwn = Status.safeParse(answer.json).success || answer.status < 500;
  return new AppError(error.message, { code: error.code, hint: error.hint, details: { ...error.details, unclear: !isOwn }, cause: error });
}

async function follow(session: Session, socket: HttpSocket, { onOutput }: Execution, signal: AbortSignal): Promise<Ended> {
  const status: Uint8Array[] = [];
  let size = 0;
  for await (const frame of socket.frames) {
    const bytes = frame.subarray(1);
    if (frame[0] === channel.stdout && bytes.length > 0) onOutput('stdout', bytes);
    if (frame[0] === channel.stderr && bytes.length > 0) onOutput('stderr', bytes);
    if (frame[0] === channel.error && size < maxStatusBytes) {
      size += bytes.length;
      status.push(bytes);
    }
  }
  const ended = readEnding(Buffer.concat(status).toString('utf8'));
  if (ended !== undefined) return ended;
  const { target } = session;
  throw new AppError(
    signal.aborted
      ? 'The program had not ended in time; nobody waits for it any more, and it may go on'
      : `The connection to the cluster ${target.context} ended before the program's exit code came`,
    { code: signal.aborted ? 'TIMEOUT' : 'REMOTE_UNAVAILABLE', hint: 'Look in the pod whether it was done.', details: { unclear: true } },
  );
}

/** Undefined where the server did not say how it ended. */
function readEnding(text: string): Ended | undefined {
  const parsed = Ending.safeParse(parseJson(text));
  if (!parsed.success || text === '') return undefined;
  const { status, message, reason, details } = parsed.data;
  if (status === 'Success') return { exitCode: 0 };
  const code = (details?.causes ?? []).find((cause) => cause.reason === 'ExitCode')?.message;
  if (reason === 'NonZeroExitCode' && /^\d{1,3}$/.test(code ?? '')) return { exitCode: Number(code) };
  return { failure: cleanLine(redact(message ?? 'no reason was given')).slice(0, 600) };
}

/** The first frame of each of the two channels names the port; the second channel then says what went wrong. */
function toConnection(socket: HttpSocket): PodConnection {
  const named = [false, false];
  let failure: string | undefined;
  async function* read(): AsyncGenerator<Uint8Array> {
    for await (const frame of socket.frames) {
      const of = frame[0] ?? 0;
      const bytes = frame.subarray(1);
      if (of > 1) continue;
      if (named[of] !== true) {
        named[of] = true;
        continue;
      }
      if (of === 0) yield bytes;
      else failure = `${failure ?? ''}${cleanLine(redact(Buffer.from(bytes).toString('utf8')))}`.slice(0, 600);
    }
  }
  return {
    bytes: read(),
    write: (bytes) => socket.send(Buffer.concat([Buffer.of(0), bytes])),
    close: () => socket.close(),
    failure: () => failure,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The caller tells from it that the answer is not JSON.
  }
}
