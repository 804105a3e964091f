/** The life of DBOS in this process. DBOS is one per process, so what its one workflow works with is held here and nowhere else. */
import { DBOS, DBOSWorkflowConflictError, Error as DbosErrors } from '@dbos-inc/dbos-sdk';
import { type Gate, never } from './gate.ts';
import { interpret, type RunInput, type Work } from './interpreter.ts';
import type { EngineOptions } from './types.ts';

interface Using {
  work: Work;
  gate: Gate;
  /** Called where the workflow itself broke, once: the run must not look as if it still worked. */
  giveUp: (input: RunInput, error: unknown) => Promise<void>;
}

let using: Using | undefined;
let workflow: ((input: RunInput) => Promise<void>) | undefined;

/** A run is one workflow, or several after each other: `R-…`, then `R-…~2` where it was resumed or its workflow was lost. */
export interface Attempts {
  /** Of the newest; undefined where there is none. */
  last: string | undefined;
  /** The newest still works, or will after recovery. */
  isLive: boolean;
  count: number;
}

export interface Runner {
  /** Starting the same id twice is one run. */
  start: (workflowId: string, input: RunInput) => Promise<void>;
  /** Stored where the run does not listen yet. */
  wake: (workflowId: string) => Promise<void>;
  attempts: (runId: string) => Promise<Attempts>;
  /** Ids of all runs that have a live attempt. */
  live: () => Promise<Set<string>>;
  stop: () => Promise<void>;
}

const ended = new Set(['SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED']);
const separator = '~';

/** A run may wait for a week while the daemon is started again and again; DBOS would bury it after 100 starts. */
const maxRecoveryAttempts = 1_000_000;

/** Recovers what this executor left unfinished. The lease must be held before. */
export async function startDbos(parts: Using, options: Pick<EngineOptions, 'databaseUrl' | 'executorId' | 'log'>): Promise<Runner> {
  using = parts;
  workflow ??= DBOS.registerWorkflow(runPlan, { name: 'run-plan', maxRecoveryAttempts });
  const run = workflow;
  configure(options);
  await DBOS.launch();
  return {
    async start(workflowId, input) {
      await DBOS.startWorkflow(run, { workflowID: workflowId })(input);
    },
    wake: (workflowId) => DBOS.send(workflowId, 'look again', 'wake'),
    async attempts(runId) {
      const all = await list({ workflow_id_prefix: runId });
      const own = all
        .filter(({ id }) => id === runId || id.startsWith(runId + separator))
        .toSorted((a, b) => numberOf(a.id) - numberOf(b.id));
      const last = own.at(-1);
      return { last: last?.id, isLive: last !== undefined && !ended.has(last.status), count: own.length };
    },
    async live() {
      const all = await list({ status: ['PENDING', 'ENQUEUED', 'DELAYED'] });
      return new Set(all.map(({ id }) => id.split(separator)[0] ?? id));
    },
    stop: () => DBOS.shutdown(),
  };
}

export function attemptId(runId: string, number: number): string {
  return number === 1 ? runId : `${runId}${separator}${number}`;
}

function numberOf(workflowId: string): number {
  return Number(workflowId.split(separator)[1] ?? 1);
}

async function runPlan(input: RunInput): Promise<void> {
  if (using === undefined) throw new Error('the engine was never started');
  const { work, gate, giveUp } = using;
  try {
    await interpret(input, work);
  } catch (error) {
    // Cut off, not broken: the next start goes on with it.
    if (gate.stopping.aborted) return never();
    if (isNotOurs(error)) throw error;
    await giveUp(input, causeOf(error));
  }
}

/** DBOS wraps what a step threw last, and its code with it. */
function causeOf(error: unknown): unknown {
  return error instanceof DbosErrors.DBOSMaxStepRetriesError ? (error.errors.at(-1) ?? error) : error;
}

/** DBOS's own ways to take a workflow from us: another execution owns it, or it was cancelled by hand. */
function isNotOurs(error: unknown): boolean {
  return error instanceof DBOSWorkflowConflictError || error instanceof DbosErrors.DBOSWorkflowCancelledError;
}

async function list(filter: { workflow_id_prefix: string } | { status: ('PENDING' | 'ENQUEUED' | 'DELAYED')[] }) {
  const found = await DBOS.listWorkflows({ ...filter, workflowName: 'run-plan', loadInput: false, loadOutput: false });
  return found.map(({ workflowID, status }) => ({ id: workflowID, status }));
}

function configure({ databaseUrl, executorId, log }: Pick<EngineOptions, 'databaseUrl' | 'executorId' | 'log'>): void {
  const text = (entry: unknown) => (entry instanceof Error ? (entry.stack ?? entry.message) : String(entry));
  DBOS.setConfig({
    name: 'devos',
    systemDatabaseUrl: databaseUrl,
    systemDatabasePoolSize: 10,
    systemDatabasePollingConcurrency: 4,
    executorID: executorId,
    // Without it a run would wait for ever for the exact code that started it.
    enablePatching: true,
    logger: {
      debug: (entry) => log.debug({ dbos: text(entry) }, 'dbos'),
      info: (entry) => log.debug({ dbos: text(entry) }, 'dbos'),
      warn: (entry) => log.warn({ dbos: text(entry) }, 'dbos'),
      error: (entry) => log.error({ dbos: text(entry) }, 'dbos'),
    },
  });
}
