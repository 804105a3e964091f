/** One server process: finds a running one, starts one, stops it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rename, rm, stat, link } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '#kit/errors';
import pg from 'pg';
import { serverEnv, serverFailure } from './data-folder.ts';
import { codeOf } from './database-errors.ts';
import { isAlive, isPostmasterOf } from './processes.ts';
import type { ServerAccount } from './server-account.ts';

export interface Postmaster {
  pid: number;
  /** Where its socket is, which may be elsewhere than we would put it today. */
  socketFolder: string;
}

interface PidFile extends Postmaster {
  text: string;
  isReady: boolean;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;
const pollMs = 10;
const logLimitBytes = 4 * 1024 * 1024;

/** What the launcher sets on the command line cannot be changed by ALTER SYSTEM: no TCP, a closed socket. */
function settings(socketFolder: string): string[] {
  const values = {
    listen_addresses: '',
    port: '5432',
    unix_socket_directories: quoteList(socketFolder),
    unix_socket_permissions: '0700',
    max_connections: '60',
    shared_buffers: '32MB',
    io_method: 'sync',
    log_checkpoints: 'off',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** The setting is a list: a comma or a quote in the path would split it. */
function quoteList(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}

/** Waits for a server that is there to answer; undefined where there is none. A stale lock file of a crashed machine goes. */
export async function findRunning(data: string, account: ServerAccount): Promise<Postmaster | undefined> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    const file = await readPidFile(data);
    if (file === undefined) return undefined;
    const isOurs = isAlive(file.pid) ? isPostmasterOf(file.pid, data, account.uid) : false;
    if (isOurs === false) {
      await removeStale(data, file);
      continue;
    }
    if (file.isReady) {
      const answer = await ping(file.socketFolder, data);
      if (answer === 'ours') return { pid: file.pid, socketFolder: file.socketFolder };
      // Its socket was cleared away, or is another's: nobody can reach it there any more.
      if (isOurs === true && answer === 'nobody') await stopServer(file.pid, data, account);
      // The platform cannot tell whose process it is, and the server does not answer: let PostgreSQL judge.
      if (isOurs === undefined && answer === 'nobody') return undefined;
    }
    await pause(pollMs);
  }
  throw new AppError('The embedded database does not answer', {
    code: 'DATABASE_UNAVAILABLE',
    hint: 'Look at its processes with: ps aux | grep postgres   then: devos daemon start',
    details: { data },
  });
}

/** Starts a server and waits until it answers. Undefined where another process was first. */
export async function startServer(options: {
  postgres: string;
  data: string;
  log: string;
  folder: string;
  socketFolder: string;
  account: ServerAccount;
}): Promise<Postmaster | undefined> {
  const { postgres, data, log, folder, socketFolder, account } = options;
  await turnLog(log);
  const from = await stat(log).then(
    ({ size }) => size,
    () => 0,
  );
  const output = openSync(log, 'a', 0o600);
  // Not by pg_ctl: it puts our paths into a shell line. The session of its own lets the server outlive us.
  const child = spawn(postgres, ['-D', data, ...settings(socketFolder)], {
    cwd: folder,
    env: serverEnv,
    detached: true,
    stdio: ['ignore', output, output],
    ...(account.drops ? { uid: account.uid, gid: account.gid } : {}),
  });
  closeSync(output);
  const state = watch(child);
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    if (state.ended !== undefined) {
      const file = await readPidFile(data);
      if (file !== undefined && file.pid !== child.pid && isAlive(file.pid) && isPostmasterOf(file.pid, data, account.uid) !== false)
        return undefined;
      throw serverFailure('The embedded database did not start', (await readFrom(log, from)) || state.ended, { ended: state.ended });
    }
    const file = await readPidFile(data);
    if (file?.isReady === true && file.pid === child.pid && (await ping(socketFolder, data)) === 'ours') {
      child.unref();
      return { pid: file.pid, socketFolder };
    }
    await pause(pollMs);
  }
  child.kill('SIGINT');
  child.unref();
  throw serverFailure('The embedded database did not get ready in time', await readFrom(log, from), { waitedMs: startTimeoutMs });
}

/** Fast shutdown: open transactions are rolled back, everything committed is on the disk. Harmless where it is gone. */
export async function stopServer(pid: number, data: string, account: ServerAccount): Promise<void> {
  const isThere = () => isAlive(pid) && isPostmasterOf(pid, data, account.uid) !== false;
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!isThere()) return;
    process.kill(pid, signal);
    const deadline = performance.now() + stopTimeoutMs;
    while (isThere() && performance.now() < deadline) await pause(pollMs);
  }
  if (isThere())
    throw new AppError('The embedded database does not stop', {
      code: 'DATABASE_UNAVAILABLE',
      hint: `End it with: kill -QUIT ${pid}`,
      details: { pid },
    });
}

function watch(child: ChildProcess): { ended: string | undefined } {
  const state: { ended: string | undefined } = { ended: undefined };
  child.on('error', (error) => (state.ended = error.message));
  child.on('exit', (code, signal) => (state.ended = `exit ${code ?? signal}`));
  return state;
}

/** Lines of postmaster.pid: pid, data folder, start time, port, socket folder, address, key, status. */
async function readPidFile(data: string): Promise<PidFile | undefined> {
  const text = await readFile(`${data}/postmaster.pid`, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  return { pid: Number.isInteger(pid) && pid > 1 ? pid : 0, socketFolder: lines[4] ?? '', text, isReady: lines[7]?.trim() === 'ready' };
}

/** Moved aside first and compared: a server that started in this moment gets its file back. */
async function removeStale(data: string, judged: PidFile): Promise<void> {
  const path = `${data}/postmaster.pid`;
  const aside = `${path}.stale-${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== judged.text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function ping(socketFolder: string, data: string): Promise<'ours' | 'busy' | 'nobody'> {
  const client = new pg.Client({
    host: socketFolder,
    port: 5432,
    user: 'devos',
    database: 'postgres',
    ssl: false,
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => undefined); // the answer below says it
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
    return rows[0]?.folder === data ? 'ours' : 'nobody';
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR' ? 'nobody' : 'busy';
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function turnLog(log: string): Promise<void> {
  const size = await stat(log).then(
    (found) => found.size,
    () => 0,
  );
  if (size > logLimitBytes) await rename(log, `${log}.old`);
}

async function readFrom(log: string, from: number): Promise<string> {
  const bytes = await readFile(log).catch(() => Buffer.alloc(0));
  return bytes.subarray(from).toString('utf8');
}
