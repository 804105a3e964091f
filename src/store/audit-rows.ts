import { type Kysely, sql } from 'kysely';
import { codeOf } from './database-errors.ts';
import { toAuditRow } from './rows.ts';
import type { Schema } from './schema.ts';
import type { AuditRow, AuditRows, ChainEnd } from './types.ts';

/** One writer at a time chains: over every process that uses this database. */
const chainLock = sql.raw("pg_advisory_xact_lock(hashtextextended('devos-audit-chain', 0))");
const uniqueViolation = '23505';

export function createAuditRows(db: Kysely<Schema>): AuditRows {
  /** What this process wrote last. The table decides whether it is still the end of the chain. */
  let known: ChainEnd | undefined;
  return {
    async append(make) {
      if (known !== undefined) {
        const rows = make(known);
        if (await appendAfter(db, known, rows)) {
          known = rows.at(-1) ?? known;
          return rows;
        }
      }
      const rows = await appendToLast(db, make);
      known = rows.at(-1) ?? known;
      return rows;
    },
    async list({ limit, run, after }) {
      let query = db.selectFrom('audit_event').selectAll().limit(limit);
      if (run !== undefined) query = query.where('run_id', '=', run);
      if (after !== undefined) return (await query.where('seq', '>', after).orderBy('seq').execute()).map(toAuditRow);
      return (await query.orderBy('seq', 'desc').execute()).toReversed().map(toAuditRow);
    },
  };
}

async function appendToLast(db: Kysely<Schema>, make: (last: ChainEnd | undefined) => AuditRow[]): Promise<AuditRow[]> {
  return db.transaction().execute(async (trx) => {
    await sql`select ${chainLock}`.execute(trx);
    const last = await trx.selectFrom('audit_event').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirst();
    const rows = make(last === undefined ? undefined : toAuditRow(last));
    if (rows.length > 0) await trx.insertInto('audit_event').values(rows.map(toColumns)).execute();
    return rows;
  });
}

/**
 * The same in one statement, where the chain still ends with `end`; else nothing is written, and the answer is false. The statement
 * looks before it holds the lock: a row that came in between is met by the keys of the table, which let no two rows follow one.
 */
async function appendAfter(db: Kysely<Schema>, end: ChainEnd, rows: AuditRow[]): Promise<boolean> {
  const column = (name: keyof AuditRow) => sql.val(rows.map((row) => row[name]));
  try {
    const { numAffectedRows } = await sql`
      insert into devos.audit_event (seq, at, type, who, plan_id, run_id, body, previous, hash)
      select each.* from (select ${chainLock}) as lock, unnest(
        ${column('seq')}::bigint[], ${column('at')}::text[], ${column('type')}::text[], ${column('who')}::text[],
        ${column('plan')}::text[], ${column('run')}::text[], ${column('body')}::text[], ${column('previous')}::text[], ${column('hash')}::text[]
      ) as each
      where (select (seq, hash) = (${end.seq}::bigint, ${end.hash}::text) from devos.audit_event order by seq desc limit 1)`.execute(db);
    return numAffectedRows === BigInt(rows.length);
  } catch (error) {
    if (codeOf(error) === uniqueViolation) return false;
    throw error;
  }
}

function toColumns({ plan, run, ...row }: AuditRow) {
  return { ...row, plan_id: plan, run_id: run };
}
