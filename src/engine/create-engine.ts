/** Durable runs: joins the lease, DBOS, the work of each step and what readers see. */
import { AppError, type RunView } from '#kit';
import { type Lease, type StoredRun, takeLease } from '#store';
import { type Runner, startDbos } from './dbos.ts';
import { createRead } from './read.ts';
import type { Engine, EngineOptions } from './types.ts';
import { changesThatStand, viewRun } from './views.ts';
import { assertPlan, createWork } from './work.ts';

export function createEngine(options: EngineOptions): Engine {
  const { store, audit, connections, clock } = options;
  const work = createWork(options);
  let lease: Lease | undefined;
  let runner: Runner | undefined;

  function running(): Runner {
    if (runner === undefined)
      throw new AppError('The engine does not run', { code: 'DAEMON_UNAVAILABLE', hint: 'Start it with: devos daemon start' });
    return runner;
  }

  async function findRun(runId: string): Promise<StoredRun> {
    const run = await store.runs.find(runId);
    if (run === undefined) throw new AppError(`There is no run ${runId}`, { code: 'RUN_NOT_FOUND', hint: 'See: devos runs' });
    return run;
  }

  const show = async (runId: string): Promise<RunView> => viewRun(store, await findRun(runId));

  async function startAttempt(run: StoredRun): Promise<void> {
    const plan = assertPlan(await store.plans.find(run.planId), run.id);
    const attempts = await running().attempts(run.id);
    await running().start(attempts.at(-1) ?? run.id, { runId: run.id, plan });
  }

  return {
    show,
    read: createRead(options),
    async start() {
      lease = await takeLease({ url: options.databaseUrl, name: options.executorId, onLost: options.onLeaseLost });
      runner = await startDbos(work, options);
      // A crash between storing a run and starting it leaves one that DBOS does not know.
      for (const run of await store.runs.open()) if ((await running().attempts(run.id)).length === 0) await startAttempt(run);
    },
    async stop() {
      await runner?.stop();
      runner = undefined;
      await lease?.release();
      lease = undefined;
    },
    async startRun(plan, who) {
      const answer = await options.authorize(plan);
      const state = answer.state === 'waiting' ? 'waiting' : 'running';
      const { run, created } = await store.runs.insertIfAbsent({ id: options.newId(), planId: plan.id, who, state, undoes: plan.undoes });
      if (created) {
        await audit.append({ type: 'run-requested', who, plan: plan.id, run: run.id, body: { hash: plan.hash } });
        if (answer.state === 'waiting') await store.runs.setState(run.id, 'waiting', { waitingFor: answer.waitingFor });
      }
      if (run.endedAt === null) await startAttempt(run);
      return show(run.id);
    },
    async wake(planId) {
      const run = await store.runs.findByPlan(planId);
      if (run === undefined) return undefined;
      if (run.endedAt === null) await wakeRun(run.id);
      return show(run.id);
    },
    async cancel(runId, who) {
      const run = await findRun(runId);
      if (run.endedAt !== null) throw ended(run, 'cancelled');
      await audit.append({ type: 'cancel-requested', who, plan: run.planId, run: runId, body: {} });
      await store.runs.requestCancel(runId, clock().toISOString());
      await wakeRun(runId);
      return show(runId);
    },
    async resume(runId, who) {
      const run = await findRun(runId);
      const view = await show(runId);
      if (!['unknown', 'failed'].includes(run.state) || view.steps.some((step) => step.state === 'undone')) throw ended(run, 'resumed');
      const plan = assertPlan(await store.plans.find(run.planId), runId);
      await audit.append({ type: 'run-resumed', who, plan: plan.id, run: runId, body: { from: run.state } });
      await store.runs.setState(runId, 'running', { endedAt: null, error: null });
      const attempts = await running().attempts(runId);
      await running().start(`${runId}~${attempts.length + 1}`, { runId, plan });
      return show(runId);
    },
    async list(limit) {
      const runs = await store.runs.list(limit);
      return Promise.all(runs.map((run) => viewRun(store, run)));
    },
    async *events(runId, after, signal) {
      for await (const event of store.events.follow(runId, after, signal))
        yield event.type === 'run-ended' ? { ...event, view: await show(runId) } : event;
    },
    async undoCalls(runId) {
      const run = await findRun(runId);
      if (run.endedAt === null)
        throw new AppError(`Run ${runId} has not ended`, { code: 'RUN_STATE', hint: `Wait for it, or: devos runs cancel ${runId}` });
      const view = await show(runId);
      const plan = assertPlan(await store.plans.find(run.planId), runId);
      const standing = changesThatStand(plan, view.steps);
      if (standing.length === 0)
        throw new AppError(`Run ${runId} left nothing to undo`, { code: 'UNDO_IMPOSSIBLE', hint: `See: devos runs show ${runId}` });
      const calls: Awaited<ReturnType<Engine['undoCalls']>> = [];
      for (const step of standing.toReversed()) {
        const { action } = await connections.bind(step.action, plan.origin);
        const output = view.steps.find((candidate) => candidate.id === step.id)?.output ?? null;
        const call = action.undo?.(step.input, output);
        if (call === undefined)
          throw new AppError(`"${step.description}" cannot be undone`, {
            code: 'UNDO_IMPOSSIBLE',
            hint: 'Put it back by hand; nothing was changed now.',
          });
        calls.push(call);
      }
      return calls;
    },
  };

  async function wakeRun(runId: string): Promise<void> {
    const last = (await running().attempts(runId)).at(-1);
    if (last !== undefined) await running().wake(last);
  }
}

function ended(run: StoredRun, what: string): AppError {
  return new AppError(`Run ${run.id} is ${run.state} and cannot be ${what}`, { code: 'RUN_STATE', hint: `See: devos runs show ${run.id}` });
}
