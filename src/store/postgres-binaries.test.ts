import { execFile } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBinaries, findPackage, linkLibraries } from './postgres-binaries.ts';
import type { ServerAccount } from './server-account.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const self: ServerAccount = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, drops: false };
const other: ServerAccount = { uid: 54_321, gid: 54_321, drops: true };

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'devos-binaries-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** A package as npm leaves it where install scripts are off: libraries without their links. */
async function newPackage(links: { source: string; target: string }[]): Promise<string> {
  const lib = join(base, 'native', 'lib');
  await mkdir(lib, { recursive: true });
  await writeFile(join(base, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  await writeFile(join(lib, 'liba.so.60.2'), 'a');
  return lib;
}

describe('linkLibraries', () => {
  it('makes what is missing, however often and at once it is called', async () => {
    const lib = await newPackage([
      { source: 'native/lib/liba.so.60.2', target: 'native/lib/liba.so.60' },
      { source: 'native/lib/liba.so.60.2', target: 'native/lib/liba.so' },
    ]);

    await Promise.all([linkLibraries(base), linkLibraries(base), linkLibraries(base)]);
    await linkLibraries(base);

    expect(await readlink(join(lib, 'liba.so.60'))).toBe('liba.so.60.2');
    expect(await readlink(join(lib, 'liba.so'))).toBe('liba.so.60.2');
  });

  it('leaves alone what lies outside of the package', async () => {
    await newPackage([{ source: '../outside.2', target: '../outside' }]);

    await linkLibraries(base);

    await expect(lstat(join(dirname(base), 'outside'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says who has to do what where the folder is not ours to write', async () => {
    const lib = await newPackage([{ source: 'native/lib/liba.so.60.2', target: 'native/lib/liba.so' }]);
    // Root may write everywhere: a link to /proc is what even root cannot write to.
    if (isRoot) {
      await rm(lib, { recursive: true });
      await symlink('/proc/1', lib);
    } else await chmod(lib, 0o555);

    await expect(linkLibraries(base)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', hint: expect.stringContaining('Its owner') });
    if (!isRoot) await chmod(lib, 0o755);
  });
});

describe('findBinaries', () => {
  it('finds a server that runs', async () => {
    const { postgres, initdb } = await findBinaries(self);

    expect((await run(postgres, ['--version'])).stdout).toMatch(/^postgres \(PostgreSQL\) 18\./);
    expect(basename(initdb)).toBe('initdb');
  });

  it('copies it once, for everybody to read, where its user cannot reach it', async () => {
    if (!isRoot) return console.log('SKIPPED: only root hands the server to another user');
    const cache = join(base, 'cache');
    const found = findPackage();
    const closed = { ...found, folder: join(base, 'closed', 'package') };
    await mkdir(dirname(closed.folder), { mode: 0o700 });
    await symlink(found.folder, closed.folder);
    await mkdir(join(base, 'copy'));
    await run('cp', ['-a', join(found.folder, 'native'), join(base, 'copy', 'native')]);
    const strict = { ...found, folder: join(base, 'copy') };
    await run('chmod', ['-R', 'go-rwx', strict.folder]);
    await mkdir(join(cache, 'new-999999999-half'), { recursive: true });

    const [first, second] = await Promise.all([findBinaries(other, strict, cache), findBinaries(other, strict, cache)]);

    expect(first).toEqual(second);
    expect(first?.postgres.startsWith(cache)).toBe(true);
    expect(await readdir(cache)).toEqual([`postgres-${found.version}-${found.platform}`]);
    await chmod(base, 0o711);
    expect((await run(first?.postgres ?? '', ['--version'], { uid: 54_321, gid: 54_321, cwd: '/' })).stdout).toContain('PostgreSQL');
    expect((await stat(first?.postgres ?? '')).mode & 0o022).toBe(0);
    console.log('store: a copy of the server was made for a user that cannot reach the package');
  });

  it('runs nothing from a cache that somebody else could have filled', async () => {
    if (!isRoot) return console.log('SKIPPED: only root uses the cache');
    const cache = join(base, 'cache');
    await mkdir(cache);
    await chmod(cache, 0o777);
    const found = findPackage();
    const closed = { ...found, folder: join(base, 'none') };
    await mkdir(closed.folder);

    await expect(findBinaries(other, closed, cache)).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringContaining("root's own"),
    });
  });
});
