/** What goes on until it is ended. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestStore, testStore } from '#store/testing';
import { type Counter, startCounter } from './__fixtures__/counter.ts';
import { startWorld, type World } from './__fixtures__/world.ts';

let database: TestStore;
let counter: Counter;
let world: World;

const hold = (text: string) => ({ action: 'counter.entry.hold', input: { text } });
const add = (text: string) => ({ action: 'counter.entry.add', input: { text } });
const texts = () => counter.entries.map(({ text }) => text);

beforeAll(async () => {
  database = await testStore();
  counter = await startCounter();
});
beforeEach(async () => {
  counter.entries.length = 0;
  world = await startWorld(database.store, counter.url);
});
afterEach(() => world.close());
afterAll(async () => {
  await counter.close();
  await database.close();
});

/** Begun, and open. */
async function open(...calls: Parameters<World['plan']>): Promise<string> {
  const plan = await world.plan(...calls);
  await world.approve(plan);
  const { id } = await world.engine.startRun(plan, 'ada');
  const step = String(calls.findIndex(({ action }) => action === 'counter.entry.hold') + 1);
  await world.event(id, 'step-progress', step);
  return id;
}

describe('a session', () => {
  it('goes on until its run is cancelled, ends with its account, and is not put back', async () => {
    const run = await open(hold('a'));
    const during = await world.engine.show(run);
    await world.engine.cancel(run, 'ada');
    const ended = await world.ended(run);

    expect(during).toMatchObject({ state: 'running', steps: [{ state: 'running' }] });
    expect(ended).toMatchObject({
      state: 'cancelled',
      error: null,
      canUndo: false,
      steps: [{ state: 'done', sends: 1, output: { ended: 'asked' }, verified: 'ended: asked' }],
    });
    expect(texts()).toEqual(['a']);
    await expect(world.engine.undoCalls(run)).rejects.toMatchObject({ code: 'UNDO_IMPOSSIBLE' });
  });

  it('stands in the plan, which is what is approved', async () => {
    const plan = await world.plan(hold('a'), add('b'));

    expect(plan.steps.map(({ session }) => session)).toEqual([true, undefined]);
  });

  it('lets what was done before it be put back, and what comes after it be left out', async () => {
    const run = await open(add('before'), hold('a'), add('after'));
    await world.engine.cancel(run, 'ada');
    const ended = await world.ended(run);

    expect(ended).toMatchObject({ state: 'cancelled', error: null, steps: [{ state: 'undone' }, { state: 'done' }, { state: 'skipped' }] });
    expect(texts()).toEqual(['a']);
  });

  it('ends when the engine stops, and is not begun again by the next', async () => {
    const run = await open(hold('a'));
    await world.close();
    world = await startWorld(database.store, counter.url);
    const ended = await world.ended(run);

    expect(ended).toMatchObject({ state: 'done', steps: [{ state: 'done', sends: 1, output: { ended: 'asked' } }] });
    expect(texts()).toEqual(['a']);
  });
});
