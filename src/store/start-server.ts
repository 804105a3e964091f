/** Starts a server process that outlives us. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rename, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { serverEnv, serverFailure } from './data-folder.ts';
import { ping, pollMs, type Postmaster, readPidFile, removeStaleSocket, startTimeoutMs } from './postmaster.ts';
import { isAlive, isPostmasterOf } from './processes.ts';
import type { ServerAccount } from './server-account.ts';
import type { ServerFolder } from './server-folder.ts';

export interface StartOptions extends ServerFolder {
  postgres: string;
  socketFolder: string;
  account: ServerAccount;
}

type Outcome =
  | { state: 'ready'; server: Postmaster }
  | { state: 'other' }
  | { state: 'ended'; ended: string; said: string }
  | { state: 'late'; said: string };

const logLimitBytes = 4 * 1024 * 1024;
/** After a server was killed, its own helpers go when they notice: until then no new one starts. */
const helpersTimeoutMs = 15_000;
const helpersPauseMs = 100;
/** The only word the server gives for it: it ends before it could send an SQLSTATE. Its messages are untranslated. */
const helpersText = 'pre-existing shared memory block';

/** Waits until it answers. Undefined where another process was first. DATABASE_UNAVAILABLE or DISK_FULL where it ends. */
export async function startServer(options: StartOptions): Promise<Postmaster | undefined> {
  await turnLog(options.log);
  const deadline = performance.now() + helpersTimeoutMs;
  for (;;) {
    const outcome = await tryStart(options);
    switch (outcome.state) {
      case 'ready':
        return outcome.server;
      case 'other':
        return undefined;
      case 'late':
        throw serverFailure('The embedded database did not get ready in time', outcome.said, {
          folder: options.folder,
          waitedMs: startTimeoutMs,
        });
      case 'ended':
        if (!outcome.said.includes(helpersText) || performance.now() > deadline)
          throw serverFailure('The embedded database did not start', outcome.said || outcome.ended, {
            folder: options.folder,
            ended: outcome.ended,
          });
        await pause(helpersPauseMs);
    }
  }
}

async function tryStart({ postgres, data, log, folder, socketFolder, account }: StartOptions): Promise<Outcome> {
  await removeStaleSocket(socketFolder, data, account);
  const from = await sizeOf(log);
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
    const { ended } = state; // looked at before the file, so that a file of another server is seen after our own end
    const file = await readPidFile(data);
    if (ended !== undefined) {
      const isOther =
        file !== undefined && file.pid !== child.pid && isAlive(file.pid) && isPostmasterOf(file.pid, data, account.uid) !== false;
      return isOther ? { state: 'other' } : { state: 'ended', ended, said: await readFrom(log, from) };
    }
    if (file?.isReady === true && file.pid === child.pid && (await ping(socketFolder, data)) === 'ours') {
      child.unref();
      return { state: 'ready', server: { pid: file.pid, socketFolder } };
    }
    await pause(pollMs);
  }
  child.kill('SIGINT');
  child.unref();
  return { state: 'late', said: await readFrom(log, from) };
}

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

function watch(child: ChildProcess): { ended: string | undefined } {
  const state: { ended: string | undefined } = { ended: undefined };
  child.on('error', (error) => (state.ended = error.message));
  child.on('exit', (code, signal) => (state.ended = `exit ${code ?? signal}`));
  return state;
}

async function turnLog(log: string): Promise<void> {
  if ((await sizeOf(log)) > logLimitBytes) await rename(log, `${log}.old`);
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function readFrom(log: string, from: number): Promise<string> {
  const bytes = await readFile(log).catch(() => Buffer.alloc(0));
  return bytes.subarray(from).toString('utf8');
}
