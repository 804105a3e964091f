/** The daemon as a process: who can reach it, what it leaves behind, and what it finds after a crash. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbedded } from '#store';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/api.ts';
import { startWorld, type World } from '../support/world.ts';
import { ask, type DaemonProcess, health, json, originOf, spawnDaemon, startDaemon, stopDaemon } from './daemon.ts';

let dir = '';
let world: World;
const started: DaemonProcess[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-http-'));
  world = await startWorld(dir);
});

afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  }
});

afterAll(async () => {
  await removeEmbedded(join(world.stateDir, 'postgres'));
  await world.close();
  await rm(dir, { recursive: true, force: true });
});

async function running(extra: Record<string, string | undefined> = {}): Promise<DaemonProcess> {
  const daemon = await startDaemon(world, extra);
  started.push(daemon);
  return daemon;
}

function attempt(extra: Record<string, string | undefined> = {}): DaemonProcess {
  const daemon = spawnDaemon(world, extra);
  started.push(daemon);
  return daemon;
}

const pidOf = async (): Promise<unknown> => Object(json(await health(world.socket)))['pid'];

/** The database server and its own children, from the process table. */
async function serverProcesses(pid: number): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const status = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    // `pid (name) state parent …`; the name may hold anything. A zombie has ended.
    const [state, parent] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    if (state !== 'Z' && status !== '' && (Number(entry) === pid || Number(parent) === pid)) found.push(Number(entry));
  }
  return found;
}

const connectScript = `
  const socket = require('node:net').connect(process.argv[1], () => { console.log('connected'); socket.destroy(); });
  socket.on('error', (error) => console.log(error.code));
`;

/** What another user, or we, get from the socket. */
async function tryAs(user: { uid: number; gid: number } | undefined, path: string): Promise<string> {
  const child = spawn(process.execPath, ['-e', connectScript, path], { cwd: '/', env: {}, stdio: ['ignore', 'pipe', 'ignore'], ...user });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.on('error', (error) => (said = `cannot run: ${error.message}`));
  await once(child, 'close');
  return said.trim();
}

describe('the socket', () => {
  it('is open to its owner alone, in a folder that nobody else can enter', async () => {
    await running();

    const [socket, folder] = [await stat(world.socket), await stat(world.stateDir)];

    expect(socket.isSocket()).toBe(true);
    expect((socket.mode & 0o777).toString(8)).toBe('600');
    expect((folder.mode & 0o777).toString(8)).toBe('700');
  });

  it('refuses another user, also where the folder stands open', async (context) => {
    const nobody = { uid: 65_534, gid: 65_534 };
    if (process.getuid?.() !== 0) {
      process.stderr.write('SKIPPED: trying the socket as another user needs root\n');
      context.skip();
    }
    if ((await tryAs(nobody, '/nothing-here')) !== 'ENOENT') {
      process.stderr.write('SKIPPED: another user cannot run this Node\n');
      context.skip();
    }
    await running();
    await chmod(dir, 0o755);

    const closed = await tryAs(nobody, world.socket);
    await chmod(world.stateDir, 0o755);
    const opened = await tryAs(nobody, world.socket);
    await chmod(world.stateDir, 0o700);

    expect([closed, opened, await tryAs(undefined, world.socket)]).toEqual(['EACCES', 'EACCES', 'connected']);
  });
});

describe('a second daemon on the same folder', () => {
  it('does not start, says why, and leaves the first alone', async () => {
    await running();
    const first = await pidOf();
    const second = attempt();

    const [code] = await second.ended;

    expect(code).toBe(8);
    expect(second.log.at(-1)).toContain('"DAEMON_UNAVAILABLE"');
    expect(await pidOf()).toBe(first);
  });

  it('that starts at the same moment does not take the socket from the one that wins', async () => {
    const both = [attempt(), attempt()];

    const [loser] = await Promise.race(both.map(async (daemon) => [daemon, await daemon.ended] as const));
    const winner = both.find((daemon) => daemon !== loser);

    expect(loser?.log.at(-1)).toContain('"DAEMON_UNAVAILABLE"');
    expect(await pidOf()).toBe(winner?.child.pid);
  });
});

describe('after kill -9', () => {
  it('the next daemon replaces the socket, adopts the database and knows what was', async () => {
    const first = await running();
    const body = { sentence: 'scale search to 3 replicas', origin: originOf(world) };
    const planned = await ask(world.socket, 'POST', '/v1/plans', { body });
    const id = /P-[a-z0-9]+/.exec(planned.text)?.[0] ?? '';
    first.child.kill('SIGKILL');
    await first.ended;
    const left = await stat(world.socket);
    const begun = performance.now();

    const second = await running();
    const tookMs = performance.now() - begun;

    expect(left.isSocket()).toBe(true);
    expect(second.database()).toEqual({ ...first.database(), adopted: true });
    expect((await ask(world.socket, 'GET', `/v1/plans/${id}`)).status).toBe(200);
    expect(tookMs).toBeLessThan(15_000);
  });
});

describe('SIGTERM', () => {
  it('ends the daemon and its database, and takes the socket away', async () => {
    const daemon = await running();
    const { pid } = daemon.database();
    const before = await serverProcesses(pid);

    const [code] = await stopDaemon(daemon);

    expect(code).toBe(0);
    expect(before.length).toBeGreaterThan(1);
    expect(await serverProcesses(pid)).toEqual([]);
    await expect(stat(world.socket)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('ends them also while somebody follows logs', async () => {
    const daemon = await running();
    const frames: string[] = [];
    const call = { action: 'kubernetes.logs.get', input: { name: 'search', kind: 'Deployment', namespace: 'shop', follow: true } };
    const following = ask(world.socket, 'POST', '/v1/do', {
      body: { call, origin: originOf(world) },
      onLine: (line) => frames.push(line),
    }).catch((error: unknown) => error);
    await until(async () => (frames.length > 1 ? true : undefined), 'the first lines');
    const { pid } = daemon.database();

    const [code] = await stopDaemon(daemon);
    await following;

    expect(code).toBe(0);
    expect(await serverProcesses(pid)).toEqual([]);
  });

  it('during the start leaves no database behind', async () => {
    const daemon = attempt();
    await until(async () => daemon.database(), 'the database starting');
    daemon.child.kill('SIGTERM');

    const [code] = await daemon.ended;

    expect(code).toBe(0);
    expect(await serverProcesses(daemon.database().pid)).toEqual([]);
  });
});
