/** A server process: finds a running one, stops it. */
import { link, readFile, rename, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '#kit/errors';
import pg from 'pg';
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

export const startTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;
export const pollMs = 10;

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

/** Lines of postmaster.pid: pid, data folder, start time, port, socket folder, address, key, status. */
export async function readPidFile(data: string): Promise<PidFile | undefined> {
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

export async function ping(socketFolder: string, data: string): Promise<'ours' | 'busy' | 'nobody'> {
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

/** The socket has a lock file too, with the same trap: its number may belong to another process by now. */
export async function removeStaleSocket(socketFolder: string, data: string, account: ServerAccount): Promise<void> {
  const socket = `${socketFolder}/.s.PGSQL.5432`;
  const text = await readFile(`${socket}.lock`, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  const pid = Number(text?.split('\n')[0]);
  if (text === undefined || (isAlive(pid) && isPostmasterOf(pid, data, account.uid) !== false)) return;
  for (const path of [socket, `${socket}.lock`]) await rm(path, { force: true });
}
