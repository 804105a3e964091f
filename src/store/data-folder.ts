/** Makes the data folder of the embedded server, once, in a way that a crash cannot leave half. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, chown } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, cleanText } from '#kit';
import { codeOf, diskFullHint } from './database-errors.ts';
import { removeLeftovers } from './leftovers.ts';
import type { ServerAccount } from './server-account.ts';
import { syncFolder } from './server-folder.ts';

/** Nothing of the caller's environment reaches the server: no PG* setting, no preload. */
export const serverEnv = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Every word of the log that says a disk is full; a server that cannot start has no SQLSTATE to give. */
const diskFullText = /No space left on device|Disk quota exceeded/;

const leftoverPrefix = 'data.new-';

/** Makes `folder/data` unless it is there. Two processes at once: one wins, both go on with the same. */
export async function ensureData(folder: string, initdb: string, account: ServerAccount): Promise<void> {
  const data = join(folder, 'data');
  await removeLeftovers(folder, leftoverPrefix);
  if (existsSync(data)) return;
  const fresh = await mkdtemp(join(folder, `${leftoverPrefix}${process.pid}-`));
  try {
    if (account.drops) await chown(fresh, account.uid, account.gid);
    await runInitdb(initdb, fresh, folder, account);
    await rename(fresh, data);
    await syncFolder(folder);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
  }
}

/** `-A trust` is safe only because the socket's folder is closed and nothing listens on TCP. */
async function runInitdb(initdb: string, data: string, cwd: string, account: ServerAccount): Promise<void> {
  const args = ['-D', data, '-U', 'devos', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-instructions'];
  const child = spawn(initdb, args, {
    cwd,
    env: serverEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(account.drops ? { uid: account.uid, gid: account.gid } : {}),
  });
  let said = '';
  const keep = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-8192);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const status = await new Promise<number | string | null>((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => resolve(code ?? signal));
  });
  if (status !== 0) throw serverFailure('The embedded database could not be made', said, { folder: cwd, status });
}

/** DISK_FULL or DATABASE_UNAVAILABLE, with the last lines of what the server said. */
export function serverFailure(message: string, said: string, details: Record<string, unknown>): AppError {
  const lines = cleanText(said).trimEnd().split('\n').slice(-20);
  if (diskFullText.test(said))
    return new AppError('The disk of the database is full', { code: 'DISK_FULL', hint: diskFullHint, details: { ...details, log: lines } });
  return new AppError(message, {
    code: 'DATABASE_UNAVAILABLE',
    hint: 'The last lines of its log are in the details. After mending it: devos daemon start',
    details: { ...details, log: lines },
  });
}
