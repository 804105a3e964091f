import { AppError } from '#kit/errors';
import type { JsonObject } from '#kit';
import { type Kysely, type Selectable, sql } from 'kysely';
import { fromText, toOutcome, toText } from './rows.ts';
import type { IntentTable, Schema } from './schema.ts';
import type { EffectOutcome, Effects, StoredEffect } from './types.ts';

export function createEffects(db: Kysely<Schema>): Effects {
  return {
    async intend({ key, runId, stepId, action, input, at }) {
      const text = toText(input);
      return db.transaction().execute(async (trx) => {
        const row = { key, run_id: runId, step_id: stepId, action, input: text, ...(at === undefined ? {} : { at }) };
        const inserted = await trx
          .insertInto('intent')
          .values(row)
          .onConflict((conflict) => conflict.column('key').doNothing())
          .returning('sends')
          .executeTakeFirst();
        if (inserted !== undefined) return { sends: inserted.sends };
        // Locks the row, so that an outcome cannot come in between looking for it and counting the send.
        const before = await trx.selectFrom('intent').selectAll().where('key', '=', key).forUpdate().executeTakeFirstOrThrow();
        if (before.run_id !== runId || before.step_id !== stepId || before.action !== action || before.input !== text)
          throw new AppError(`The key ${key} belongs to another effect`, {
            code: 'CONFLICT',
            hint: 'This is a bug: nothing was sent. See: devos daemon logs',
          });
        const known = await trx.selectFrom('outcome').selectAll().where('key', '=', key).executeTakeFirst();
        if (known !== undefined) return { sends: before.sends, outcome: toOutcome(known) };
        const { sends } = await trx
          .updateTable('intent')
          .set({ sends: sql<number>`sends + 1` })
          .where('key', '=', key)
          .returning('sends')
          .executeTakeFirstOrThrow();
        return { sends };
      });
    },
    async find(key) {
      const intent = await db.selectFrom('intent').selectAll().where('key', '=', key).executeTakeFirst();
      if (intent === undefined) return undefined;
      const outcome = await db.selectFrom('outcome').selectAll().where('key', '=', key).executeTakeFirst();
      return toEffect(intent, outcome === undefined ? null : toOutcome(outcome));
    },
    async outcome(key, { ok, found, body, at }) {
      return db.transaction().execute(async (trx) => {
        await trx.selectFrom('intent').select('key').where('key', '=', key).forUpdate().execute();
        const row = { key, ok, found, body: toText(body), ...(at === undefined ? {} : { at }) };
        const inserted = await trx
          .insertInto('outcome')
          .values(row)
          .onConflict((conflict) => conflict.column('key').doNothing())
          .returningAll()
          .executeTakeFirst();
        return toOutcome(inserted ?? (await trx.selectFrom('outcome').selectAll().where('key', '=', key).executeTakeFirstOrThrow()));
      });
    },
    async forRun(runId) {
      const intents = await db.selectFrom('intent').selectAll().where('run_id', '=', runId).orderBy('at').orderBy('key').execute();
      const outcomes = await db
        .selectFrom('outcome')
        .selectAll()
        .where('key', 'in', db.selectFrom('intent').select('key').where('run_id', '=', runId))
        .execute();
      const known = new Map(outcomes.map((row) => [row.key, toOutcome(row)]));
      return intents.map((intent) => toEffect(intent, known.get(intent.key) ?? null));
    },
  };
}

function toEffect(row: Selectable<IntentTable>, outcome: EffectOutcome | null): StoredEffect {
  return {
    key: row.key,
    runId: row.run_id,
    stepId: row.step_id,
    action: row.action,
    input: fromText<JsonObject>(row.input),
    sends: row.sends,
    at: row.at.toISOString(),
    outcome,
  };
}
