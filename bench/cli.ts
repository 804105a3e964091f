/**
 * Whole-process time of `./devos "show pods"` with a warm daemon, beside the real `kubectl get pods` on the same API and a bare `node -e 0`.
 *
 *     node bench/cli.ts [--runs 40] [-o table|json]
 *
 * The three take turns, so that a machine that slows down slows all of them. Starts and stops its own simulated cluster and daemon.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { removeState } from '#server';
import { realKubectl } from '../test/support/real-programs.ts';
import { startWorld, type World } from '../test/support/world.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '40' }, output: { type: 'string', short: 'o', default: 'table' } },
});
const devos = fileURLToPath(new URL('../devos', import.meta.url));
const warmUps = 5;

type Env = Record<string, string | undefined>;

interface Contender {
  name: string;
  command: string;
  args: string[];
  ms: number[];
}

interface Ended {
  ms: number;
  code: number | null;
  stdout: string;
}

/** From the start of the process to its end, with everything that it printed read. */
function runOnce({ command, args }: Contender, env: Env): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.once('error', reject).once('close', (code) => resolve({ ms: performance.now() - began, code, stdout }));
  });
}

function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

const p50 = (ms: number[]): number =>
  percentile(
    ms.toSorted((left, right) => left - right),
    0.5,
  );
const p95 = (ms: number[]): number =>
  percentile(
    ms.toSorted((left, right) => left - right),
    0.95,
  );

async function measure(contenders: Contender[], env: Env, runs: number): Promise<void> {
  for (let turn = -warmUps; turn < runs; turn++) {
    for (const contender of contenders) {
      const { ms, code } = await runOnce(contender, env);
      if (code !== 0) throw new Error(`${contender.name} exited with ${String(code)}`);
      if (turn >= 0) contender.ms.push(ms);
    }
  }
}

/** Both must tell of the same pods, or the times mean nothing. */
async function comparePods(contenders: Contender[], env: Env): Promise<number> {
  const counts: number[] = [];
  for (const contender of contenders.filter(({ name }) => name !== 'node')) {
    const { stdout } = await runOnce(contender, env);
    counts.push(stdout.split('\n').filter((line) => /\d\/\d/.test(line)).length);
  }
  const [first = 0] = counts;
  if (first === 0 || counts.some((count) => count !== first)) throw new Error(`the pods differ: ${counts.join(' and ')}`);
  return first;
}

function report(contenders: Contender[], pods: number): void {
  const rows = contenders.map(({ name, args, ms }) => ({ name, args, p50: p50(ms), p95: p95(ms) }));
  const [ours] = rows;
  const ratios = Object.fromEntries(rows.slice(1).map((row) => [row.name, (ours?.p50 ?? Number.NaN) / row.p50]));
  if (values.output === 'json') {
    process.stdout.write(
      `${JSON.stringify({ schemaVersion: 1, runs: contenders[0]?.ms.length, pods, unit: 'ms', results: rows, ratios }, null, 2)}\n`,
    );
    return;
  }
  process.stdout.write(`${pods} pods, ${contenders[0]?.ms.length} runs each after ${warmUps} to warm up, in turns; whole process, ms\n`);
  for (const row of rows)
    process.stdout.write(`${row.name.padEnd(8)} p50 ${row.p50.toFixed(1).padStart(6)}   p95 ${row.p95.toFixed(1).padStart(6)}\n`);
  for (const [name, ratio] of Object.entries(ratios))
    process.stdout.write(
      `ratio of devos to ${name}: ${ratio.toFixed(2)}${name === 'kubectl' ? `  (goal: at most 1.0, ${ratio <= 1 ? 'met' : 'MISSED'})` : ''}\n`,
    );
}

async function benchmark(world: World): Promise<void> {
  const env: Env = { ...world.env, DEVOS_STATE_DIR: world.stateDir };
  const kubectl = await realKubectl();
  if (kubectl === undefined) process.stderr.write('SKIPPED: kubectl cannot be had here; devos is measured beside node only\n');
  const contenders: Contender[] = [
    { name: 'devos', command: devos, args: ['show pods'], ms: [] },
    ...(kubectl === undefined ? [] : [{ name: 'kubectl', command: kubectl, args: ['get', 'pods'], ms: [] }]),
    { name: 'node', command: process.execPath, args: ['-e', '0'], ms: [] },
  ];
  try {
    const pods = await comparePods(contenders, env);
    await measure(contenders, env, Number(values.runs));
    report(contenders, pods);
  } finally {
    await runOnce({ name: 'stop', command: devos, args: ['daemon', 'stop'], ms: [] }, env);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'devos-bench-'));
const world = await startWorld(folder);
try {
  await benchmark(world);
} finally {
  await world.close();
  await removeState(world.stateDir);
  await rm(folder, { recursive: true, force: true });
}
