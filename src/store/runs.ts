import { AppError } from '#kit/errors';
import { type Kysely, sql } from 'kysely';
import { storable, toRun, toStep, toText } from './rows.ts';
import type { Schema } from './schema.ts';
import type { RunChange, Runs, Steps } from './types.ts';

export function createRuns(db: Kysely<Schema>): Runs {
  const findByPlan: Runs['findByPlan'] = async (planId) => {
    const row = await db.selectFrom('run').selectAll().where('plan_id', '=', planId).executeTakeFirst();
    return row === undefined ? undefined : toRun(row);
  };
  return {
    findByPlan,
    async insertIfAbsent({ id, planId, who, state, undoes, createdAt }) {
      const row = { id, plan_id: planId, who: storable(who), state, undoes, ...(createdAt === undefined ? {} : { created_at: createdAt }) };
      const inserted = await db
        .insertInto('run')
        .values(row)
        .onConflict((conflict) => conflict.column('plan_id').doNothing())
        .returningAll()
        .executeTakeFirst();
      if (inserted !== undefined) return { run: toRun(inserted), created: true };
      const run = await findByPlan(planId);
      if (run === undefined) throw unknownRun(id);
      return { run, created: false };
    },
    async find(id) {
      const row = await db.selectFrom('run').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : toRun(row);
    },
    async list(limit) {
      const rows = await db.selectFrom('run').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
      return rows.map(toRun);
    },
    async open() {
      const rows = await db.selectFrom('run').selectAll().where('ended_at', 'is', null).orderBy('created_at').orderBy('id').execute();
      return rows.map(toRun);
    },
    async setState(id, state, change = {}) {
      const row = await db
        .updateTable('run')
        .set({ state, ...columnsOf(change) })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw unknownRun(id);
      return toRun(row);
    },
    async requestCancel(id, at) {
      const time = at === undefined ? sql<Date>`clock_timestamp()` : sql<Date>`${at}::timestamptz`;
      const row = await db
        .updateTable('run')
        .set({ cancel_requested_at: sql<Date>`coalesce(cancel_requested_at, ${time})` })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw unknownRun(id);
      return toRun(row);
    },
  };
}

export function createSteps(db: Kysely<Schema>): Steps {
  return {
    async upsert(runId, { id, state, found, verified, output, error }) {
      const given = {
        state,
        ...(found === undefined ? {} : { found }),
        ...(verified === undefined ? {} : { verified: verified === null ? null : storable(verified) }),
        ...(output === undefined ? {} : { output: toText(output) }),
        ...(error === undefined ? {} : { error: error === null ? null : toText(error) }),
      };
      await db
        .insertInto('step')
        .values({ run_id: runId, step_id: id, ...given })
        .onConflict((conflict) => conflict.columns(['run_id', 'step_id']).doUpdateSet(given))
        .execute();
    },
    async forRun(runId) {
      const rows = await db.selectFrom('step').selectAll().where('run_id', '=', runId).orderBy('place').execute();
      return rows.map(toStep);
    },
  };
}

function columnsOf({ waitingFor, error, endedAt }: RunChange) {
  return {
    ...(waitingFor === undefined ? {} : { waiting_for: waitingFor }),
    ...(error === undefined ? {} : { error: error === null ? null : toText(error) }),
    ...(endedAt === undefined ? {} : { ended_at: endedAt }),
    ...(endedAt === null ? { cancel_requested_at: null } : {}),
  };
}

function unknownRun(id: string): AppError {
  return new AppError(`There is no run ${id}`, { code: 'RUN_NOT_FOUND', hint: 'See: devos runs' });
}
