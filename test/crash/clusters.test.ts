/** Every change of the cluster systems, with the daemon killed when the call came back and nothing of that was written down. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { removeState } from '#server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { rows } from '../clusters/rows.ts';
import { call, until } from '../support/api.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { realHelm } from '../support/real-programs.ts';
import { startWorld, type World } from '../support/world.ts';

vi.setConfig({ testTimeout: 120_000 });

const program = await realHelm();
let dir = '';
let world: World;
let env: Record<string, string | undefined>;
let daemon: ChildProcess | undefined;

const Plan = z.object({ id: z.string(), hash: z.string(), needs: z.object({ confirm: z.string(), typeName: z.string().optional() }) });
const Run = z.object({
  planId: z.string(),
  state: z.string(),
  error: z.unknown(),
  steps: z.array(z.object({ found: z.boolean(), sends: z.number() })),
});
const Effect = z.object({ verb: z.string().optional(), kind: z.string().optional(), name: z.string().optional() });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-killed-'));
  world = await startWorld(dir);
  env = { ...world.env, DEVOS_STATE_DIR: world.stateDir };
});

afterAll(async () => {
  await end('SIGTERM');
  await removeState(world.stateDir);
  await world.close();
  await rm(dir, { recursive: true, force: true });
});

const devos = (...args: string[]): Promise<CliResult> => runCli(args, { env, cwd: dir });

async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
  daemon.kill(signal);
  await once(daemon, 'exit');
}

async function begin(how: { crash?: string; plant?: boolean } = {}): Promise<void> {
  await end('SIGKILL');
  daemon = world.startDaemon(how);
  await until(async () => ((await call(world.socket, 'GET', '/v1/health')).status === 200 ? true : undefined), 'the daemon answering');
}

async function approve(plan: z.infer<typeof Plan>): Promise<void> {
  const typed = plan.needs.confirm === 'name' ? { typed: plan.needs.typeName ?? '' } : {};
  const origin = { cwd: dir, env: { KUBECONFIG: world.sandbox.kubeconfig, DEVOS_CONFIG: world.config }, via: 'cli', who: 'root' };
  await call(world.socket, 'POST', `/v1/plans/${plan.id}/approve`, { hash: plan.hash, origin, ...typed }).catch((error: unknown) => {
    // The daemon may be gone before it has answered.
    if (
      !(error instanceof Error) ||
      !/ECONNRESET|EPIPE|socket hang up/.test(`${String(error)} ${'code' in error ? String(error.code) : ''}`)
    )
      throw error;
  });
}

async function planOf(action: string, flags: string[]): Promise<z.infer<typeof Plan>> {
  const { stdout } = await devos('run', action, ...flags, '-o', 'json');
  return z.object({ plan: Plan }).parse(JSON.parse(stdout)).plan;
}

const ended = (planId: string) =>
  until(
    async () => {
      const all = z.array(Run).parse((await call(world.socket, 'GET', '/v1/runs?limit=1000')).body);
      const run = all.find((one) => one.planId === planId);
      return run !== undefined && !['running', 'waiting'].includes(run.state) ? run : undefined;
    },
    `the run of ${planId} ending`,
    90_000,
  );

async function change(action: string, ...flags: string[]): Promise<void> {
  const plan = await planOf(action, flags);
  await approve(plan);
  const run = await ended(plan.id);
  if (run.state !== 'done') throw new Error(`${action}: ${run.state} ${JSON.stringify(run.error)}`);
}

async function effects(): Promise<string[]> {
  const answer = await fetch(`${world.sandbox.control}/effects`);
  return z
    .array(Effect)
    .parse(await answer.json())
    .map(({ verb, kind, name }) => `${verb ?? ''} ${kind ?? ''} ${name ?? ''}`.trim());
}

async function control(path: string, body: object): Promise<void> {
  const answer = await fetch(`${world.sandbox.control}/${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
}

const names = ['one', 'two', 'three', 'four', 'five'];
const manifest = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { set: 'five' } },
  data: { of: 'five' },
});
const former = JSON.stringify(names.map((name) => ({ way: 'create', kind: 'ConfigMap', name, namespace: 'shop', object: manifest(name) })));

/** In an order in which they can follow each other. */
const several: {
  action: string;
  before?: () => Promise<void>;
  flags: string[];
  effect: RegExp;
  count: number;
  after?: () => Promise<void>;
}[] = [
  { action: 'kubernetes.manifest.apply', flags: ['--file', 'five.json', '--namespace', 'shop'], effect: /^patch ConfigMap /, count: 5 },
  {
    action: 'kubernetes.resource.delete',
    flags: ['--kind', 'ConfigMap', '--selector', 'set=five', '--namespace', 'shop'],
    effect: /^delete ConfigMap /,
    count: 5,
  },
  { action: 'kubernetes.objects.restore', flags: ['--former', former, '--namespace', 'shop'], effect: /^create ConfigMap /, count: 5 },
  { action: 'kubernetes.pods.restart', flags: ['--namespace', 'production'], effect: /^patch Deployment /, count: 3 },
  {
    action: 'kubernetes.node.drain',
    before: () => change('kubernetes.deployment.scale', '--name', 'orders', '--replicas', '5', '--namespace', 'production'),
    flags: ['--name', 'node-1'],
    effect: /^(?:patch Node|delete Pod) /,
    count: 3,
    after: () => change('kubernetes.node.uncordon', '--name', 'node-1'),
  },
  // Its helm outlives the daemon, and is waited for.
  {
    action: 'helm.release.deploy',
    flags: ['--release', 'user-service', '--namespace', 'shop'],
    effect: /^(?:\w+ Secret sh\.helm\.release\.v1\.user-service\.v[23]|patch (?:Service|Deployment) user-service)$/,
    count: 4,
  },
];

/** Helm writes a release down more than once by itself; everything else happens once. */
function twice(made: string[]): string[] {
  const single = made.filter((one) => !one.includes('sh.helm.release'));
  return single.filter((one, index) => single.indexOf(one) !== index);
}

describe('killed in the middle of several changes', () => {
  it.each(several.filter(({ action }) => program !== undefined || !action.startsWith('helm.')))(
    '$action goes on with what is left, and does nothing twice',
    async ({ action, before: prepare, flags, effect, count, after }) => {
      await writeFile(join(dir, 'five.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: names.map(manifest) }));
      await begin();
      await prepare?.();

      const { run, half, made } = await cutOff(action, flags);

      expect(half).toBeLessThan(count);
      expect(run, JSON.stringify(run.error)).toMatchObject({ state: 'done' });
      expect(made.filter((one) => !effect.test(one))).toEqual([]);
      expect(made.length).toBeGreaterThanOrEqual(count);
      expect(twice(made)).toEqual([]);
      await after?.();
    },
  );

  it('is seen not to go on where a call does not pass its key on', async () => {
    const others = names.map((name) => manifest(`planted-${name}`));
    await writeFile(join(dir, 'planted.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: others }));
    await begin();

    const { run } = await cutOff('kubernetes.manifest.apply', ['--file', 'planted.json', '--namespace', 'shop'], true);

    expect(run.state).not.toBe('done');
  });
});

/** Kills the daemon after the first of several changes, and lets the next one take over. */
async function cutOff(action: string, flags: string[], plant = false): Promise<{ run: z.infer<typeof Run>; half: number; made: string[] }> {
  const plan = await planOf(action, flags);
  const before = (await effects()).length;
  const slow = { system: 'kubernetes', kind: 'slow', delayMs: 250, times: 1000 };
  for (const method of ['POST', 'PATCH', 'DELETE']) await control('faults', { ...slow, method });
  const approved = approve(plan);
  await until(async () => ((await effects()).length > before ? true : undefined), 'the first change');
  await end('SIGKILL');
  await approved;
  await control('clear-faults', {});
  const half = (await effects()).length - before;
  await begin({ plant });
  const run = await ended(plan.id);
  return { run, half, made: (await effects()).slice(before) };
}

describe('killed after the call', () => {
  const can = rows.filter(({ action, effects: wanted }) => wanted !== undefined && (program !== undefined || !action.startsWith('helm.')));

  it.each(can.map((row) => [row.action, row] as const))('%s is made once', async (action, row) => {
    if (row.before !== undefined) await begin();
    const more = (await row.before?.({ dir, devos, change })) ?? [];
    const before = (await effects()).length;
    await begin({ crash: 'after-call:1' });
    const plan = await planOf(action, [...row.flags, ...more]);

    await approve(plan);
    if (daemon !== undefined && daemon.signalCode === null) await once(daemon, 'exit');
    await begin();
    const run = await ended(plan.id);

    const made = (await effects()).slice(before);
    // A program in a pod is never begun twice, and what it did cannot be looked up: a person decides.
    expect(run, JSON.stringify(run.error)).toMatchObject({ state: row.unknown === true ? 'unknown' : 'done' });
    const wanted = row.effects ?? [];
    expect(made.slice(0, wanted.length)).toEqual(wanted);
    const others = made.slice(wanted.length);
    expect(others.filter((one) => row.more?.test(one) !== true)).toEqual([]);
    expect(twice(others)).toEqual([]);
  });
});
