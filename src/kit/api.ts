/**
 * What travels between an entrance and the daemon, and what plan, policy, engine and audit hand to each other.
 * Types only, so that the light path of the CLI may import it. Times are RFC 3339 in UTC.
 *
 * | route (unix socket) | body | answer |
 * | --- | --- | --- |
 * | GET  /v1/health | | Health |
 * | POST /v1/do | DoRequest | application/x-ndjson of DoFrame; the last is a `result` or an `error` |
 * | POST /v1/plans | DoRequest | Understood: plans (previews, policy, stores), runs nothing |
 * | POST /v1/explain | DoRequest with a sentence | Explanation: how it is read; plans nothing, stores nothing |
 * | GET  /v1/plans/:id | | Plan |
 * | GET  /v1/plans/:id/text | | text/plain: the plan as a person reads it |
 * | POST /v1/plans/:id/approve | ApproveRequest | RunView (started, or woken where it waited) |
 * | POST /v1/plans/:id/deny | { hash, reason? } | { plan, run? } |
 * | POST /v1/runs | { planId, origin } | RunView; it waits where the plan needs a confirmation |
 * | GET  /v1/runs?limit= | | RunView[] newest first |
 * | GET  /v1/runs/:id | | RunView |
 * | GET  /v1/runs/:id/text | | text/plain: what the reads of a run gave, as a person reads it |
 * | GET  /v1/runs/:id/events?after=SEQ | | application/x-ndjson of RunEvent, held open until `run-ended` |
 * | POST /v1/runs/:id/cancel, /resume | | RunView |
 * | POST /v1/runs/:id/undo | { origin } | Plan: the new plan that puts it back; approve it like any other |
 * | GET  /v1/actions, /v1/actions/:id | | ActionInfo[], ActionInfo |
 * | POST /v1/connections, /v1/doctor | { origin } | ConnectionInfo[], Check[] |
 * | GET  /v1/audit?limit=&run=&after=SEQ | | AuditEvent[] oldest first |
 * | POST /v1/audit/verify | | AuditReport |
 *
 * An error answer is `{ schemaVersion: 1, error: ErrorBody }` with the status of its code.
 */
import type { Environment, Json, JsonObject } from './action.ts';
import type { ErrorBody } from './errors.ts';
import type { SafetyLevel } from './safety.ts';

export type OutputFormat = 'table' | 'json' | 'yaml' | 'jsonl' | 'name';

/** Where a request comes from. It is part of the plan, so that a run connects as the planning did. Holds no secret. */
export interface Origin {
  cwd: string;
  /** Only the variables that integrations declare in `carries`: KUBECONFIG, HOME … */
  env: Record<string, string>;
  via: 'cli' | 'chat' | 'http' | 'mcp';
  /** The person, as the operating system names them. */
  who: string;
  /** The model that proposed the steps, `ollama/llama3.2`; absent where none did. Never taken from a request. */
  proposedBy?: string;
}

export interface Needs {
  /** Approvals by others, such as `1:sre`; empty in the solo profile. */
  approvals: string[];
  change: string | null;
  window: string | null;
  /** What the requester confirms: nothing, one yes, or typing `typeName`. */
  confirm: 'none' | 'once' | 'name';
  /** What has to be typed where `confirm` is `name`. */
  typeName?: string;
}

export interface PlanStep {
  id: string;
  action: string;
  /** Understood, but not available yet: only in plans made offline. */
  planned?: true;
  input: JsonObject;
  permission: string;
  safety: SafetyLevel;
  reasons: string[];
  /** Inputs that an earlier request of the conversation gave, not the sentence: `namespace shop`. */
  carried?: string[];
  description: string;
  where: string;
  as?: string;
  environment?: Environment;
  /** Equivalent command of the vendor's own tool. */
  command?: string[];
  /** Lines joined by \n; empty for a read. */
  diff: string;
  /** In words; null when it cannot be put back. */
  undo: string | null;
  /** It goes on until it is ended: by Ctrl-C in the command line, or by a cancel of its run. */
  session?: true;
  precondition: JsonObject;
  /** Ids of steps that must be done before. */
  after: string[];
}

/** Immutable. `hash` is sha-256 over RFC 8785 canonical JSON of everything but `hash`. */
export interface Plan {
  schemaVersion: 1;
  id: string;
  hash: string;
  revision: number;
  /** `scale deployment`: from the typed steps, never from the sentence. */
  title: string;
  sentence: string | null;
  origin: Origin;
  createdAt: string;
  expiresAt: string;
  safety: SafetyLevel;
  runbook: string | null;
  steps: PlanStep[];
  needs: Needs;
  policy: { profile: string; policies: string[]; reasons: string[] };
  /** The run that this plan puts back. */
  undoes: string | null;
}

export interface Question {
  input: string;
  ask: string;
  options: string[];
}

export interface Refusal {
  code: string;
  message: string;
  unexplained: string[];
  suggestions: string[];
}

export type Understood =
  | { schemaVersion: 1; status: 'plan'; plan: Plan; /** What was resolved or assumed, for the reader. */ notes: string[] }
  | { schemaVersion: 1; status: 'clarify'; questions: Question[] }
  | ({ schemaVersion: 1; status: 'refuse' } & Refusal);

export type RunState = 'waiting' | 'running' | 'done' | 'failed' | 'stale' | 'unknown' | 'cancelled' | 'denied' | 'expired';
export type StepState = 'pending' | 'running' | 'done' | 'failed' | 'unknown' | 'undone' | 'skipped';

export interface StepView {
  id: string;
  action: string;
  description: string;
  state: StepState;
  /** How often the call left for the outside system; above 1 it was resent. */
  sends: number;
  /** After a crash the effect was found at the vendor instead of being made again. */
  found: boolean;
  /** What verification read back. */
  verified: string | null;
  output: Json;
  error: ErrorBody | null;
}

export interface RunView {
  id: string;
  planId: string;
  planHash: string;
  title: string;
  safety: SafetyLevel;
  state: RunState;
  who: string;
  createdAt: string;
  endedAt: string | null;
  undoes: string | null;
  /** `devos undo` is possible: every done change step has an undo. */
  canUndo: boolean;
  waitingFor: string | null;
  steps: StepView[];
  error: ErrorBody | null;
}

export type RunEventType =
  | 'run-waiting'
  | 'run-started'
  | 'step-started'
  | 'step-progress'
  | 'step-output'
  | 'step-resent'
  | 'step-found'
  | 'step-done'
  | 'step-failed'
  | 'step-unknown'
  | 'step-undone'
  | 'run-ended';

export interface RunEvent {
  run: string;
  seq: number;
  at: string;
  type: RunEventType;
  step?: string;
  text: string;
  /** With `run-ended`. */
  view?: RunView;
}

export interface DoRequest {
  /** Exactly one of `sentence`, `call` and `typed`. */
  sentence?: string;
  call?: { action: string; input: JsonObject };
  /** A call as a person types it: `--replicas 5`. The daemon reads it by the action's declaration, so that nobody has to ask for that first. */
  typed?: { action: string; flags: string[] };
  /** Answers to earlier questions, by input. */
  answers?: Record<string, string>;
  /** Requests with the same id from the same place go on from each other: "same in production". */
  conversation?: string;
  /** What was said before in the conversation is forgotten first. */
  fresh?: boolean;
  /** `llm`: ask the configured model. `offline`: ask none. Without it a model is asked only where nothing else explains the sentence. */
  planner?: PlannerChoice;
  origin: Origin;
  output: OutputFormat;
}

export type { Explanation, WordRole } from './explanation.ts';

export type PlannerChoice = 'offline' | 'llm';

export type DoResult =
  /** A safe plan was run; `text` is ready to print in the format asked for. */
  | { status: 'done'; text: string; plan: string; run: string }
  /** It changes something: nothing was run. `text` is the plan as a person reads it. */
  | { status: 'plan'; plan: Plan; text: string; notes: string[] }
  | { status: 'clarify'; questions: Question[] }
  | ({ status: 'refuse' } & Refusal);

export type DoFrame =
  | { type: 'progress'; text: string }
  | { type: 'output'; text: string }
  | { type: 'result'; result: DoResult }
  | { type: 'error'; error: ErrorBody };

export interface ApproveRequest {
  hash: string;
  origin: Origin;
  /** What the person typed where `confirm` is `name`. */
  typed?: string;
}

export interface ActionInfo {
  id: string;
  system: string;
  summary: string;
  safety: SafetyLevel;
  status: 'available' | 'planned';
  /** `type` is that of JSON Schema; absent where the schema allows several. */
  inputs: { name: string; optional: boolean; description: string; type?: string }[];
  examples: string[];
}

export interface ConnectionInfo {
  system: string;
  ok: boolean;
  as: string | null;
  message: string;
  hint: string | null;
  /** False where nobody has configured this system. */
  isSetUp: boolean;
}

export interface Check {
  name: string;
  ok: boolean;
  message: string;
  /** The command that mends it. */
  fix: string | null;
  /** False where it may be missing, such as a system that is not set up; then it does not count as a failure. */
  needed?: boolean;
}

export interface Health {
  ok: true;
  version: string;
  pid: number;
  startedAt: string;
  database: string;
  stateDir: string;
}

export interface AuditEvent {
  seq: number;
  at: string;
  type: string;
  who: string;
  plan: string | null;
  run: string | null;
  body: JsonObject;
  previous: string;
  hash: string;
}

export interface AuditReport {
  ok: boolean;
  events: number;
  /** Sequence number of the first bad row; null when all hold. */
  badRow: number | null;
  message: string;
}
