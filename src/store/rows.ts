/** Between columns and the shapes of kit/api. */
import type { Selectable } from 'kysely';
import type { AuditEventTable, OutcomeTable, RunEventTable, RunTable, StepTable } from './schema.ts';
import type { AuditRow, EffectOutcome, StoredRun, StoredStep } from './types.ts';
import type { ErrorBody, Json, JsonObject, RunEvent, RunEventType, RunState, StepState } from '#kit';

/** Postgres text takes neither NUL nor half of a surrogate pair; what a log line or a person brings may hold both. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}

/** Only for columns that this program wrote by `toText`: the shape is what was put in. */
export function fromText<T extends Json | ErrorBody | JsonObject>(text: string): T {
  return JSON.parse(text) as T;
}

export function toText(value: unknown): string {
  return JSON.stringify(value ?? null);
}

export function toRun(row: Selectable<RunTable>): StoredRun {
  return {
    id: row.id,
    planId: row.plan_id,
    state: row.state as RunState, // written by us from a RunState
    who: row.who,
    waitingFor: row.waiting_for,
    undoes: row.undoes,
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    cancelRequestedAt: row.cancel_requested_at?.toISOString() ?? null,
    error: row.error === null ? null : fromText<ErrorBody>(row.error),
  };
}

export function toStep(row: Selectable<StepTable>): StoredStep {
  return {
    id: row.step_id,
    state: row.state as StepState, // written by us from a StepState
    found: row.found,
    verified: row.verified,
    output: row.output === null ? null : fromText<Json>(row.output),
    error: row.error === null ? null : fromText<ErrorBody>(row.error),
  };
}

export function toOutcome(row: Pick<Selectable<OutcomeTable>, 'ok' | 'found' | 'body' | 'at'>): EffectOutcome {
  return { ok: row.ok, found: row.found, body: fromText<Json>(row.body), at: row.at.toISOString() };
}

export function toEvent(row: Selectable<RunEventTable>): RunEvent {
  return {
    run: row.run_id,
    seq: row.seq,
    at: row.at.toISOString(),
    type: row.type as RunEventType, // written by us from a RunEventType
    ...(row.step_id === null ? {} : { step: row.step_id }),
    text: row.text,
  };
}

export function toAuditRow({ plan_id, run_id, ...row }: Selectable<AuditEventTable>): AuditRow {
  return { ...row, plan: plan_id, run: run_id };
}
