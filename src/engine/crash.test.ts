/** An engine in its own process, killed at each boundary of a step and started again. Effects are counted outside of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Plan } from '#kit';
import { type TestStore, testStore } from '#store/testing';
import { type Counter, startCounter } from './__fixtures__/counter.ts';
import { startWorld, type World } from './__fixtures__/world.ts';
import type { CrashPoint } from './types.ts';

const program = join(import.meta.dirname, '__fixtures__', 'engine-process.ts');
let database: TestStore;
let counter: Counter;
/** Plans and approves only: the engine runs in the child. */
let desk: World;

beforeAll(async () => {
  database = await testStore();
  counter = await startCounter();
  desk = await startWorld(database.store, counter.url, { isStarted: false });
});

beforeEach(() => {
  counter.things.clear();
  counter.entries.length = 0;
  counter.effects.length = 0;
});

afterAll(async () => {
  await desk.close();
  await counter.close();
  await database.close();
});

/** Undefined where it ended by itself. */
async function life(plan: Plan, options: { crash?: string; plant?: boolean } = {}): Promise<NodeJS.Signals | undefined> {
  const { crash, plant = false } = options;
  const args = ['--database', database.url, '--counter', counter.url, '--plan', plan.id];
  if (crash !== undefined) args.push('--crash', crash);
  if (plant) args.push('--plant');
  const child = spawn(process.execPath, ['--no-warnings', program, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code, signal]: unknown[] = await once(child, 'exit');
  if (signal === 'SIGKILL') return signal;
  expect(code).toBe(0);
  return undefined;
}

async function killedAndRestarted(plan: Plan, options: { crash: string; plant?: boolean }) {
  const signal = await life(plan, options);
  if (options.crash.startsWith('while-waiting')) await desk.approve(plan);
  await life(plan, { plant: options.plant ?? false });
  const stored = await database.store.runs.findByPlan(plan.id);
  return { signal, run: await desk.engine.show(stored?.id ?? '') };
}

const add = { action: 'counter.entry.add', input: { text: 'note' } };
const set = { action: 'counter.thing.set', input: { name: 'web', value: 5 } };
const points: [CrashPoint, { sends: number; found: boolean }][] = [
  ['before-intent', { sends: 1, found: false }],
  ['after-intent', { sends: 2, found: false }],
  ['after-call', { sends: 1, found: true }],
  ['after-outcome', { sends: 1, found: false }],
  ['while-waiting', { sends: 1, found: false }],
];

describe.each(points)('killed %s', (crash, step) => {
  it.each([add, set])('makes the effect of $action exactly once', async (call) => {
    const plan = await desk.plan(call);
    if (crash !== 'while-waiting') await desk.approve(plan);

    const { signal, run } = await killedAndRestarted(plan, { crash });

    expect(signal).toBe('SIGKILL');
    expect(run).toMatchObject({ state: 'done', steps: [step] });
    expect(counter.effects.map(({ key }) => key)).toEqual([`${run.id}/1`]);
  });
});

describe('killed elsewhere', () => {
  it('goes on putting back what was done, each once', async () => {
    const plan = await desk.plan(add, set, { action: 'counter.thing.set', input: { name: 'db', value: 7, expect: 8 } });
    await desk.approve(plan);

    // The fourth call is the first that puts something back.
    const { signal, run } = await killedAndRestarted(plan, { crash: 'after-call:4' });

    expect(signal).toBe('SIGKILL');
    expect(run.steps.map((step) => step.state)).toEqual(['undone', 'undone', 'undone']);
    expect(counter.effects.map(({ what }) => what)).toEqual(['+note', 'web=5', 'db=7', 'db=0', 'web=0', '-note']);
  });

  it('asks a person where the call can be neither repeated nor looked up', async () => {
    const plan = await desk.plan({ action: 'counter.entry.blind', input: { text: 'note' } });
    await desk.approve(plan);

    const { run } = await killedAndRestarted(plan, { crash: 'after-call' });

    expect(run).toMatchObject({ state: 'unknown', error: { code: 'OUTCOME_UNKNOWN' } });
    expect(counter.effects).toHaveLength(1);
  });

  it('is seen to double an effect whose action does not pass its key on', async () => {
    const plan = await desk.plan(add);
    await desk.approve(plan);

    await killedAndRestarted(plan, { crash: 'after-call', plant: true });

    expect(counter.effects.map(({ what }) => what)).toEqual(['+note', '+note']);
  });
});
