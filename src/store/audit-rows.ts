import { type Kysely, sql } from 'kysely';
import { toAuditRow } from './rows.ts';
import type { Schema } from './schema.ts';
import type { AuditRow, AuditRows } from './types.ts';

/** One writer at a time chains: over every process that uses this database. */
const chainLock = "hashtextextended('devos-audit-chain', 0)";

export function createAuditRows(db: Kysely<Schema>): AuditRows {
  return {
    async append(make) {
      return db.transaction().execute(async (trx) => {
        await sql`select pg_advisory_xact_lock(${sql.raw(chainLock)})`.execute(trx);
        const last = await trx.selectFrom('audit_event').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirst();
        const rows = make(last === undefined ? undefined : toAuditRow(last));
        if (rows.length > 0) await trx.insertInto('audit_event').values(rows.map(toColumns)).execute();
        return rows;
      });
    },
    async list({ limit, run, after }) {
      let query = db.selectFrom('audit_event').selectAll().limit(limit);
      if (run !== undefined) query = query.where('run_id', '=', run);
      if (after !== undefined) return (await query.where('seq', '>', after).orderBy('seq').execute()).map(toAuditRow);
      return (await query.orderBy('seq', 'desc').execute()).toReversed().map(toAuditRow);
    },
  };
}

function toColumns({ plan, run, ...row }: AuditRow) {
  return { ...row, plan_id: plan, run_id: run };
}
