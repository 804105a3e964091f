/** The life of DBOS in this process. DBOS is one per process, so what its one workflow works with is held here and nowhere else. */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { EngineOptions } from './types.ts';
import { interpret, type RunInput, type Work } from './interpreter.ts';

let work: Work | undefined;
let workflow: ((input: RunInput) => Promise<void>) | undefined;

export interface Runner {
  /** Starting the same id twice is one run. */
  start: (workflowId: string, input: RunInput) => Promise<void>;
  /** Stored where the run does not listen yet. */
  wake: (workflowId: string) => Promise<void>;
  /** Ids of the attempts of a run, oldest first; empty where none was started. */
  attempts: (runId: string) => Promise<string[]>;
  stop: () => Promise<void>;
}

/** Recovers what this executor left unfinished. The lease must be held before. */
export async function startDbos(
  using: Work,
  { databaseUrl, executorId, log }: Pick<EngineOptions, 'databaseUrl' | 'executorId' | 'log'>,
): Promise<Runner> {
  work = using;
  workflow ??= DBOS.registerWorkflow(
    async (input: RunInput) => {
      if (work === undefined) throw new Error('the engine was stopped');
      await interpret(input, work);
    },
    { name: 'run-plan' },
  );
  const run = workflow;
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
  await DBOS.launch();
  return {
    async start(workflowId, input) {
      await DBOS.startWorkflow(run, { workflowID: workflowId })(input);
    },
    wake: (workflowId) => DBOS.send(workflowId, 'look again', 'wake'),
    async attempts(runId) {
      const ids = [runId, ...Array.from({ length: 50 }, (_, index) => `${runId}~${index + 2}`)];
      const known = await DBOS.listWorkflows({ workflowIDs: ids, loadInput: false, loadOutput: false });
      const found = new Set(known.map((status) => status.workflowID));
      return ids.filter((id) => found.has(id));
    },
    async stop() {
      work = undefined;
      await DBOS.shutdown();
    },
  };
}
