/** Calls whose answer never came, and reads. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestStore, testStore } from '#store/testing';
import { type Counter, startCounter } from './__fixtures__/counter.ts';
import { startWorld, type World } from './__fixtures__/world.ts';

let database: TestStore;
let counter: Counter;
let world: World;

const set = (name: string, value: number, rest: { expect?: number } = {}) => ({
  action: 'counter.thing.set',
  input: { name, value, ...rest },
});
const add = (text: string) => ({ action: 'counter.entry.add', input: { text } });
const blind = (text: string) => ({ action: 'counter.entry.blind', input: { text } });

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

describe('a call whose outcome is unclear', () => {
  it('is found where it was done, and not sent again', async () => {
    const plan = await world.plan(add('one'));
    await world.approve(plan);
    counter.faults.push({ method: 'POST', times: 1, kind: 'cut' });

    const run = await world.run(plan);

    expect(run).toMatchObject({ state: 'done', steps: [{ sends: 1, found: true }] });
    expect(counter.effects).toHaveLength(1);
  });

  it('is sent again with the same key where it was not done', async () => {
    const plan = await world.plan(add('one'));
    await world.approve(plan);
    counter.faults.push({ method: 'POST', times: 2, kind: 'cut-before' });

    const run = await world.run(plan);

    expect(run).toMatchObject({ state: 'done', steps: [{ sends: 3, found: false }] });
    expect(counter.effects).toEqual([{ what: '+one', key: `${run.id}/1` }]);
    expect((await world.event(run.id, 'step-resent')).text).toContain(`the same key ${run.id}/1`);
  });

  it('is repeated without a look where repeating is harmless', async () => {
    const plan = await world.plan({ action: 'counter.thing.put', input: { name: 'web', value: 5 } });
    await world.approve(plan);
    counter.faults.push({ method: 'PUT', times: 1, kind: 'cut' });

    const run = await world.run(plan);

    expect(run).toMatchObject({ state: 'done', steps: [{ sends: 2 }] });
    expect(counter.effects).toHaveLength(1);
  });

  it('becomes unknown, for a person, where it can be neither repeated nor looked up', async () => {
    const plan = await world.plan(blind('one'));
    await world.approve(plan);
    counter.faults.push({ method: 'POST', times: 1, kind: 'cut' });

    const run = await world.run(plan);

    expect(run).toMatchObject({ state: 'unknown', error: { code: 'OUTCOME_UNKNOWN' }, steps: [{ state: 'unknown', sends: 1 }] });
    expect(run.error?.hint).toContain(`devos runs show ${run.id}`);
    expect(counter.effects).toHaveLength(1);
  });

  it('becomes unknown while nobody can look, and is found when the run is resumed', async () => {
    const plan = await world.plan(add('one'));
    await world.approve(plan);
    counter.faults.push({ method: 'POST', times: 1, kind: 'cut' }, { method: 'GET', times: 99, kind: 400 });

    const unknown = await world.run(plan);
    counter.faults.length = 0;
    const seen = (await world.store.events.list(unknown.id, 0)).length;
    await world.engine.resume(unknown.id, 'ada');
    for await (const event of world.engine.events(unknown.id, seen, AbortSignal.timeout(30_000))) if (event.type === 'run-ended') break;

    expect(unknown).toMatchObject({ state: 'unknown', error: { hint: expect.stringContaining(`devos runs resume ${unknown.id}`) } });
    expect(await world.engine.show(unknown.id)).toMatchObject({ state: 'done', steps: [{ sends: 1, found: true }] });
    expect(counter.effects).toHaveLength(1);
  });

  it('fails for good where the other system says no, and is not sent again by a resume', async () => {
    const plan = await world.plan(add('one'));
    await world.approve(plan);
    counter.faults.push({ method: 'POST', times: 1, kind: 400 });

    const run = await world.run(plan);

    expect(run).toMatchObject({ state: 'failed', error: { code: 'REMOTE_REJECTED' }, steps: [{ sends: 1 }] });
    await expect(world.engine.resume(run.id, 'ada')).rejects.toMatchObject({ code: 'RUN_STATE' });
    expect(counter.effects).toEqual([]);
  });
});

describe('a read', () => {
  it('gives its output at once and is on record', async () => {
    counter.things.set('web', { value: 3, key: 'k' });
    const plan = await world.plan({ action: 'counter.thing.get', input: { name: 'web' } });
    const said: string[] = [];

    const { run, outputs } = await world.engine.read(plan, {
      signal: AbortSignal.timeout(5000),
      reader: 'person',
      onProgress: () => undefined,
      onOutput: (text) => said.push(text),
    });

    expect(outputs).toEqual({ 1: { value: 3, key: 'k' } });
    expect(said).toHaveLength(1);
    expect((await world.audit.list({ run })).map((event) => event.type)).toEqual(['read-requested']);
  });

  it('refuses a plan that changes something', async () => {
    const plan = await world.plan(set('web', 5));

    const reading = world.engine.read(plan, {
      signal: AbortSignal.timeout(5000),
      reader: 'person',
      onProgress: () => undefined,
      onOutput: () => undefined,
    });

    await expect(reading).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(counter.effects).toEqual([]);
  });
});
