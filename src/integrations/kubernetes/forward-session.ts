/** A port on this machine whose connections end in a pod, for as long as somebody wants it. */
import { createServer, type Server, type Socket } from 'node:net';
import { AppError, cleanLine, toAppError } from '#kit';
import { changesOf, pause } from './changes.ts';
import type { Cluster, PodConnection } from './cluster.ts';
import type { Chosen, ForwardTarget } from './forward-target.ts';
import { isReady, parsePods } from './pods.ts';
import { resourceOf } from './resources.ts';

export interface SessionOptions {
  cluster: Cluster;
  namespace: string;
  target: ForwardTarget;
  /** One that the system chooses unless given. */
  localPort?: number | undefined;
  clock: () => Date;
  /** Ends the session, which is how every session ends. */
  signal: AbortSignal;
  say: (text: string) => void;
  /** Told once, when it can be used, and again whenever it leads to another pod. */
  leads: (localPort: number, to: Chosen) => void;
  everyMs?: number;
}

export interface SessionRecord {
  localPort: number;
  /** In the order in which they were used. */
  pods: string[];
  connections: number;
  /** Of these: ended by an error, or never made. */
  failed: number;
  seconds: number;
}

const address = '127.0.0.1';
/** Each is a connection to the cluster, too. */
const maxConnections = 128;
/** A side that has said all is waited for this long. */
const lingerMs = 30_000;
/** Many connections fail in the same way. */
const maxTold = 20;

/** Runs until the signal aborts. Throws PORT_UNAVAILABLE, and whatever keeps it from beginning. */
export async function runSession(options: SessionOptions): Promise<SessionRecord> {
  const { cluster, namespace, target, signal, leads, everyMs = 2000 } = options;
  const began = options.clock().getTime();
  let current: Chosen | undefined = await target.choose(signal);
  const record: SessionRecord = { localPort: 0, pods: [current.pod.metadata.name], connections: 0, failed: 0, seconds: 0 };
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (local) => {
    open.add(local);
    local.on('error', () => local.destroy()).on('close', () => open.delete(local));
    if (current === undefined || open.size > maxConnections) return void local.destroy();
    return void serve(local, current);
  });

  async function serve(local: Socket, to: Chosen): Promise<void> {
    record.connections += 1;
    const problem = await carry(local, to, options);
    if (problem === undefined || signal.aborted) return;
    record.failed += 1;
    if (record.failed <= maxTold) options.say(problem);
  }

  record.localPort = await listen(server, options.localPort ?? 0);
  try {
    while (!signal.aborted) {
      if (current === undefined) {
        current = await target.choose(signal).catch((error: unknown) => onlyPassing(error, signal));
        if (current === undefined) await pause(everyMs, signal);
        else record.pods.push(current.pod.metadata.name);
        continue;
      }
      leads(record.localPort, current);
      const why = await whenUnfit(cluster, namespace, current, signal);
      if (signal.aborted) break;
      options.say(`pod ${current.pod.metadata.name} ${why}; looking for another one`);
      current = undefined;
    }
  } finally {
    for (const local of open) local.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
  return { ...record, seconds: Math.round((options.clock().getTime() - began) / 1000) };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new AppError(`Port ${port} cannot be used on this machine: ${'code' in error ? String(error.code) : error.message}`, {
          code: 'PORT_UNAVAILABLE',
          hint: 'Leave --localPort out, and a free one is taken; or choose another above 1023.',
          details: { port, unclear: false },
          cause: error,
        }),
      ),
    );
    server.listen({ host: address, port, exclusive: true }, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

/** Only what may get better by itself is waited for. */
function onlyPassing(error: unknown, signal: AbortSignal): undefined {
  const { code } = toAppError(error);
  if (signal.aborted || ['NOT_FOUND', 'REMOTE_UNAVAILABLE', 'REMOTE_LIMITED', 'TIMEOUT'].includes(code)) return undefined;
  throw error;
}

/** Says why the pod is not to be used any more; ends without a word that counts when the signal aborts. */
async function whenUnfit(cluster: Cluster, namespace: string, { pod }: Chosen, signal: AbortSignal): Promise<string> {
  const { name, uid } = pod.metadata;
  const enough = new AbortController();
  const wasReady = isReady(pod);
  try {
    const watched = { resource: resourceOf('Pod'), namespace, name };
    for (;;) {
      try {
        for await (const object of changesOf(cluster, watched, AbortSignal.any([signal, enough.signal]))) {
          const [now] = object === undefined ? [] : parsePods([object]);
          if (now === undefined || now.metadata.uid !== uid || now.metadata.deletionTimestamp) return 'went away';
          if (now.status.phase !== 'Running') return `is ${cleanLine(now.status.phase ?? 'not running')}`;
          if (wasReady && !isReady(now)) return 'is not ready any more';
        }
        return 'is not watched any more';
      } catch (error) {
        onlyPassing(error, signal);
        await pause(1000, signal);
        if (signal.aborted) return 'is not watched any more';
      }
    }
  } finally {
    enough.abort();
  }
}

/** One local connection to its end; says what went wrong. */
async function carry(local: Socket, { pod, port }: Chosen, { cluster, namespace, signal }: SessionOptions): Promise<string | undefined> {
  const gone = new AbortController();
  const stop = () => gone.abort();
  local.on('close', stop);
  try {
    const remote = await cluster.forward(namespace, pod.metadata.name, port, AbortSignal.any([signal, gone.signal]));
    try {
      await Promise.race([both(local, remote), new Promise((resolve) => local.once('close', resolve))]);
    } finally {
      remote.close();
    }
    const failure = remote.failure();
    return failure === undefined ? undefined : `port ${port} of pod ${pod.metadata.name}: ${failure}`;
  } catch (error) {
    return gone.signal.aborted ? undefined : toAppError(error).message;
  } finally {
    local.destroySoon();
  }
}

/** Ends when the pod's side has ended. The pod cannot be told that the local side has said all: it gets some time to answer. */
async function both(local: Socket, remote: PodConnection): Promise<void> {
  const upward = (async () => {
    for await (const chunk of local.iterator({ destroyOnReturn: false })) await remote.write(chunk);
    const timer = setTimeout(() => remote.close(), lingerMs);
    local.once('close', () => clearTimeout(timer));
  })();
  // What breaks off on the local side ends with its close.
  upward.catch(() => undefined);
  for await (const bytes of remote.bytes) {
    if (local.destroyed) return;
    if (!local.write(bytes)) await drained(local);
  }
}

function drained(local: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      local.off('drain', done).off('close', done);
      resolve();
    };
    local.on('drain', done).on('close', done);
  });
}
