/**
 * DevOS beside kubectl and two MCP servers for Kubernetes, on the same simulated API with many pods, in one run.
 *
 *     node bench/kubernetes.ts [--pods 1000,10000] [--runs 20] [-o table|json]
 *
 * Operations: list the pods of a namespace, describe one, its last 100 log lines, scale a deployment, scale it and wait until it is
 * ready. All take turns. Latency
 * of the whole call, CPU of everything that works for the call, memory of the server or of the largest process. `scale` of DevOS is
 * plan, dry run, policy, audit, durable run, and reading back until the pods are ready; the others send one patch.
 */
import { mkdtemp, rm, symlink, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { removeState } from '#server';
import { z } from 'zod';
import { realKubectl } from '../test/support/real-programs.ts';
import { startWorld, type World } from '../test/support/world.ts';
import {
  type Contender,
  daemonContender,
  devosArgs,
  devosContender,
  goContender,
  kubectlArgs,
  kubectlContender,
  nodeContender,
  type Operation,
  operations,
  peakOf,
  runProcess,
  type Work,
} from './kubernetes/contenders.ts';
import { addPods, loadNamespace } from './kubernetes/many-pods.ts';
import { type McpClient, startMcp } from './kubernetes/mcp-client.ts';
import { fetchPeers } from './kubernetes/peers.ts';

const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '1000,10000' },
    runs: { type: 'string', default: '20' },
    output: { type: 'string', short: 'o', default: 'table' },
  },
});
const devos = fileURLToPath(new URL('../devos', import.meta.url));
const warmUps = 3;

interface Row {
  pods: number;
  operation: Operation;
  name: string;
  how: string;
  p50: number;
  p99: number;
  cpuMs: number;
  memoryMb: number;
  /** Bytes that came back: programs that tell less are quicker. */
  bytes: number;
}

const percentile = (ms: number[], share: number): number => {
  const sorted = ms.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};

async function measure(contenders: Contender[], operation: Operation, work: Work, pods: number): Promise<Row[]> {
  const seen = new Map(contenders.map((one) => [one.name, { ms: [] as number[], cpu: 0, bytes: 0 }]));
  for (let turn = -warmUps; turn < Number(values.runs); turn += 1) {
    for (const contender of contenders) {
      const run = contender.run[operation];
      const figures = seen.get(contender.name);
      if (run === undefined || figures === undefined) continue;
      work.replicas = work.replicas === 4 ? 3 : 4;
      const cpu = contender.cpu();
      const began = performance.now();
      const text = await run(work);
      const took = performance.now() - began;
      assertRight(contender, operation, text, work, pods);
      if (turn < 0) continue;
      figures.ms.push(took);
      figures.cpu += contender.cpu() - cpu;
      figures.bytes = text.length;
    }
  }
  return contenders.flatMap(({ name, how, memory }) => {
    const figures = seen.get(name);
    if (figures === undefined || figures.ms.length === 0) return [];
    const { ms, cpu, bytes } = figures;
    return [
      {
        pods,
        operation,
        name,
        how,
        p50: percentile(ms, 0.5),
        p99: percentile(ms, 0.99),
        cpuMs: (cpu * 1000) / ms.length,
        memoryMb: memory(),
        bytes,
      },
    ];
  });
}

/** Who tells of something else is not measured: the times would mean nothing. */
function assertRight({ name }: Contender, operation: Operation, text: string, { pod }: Work, pods: number): void {
  const problem = (what: string): Error => new Error(`${name}, ${operation}: ${what}: ${text.slice(0, 300)}`);
  const found = new Set(text.match(/load-\d{5}/g)).size;
  if (operation === 'list' && found !== pods) throw problem(`${found} of ${pods} pods`);
  if (operation === 'describe' && !text.includes(pod)) throw problem('another pod');
  if (text.trim() === '') throw problem('nothing');
}

async function pidOfDaemon(env: Record<string, string | undefined>): Promise<number> {
  const { text } = await runProcess(devos, ['daemon', 'status', '-o', 'json'], env);
  return z.object({ health: z.object({ pid: z.number() }) }).parse(JSON.parse(text)).health.pid;
}

async function benchmark(world: World, dir: string, pods: number): Promise<Row[]> {
  const env = { ...world.env, DEVOS_STATE_DIR: world.stateDir };
  // First: where it has to install its packages, that empties the cache that the others come from.
  await runProcess(devos, ['show pods'], env);
  const open: McpClient[] = [];
  try {
    const kubectl = await realKubectl();
    if (kubectl === undefined) throw new Error('kubectl cannot be had here');
    return await measureAll(await makeContenders(world, dir, { env, kubectl, open }), { env, kubectl, pods });
  } finally {
    for (const client of open) client.close();
    await runProcess(devos, ['daemon', 'stop'], env);
  }
}

interface Setting {
  env: Record<string, string | undefined>;
  kubectl: string;
}

/** The MCP servers that were started are put into `open`. */
async function makeContenders(world: World, dir: string, { env, kubectl, open }: Setting & { open: McpClient[] }): Promise<Contender[]> {
  const daemon = await pidOfDaemon(env);
  const peers = await fetchPeers();
  const bin = join(dir, 'bin');
  await mkdir(bin, { recursive: true });
  await symlink(kubectl, join(bin, 'kubectl'));
  // Else it fails on more than a megabyte from kubectl.
  const peerEnv = { ...env, SPAWN_MAX_BUFFER: String(1 << 28), PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
  const startPeer = async (command: string, args: string[]): Promise<McpClient> => {
    const client = await startMcp(command, args, peerEnv);
    open.push(client);
    return client;
  };
  return [
    devosContender(devos, env, () => [daemon]),
    kubectlContender(kubectl, env),
    daemonContender(world.socket, { KUBECONFIG: world.sandbox.kubeconfig, HOME: process.env['HOME'] ?? '/' }, dir, () => [daemon]),
    goContender(await startPeer(peers.go, [])),
    nodeContender(await startPeer(process.execPath, [peers.node])),
  ];
}

async function measureAll(contenders: Contender[], { env, kubectl, pods }: Setting & { pods: number }): Promise<Row[]> {
  const work: Work = { namespace: loadNamespace, pod: 'load-00042', deployment: 'web-app', replicas: 4 };
  const rows: Row[] = [];
  for (const operation of operations) {
    const place = operation === 'scale' || operation === 'ready' ? { ...work, namespace: 'shop' } : work;
    const measured = await measure(contenders, operation, place, pods);
    const single = operation === 'ready' ? 'scale' : operation;
    const peaks: Record<string, number> = {
      devos: await peakOf(devos, devosArgs[single]({ ...place, replicas: 5 }), env),
      kubectl: await peakOf(kubectl, kubectlArgs[single](place), env),
    };
    rows.push(...measured.map((row) => ({ ...row, memoryMb: peaks[row.name] ?? row.memoryMb })));
  }
  return rows;
}

function report(rows: Row[]): void {
  if (values.output === 'json')
    return void process.stdout.write(`${JSON.stringify({ schemaVersion: 1, unit: 'ms', results: rows }, null, 2)}\n`);
  for (const pods of new Set(rows.map((row) => row.pods)))
    for (const operation of operations) {
      const group = rows.filter((row) => row.pods === pods && row.operation === operation);
      process.stdout.write(`\n${operation}, ${pods} pods, ${values.runs} runs each, in turns\n`);
      for (const row of group) process.stdout.write(`${lineOf(row, group)}\n`);
    }
}

/** Ratios are of ours to theirs, of one kind: a process with kubectl, a warm call with the MCP servers. */
function lineOf(row: Row, group: Row[]): string {
  const ours = group.find(({ name, how }) => name.startsWith('devos') && how === row.how);
  const ratio = ours === undefined || ours === row ? '' : `   devos/this ${(ours.p50 / row.p50).toFixed(2)}`;
  const number = (value: number, width: number): string => value.toFixed(1).padStart(width);
  return `${row.name.padEnd(22)} ${row.how}  p50 ${number(row.p50, 8)}  p99 ${number(row.p99, 8)} ms  cpu ${number(row.cpuMs, 8)} ms  memory ${number(row.memoryMb, 6)} MB  ${(row.bytes / 1024).toFixed(0).padStart(6)} kB${ratio}`;
}

const rows: Row[] = [];
for (const pods of values.pods.split(',').map(Number)) {
  const dir = await mkdtemp(join(tmpdir(), 'devos-bench-'));
  // Started once for its state, then again with the many.
  await (await startWorld(dir)).close();
  await addPods(join(dir, 'sandbox'), pods);
  const world = await startWorld(dir);
  try {
    rows.push(...(await benchmark(world, dir, pods)));
  } finally {
    await world.close();
    await removeState(world.stateDir);
    await rm(dir, { recursive: true, force: true });
  }
}
report(rows);
