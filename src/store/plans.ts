import { AppError, type Plan } from '#kit';
import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';
import type { Approvals, Plans } from './types.ts';
import { storable } from './rows.ts';

export function createPlans(db: Kysely<Schema>): Plans {
  return {
    async insert(plan) {
      const row = { id: plan.id, hash: plan.hash, body: JSON.stringify(plan), created_at: plan.createdAt, expires_at: plan.expiresAt };
      await db
        .insertInto('plan')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      const { hash } = await db.selectFrom('plan').select('hash').where('id', '=', plan.id).executeTakeFirstOrThrow();
      if (hash !== plan.hash)
        throw new AppError(`Another plan is stored as ${plan.id}`, {
          code: 'CONFLICT',
          hint: 'A plan never changes. Make a new one with: devos plan "<sentence>"',
        });
    },
    async find(id) {
      const row = await db.selectFrom('plan').select('body').where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : parsePlan(row.body);
    },
    async list(limit) {
      const rows = await db.selectFrom('plan').select('body').orderBy('created_at', 'desc').orderBy('id').limit(limit).execute();
      return rows.map((row) => parsePlan(row.body));
    },
  };
}

export function createApprovals(db: Kysely<Schema>): Approvals {
  return {
    async insert({ planId, hash, decision, who, via, reason, at }) {
      const row = {
        plan_id: planId,
        hash,
        decision,
        who: storable(who),
        via,
        reason: reason === null ? null : storable(reason),
        ...(at === undefined ? {} : { at }),
      };
      await db.insertInto('approval').values(row).execute();
    },
    async forPlan(planId) {
      const rows = await db.selectFrom('approval').selectAll().where('plan_id', '=', planId).orderBy('id').execute();
      return rows.map((row) => ({
        planId,
        hash: row.hash,
        decision: row.decision,
        who: row.who,
        via: row.via,
        reason: row.reason,
        at: row.at.toISOString(),
      }));
    },
  };
}

/** The table refuses changes, so it holds what `insert` put there. */
function parsePlan(body: string): Plan {
  return JSON.parse(body) as Plan;
}
