/** Child processes of a test: started, listened to, and ended with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbedded } from '../embedded.ts';
import type { StoreServer } from '../types.ts';

export interface Daemon {
  child: ChildProcess;
  server: StoreServer & { url: string };
}

/** A state folder that is gone after the test, with its server, wherever its data were put. */
export async function newStateDir(prefix = 'devos-state-'): Promise<{ stateDir: string; remove: () => Promise<void> }> {
  const stateDir = await mkdtemp(join(tmpdir(), prefix));
  return {
    stateDir,
    async remove() {
      await removeEmbedded(join(stateDir, 'postgres'));
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

export function spawnDaemon(stateDir: string, plan = ''): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'serve.ts'), stateDir, plan], { stdio: ['ignore', 'pipe', 'inherit'] });
}

export async function startDaemon(stateDir: string, plan = ''): Promise<Daemon> {
  const child = spawnDaemon(stateDir, plan);
  return { child, server: await readServer(child) };
}

export async function readServer(child: ChildProcess): Promise<Daemon['server']> {
  if (child.stdout === null) throw new Error('the child has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as Daemon['server'] & { error?: string };
    if (said.error !== undefined) throw new Error(said.error);
    return said;
  }
  throw new Error('the daemon ended without a word');
}

/** Without a chance to say goodbye. */
export async function killHard(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** TCP ports that a process listens on, by the kernel's own lists. Linux. */
export async function listeningPorts(pid: number): Promise<number[]> {
  const links = await readdir(`/proc/${pid}/fd`);
  const sockets = new Set(await Promise.all(links.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''))));
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')));
  const ports: number[] = [];
  for (const row of tables.flatMap((table) => table.split('\n'))) {
    const [, local, , state, , , , , , inode] = row.trim().split(/\s+/);
    if (state === '0A' && sockets.has(`socket:[${inode}]`)) ports.push(Number.parseInt(local?.split(':')[1] ?? '', 16));
  }
  return ports;
}
