import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { killHard, listeningPorts, newStateDir, readServer, spawnDaemon, startDaemon } from './__fixtures__/children.ts';
import { removeEmbedded, startEmbedded } from './embedded.ts';
import { openStore } from './open-store.ts';
import { silentLog } from './testing.ts';
import type { StoreServer } from './types.ts';

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

async function newDir(prefix?: string): Promise<string> {
  const { stateDir, remove } = await newStateDir(prefix);
  undo.push(remove);
  return stateDir;
}

async function open(stateDir: string) {
  const store = await openStore({ stateDir, log: silentLog });
  undo.push(() => store.close());
  return store;
}

describe('a daemon that is killed', () => {
  it('leaves its server running with every committed row, and the next daemon adopts it', async () => {
    const stateDir = await newDir();
    const first = await startDaemon(stateDir, 'P-before-the-kill');
    await killHard(first.child);

    const begun = performance.now();
    const store = await open(stateDir);
    const openMs = Math.round(performance.now() - begun);

    expect(store.server).toMatchObject({ pid: first.server.pid, adopted: true });
    expect(await store.plans.find('P-before-the-kill')).toBeDefined();
    await store.close({ stopServer: true });
    const later = await open(stateDir);
    expect(later.server?.adopted).toBe(false);
    expect(await later.plans.find('P-before-the-kill')).toBeDefined();
    console.log(
      `store: server up after ${first.server.runtimeMs} ms at first, ${later.server?.runtimeMs} ms later, ${store.server?.runtimeMs} ms adopted (${openMs} ms until the store is open)`,
    );
  });

  it('leaves nothing half when it dies while the data folder is made', async () => {
    const stateDir = await newDir();
    const child = spawnDaemon(stateDir);
    const place = await folderOf(stateDir);
    await until(async () => (await readdir(place)).some((name) => name.startsWith('data.new-')));
    await killHard(child);
    expect(existsSync(join(place, 'data'))).toBe(false);

    const store = await open(stateDir);

    expect(await store.runs.list(1)).toEqual([]);
    expect((await readdir(place)).toSorted()).toEqual(expect.arrayContaining(['data', 'log', 'sock']));
  });

  it('makes one server of two daemons that start at once', async () => {
    const stateDir = await newDir();
    const children = [spawnDaemon(stateDir, 'P-1'), spawnDaemon(stateDir, 'P-2')];
    undo.push(async () => {
      for (const child of children) await killHard(child);
    });

    const servers = await Promise.all(children.map(readServer));

    expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1);
    expect(servers.filter(({ adopted }) => !adopted)).toHaveLength(1);
    expect((await (await open(stateDir)).plans.list(9)).map(({ id }) => id).toSorted()).toEqual(['P-1', 'P-2']);
  });
});

describe('a machine that crashed', () => {
  it('leaves a lock file whose number another process has by now; the server starts and keeps every committed row', async () => {
    const stateDir = await newDir();
    const first = await startDaemon(stateDir, 'P-before-the-crash');
    await killServer(first.server);
    await killHard(first.child);
    const lock = join(first.server.folder, 'data', 'postmaster.pid');
    const lines = (await readFile(lock, 'utf8')).split('\n');
    await writeFile(lock, [process.pid, ...lines.slice(1)].join('\n'));
    await writeFile(join(first.server.folder, 'sock', '.s.PGSQL.5432.lock'), [process.pid, ...lines.slice(1)].join('\n'));

    const store = await open(stateDir);

    expect(store.server?.adopted).toBe(false);
    expect(store.server?.pid).not.toBe(first.server.pid);
    expect(await store.plans.find('P-before-the-crash')).toBeDefined();
  });
});

describe('who can reach it', () => {
  it('listens on no TCP port', async () => {
    const stateDir = await newDir();
    const server = await startEmbedded({ dir: join(stateDir, 'postgres'), log: silentLog });
    if (process.platform !== 'linux') return console.log('SKIPPED: ports of a process are only read on Linux');
    const control = createServer().listen(0, '127.0.0.1');
    await once(control, 'listening');
    undo.push(async () => void control.close());

    expect(await listeningPorts(server.pid)).toEqual([]);
    expect(await listeningPorts(process.pid)).toContain((control.address() as { port: number }).port);
    expect(await ask(server.url('postgres'), 'show listen_addresses')).toBe('');
  });

  it('keeps data and socket in folders that only its user can enter', async () => {
    const stateDir = await newDir();
    const { url, folder } = await startEmbedded({ dir: join(stateDir, 'postgres'), log: silentLog });

    const modes = await Promise.all(
      [join(folder, 'data'), socketFolder(url('postgres'))].map(async (path) => ((await stat(path)).mode & 0o777).toString(8)),
    );

    expect(modes).toEqual(['700', '700']);
  });

  it('lets nobody else in, though there is no password', async () => {
    if (process.getuid?.() !== 0) return console.log('SKIPPED: only root can try it as another user');
    const stateDir = await newDir();
    const { url } = await startEmbedded({ dir: join(stateDir, 'postgres'), log: silentLog });
    const socket = join(socketFolder(url('postgres')), '.s.PGSQL.5432');

    expect(await connectAs(54_321, socket)).toBe('EACCES');
    expect(await connectAs(0, socket)).toBe('connected');
  });

  it('puts the socket into a short private folder where the path would be too long', async () => {
    const base = await newDir();
    await chmod(base, 0o711); // root's server runs as another user, who has to pass
    const dir = join(base, 'x'.repeat(100));
    await mkdir(dir, { mode: 0o711 });
    undo.push(() => removeEmbedded(dir));

    const server = await startEmbedded({ dir, log: silentLog, env: {} });
    const folder = socketFolder(server.url('postgres'));

    expect(folder.startsWith('/tmp/devos-')).toBe(true);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await ask(server.url('postgres'), 'select 1 as one')).toBe(1);
  });
});

describe('a server that does not start', () => {
  it('is DATABASE_UNAVAILABLE with the last lines of its log', async () => {
    const stateDir = await newDir();
    const { stop, folder } = await startEmbedded({ dir: join(stateDir, 'postgres'), log: silentLog });
    await stop();
    const conf = join(folder, 'data', 'postgresql.conf');
    const before = await readFile(conf, 'utf8');
    await writeFile(conf, `${before}\nno_such_setting = 1\n`);
    undo.push(() => writeFile(conf, before));

    const failure = await startEmbedded({ dir: join(stateDir, 'postgres'), log: silentLog }).catch((error: unknown) => error);

    expect(failure).toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      details: { log: expect.arrayContaining([expect.stringContaining('no_such_setting')]) },
    });
  });
});

/** Where the data of a state folder are; waits until that is decided. */
async function folderOf(stateDir: string): Promise<string> {
  const dir = join(stateDir, 'postgres');
  const pointer = join(dir, 'where.json');
  await until(async () => existsSync(pointer) || (existsSync(dir) && process.getuid?.() !== 0));
  return existsSync(pointer) ? (JSON.parse(await readFile(pointer, 'utf8')) as { folder: string }).folder : dir;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

/** All of its processes at once, as when the power goes. */
async function killServer({ pid }: StoreServer): Promise<void> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number);
  for (const each of [pid, ...children]) process.kill(each, 'SIGKILL');
  await until(async () => [pid, ...children].every((each) => !isRunning(each)));
}

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}/exe`) || existsSync(`/proc/${pid}/fd/0`);
}

function socketFolder(url: string): string {
  return new URL(url).searchParams.get('host') ?? '';
}

async function ask(url: string, query: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(query);
  await client.end();
  return Object.values(rows[0] ?? {})[0];
}

async function connectAs(uid: number, socket: string): Promise<string> {
  const script =
    'require("net").connect(process.argv[1]).on("connect",function(){console.log("connected");this.end()}).on("error",(e)=>console.log(e.code))';
  const child = spawn(process.execPath, ['-e', script, socket], { uid, gid: uid, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await Promise.all([child.stdout.toArray(), once(child, 'close')]);
  return Buffer.concat(said as Buffer[])
    .toString()
    .trim();
}
