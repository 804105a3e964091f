/** One process starts the daemon; the others wait for it. The lock of a process that died is taken over. */
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isAlive } from './process.ts';

export interface Lock {
  release: () => void;
}

/** Longer than any start takes: an older lock is left over, even where its process number is in use again. */
const oldestMs = 60_000;

/** Undefined while another living process holds it. */
export function takeLock(path: string, pid: number = process.pid, now: () => number = Date.now): Lock | undefined {
  const own = `${path}.${pid}`;
  // Linked into place, so that the lock is never seen without its process number.
  writeFileSync(own, String(pid), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (tryLink(own, path)) return { release: () => rmSync(path, { force: true }) };
      if (isHeld(path, now())) return undefined;
      buryDead(path, pid);
    }
    return undefined;
  } finally {
    rmSync(own, { force: true });
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function isHeld(path: string, now: number): boolean {
  try {
    return isAlive(Number(readFileSync(path, 'utf8'))) && now - statSync(path).mtimeMs < oldestMs;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Moving is atomic, so that of two that found the same dead lock one moves it; where a new lock was caught by that, it is put back. */
function buryDead(path: string, pid: number): void {
  const grave = `${path}.${pid}.dead`;
  try {
    renameSync(path, grave);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if (isHeld(grave, Date.now())) tryLink(grave, path);
  rmSync(grave, { force: true });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
