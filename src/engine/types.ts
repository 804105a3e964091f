/** The contract of the engine: what the server calls. */
import type { Audit } from '#audit';
import type { Connections, ErrorBody, Json, JsonObject, Plan, RunEvent, RunView } from '#kit';
import type { Store, StoreLog } from '#store';

export interface EngineOptions {
  store: Store;
  audit: Audit;
  connections: Connections;
  /** Policy's answer for a stored plan, from the approvals stored at this moment. */
  authorize: (plan: Plan) => Promise<Authorization>;
  clock: () => Date;
  newId: () => string;
  log: StoreLog & { debug: (fields: object, message: string) => void };
  /** Stable for this worker over restarts, unique among workers: a restart with the same id recovers its runs at once. */
  executorId: string;
  databaseUrl: string;
  /** Must end the process at once: another worker may already have taken over. */
  onLeaseLost: () => void;
  /** How long verification may take, in ms; 120,000 unless given. */
  verifyTimeoutMs?: number;
  /** Pauses between attempts of a call whose outcome is unclear or that never left, in ms. */
  retryDelaysMs?: number[];
  /** What a call under way gets when the engine stops, in ms; 5,000 unless given. After that the next start looks whether it was done. */
  stopWaitMs?: number;
  /** For the crash test. */
  crash?: (point: CrashPoint, key: string) => void;
}

export interface Engine {
  /** Starts DBOS and recovers runs of an earlier process. */
  start: () => Promise<void>;
  stop: () => Promise<void>;
  /** Runs a plan of safe steps at once, without a durable workflow; audited. Streams what the steps say. */
  read: (
    plan: Plan,
    options: { signal: AbortSignal; reader: 'person' | 'machine'; onProgress: (text: string) => void; onOutput: (text: string) => void },
  ) => Promise<{ run: string; outputs: Record<string, Json> }>;
  /** Starts the durable run of a stored plan; starting the same plan twice gives the same run. It waits inside where approval is missing. */
  startRun: (plan: Plan, who: string) => Promise<RunView>;
  /** Tells a waiting run that an approval or a denial was stored. */
  wake: (planId: string) => Promise<RunView | undefined>;
  /** Stops before the next step and compensates what was done. */
  cancel: (runId: string, who: string) => Promise<RunView>;
  /** Goes on with a run that ended `unknown` or `failed` at a step that can be repeated or looked up. RUN_STATE otherwise. */
  resume: (runId: string, who: string) => Promise<RunView>;
  show: (runId: string) => Promise<RunView>;
  list: (limit: number) => Promise<RunView[]>;
  /** Past events after `after`, then live ones, until `run-ended`. */
  events: (runId: string, after: number, signal: AbortSignal) => AsyncIterable<RunEvent>;
  /** What undoes a done run, from its recorded outputs, in reverse order. UNDO_IMPOSSIBLE, RUN_STATE. */
  undoCalls: (runId: string) => Promise<{ action: string; input: JsonObject }[]>;
}

/** Boundaries of a step at which the crash test kills the daemon; the hook is an option of createEngine and empty in the product. */
export type CrashPoint = 'before-intent' | 'after-intent' | 'after-call' | 'after-outcome' | 'while-waiting';

/** Policy's answer when a run asks whether it may go on. */
export type Authorization = { state: 'allowed' } | { state: 'waiting'; waitingFor: string } | { state: 'denied'; error: ErrorBody };
