import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuditRows } from './audit-rows.ts';
import { testStore, type TestStore } from './testing.ts';
import type { AuditRow, ChainEnd, Store } from './types.ts';

let test: TestStore;
beforeAll(async () => {
  test = await testStore();
});
afterAll(() => test.close());

/** Rows that follow `end`; their hashes are names that tell who wrote them. */
const after = (end: ChainEnd | undefined, ...names: string[]): AuditRow[] => {
  const rows: AuditRow[] = [];
  for (const name of names) {
    const last = rows.at(-1) ?? end;
    rows.push({
      seq: (last?.seq ?? 0) + 1,
      at: '2030-01-01T00:00:00Z',
      type: 'effect-done',
      who: 'ada',
      plan: null,
      run: name === 'a' ? null : 'R-1',
      body: '{"text":"a {b}, \\"c\\" and \\\\d"}',
      previous: last?.hash ?? '0',
      hash: name,
    });
  }
  return rows;
};

const hashes = async (store: Store): Promise<string[]> =>
  (await createAuditRows(store.db).list({ limit: 100 })).map(({ previous, hash }) => `${previous}>${hash}`);

describe('append', () => {
  it('stores what it gives back, letter for letter, the first time and every other time', async () => {
    const own = await test.openEmpty();
    const rows = createAuditRows(own.db);

    const given = [
      ...(await rows.append((end) => after(end, 'a'))),
      ...(await rows.append((end) => after(end, 'b', 'c'))),
      ...(await rows.append(() => [])),
      ...(await rows.append((end) => after(end, 'd'))),
    ];

    expect(await rows.list({ limit: 10 })).toEqual(given);
    expect(await hashes(own)).toEqual(['0>a', 'a>b', 'b>c', 'c>d']);
    await own.close();
  });

  it('follows what another process wrote in between', async () => {
    const own = await test.openEmpty();
    const [mine, theirs] = [createAuditRows(own.db), createAuditRows(own.db)];

    for (const [name, writer] of Object.entries({ a: mine, b: theirs, c: mine, d: theirs })) await writer.append((end) => after(end, name));

    expect(await hashes(own)).toEqual(['0>a', 'a>b', 'b>c', 'c>d']);
    await own.close();
  });

  it('follows what another process wrote while it waited for the lock', async () => {
    const own = await test.openEmpty();
    const rows = createAuditRows(own.db);
    const [first] = await rows.append((end) => after(end, 'a'));

    const late = await own.db.transaction().execute(async (other) => {
      await sql`select pg_advisory_xact_lock(hashtextextended('devos-audit-chain', 0))`.execute(other);
      const waiting = rows.append((end) => after(end, 'c'));
      await untilSomebodyWaits(own);
      const columns = after(first, 'b').map(({ plan, run, ...row }) => ({ ...row, plan_id: plan, run_id: run }));
      await other.insertInto('audit_event').values(columns).execute();
      return { waiting };
    });

    expect((await late.waiting).map(({ seq }) => seq)).toEqual([3]);
    expect(await hashes(own)).toEqual(['0>a', 'a>b', 'b>c']);
    await own.close();
  });

  it('follows the end that the table has, where rows were cut off behind its back', async () => {
    const own = await test.openEmpty();
    const rows = createAuditRows(own.db);
    await rows.append((end) => after(end, 'a', 'b'));
    await sql.raw('alter table devos.audit_event disable trigger all').execute(own.db);
    await sql.raw("delete from devos.audit_event where hash = 'b'").execute(own.db);

    await rows.append((end) => after(end, 'c'));

    expect(await hashes(own)).toEqual(['0>a', 'a>c']);
    await own.close();
  });
});

async function untilSomebodyWaits(store: Store): Promise<void> {
  for (;;) {
    const { rows } =
      await sql`select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`.execute(
        store.db,
      );
    if (rows.length > 0) return;
  }
}
