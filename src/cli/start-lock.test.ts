import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from './start-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'devos-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const lockPath = (): string => join(folder, 'start.lock');

/** The number of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '0']).pid;
}

describe('takeLock', () => {
  it('is held by one at a time, and free again after release', () => {
    const first = takeLock(lockPath());

    expect(first).toBeDefined();
    expect(takeLock(lockPath())).toBeUndefined();
    first?.release();
    expect(takeLock(lockPath())).toBeDefined();
  });

  it('is taken over from a process that died', () => {
    writeFileSync(lockPath(), String(deadPid()));

    expect(takeLock(lockPath())).toBeDefined();
  });

  it('is taken over when it is older than any start takes', () => {
    writeFileSync(lockPath(), String(process.pid));
    const old = Date.now() / 1000 - 120;
    utimesSync(lockPath(), old, old);

    expect(takeLock(lockPath())).toBeDefined();
  });

  it('leaves nothing else behind', () => {
    writeFileSync(lockPath(), String(deadPid()));

    takeLock(lockPath())?.release();

    expect(existsSync(lockPath())).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });
});
