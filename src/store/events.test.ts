import type { RunEvent, RunEventType } from '#kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { samplePlan } from './__fixtures__/sample-plan.ts';
import { testStore, type TestStore } from './testing.ts';

let test: TestStore;
beforeAll(async () => {
  test = await testStore();
});
afterAll(() => test.close());

async function newRun(name: string): Promise<string> {
  await test.store.plans.insert(samplePlan(`P-${name}`));
  return (await test.store.runs.insertIfAbsent({ id: `R-${name}`, planId: `P-${name}`, who: 'ada', state: 'running', undoes: null })).run
    .id;
}

async function collect(events: AsyncIterable<RunEvent>, onEvent: (event: RunEvent) => void = () => undefined): Promise<number[]> {
  const seqs: number[] = [];
  for await (const event of events) {
    seqs.push(event.seq);
    onEvent(event);
  }
  return seqs;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const forEver = new AbortController().signal;
const append = (run: string, type: RunEventType, text = '') => test.store.events.append({ run, type, text });

it('numbers events of a run from 1 without gaps and in the order of the calls, also when they come at once', async () => {
  const run = await newRun('numbered');

  const events = await Promise.all(upTo(40).map((n) => append(run, 'step-progress', `${n}\u0000`)));

  expect(events.map(({ seq }) => seq)).toEqual(upTo(40));
  expect(events[6]?.text).toBe('7\ufffd');
  expect((await test.store.events.list(run, 38)).map(({ seq }) => seq)).toEqual([39, 40]);
});

it('numbers them without gaps when two processes write to one run', async () => {
  const run = await newRun('shared');
  const other = await test.open();

  const events = await Promise.all(
    upTo(20).flatMap(() => [append(run, 'step-progress'), other.events.append({ run, type: 'step-progress', text: '' })]),
  );

  expect(events.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(upTo(40));
});

it('replays and then goes on live, without gap or repeat, to each that follows', async () => {
  const run = await newRun('followed');
  await append(run, 'run-started');
  await append(run, 'step-started');
  const writers: Promise<unknown>[] = [];

  const all = collect(test.store.events.follow(run, 0, forEver), ({ seq }) => {
    if (seq === 2) writers.push(...upTo(60).map(() => append(run, 'step-progress')));
  });
  const late = collect(test.store.events.follow(run, 1, forEver));
  await until(() => writers.length > 0);
  await Promise.all(writers);
  await append(run, 'run-ended');

  expect(await all).toEqual(upTo(63));
  expect(await late).toEqual(upTo(63).slice(1));
});

it('ends at once for a run that is over, and not at the end of a run that was taken up again', async () => {
  const run = await newRun('resumed');
  await append(run, 'run-ended');
  expect(await collect(test.store.events.follow(run, 0, forEver))).toEqual([1]);
  expect(await collect(test.store.events.follow(run, 1, forEver))).toEqual([]);

  await append(run, 'run-started');
  const following = collect(test.store.events.follow(run, 0, forEver));
  await append(run, 'run-ended');

  expect(await following).toEqual([1, 2, 3]);
});

it('ends when the one who follows goes away', async () => {
  const run = await newRun('left');
  const controller = new AbortController();
  await append(run, 'run-started');

  const seqs = await collect(test.store.events.follow(run, 0, controller.signal), () => controller.abort());

  expect(seqs).toEqual([1]);
  expect(await collect(test.store.events.follow(run, 0, controller.signal))).toEqual([]);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
