import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canReach, type ServerAccount } from './server-account.ts';
import { makePrivate, placeServer, socketPlace } from './server-folder.ts';

let base: string;
let system: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'devos-place-'));
  system = join(base, 'system');
});
afterEach(() => rm(base, { recursive: true, force: true }));

const self: ServerAccount = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, drops: false };
/** Nobody we are, and a user that nothing belongs to. */
const other: ServerAccount = { uid: 54_321, gid: 54_321, drops: true };

describe('placeServer', () => {
  it('keeps to the folder itself where the server runs as ourselves', async () => {
    const dir = join(base, 'state', 'postgres');

    expect(await placeServer(dir, self, system)).toEqual({ folder: dir, data: join(dir, 'data'), log: join(dir, 'log') });
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
  });

  it('keeps to the folder itself where the other user can enter it', async () => {
    await chmod(base, 0o711);
    const dir = join(base, 'postgres');
    await mkdir(dir, { mode: 0o711 });

    expect((await placeServer(dir, other, system)).folder).toBe(dir);
  });

  it('goes elsewhere where the other user cannot enter, and finds the same place again', async () => {
    const dir = join(base, 'postgres');

    const first = await placeServer(dir, other, system);
    const again = await placeServer(dir, other, system);

    expect(first.folder.startsWith(`${system}/`)).toBe(true);
    expect(again).toEqual(first);
    expect(JSON.parse(await readFile(join(dir, 'where.json'), 'utf8'))).toEqual({ folder: first.folder, dir });
  });

  it('gives two state folders, and two starts at once in one, their own and the same place', async () => {
    const [one, two] = [join(base, 'one'), join(base, 'two')];

    const places = await Promise.all([one, one, one, two].map((dir) => placeServer(dir, other, system)));

    expect(new Set(places.slice(0, 3).map(({ folder }) => folder)).size).toBe(1);
    expect(places[3]?.folder).not.toBe(places[0]?.folder);
  });

  it('follows a state folder that was moved, and refuses one that was copied', async () => {
    const [first, moved, copied] = [join(base, 'first'), join(base, 'moved'), join(base, 'copied')];
    const { folder } = await placeServer(first, other, system);

    await rename(first, moved);
    expect((await placeServer(moved, other, system)).folder).toBe(folder);
    await cp(moved, copied, { recursive: true });

    await expect(placeServer(copied, other, system)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('is a copy of'),
    });
    expect((await placeServer(moved, other, system)).folder).toBe(folder);
  });

  it('does not begin anew where the data are out of reach or gone', async () => {
    const [closed, lost] = [join(base, 'closed'), join(base, 'lost')];
    await mkdir(join(closed, 'data'), { recursive: true, mode: 0o700 });
    const { folder } = await placeServer(lost, other, system);
    await rm(folder, { recursive: true });

    await expect(placeServer(closed, other, system)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(placeServer(lost, other, system)).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      hint: expect.stringContaining('where.json'),
    });
  });

  it('refuses a folder that others can write to, and a file in its place', async () => {
    const [open, file] = [join(base, 'open'), join(base, 'file')];
    await mkdir(open);
    await chmod(open, 0o777);
    await writeFile(file, '');

    await expect(placeServer(open, self, system)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(placeServer(file, self, system)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });
});

describe('socketPlace', () => {
  it('is beside the data, and short where that would be too long', () => {
    const long = `/${'x'.repeat(120)}`;

    expect(socketPlace('/state/postgres', self, {})).toBe('/state/postgres/sock');
    expect(socketPlace(long, self, {})).toMatch(/^\/tmp\/devos-\d+-[0-9a-f]{12}$/);
    expect(socketPlace(long, self, { XDG_RUNTIME_DIR: '/run/user/7' })).toMatch(/^\/run\/user\/7\/devos-\d+-[0-9a-f]{12}$/);
    expect(socketPlace(long, self, { XDG_RUNTIME_DIR: 'relative' })).toMatch(/^\/tmp\//);
    expect(socketPlace(long, self, { XDG_RUNTIME_DIR: long })).toMatch(/^\/tmp\//);
    expect(socketPlace(long, other, { XDG_RUNTIME_DIR: base })).toMatch(/^\/tmp\//);
  });

  it('never leaves a path that the kernel would cut', () => {
    for (let length = 80; length < 130; length += 1)
      expect(Buffer.byteLength(`${socketPlace(`/${'x'.repeat(length)}`, self, {})}/.s.PGSQL.5432`)).toBeLessThanOrEqual(107);
  });
});

describe('makePrivate', () => {
  it('makes it once and accepts its own', async () => {
    const path = join(base, 'sock');

    await makePrivate(path, self);

    expect(await makePrivate(path, self)).toBe(path);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  it('refuses what somebody else could have put there', async () => {
    const open = join(base, 'open');
    await mkdir(open);
    await chmod(open, 0o755);

    await expect(makePrivate(open, self)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });
});

describe('canReach', () => {
  it('looks at every folder on the way', async () => {
    await mkdir(join(base, 'in'), { mode: 0o755 });

    expect(canReach(join(base, 'in'), other, 5)).toBe(false);
    await chmod(base, 0o711);
    expect(canReach(join(base, 'in'), other, 5)).toBe(true);
    expect(canReach(join(base, 'in'), other, 7)).toBe(false);
    expect(canReach(join(base, 'none'), other, 1)).toBe(false);
  });
});
