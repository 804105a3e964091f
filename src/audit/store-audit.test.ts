import type { AuditEvent } from '#kit';
import type { AuditRow, Store } from '#store';
import { silentLog, testStore, type TestStore } from '#store/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalText, seal, toUnsealed } from './chain.ts';
import { createAudit } from './create-audit.ts';
import { verifyExport } from './verify.ts';

let test: TestStore;
beforeAll(async () => {
  test = await testStore();
});
afterAll(() => test.close());

const clock = () => new Date('2030-01-01T00:00:00Z');
const entry = (n: number) => ({ type: 'effect-done', who: 'ada', run: `R-${n % 3}`, body: { n, text: 'naïve “quotes”' } });
const open = (store: Store) => createAudit({ store, clock, log: silentLog });

/** A log of its own for each test: an empty database on the same server. */
async function newAudit(count: number): Promise<{ own: Store; audit: ReturnType<typeof open> }> {
  const own = await test.openEmpty();
  const audit = open(own);
  for (let n = 1; n <= count; n += 1) await audit.append(entry(n));
  return { own, audit };
}

/** What somebody with the rights of the database's owner can do: the trigger is no hindrance to them. */
async function tamper(store: Store, statement: string): Promise<void> {
  await sql.raw('alter table devos.audit_event disable trigger all').execute(store.db);
  await sql.raw(statement).execute(store.db);
  await sql.raw('alter table devos.audit_event enable trigger all').execute(store.db);
}

describe('append', () => {
  it('chains 50 events that come at once over two connections, without gap or fork', async () => {
    const first = open(test.store);
    const second = open(await test.open());
    const third = open(await test.open());

    const events = await Promise.all(Array.from({ length: 50 }, (_, n) => [first, second, third][n % 3]?.append(entry(n))));

    const seqs = events.map((event) => event?.seq ?? 0).toSorted((a, b) => a - b);
    expect(seqs).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(await first.verify()).toMatchObject({ ok: true, events: 50 });
    expect(new Set((await first.list({ after: 0 })).map(({ previous }) => previous)).size).toBe(50);
  });

  it('returns what is stored, and what is stored verifies as an export', async () => {
    const { own, audit } = await newAudit(0);

    const event = await audit.append({
      type: 'plan-made',
      who: 'ada\u0000',
      plan: 'P-1',
      body: { text: 'half \ud800, nul \u0000', n: 1e21 },
    });
    const lines = (await audit.list({ after: 0 })).map((each) => JSON.stringify(each));

    expect(await audit.list({})).toEqual([event]);
    expect(await verifyExport(lines)).toMatchObject({ ok: true, events: 1 });
    await own.close();
  });

  it('is AUDIT_UNAVAILABLE when the table refuses the row, and goes on without a gap when it takes rows again', async () => {
    const { own, audit } = await newAudit(2);
    await sql
      .raw(
        `create function devos.full() returns trigger language plpgsql as $$ begin raise exception 'no space' using errcode = 'disk_full'; end $$`,
      )
      .execute(own.db);
    await sql.raw('create trigger full_disk before insert on devos.audit_event execute function devos.full()').execute(own.db);

    const refused = await Promise.allSettled([audit.append(entry(3)), audit.append(entry(4))]);
    await sql.raw('drop trigger full_disk on devos.audit_event').execute(own.db);
    const next = await audit.append(entry(5));

    for (const result of refused)
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'AUDIT_UNAVAILABLE', details: { cause: 'DISK_FULL' } } });
    expect(next.seq).toBe(3);
    expect(await audit.verify()).toMatchObject({ ok: true, events: 3 });
    await own.close();
  });

  it('is AUDIT_UNAVAILABLE when the database is gone', async () => {
    const store = await test.open();
    const audit = open(store);
    await store.close();

    await expect(audit.append(entry(1))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
  });
});

describe('list', () => {
  it('gives the last events, or those after one, or those of a run; oldest first', async () => {
    const { own, audit } = await newAudit(7);
    const seqs = (events: AuditEvent[]) => events.map(({ seq }) => seq);

    expect(seqs(await audit.list({ limit: 3 }))).toEqual([5, 6, 7]);
    expect(seqs(await audit.list({ limit: 3, after: 1 }))).toEqual([2, 3, 4]);
    expect(seqs(await audit.list({ run: 'R-1' }))).toEqual([1, 4, 7]);
    await own.close();
  });
});

describe('the table', () => {
  it.each([
    "update devos.audit_event set who = 'mallory'",
    'delete from devos.audit_event',
    'truncate devos.audit_event',
    "update devos.plan set hash = ''",
    'delete from devos.plan',
  ])('refuses: %s', async (statement) => {
    await expect(sql.raw(statement).execute(test.store.db)).rejects.toMatchObject({ code: '23001' });
  });
});

describe('verify', () => {
  it('reads more rows than one page', async () => {
    const { own, audit } = await newAudit(0);
    await Promise.all(Array.from({ length: 2345 }, (_, n) => audit.append(entry(n))));

    expect(await audit.verify()).toMatchObject({ ok: true, events: 2345, badRow: null });
    await own.close();
  });

  it.each([
    ['changed text', `update devos.audit_event set who = 'mallory' where seq = 4`, 4],
    ['a changed body', `update devos.audit_event set body = replace(body, '"n":4', '"n":9') where seq = 4`, 4],
    ['a body that means the same', `update devos.audit_event set body = replace(body, ':', ': ') where seq = 4`, 4],
    ['a body that is no JSON', `update devos.audit_event set body = '{' where seq = 4`, 4],
    ['a deleted row', `delete from devos.audit_event where seq = 4`, 4],
    ['a deleted beginning', `delete from devos.audit_event where seq < 4`, 1],
    ['a moved row', `update devos.audit_event set seq = 40 where seq = 4`, 4],
    ['exchanged names', `update devos.audit_event set run_id = (select run_id from devos.audit_event where seq = 5) where seq = 4`, 4],
  ])('names the row of %s', async (_name, statement, row) => {
    const { own, audit } = await newAudit(8);
    await tamper(own, statement);

    expect(await audit.verify()).toMatchObject({ ok: false, badRow: row });
    expect((await audit.list({ after: 0 })).length).toBeGreaterThan(0);
    await own.close();
  });

  it('names a row that was sealed anew, as the next one follows from another', async () => {
    const { own, audit } = await newAudit(6);
    const [, , third] = await audit.list({ after: 0 });
    const forged = seal(toUnsealed({ type: 'effect-done', who: 'mallory', body: {} }, clock()), { seq: 2, hash: third?.previous ?? '' });
    const row: AuditRow = { ...forged, body: canonicalText(forged.body) };
    await tamper(own, 'delete from devos.audit_event where seq = 3');
    await own.db
      .insertInto('audit_event')
      .values({
        seq: row.seq,
        at: row.at,
        type: row.type,
        who: row.who,
        plan_id: null,
        run_id: null,
        body: row.body,
        previous: row.previous,
        hash: row.hash,
      })
      .execute();

    expect(await audit.verify()).toMatchObject({ ok: false, badRow: 3 });
    await own.close();
  });
});
