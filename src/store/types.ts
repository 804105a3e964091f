/** What the store offers: small repositories over schema `devos`. Times that come out are RFC 3339 in UTC. */
import type { ErrorBody, Json, JsonObject, Plan, RunEvent, RunEventType, RunState, StepState } from '#kit';
import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { Schema } from './schema.ts';

/** The part of a pino logger that store and audit use. */
export interface StoreLog {
  info: (fields: object, message: string) => void;
  warn: (fields: object, message: string) => void;
  error: (fields: object, message: string) => void;
}

export interface Approval {
  planId: string;
  hash: string;
  decision: 'approved' | 'denied';
  who: string;
  via: string;
  reason: string | null;
  at: string;
}

/** A run as it is stored; title, safety and hash are the plan's. */
export interface StoredRun {
  id: string;
  planId: string;
  state: RunState;
  who: string;
  waitingFor: string | null;
  undoes: string | null;
  createdAt: string;
  endedAt: string | null;
  cancelRequestedAt: string | null;
  error: ErrorBody | null;
}

/** A step of a run as it is stored; `sends` is counted at its effect. */
export interface StoredStep {
  id: string;
  state: StepState;
  found: boolean;
  verified: string | null;
  output: Json;
  error: ErrorBody | null;
}

/** What became of an effect. `body` is the action's output where `ok`, else an ErrorBody. */
export interface EffectOutcome {
  ok: boolean;
  /** It was found at the vendor after a crash, not made again. */
  found: boolean;
  body: Json;
  at: string;
}

export interface StoredEffect {
  /** `R-…/1`, or `R-…/1/undo`. */
  key: string;
  runId: string;
  stepId: string;
  action: string;
  input: JsonObject;
  /** How often the call may have left for the outside system. */
  sends: number;
  at: string;
  outcome: EffectOutcome | null;
}

export interface Plans {
  /** Storing the same plan again is no error; another plan under its id is CONFLICT. */
  insert: (plan: Plan) => Promise<void>;
  find: (id: string) => Promise<Plan | undefined>;
  /** Newest first. */
  list: (limit: number) => Promise<Plan[]>;
}

export interface Approvals {
  /** `at` is the database's time unless given. The plan must be stored. */
  insert: (approval: Omit<Approval, 'at'> & { at?: string }) => Promise<void>;
  /** In the order they were given; the latest of a person counts. */
  forPlan: (planId: string) => Promise<Approval[]>;
}

/** What `setState` changes besides the state; what is left out stays as it is. */
export interface RunChange {
  waitingFor?: string | null;
  error?: ErrorBody | null;
  /** Set when the run ends; null when it goes on again. */
  endedAt?: string | null;
}

export interface Runs {
  /** One run for a plan: a second start finds the first. `created` says which of the two it was. The plan must be stored. */
  insertIfAbsent: (run: {
    id: string;
    planId: string;
    who: string;
    state: RunState;
    undoes: string | null;
    createdAt?: string;
  }) => Promise<{ run: StoredRun; created: boolean }>;
  find: (id: string) => Promise<StoredRun | undefined>;
  findByPlan: (planId: string) => Promise<StoredRun | undefined>;
  /** Newest first. */
  list: (limit: number) => Promise<StoredRun[]>;
  /** Runs that have not ended, oldest first. */
  open: () => Promise<StoredRun[]>;
  /** RUN_NOT_FOUND. Clears a cancel request when `endedAt` is set to null. */
  setState: (id: string, state: RunState, change?: RunChange) => Promise<StoredRun>;
  /** Idempotent: keeps the time of the first request. RUN_NOT_FOUND. */
  requestCancel: (id: string, at?: string) => Promise<StoredRun>;
}

export interface Steps {
  /** Inserts or changes the fields that are given; state is needed. The run must be stored. */
  upsert: (runId: string, step: { id: string; state: StepState } & Partial<Omit<StoredStep, 'id' | 'state'>>) => Promise<void>;
  /** In the order they were first stored. */
  forRun: (runId: string) => Promise<StoredStep[]>;
}

export interface Effects {
  /**
   * Call it directly before each send. The first call stores the intent with `sends` 1, each further one adds 1.
   * Where the outcome is known, nothing is counted and the outcome comes back: do not send.
   * CONFLICT where the key was used for another action or input.
   */
  intend: (effect: {
    key: string;
    runId: string;
    stepId: string;
    action: string;
    input: JsonObject;
    at?: string;
  }) => Promise<{ sends: number; outcome?: EffectOutcome }>;
  /** Look here before `intend`: an effect without outcome must be looked up at the vendor first. */
  find: (key: string) => Promise<StoredEffect | undefined>;
  /** The first outcome stays; a repeat returns it. The intent must exist. */
  outcome: (key: string, outcome: { ok: boolean; found: boolean; body: Json; at?: string }) => Promise<EffectOutcome>;
  forRun: (runId: string) => Promise<StoredEffect[]>;
}

export interface Events {
  /** Durable when it returns; `seq` counts from 1 in each run without gaps. The run must be stored. */
  append: (event: { run: string; type: RunEventType; step?: string; text: string; at?: string }) => Promise<RunEvent>;
  list: (run: string, after: number) => Promise<RunEvent[]>;
  /** Past events after `after`, then live ones, without gap or repeat, until a `run-ended` that nothing follows, or the signal. */
  follow: (run: string, after: number, signal: AbortSignal) => AsyncIterable<RunEvent>;
}

/** One row of the audit chain; `body` is canonical JSON text. */
export interface AuditRow {
  seq: number;
  at: string;
  type: string;
  who: string;
  plan: string | null;
  run: string | null;
  body: string;
  previous: string;
  hash: string;
}

/** What the next row of the chain follows. */
export type ChainEnd = Pick<AuditRow, 'seq' | 'hash'>;

/** For src/audit only: nobody else writes to the chain. */
export interface AuditRows {
  /**
   * Gives `make` the end of the chain and stores what it returns, in one transaction under the chain's lock. `make` is called again
   * where another process was quicker; only what its last call returned is stored.
   */
  append: (make: (last: ChainEnd | undefined) => AuditRow[]) => Promise<AuditRow[]>;
  /** With `after`: the first `limit` rows after it. Without: the last `limit` rows. Always oldest first. */
  list: (filter: { limit: number; run?: string; after?: number }) => Promise<AuditRow[]>;
}

export interface StoreServer {
  pid: number;
  /** It was running already. */
  adopted: boolean;
  /** How long it took until it answered. */
  runtimeMs: number;
  /** Holds data, socket and log. */
  folder: string;
}

export interface Store {
  db: Kysely<Schema>;
  pool: Pool;
  /** For DBOS: the same database; DBOS keeps to its own schema `dbos`. */
  url: string;
  /** Absent where the database is the customer's. */
  server?: StoreServer;
  plans: Plans;
  approvals: Approvals;
  runs: Runs;
  steps: Steps;
  effects: Effects;
  events: Events;
  auditRows: AuditRows;
  /** Leaves the embedded server running, for the next process to adopt, unless it is told to stop it. */
  close: (options?: { stopServer: boolean }) => Promise<void>;
}

export interface OpenStoreOptions {
  stateDir: string;
  /** The customer's Postgres instead of the embedded one. */
  databaseUrl?: string;
  log: StoreLog;
}
