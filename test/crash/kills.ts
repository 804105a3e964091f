/**
 * Kills the daemon at every boundary of a step and counts, at the sandbox, what became of each effect.
 *
 *     node test/crash/kills.ts --kills 200 [--plant] [--seed 1]
 *
 * Exits 1 when an effect was lost or made twice, when a kill did not happen, or when a run did not end as done.
 * With `--plant` the actions lose their key: the count must then show doubled effects, so the exit status is 1.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { removeEmbedded } from '#store';
import { call, until } from '../support/api.ts';
import { z } from 'zod';
import { startWorld, type World } from '../support/world.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' }, plant: { type: 'boolean', default: false } } });
const boundaries = ['before-intent', 'after-intent', 'after-call', 'after-outcome', 'while-waiting', 'outside'] as const;
type Boundary = (typeof boundaries)[number];

const Plan = z.object({ id: z.string(), hash: z.string() });
const Planned = z.object({ status: z.literal('plan'), plan: Plan });
const Run = z.object({
  id: z.string(),
  planId: z.string(),
  state: z.string(),
  error: z.unknown(),
  steps: z.array(z.object({ id: z.string(), sends: z.number(), found: z.boolean() })),
});
const Effects = z.array(z.object({ key: z.string().nullish() }));

interface Asked {
  plan: z.infer<typeof Plan>;
  approved: boolean;
}

/** So often everything may end in peace: else runs would starve until others had changed what they were planned for. */
const settleEvery = 5;

const origin = (world: World) => ({ cwd: '/', env: { KUBECONFIG: world.sandbox.kubeconfig, DEVOS_CONFIG: world.config }, via: 'cli' });
const workloads = [
  'shop/web-app',
  'shop/user-service',
  'shop/cart',
  'shop/payment-service',
  'shop/api-gateway',
  'shop/api-server',
  'shop/search',
  'staging/web-app',
  'staging/user-service',
  'production/web-app',
  'production/billing',
];

/** A changing call that does not meet another unfinished one on the same object. */
function nextCall(index: number): { action: string; input: Record<string, unknown> } {
  const [namespace, name] = (workloads[index % workloads.length] ?? '').split('/');
  // Shifted by one each round, so that every kind of call meets every boundary.
  const sort = (index + Math.floor(index / boundaries.length)) % 3;
  if (sort === 0) return { action: 'jira.issue.create', input: { summary: `crash test ${index}`, type: 'Task', project: 'OPS' } };
  if (sort === 1)
    return {
      action: 'kubernetes.deployment.scale',
      input: { name, namespace, replicas: 5 + (Math.floor(index / workloads.length) % 7) },
    };
  return { action: 'kubernetes.pods.restart', input: { name, kind: 'Deployment', namespace } };
}

async function ask(world: World, index: number): Promise<Asked> {
  const { body } = await call(world.socket, 'POST', '/v1/plans', { call: nextCall(index), origin: origin(world) });
  return { plan: Planned.parse(body).plan, approved: false };
}

async function approve(world: World, asked: Asked): Promise<void> {
  // On record before the daemon can die: a repeated approval of the same plan is harmless.
  const { status, body } = await call(world.socket, 'POST', `/v1/plans/${asked.plan.id}/approve`, {
    hash: asked.plan.hash,
    origin: origin(world),
  });
  if (status !== 200 && !JSON.stringify(body).includes('already ran')) throw new Error(`approve ${asked.plan.id}: ${JSON.stringify(body)}`);
  asked.approved = true;
}

const ready = (world: World) =>
  until(async () => ((await call(world.socket, 'GET', '/v1/health')).status === 200 ? true : undefined), 'the daemon answering');

/** One life of the daemon: recover, take one more request, die at the boundary. */
async function live(world: World, boundary: Boundary, index: number, asked: Asked[]): Promise<void> {
  const daemon = world.startDaemon({ plant: values.plant, ...(boundary === 'outside' ? {} : { crash: `${boundary}:1` }) });
  const ended = once(daemon, 'exit');
  try {
    await Promise.race([ready(world), ended]);
    for (const earlier of asked) if (!earlier.approved) await approve(world, earlier);
    const one = await ask(world, index);
    asked.push(one);
    if (boundary === 'while-waiting') await call(world.socket, 'POST', '/v1/runs', { planId: one.plan.id, origin: origin(world) });
    else await approve(world, one);
    if (boundary === 'outside') setTimeout(() => daemon.kill('SIGKILL'), (index * 37) % 150);
  } catch (error) {
    // A recovered run may reach the boundary first; anything else is a failure of the test.
    if (daemon.exitCode === null && daemon.signalCode === null && !isCut(error)) {
      daemon.kill('SIGKILL');
      throw error;
    }
  }
  const late = setTimeout(() => daemon.kill('SIGTERM'), 60_000);
  const [, signal] = await ended;
  clearTimeout(late);
  if (signal !== 'SIGKILL') throw new Error(`the daemon did not die at ${boundary}: ${String(signal)}`);
}

function isCut(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ECONNRESET', 'ECONNREFUSED', 'ENOENT', 'EPIPE'].includes(String(error.code));
}

async function settle(world: World, asked: Asked[]): Promise<z.infer<typeof Run>[]> {
  const daemon = world.startDaemon({ plant: values.plant });
  const ended = once(daemon, 'exit');
  await ready(world);
  for (const earlier of asked) if (!earlier.approved) await approve(world, earlier);
  const runs: z.infer<typeof Run>[] = [];
  for (const { plan } of asked) {
    runs.push(
      await until(
        async () => {
          const all = z.array(Run).parse((await call(world.socket, 'GET', '/v1/runs?limit=1000')).body);
          const run = all.find((candidate) => candidate.planId === plan.id);
          if (run === undefined) await approve(world, { plan, approved: false });
          return run !== undefined && !['running', 'waiting'].includes(run.state) ? run : undefined;
        },
        `the run of ${plan.id} ending`,
        120_000,
      ),
    );
  }
  daemon.kill('SIGKILL');
  await ended;
  return runs;
}

async function main(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'devos-kills-'));
  const world = await startWorld(dir);
  const asked: Asked[] = [];
  const runs: z.infer<typeof Run>[] = [];
  const killed: Record<string, number> = {};
  try {
    const wanted = Number(values.kills);
    for (let index = 0; index < wanted; index += 1) {
      const boundary = boundaries[index % boundaries.length] ?? 'outside';
      await live(world, boundary, index, asked);
      killed[boundary] = (killed[boundary] ?? 0) + 1;
      if ((index + 1) % settleEvery === 0) runs.push(...(await settle(world, asked.splice(0))));
      if ((index + 1) % 20 === 0) process.stderr.write(`${index + 1} kills, ${runs.length} runs ended\n`);
    }
    runs.push(...(await settle(world, asked)));
    const answer = await fetch(`${world.sandbox.control}/effects`);
    report(runs, Effects.parse(await answer.json()), killed);
  } finally {
    await world.close();
    // The database outlives a killed daemon by design.
    await removeEmbedded(join(world.stateDir, 'postgres'));
    await rm(dir, { recursive: true, force: true });
  }
}

function report(runs: z.infer<typeof Run>[], effects: z.infer<typeof Effects>, killed: Record<string, number>): void {
  const counts = new Map<string, number>();
  for (const { key } of effects) if (key !== null && key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  const unfinished = runs.filter((run) => run.state !== 'done');
  const keys = runs.map((run) => `${run.id}/1`);
  const lost = keys.filter((key) => (counts.get(key) ?? 0) === 0).length;
  const surplus = effects.length - keys.length + lost;
  const doubled = keys.filter((key) => (counts.get(key) ?? 0) > 1).length;
  const steps = runs.flatMap((run) => run.steps);
  process.stdout.write(`kills      ${Object.values(killed).reduce((sum, count) => sum + count, 0)}  ${JSON.stringify(killed)}\n`);
  process.stdout.write(`runs       ${runs.length}, ended as done ${runs.length - unfinished.length}\n`);
  process.stdout.write(
    `effects    ${effects.length} at the sandbox for ${keys.length} intended: ${lost} lost, ${doubled} doubled, ${surplus} that no intent explains\n`,
  );
  process.stdout.write(
    `resent     ${steps.filter((step) => step.sends > 1).length} calls left more than once; ${steps.filter((step) => step.found).length} effects were found instead of repeated\n`,
  );
  for (const run of unfinished.slice(0, 5)) process.stdout.write(`not done   ${run.id} ${run.state} ${JSON.stringify(run.error)}\n`);
  if (lost > 0 || doubled > 0 || surplus > 0 || unfinished.length > 0) process.exitCode = 1;
}

await main();
