import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestStore, testStore } from '#store/testing';
import { type Counter, startCounter } from './__fixtures__/counter.ts';
import { startWorld, type World } from './__fixtures__/world.ts';
import { hashPlan } from '#plan';

let database: TestStore;
let counter: Counter;
let world: World;

const set = (name: string, value: number, rest: { expect?: number } = {}) => ({
  action: 'counter.thing.set',
  input: { name, value, ...rest },
});
const add = (text: string) => ({ action: 'counter.entry.add', input: { text } });

beforeAll(async () => {
  database = await testStore();
  counter = await startCounter();
  world = await startWorld(database.store, counter.url);
});

beforeEach(() => {
  counter.things.clear();
  counter.entries.length = 0;
  counter.effects.length = 0;
  counter.faults.length = 0;
});

afterAll(async () => {
  await world.close();
  await counter.close();
  await database.close();
});

describe('a run', () => {
  it('makes an approved change once, checks it, and leaves evidence', async () => {
    const plan = await world.plan(set('web', 5));
    await world.approve(plan);

    const run = await world.run(plan);

    expect(run).toMatchObject({ state: 'done', canUndo: true, error: null });
    expect(run.steps).toMatchObject([{ state: 'done', sends: 1, found: false, verified: 'web is 5' }]);
    expect(counter.effects).toEqual([{ what: 'web=5', key: `${run.id}/1` }]);
    const types = (await world.audit.list({ run: run.id })).map((event) => event.type);
    expect(types).toEqual(['run-requested', 'run-started', 'effect-intended', 'effect-done', 'run-ended']);
  });

  it('is one run however often it is asked for', async () => {
    const plan = await world.plan(add('one'));
    await world.approve(plan);

    const runs = await Promise.all([1, 2, 3].map(() => world.engine.startRun(plan, 'ada')));
    const again = await world.run(plan);

    expect(new Set([...runs, again].map((run) => run.id)).size).toBe(1);
    expect(counter.effects).toHaveLength(1);
  });

  it('waits for an approval, then runs', async () => {
    const plan = await world.plan(set('web', 5));

    const waiting = await world.engine.startRun(plan, 'ada');
    await world.event(waiting.id, 'run-waiting');
    const sentBefore = counter.effects.length;
    await world.approve(plan);
    await world.engine.wake(plan.id);
    const run = await world.ended(waiting.id);

    expect(waiting).toMatchObject({ state: 'waiting', waitingFor: `devos approve ${plan.id}` });
    expect(sentBefore).toBe(0);
    expect(run.state).toBe('done');
    expect(counter.effects).toHaveLength(1);
  });

  it('goes on waiting when it is woken without an approval', async () => {
    const plan = await world.plan(set('web', 5));
    const { id } = await world.engine.startRun(plan, 'ada');
    await world.event(id, 'run-waiting');

    await world.engine.wake(plan.id);
    await world.engine.cancel(id, 'ada');
    const run = await world.ended(id);

    expect(run.state).toBe('cancelled');
    expect(counter.effects).toEqual([]);
  });

  it('ends as denied when a person says no, and nothing is sent', async () => {
    const plan = await world.plan(set('web', 5));
    const { id } = await world.engine.startRun(plan, 'ada');
    await world.event(id, 'run-waiting');

    await world.approve(plan, 'denied');
    await world.engine.wake(plan.id);
    const run = await world.ended(id);

    expect(run).toMatchObject({ state: 'denied', error: { code: 'POLICY_DENIED', message: 'ada said no' } });
    expect(counter.effects).toEqual([]);
  });

  it('does not go to another place, nor as somebody else, than the plan showed', async () => {
    const { hash: _hash, ...made } = await world.plan(set('web', 5));
    const moved = { ...made, id: `${made.id}m`, steps: made.steps.map((step) => ({ ...step, where: 'another counter', as: 'ada' })) };
    const plan = { ...moved, hash: hashPlan(moved) };
    await world.store.plans.insert(plan);
    await world.approve(plan);

    const run = await world.run(plan);

    expect(run).toMatchObject({ state: 'stale', error: { code: 'PLAN_STALE' } });
    expect(run.error?.message).toContain('where another counter → ');
    expect(counter.effects).toEqual([]);
  });

  it('names what changed since the plan, and sends nothing', async () => {
    counter.things.set('web', { value: 3, key: '' });
    const plan = await world.plan(set('web', 5));
    await world.approve(plan);
    counter.things.set('web', { value: 13, key: '' });

    const run = await world.run(plan);

    expect(run).toMatchObject({ state: 'stale', error: { code: 'PLAN_STALE' } });
    expect(run.error?.message).toBe('The plan is stale: since it was made, web 3 → 13, safety moderate → destructive');
    expect(counter.effects).toEqual([]);
    expect(await world.store.effects.forRun(run.id)).toEqual([]);
  });

  it('undoes by calls worked out from what was done, newest first', async () => {
    counter.things.set('web', { value: 3, key: '' });
    const plan = await world.plan(set('web', 5), add('note'));
    await world.approve(plan);
    const run = await world.run(plan);

    const calls = await world.engine.undoCalls(run.id);

    expect(calls).toEqual([
      { action: 'counter.entry.remove', input: { key: `${run.id}/2` } },
      { action: 'counter.thing.set', input: { name: 'web', value: 3, expect: null, token: '' } },
    ]);
  });

  it('ends as failed when what it did cannot be seen, leaves it in place, and can be checked again', async () => {
    const plan = await world.plan(set('web', 5, { expect: 6 }));
    await world.approve(plan);

    const failed = await world.run(plan);
    counter.things.set('web', { value: 6, key: '' });
    const seen = (await world.store.events.list(failed.id, 0)).length;
    await world.engine.resume(failed.id, 'ada');
    const events = world.engine.events(failed.id, seen, AbortSignal.timeout(30_000));
    for await (const event of events) if (event.type === 'run-ended') break;

    expect(failed).toMatchObject({ state: 'failed', canUndo: true, error: { code: 'VERIFY_FAILED' } });
    expect(failed.steps).toMatchObject([{ state: 'failed', output: { from: 0, to: 5 } }]);
    expect(await world.engine.show(failed.id)).toMatchObject({ state: 'done', steps: [{ sends: 1, verified: 'web is 6' }] });
    expect(counter.effects).toHaveLength(1);
  });

  it('masks credentials in the log and in what watchers see', async () => {
    const plan = await world.plan({ action: 'counter.thing.set', input: { name: 'web', value: 5, token: 'hunter2hunter2' } });
    await world.approve(plan);

    const run = await world.run(plan);

    const [intended] = (await world.audit.list({ run: run.id })).filter((event) => event.type === 'effect-intended');
    expect(intended?.body).toMatchObject({ input: { name: 'web', token: '***' } });
    expect(JSON.stringify(await world.audit.list({ run: run.id }))).not.toContain('hunter2');
  });

  it('cleans what the other system says before a watcher sees it', async () => {
    const plan = await world.plan({ action: 'counter.thing.get', input: { name: 'web' } }, set('web', 5));
    await world.approve(plan);

    const run = await world.run(plan);

    const output = await world.event(run.id, 'step-output', '1');
    expect(output.text).toBe('reading web\n');
    expect(run.steps).toMatchObject([{ state: 'done', output: { value: 0 } }, { state: 'done' }]);
  });
});

describe('a run of several steps', () => {
  it('puts back what was done, newest first, when a later step fails', async () => {
    counter.things.set('web', { value: 3, key: '' });
    const plan = await world.plan(set('web', 5), add('note'), set('db', 7));
    await world.approve(plan);
    counter.things.set('db', { value: 1, key: '' });

    const run = await world.run(plan);

    expect(run).toMatchObject({ state: 'stale', canUndo: false });
    expect(run.steps.map((step) => step.state)).toEqual(['undone', 'undone', 'failed']);
    expect(counter.effects.map(({ what }) => what)).toEqual(['web=5', '+note', '-note', 'web=3']);
    expect(counter.effects.at(-1)?.key).toBe(`${run.id}/1/undo`);
  });

  it('puts back a step whose check failed before the steps that it stands on', async () => {
    const plan = await world.plan(set('web', 5), set('db', 7, { expect: 8 }));
    await world.approve(plan);

    const run = await world.run(plan);

    expect(run).toMatchObject({ state: 'failed', error: { code: 'VERIFY_FAILED' } });
    expect(run.steps.map((step) => step.state)).toEqual(['undone', 'undone']);
    expect(counter.effects.map(({ what }) => what)).toEqual(['web=5', 'db=7', 'db=0', 'web=0']);
  });

  it('says plainly what could not be put back', async () => {
    const plan = await world.plan(add('kept'), set('web', 5), set('db', 7));
    await world.approve(plan);
    counter.things.set('db', { value: 1, key: '' });
    counter.faults.push({ method: 'DELETE', times: 1, kind: 400 });

    const run = await world.run(plan);

    expect(run.state).toBe('failed');
    expect(run.error?.message).toContain('Not put back: step 1 (add kept): the counter answered 400');
    expect(run.steps.map((step) => step.state)).toEqual(['done', 'undone', 'failed']);
    expect(counter.entries).toHaveLength(1);
    await expect(world.engine.resume(run.id, 'ada')).rejects.toMatchObject({ code: 'RUN_STATE' });
  });

  it('puts back what was done when it is cancelled between steps', async () => {
    const plan = await world.plan(set('web', 5), set('db', 7));
    await world.approve(plan);
    const held = counter.hold('PUT');

    const { id } = await world.engine.startRun(plan, 'ada');
    await held.arrived;
    await world.engine.cancel(id, 'ada');
    held.open();
    const run = await world.ended(id);

    expect(run).toMatchObject({ state: 'cancelled', error: null });
    expect(run.steps.map((step) => step.state)).toEqual(['undone', 'skipped']);
    expect(counter.effects.map(({ what }) => what)).toEqual(['web=5', 'web=0']);
    expect((await world.audit.list({ run: id })).map((event) => event.type)).toContain('cancel-requested');
  });

  it('does not wait for a check that a cancel made pointless', async () => {
    const plan = await world.plan(set('web', 5, { expect: 6 }));
    await world.approve(plan);
    const { id } = await world.engine.startRun(plan, 'ada');
    await world.event(id, 'step-progress');
    const before = performance.now();

    await world.engine.cancel(id, 'ada');
    const run = await world.ended(id);

    expect(run.state).toBe('cancelled');
    expect(counter.things.get('web')?.value).toBe(0);
    expect(performance.now() - before).toBeLessThan(1900);
  });
});
