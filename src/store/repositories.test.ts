import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { samplePlan } from './__fixtures__/sample-plan.ts';
import { type TestStore, testStore } from './testing.ts';

let test: TestStore;
beforeAll(async () => {
  test = await testStore();
});
afterAll(() => test.close());

/** A stored plan and its run. */
async function newRun(name: string): Promise<string> {
  const plan = samplePlan(`P-${name}`);
  await test.store.plans.insert(plan);
  const { run } = await test.store.runs.insertIfAbsent({ id: `R-${name}`, planId: plan.id, who: 'ada', state: 'running', undoes: null });
  return run.id;
}

describe('plans', () => {
  it('gives back what was stored, newest first', async () => {
    const first = samplePlan('P-list-1', { createdAt: '2100-01-01T00:00:00.000Z' });
    const second = samplePlan('P-list-2', { createdAt: '2100-01-02T00:00:00.000Z' });

    await test.store.plans.insert(first);
    await test.store.plans.insert(second);

    expect(await test.store.plans.find('P-list-1')).toEqual(first);
    expect((await test.store.plans.list(2)).map(({ id }) => id)).toEqual(['P-list-2', 'P-list-1']);
    expect(await test.store.plans.find('P-none')).toBeUndefined();
  });

  it('takes the same plan twice, and refuses another one under its id', async () => {
    const plan = samplePlan('P-twice');

    await test.store.plans.insert(plan);
    await test.store.plans.insert(plan);

    await expect(test.store.plans.insert({ ...plan, hash: 'other' })).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('approvals', () => {
  it('keeps the order of the decisions', async () => {
    await test.store.plans.insert(samplePlan('P-approved'));
    const decision = { planId: 'P-approved', hash: 'h', who: 'ada', via: 'cli', reason: null };

    await test.store.approvals.insert({ ...decision, decision: 'approved', at: '2100-01-01T00:00:00.000Z' });
    await test.store.approvals.insert({ ...decision, decision: 'denied', reason: 'too\u0000late', at: '2000-01-01T00:00:00.000Z' });

    expect((await test.store.approvals.forPlan('P-approved')).map((approval) => [approval.decision, approval.reason])).toEqual([
      ['approved', null],
      ['denied', 'too\ufffdlate'],
    ]);
  });
});

describe('runs', () => {
  it('makes one run for a plan, however often and at once it is started', async () => {
    await test.store.plans.insert(samplePlan('P-once'));

    const started = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        test.store.runs.insertIfAbsent({ id: `R-once-${index}`, planId: 'P-once', who: 'ada', state: 'waiting', undoes: null }),
      ),
    );

    expect(new Set(started.map(({ run }) => run.id)).size).toBe(1);
    expect(started.filter(({ created }) => created)).toHaveLength(1);
  });

  it('changes only what is given, and keeps the first cancel request until the run goes on', async () => {
    const id = await newRun('change');

    await test.store.runs.setState(id, 'waiting', { waitingFor: 'your yes' });
    const first = await test.store.runs.requestCancel(id, '2030-01-01T00:00:00.000Z');
    const again = await test.store.runs.requestCancel(id);
    const ended = await test.store.runs.setState(id, 'cancelled', {
      endedAt: '2030-01-02T00:00:00.000Z',
      error: { code: 'RUN_CANCELLED', message: 'm', hint: 'h', docs: 'd' },
    });
    const resumed = await test.store.runs.setState(id, 'running', { endedAt: null, error: null, waitingFor: null });

    expect(first.waitingFor).toBe('your yes');
    expect(again.cancelRequestedAt).toBe('2030-01-01T00:00:00.000Z');
    expect(ended).toMatchObject({
      state: 'cancelled',
      waitingFor: 'your yes',
      endedAt: '2030-01-02T00:00:00.000Z',
      error: { code: 'RUN_CANCELLED' },
    });
    expect(resumed).toMatchObject({ state: 'running', endedAt: null, error: null, waitingFor: null, cancelRequestedAt: null });
  });

  it('lists open runs, and says that an unknown one is unknown', async () => {
    const id = await newRun('open');

    expect((await test.store.runs.open()).map((run) => run.id)).toContain(id);
    await expect(test.store.runs.setState('R-none', 'done')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    await expect(test.store.runs.requestCancel('R-none')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });
});

describe('steps', () => {
  it('keeps the order of the first write and the fields that a later one leaves out', async () => {
    const id = await newRun('steps');

    await test.store.steps.upsert(id, { id: '2', state: 'pending' });
    await test.store.steps.upsert(id, { id: '1', state: 'running', output: { to: 5 } });
    await test.store.steps.upsert(id, { id: '2', state: 'done', verified: '5/5 ready', found: true });

    expect(await test.store.steps.forRun(id)).toEqual([
      { id: '2', state: 'done', found: true, verified: '5/5 ready', output: null, error: null },
      { id: '1', state: 'running', found: false, verified: null, output: { to: 5 }, error: null },
    ]);
  });
});

describe('effects', () => {
  it('counts sends until the outcome is known, then hands it out instead', async () => {
    const runId = await newRun('effect');
    const effect = { key: `${runId}/1`, runId, stepId: '1', action: 'kubernetes.deployment.scale', input: { replicas: 5 } };

    const first = await test.store.effects.intend(effect);
    const second = await test.store.effects.intend(effect);
    const stored = await test.store.effects.outcome(effect.key, { ok: true, found: true, body: { to: 5 } });
    const again = await test.store.effects.outcome(effect.key, { ok: false, found: false, body: null });
    const third = await test.store.effects.intend(effect);

    expect([first, second]).toEqual([{ sends: 1 }, { sends: 2 }]);
    expect(again).toEqual(stored);
    expect(third).toEqual({ sends: 2, outcome: stored });
    expect(await test.store.effects.forRun(runId)).toMatchObject([{ ...effect, sends: 2, outcome: stored }]);
    expect(await test.store.effects.find('R-none/1')).toBeUndefined();
  });

  it('refuses a key that belongs to another effect, and an outcome without intent', async () => {
    const runId = await newRun('key');
    const effect = { key: `${runId}/1`, runId, stepId: '1', action: 'a', input: {} };
    await test.store.effects.intend(effect);

    await expect(test.store.effects.intend({ ...effect, input: { other: true } })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(test.store.effects.outcome('R-none/9', { ok: true, found: false, body: null })).rejects.toMatchObject({ code: '23503' });
  });

  it('never loses a count when sends are counted at once', async () => {
    const runId = await newRun('parallel');
    const effect = { key: `${runId}/1`, runId, stepId: '1', action: 'a', input: {} };

    const counts = await Promise.all(Array.from({ length: 20 }, () => test.store.effects.intend(effect)));

    expect(counts.map(({ sends }) => sends).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});
