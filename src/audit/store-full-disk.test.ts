import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '#store';
import { silentLog } from '#store/testing';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { createAudit } from './create-audit.ts';

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

/** A disk of its own, so small that it can be filled. Undefined where we may not mount one. */
async function newDisk(size: string): Promise<string | undefined> {
  const disk = await mkdtemp(join(tmpdir(), 'devos-disk-'));
  undo.push(() => rm(disk, { recursive: true, force: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', disk], { stdio: 'ignore' });
  } catch {
    console.log('SKIPPED: a small disk can only be mounted by root');
    return undefined;
  }
  undo.push(async () => void execFileSync('umount', ['-l', disk]));
  // The server runs as another user and must stay on this disk.
  await chmod(disk, 0o711);
  await mkdir(join(disk, 'postgres'), { mode: 0o711 });
  return disk;
}

function fill(disk: string): void {
  const file = openSync(join(disk, 'ballast'), 'w');
  for (const size of [65_536, 1]) {
    try {
      for (;;) writeSync(file, Buffer.alloc(size));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }
  closeSync(file);
}

async function open(stateDir: string) {
  const store = await openStore({ stateDir, log: silentLog });
  const audit = createAudit({ store, clock: () => new Date(0), log: silentLog });
  return { store, audit, append: (text: string) => audit.append({ type: 'effect-intended', who: 'ada', body: { text } }) };
}

describe('a full disk', () => {
  it('stops the audit log, loses nothing that was acknowledged, and lets it go on when there is space again', async () => {
    const disk = await newDisk('140m');
    if (disk === undefined) return;
    const before = await open(disk);
    for (let n = 0; n < 30; n += 1) await before.append('small');
    fill(disk);

    // Random text does not compress: it needs new pages, which there are none for.
    const noise = Array.from({ length: 40_000 }, (_, index) => ((index * 7919 * 7919) % 99_991).toString(36)).join('');
    const refused = await before.append(noise).catch((error: unknown) => error);
    // No space for the next log file ends the server itself.
    await sql`select pg_switch_wal()`.execute(before.store.db).catch(() => undefined);
    const gone = await before.append('small').catch((error: unknown) => error);
    await before.store.close();
    const notOpened = await openStore({ stateDir: disk, log: silentLog }).then(
      (store) => store.close(),
      (error: unknown) => error,
    );
    rmSync(join(disk, 'ballast'));
    const after = await open(disk);
    undo.push(() => after.store.close({ stopServer: true }));

    expect(refused).toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
      details: { cause: 'DISK_FULL' },
      hint: expect.stringContaining('Free some space'),
    });
    expect(gone).toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect(notOpened).toMatchObject({ code: 'DISK_FULL' });
    expect(await after.audit.verify()).toMatchObject({ ok: true, events: 30 });
    expect((await after.append('small')).seq).toBe(31);
  });

  it('is DISK_FULL where there is no room for a first database, and leaves nothing half behind', async () => {
    const disk = await newDisk('30m');
    if (disk === undefined) return;

    await expect(openStore({ stateDir: disk, log: silentLog })).rejects.toMatchObject({
      code: 'DISK_FULL',
      details: { log: expect.any(Array) },
    });
    execFileSync('mount', ['-o', 'remount,size=300m', disk]);
    const { store, append } = await open(disk);
    undo.push(() => store.close({ stopServer: true }));

    expect((await append('small')).seq).toBe(1);
  });
});
