/** Starts the daemon when nobody listens, and restarts one that runs older code. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Health, RunView } from '#kit/api';
import { AppError } from '#kit/errors';
import { ensurePrivateFolder } from '#kit/state';
import { isOutdated, recordBuild, root } from './place.ts';
import { logPath, readFailure } from './daemon-log.ts';
import type { Io } from './io.ts';
import { endProcess } from './process.ts';
import { readJson, sendOverSocket } from './socket-http.ts';
import { takeLock } from './start-lock.ts';

type Env = Record<string, string | undefined>;

export interface DaemonPlace {
  state: string;
  socket: string;
  env: Env;
}

export interface EnsureOptions extends DaemonPlace {
  io: Pick<Io, 'err'>;
  quiet: boolean;
  timeoutMs?: number;
  /** Ends a daemon of other code first. */
  replace?: boolean;
}

const startTimeoutMs = 30_000;
const pollMs = 25;
/** A start that takes longer is worth a word. */
const silentMs = 700;
/** The daemon gives itself 10 s to close its streams and its database. */
const stopTimeoutMs = 15_000;
const maxLogBytes = 5 * 1024 * 1024;
/** Without it Node lets short-lived objects pile up to some 100 MB more, and is no quicker for it. */
const memoryFlags = ['--max-semi-space-size=16'];

/** Returns when the daemon answers. One of several callers starts it. Throws DAEMON_UNAVAILABLE, or what the daemon said on its way out. */
export async function ensureDaemon(options: EnsureOptions): Promise<void> {
  const { state, socket, timeoutMs = startTimeoutMs, replace = false } = options;
  makeFolders(state, socket);
  const end = Date.now() + timeoutMs;
  const word = setTimeout(() => {
    if (!options.quiet) options.io.err('starting the daemon …\n');
  }, silentMs);
  try {
    for (;;) {
      if (!(replace && isOutdated(state)) && (await readHealth(socket)) !== undefined) return;
      const lock = takeLock(join(state, 'start.lock'));
      if (lock !== undefined) {
        try {
          if (replace && isOutdated(state)) await stopDaemon(options);
          if ((await readHealth(socket)) === undefined) await startDaemon(options, end);
          return;
        } finally {
          lock.release();
        }
      }
      if (Date.now() > end) throw notReady(state, timeoutMs);
      await delay(pollMs);
    }
  } finally {
    clearTimeout(word);
  }
}

function makeFolders(state: string, socket: string): void {
  try {
    ensurePrivateFolder(state);
    if (dirname(socket) !== state) ensurePrivateFolder(dirname(socket));
  } catch (error) {
    throw folderError(state, error);
  }
}

function folderError(state: string, error: unknown): AppError {
  if (AppError.isInstance(error)) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError(`No space is left for ${state}`, {
      code: 'DISK_FULL',
      hint: `Free some space (df -h ${state}), or use another disk: DEVOS_STATE_DIR=/path devos doctor`,
      cause: error,
    });
  return new AppError(`The state folder ${state} cannot be used: ${error instanceof Error ? error.message : String(error)}`, {
    code: 'CONFIG_INVALID',
    hint: `Look at it with: ls -ld ${state}   or name another: DEVOS_STATE_DIR=/path devos doctor`,
    cause: error,
  });
}

async function startDaemon({ state, socket, env }: EnsureOptions, end: number): Promise<void> {
  const { log, offset } = openLog(state);
  const child = spawn(process.execPath, [...memoryFlags, join(root, 'src/server/main.ts'), '--state', state], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: state,
    env,
  });
  closeSync(log);
  child.unref();
  let ended = false;
  child.once('exit', () => (ended = true)).once('error', () => (ended = true));
  while (Date.now() < end) {
    if ((await readHealth(socket)) !== undefined) return;
    if (ended) throw readFailure(state, offset);
    await delay(pollMs);
  }
  if (child.pid !== undefined) await endProcess(child.pid, stopTimeoutMs);
  throw notReady(state, startTimeoutMs);
}

function openLog(state: string): { log: number; offset: number } {
  try {
    const path = logPath(state);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > maxLogBytes) renameSync(path, `${path}.1`);
    recordBuild(state);
    return { log: openSync(path, 'a', 0o600), offset: size > maxLogBytes ? 0 : size };
  } catch (error) {
    throw folderError(state, error);
  }
}

function notReady(state: string, timeoutMs: number): AppError {
  return new AppError(`The daemon was not ready within ${Math.round(timeoutMs / 1000)} s`, {
    code: 'DAEMON_UNAVAILABLE',
    hint: `See what it says: devos daemon logs   (${logPath(state)})`,
  });
}

/** Undefined where nobody listens or something else answers. */
export async function readHealth(socket: string): Promise<Health | undefined> {
  try {
    const reply = await sendOverSocket(socket, { method: 'GET', path: '/v1/health', signal: AbortSignal.timeout(5000) });
    const value = await readJson(reply.body);
    return reply.status === 200 && isHealth(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHealth(value: unknown): value is Health {
  return (
    typeof value === 'object' && value !== null && 'ok' in value && value.ok === true && 'pid' in value && typeof value.pid === 'number'
  );
}

/** Ends the daemon and its database. False where none ran. */
export async function stopDaemon({ state, socket }: Pick<DaemonPlace, 'state' | 'socket'>): Promise<boolean> {
  const health = await readHealth(socket);
  if (health === undefined) return false;
  if (!(await endProcess(health.pid, stopTimeoutMs)))
    throw new AppError(`The daemon (process ${health.pid}) does not end`, {
      code: 'DAEMON_UNAVAILABLE',
      hint: `See: devos daemon logs   As a last resort: kill -9 ${health.pid}; runs go on where they were.`,
    });
  rmSync(join(state, 'daemon.build'), { force: true });
  return true;
}

/** Replaces a daemon of other code, unless a run is active: then it stays for this call, and that is said. */
export async function restartOutdated(options: EnsureOptions): Promise<void> {
  const active = await findActiveRun(options.socket);
  if (active !== undefined) {
    if (!options.quiet) options.io.err(`The daemon runs older code; it is replaced once ${active} has ended.\n`);
    return;
  }
  if (!options.quiet) options.io.err('The code has changed: restarting the daemon.\n');
  await ensureDaemon({ ...options, replace: true });
}

async function findActiveRun(socket: string): Promise<string | undefined> {
  try {
    const reply = await sendOverSocket(socket, { method: 'GET', path: '/v1/runs?limit=100', signal: AbortSignal.timeout(5000) });
    const runs = await readJson(reply.body);
    return reply.status === 200 && Array.isArray(runs) ? (runs as RunView[]).find((run) => run.state === 'running')?.id : undefined;
  } catch {
    return undefined;
  }
}
