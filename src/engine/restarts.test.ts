/** What happens around an engine: it stops, it starts, its database or its log goes away. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Plan } from '#kit';
import type { Store } from '#store';
import { type TestStore, testStore } from '#store/testing';
import { type Counter, startCounter } from './__fixtures__/counter.ts';
import { startWorld, type World } from './__fixtures__/world.ts';

let database: TestStore;
let counter: Counter;
let world: World;

const set = (name: string, value: number) => ({ action: 'counter.thing.set', input: { name, value } });
const add = (text: string) => ({ action: 'counter.entry.add', input: { text } });

beforeAll(async () => {
  database = await testStore();
  counter = await startCounter();
});

beforeEach(async () => {
  counter.things.clear();
  counter.entries.length = 0;
  counter.effects.length = 0;
  world = await start();
});

afterEach(() => world.close());

afterAll(async () => {
  await counter.close();
  await database.close();
});

const start = (options: Parameters<typeof startWorld>[2] = {}) => startWorld(database.store, counter.url, options);

/** Restarts with a watch on the log: it resolves once an outage has outlasted all attempts of one call, not only the first. */
async function longOutage(): Promise<{ isOver: Promise<void> }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let failures = 0;
  await restart({
    retryDelaysMs: [10, 20],
    onAuditError() {
      failures += 1;
      if (failures === 3) resolve();
    },
  });
  return { isOver: promise };
}

/** Ends the connections of this file's database that carry a name; other files use the same server. */
async function terminate({ pool }: Pick<Store, 'pool'>, application: string): Promise<void> {
  const text = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = $2';
  await pool.query(text, [databaseName(), application]);
}

const databaseName = () => new URL(database.url).pathname.slice(1);

/** A stop and the next start, as another process would do it. */
async function restart(options: Parameters<typeof startWorld>[2] = {}): Promise<void> {
  await world.close();
  world = await start(options);
}

async function waitingRun(plan: Plan): Promise<string> {
  const { id } = await world.engine.startRun(plan, 'ada');
  await world.event(id, 'run-waiting');
  return id;
}

describe('an engine that is started again', () => {
  it('goes on with a run that was approved while no engine ran', async () => {
    const plan = await world.plan(set('web', 5));
    const id = await waitingRun(plan);
    await world.engine.stop();

    await world.approve(plan);
    await restart();
    const run = await world.ended(id);

    expect(run.state).toBe('done');
    expect(counter.effects).toHaveLength(1);
  });

  it('ends a run that expired while no engine ran, which is not the same as a refusal', async () => {
    const plan = await world.plan(set('web', 5));
    const id = await waitingRun(plan);

    await restart({ clock: () => new Date(Date.parse(plan.expiresAt) + 1) });
    const run = await world.ended(id);

    expect(run).toMatchObject({ state: 'expired', error: { code: 'PLAN_EXPIRED' } });
    expect(counter.effects).toEqual([]);
  });

  it('goes on with a run whose workflow was given up, under the same keys', async () => {
    const plan = await world.plan(add('one'));
    const id = await waitingRun(plan);
    await world.engine.stop();
    await database.store.pool.query(`update dbos.workflow_status set status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED' where workflow_uuid = $1`, [
      id,
    ]);

    await world.approve(plan);
    await restart();
    const run = await world.ended(id);

    expect(run.state).toBe('done');
    expect(counter.effects).toEqual([{ what: '+one', key: `${id}/1` }]);
  });

  it('tells the end of a run that ended just before a crash', async () => {
    const plan = await world.plan(add('one'));
    await world.approve(plan);
    const { id } = await world.run(plan);
    await world.engine.stop();
    // As it stands between storing the end and telling it.
    const { pool } = database.store;
    await pool.query(`delete from devos.run_event where run_id = $1 and type = 'run-ended'`, [id]);
    await pool.query(`delete from dbos.operation_outputs where workflow_uuid = $1 and function_name = 'end'`, [id]);
    await pool.query(`update dbos.workflow_status set status = 'PENDING' where workflow_uuid = $1`, [id]);

    await restart();
    const run = await world.ended(id);

    expect(run.state).toBe('done');
    expect((await world.audit.list({ run: id })).filter((event) => event.type === 'run-ended')).toHaveLength(1);
  });

  it('goes on with a run that was stored but never begun', async () => {
    const plan = await world.plan(add('one'));
    await world.approve(plan);
    await database.store.runs.insertIfAbsent({ id: 'R-never-begun', planId: plan.id, who: 'ada', state: 'running', undoes: null });

    await restart();
    const run = await world.ended('R-never-begun');

    expect(run.state).toBe('done');
  });
});

describe('an engine that is stopped', () => {
  it('lets the call under way be recorded, and begins nothing after it', async () => {
    const plan = await world.plan(add('one'), add('two'));
    await world.approve(plan);
    const held = counter.hold('POST');
    const { id } = await world.engine.startRun(plan, 'ada');
    await held.arrived;

    const stopped = world.engine.stop();
    held.open();
    await stopped;
    const sentBefore = counter.effects.length;
    const before = await world.engine.show(id);
    await restart();
    const run = await world.ended(id);

    expect(sentBefore).toBe(1);
    expect(before.state).toBe('running');
    expect(run).toMatchObject({ state: 'done', steps: [{ sends: 1, found: false }, { sends: 1 }] });
    expect(counter.effects.map(({ what }) => what)).toEqual(['+one', '+two']);
  });

  it('leaves a call that takes too long to be looked up by the next start', async () => {
    await restart({ stopWaitMs: 20 });
    const plan = await world.plan(add('one'));
    await world.approve(plan);
    const held = counter.hold('POST');
    const { id } = await world.engine.startRun(plan, 'ada');
    await held.arrived;

    await world.engine.stop();
    const before = await world.engine.show(id);
    held.open();
    await restart();
    const run = await world.ended(id);

    expect(before).toMatchObject({ state: 'running', steps: [{ state: 'running' }] });
    expect(run.state).toBe('done');
    expect(counter.effects).toEqual([{ what: '+one', key: `${id}/1` }]);
  });

  it('does not take a check that it cut short for a failed one', async () => {
    await restart({ verifyTimeoutMs: 60_000 });
    const plan = await world.plan({ action: 'counter.thing.set', input: { name: 'web', value: 5, expect: 6 } });
    await world.approve(plan);
    const { id } = await world.engine.startRun(plan, 'ada');
    await world.event(id, 'step-progress');

    await world.engine.stop();
    const before = await world.engine.show(id);
    counter.things.set('web', { value: 6, key: '' });
    await restart();
    const run = await world.ended(id);

    expect(before.state).toBe('running');
    expect(run).toMatchObject({ state: 'done', steps: [{ verified: 'web is 6' }] });
  });
});

describe('one engine for a database', () => {
  it('refuses a second one with a coded error', async () => {
    const second = await start({ isStarted: false });

    await expect(second.engine.start()).rejects.toMatchObject({ code: 'DAEMON_UNAVAILABLE' });
    await second.close();
  });

  it('says so at once when its lease is lost, and sends nothing more', async () => {
    const lost = Promise.withResolvers<void>();
    await restart({ onLeaseLost: () => lost.resolve() });
    const plan = await world.plan(set('web', 5));
    const id = await waitingRun(plan);

    await terminate(database.store, 'devos-lease:test');
    await lost.promise;
    await world.approve(plan);
    await world.engine.wake(plan.id);

    expect(await world.engine.show(id)).toMatchObject({ state: 'waiting' });
    expect(counter.effects).toEqual([]);
    await restart();
    expect(await world.ended(id)).toMatchObject({ state: 'done' });
  });
});

describe('an audit log that cannot be written', () => {
  const rename = (from: string, to: string) => database.store.pool.query(`alter table devos.${from} rename to ${to}`);

  it('stops a run from being asked for', async () => {
    const plan = await world.plan(set('web', 5));
    await world.approve(plan);
    await rename('audit_event', 'gone');

    const asked = world.engine.startRun(plan, 'ada');

    await expect(asked).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    await rename('gone', 'audit_event');
    expect(await database.store.runs.findByPlan(plan.id)).toBeUndefined();
  });

  it('stops a step before anything is sent', async () => {
    const plan = await world.plan(set('web', 5));
    await world.approve(plan);
    const held = counter.hold('GET');
    const { id } = await world.engine.startRun(plan, 'ada');
    await held.arrived;

    await rename('audit_event', 'gone');
    held.open();
    const run = await world.ended(id);
    await rename('gone', 'audit_event');

    expect(run).toMatchObject({ state: 'failed', error: { code: 'AUDIT_UNAVAILABLE' }, steps: [{ sends: 0 }] });
    expect(counter.effects).toEqual([]);
  });

  it('is waited for after a call, which is not repeated', async () => {
    const outage = await longOutage();
    const plan = await world.plan(add('one'));
    await world.approve(plan);
    const held = counter.hold('POST');
    const { id } = await world.engine.startRun(plan, 'ada');
    await held.arrived;

    await rename('audit_event', 'gone');
    held.open();
    await outage.isOver;
    await rename('gone', 'audit_event');
    const run = await world.ended(id);

    expect(run).toMatchObject({ state: 'done', steps: [{ sends: 1 }] });
    expect(counter.effects).toHaveLength(1);
    expect((await world.audit.list({ run: id })).map((event) => event.type)).toContain('effect-done');
  });
});

describe('a database that goes away for a moment', () => {
  it('does not make a done call a failed one', async () => {
    const outage = await longOutage();
    const admin = await database.openEmpty();
    const name = databaseName();
    const plan = await world.plan(add('one'));
    await world.approve(plan);
    const held = counter.hold('POST');
    const { id } = await world.engine.startRun(plan, 'ada');
    await held.arrived;

    await admin.pool.query(`alter database "${name}" with allow_connections false`);
    await terminate(admin, 'devos');
    held.open();
    await outage.isOver;
    await admin.pool.query(`alter database "${name}" with allow_connections true`);
    // The pool may still hold a connection that it does not know to be gone.
    await vi.waitFor(() => world.engine.show(id));
    const run = await world.ended(id);

    expect(run).toMatchObject({ state: 'done', steps: [{ state: 'done', sends: 1 }] });
    expect(counter.effects).toHaveLength(1);
  });
});
