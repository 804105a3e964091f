/** The tables of schema `devos`. JSON columns hold text in canonical or plain JSON; times are timestamptz. */
import type { ColumnType, Generated } from 'kysely';

type Time = ColumnType<Date, Date | string, Date | string>;
/** The database's time unless given. */
type StampedTime = ColumnType<Date, Date | string | undefined, never>;

/** Never updated. */
export interface PlanTable {
  id: string;
  hash: string;
  body: string;
  created_at: Time;
  expires_at: Time;
}

/** Never updated; the latest decision of a person counts. */
export interface ApprovalTable {
  /** Rises in the order of the decisions. */
  id: Generated<number>;
  plan_id: string;
  hash: string;
  decision: 'approved' | 'denied';
  who: string;
  via: string;
  reason: string | null;
  at: StampedTime;
}

export interface RunTable {
  id: string;
  plan_id: string;
  /** RunState of kit/api. */
  state: string;
  who: string;
  waiting_for: string | null;
  undoes: string | null;
  created_at: StampedTime;
  ended_at: Time | null;
  cancel_requested_at: Time | null;
  /** ErrorBody as JSON. */
  error: string | null;
}

export interface StepTable {
  run_id: string;
  step_id: string;
  /** StepState of kit/api. */
  state: string;
  found: Generated<boolean>;
  verified: string | null;
  output: string | null;
  error: string | null;
  /** Rises in the order in which the steps were first stored. */
  place: Generated<number>;
}

/** Written before an effect and never updated but for `sends`. No effect without its row. */
export interface IntentTable {
  /** `R-…/1`, or `R-…/1/undo`. */
  key: string;
  run_id: string;
  step_id: string;
  action: string;
  input: string;
  sends: Generated<number>;
  at: StampedTime;
}

/** One for each intent whose outcome is known. */
export interface OutcomeTable {
  key: string;
  ok: boolean;
  /** True where it was found at the vendor after a crash. */
  found: boolean;
  /** The action's output, or the ErrorBody, as JSON. */
  body: string;
  at: StampedTime;
}

/** What a person sees while a run works; kept for replay. */
export interface RunEventTable {
  run_id: string;
  seq: number;
  type: string;
  step_id: string | null;
  text: string;
  at: StampedTime;
}

/** The chain. `body` is the canonical JSON that was hashed together with `previous`. */
export interface AuditEventTable {
  seq: number;
  at: string;
  type: string;
  who: string;
  plan_id: string | null;
  run_id: string | null;
  body: string;
  previous: string;
  hash: string;
}

export interface Schema {
  plan: PlanTable;
  approval: ApprovalTable;
  run: RunTable;
  step: StepTable;
  intent: IntentTable;
  outcome: OutcomeTable;
  run_event: RunEventTable;
  audit_event: AuditEventTable;
}
