/** Is a process there, and is it the one we mean? */
import { readFileSync, statSync } from 'node:fs';
import { codeOf } from './database-errors.ts';

/** True also for a process of another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/**
 * The postmaster's arguments name its data folder: that tells it from a process that got the same number after a
 * restart of the machine. (Its working folder would too, but root in a container may not read that.)
 * Undefined where the platform does not say.
 */
export function isPostmasterOf(pid: number, data: string, uid: number): boolean | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return statSync(`/proc/${pid}`).uid === uid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(data);
  } catch (error) {
    return codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH' ? false : undefined;
  }
}
