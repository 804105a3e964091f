/** Durable runs: joins the lease, DBOS, the work of each step and what readers see. */
import { AppError, type RunView, toAppError } from '#kit';
import { type Lease, type StoredRun, takeLease } from '#store';
import { type Attempts, attemptId, type Runner, startDbos } from './dbos.ts';
import { createGate, type Gate } from './gate.ts';
import type { Work } from './interpreter.ts';
import { createLifecycle } from './lifecycle.ts';
import { createRead } from './read.ts';
import { createSay } from './say.ts';
import type { Engine, EngineOptions } from './types.ts';
import { createUndoCalls } from './undo-calls.ts';
import { viewRun } from './views.ts';
import { assertPlan, createStepWork } from './work.ts';

const defaultStopWaitMs = 5000;

interface Life {
  gate: Gate;
  lease: Lease;
  runner: Runner;
  hurry: (runId: string) => void;
}

export function createEngine(options: EngineOptions): Engine {
  const { store, audit, clock } = options;
  let life: Life | undefined;

  function running(): Life {
    if (life === undefined)
      throw new AppError('The engine does not run', { code: 'DAEMON_UNAVAILABLE', hint: 'Start it with: devos daemon start' });
    return life;
  }

  async function findRun(runId: string): Promise<StoredRun> {
    const run = await store.runs.find(runId);
    if (run === undefined) throw new AppError(`There is no run ${runId}`, { code: 'RUN_NOT_FOUND', hint: 'See: devos runs' });
    return run;
  }

  const show = async (runId: string): Promise<RunView> => viewRun(store, await findRun(runId));

  async function begin(run: StoredRun, { count }: Pick<Attempts, 'count'>): Promise<void> {
    const plan = assertPlan(await store.plans.find(run.planId), run.id);
    await running().runner.start(attemptId(run.id, count + 1), { runId: run.id, plan });
  }

  /** An open run always has somebody working on it, also where a crash or a long outage took its workflow. */
  async function carryOn(run: StoredRun): Promise<void> {
    const attempts = await running().runner.attempts(run.id);
    if (attempts.isLive && attempts.last !== undefined) await running().runner.wake(attempts.last);
    else await begin(run, attempts);
  }

  /** After a start: DBOS goes on with what it knows of; the rest, and what was decided meanwhile, is for us. */
  async function takeUp(run: StoredRun, live: Set<string>): Promise<void> {
    try {
      if (!live.has(run.id) || (run.state === 'waiting' && (await isDecided(run)))) await carryOn(run);
    } catch (error) {
      // One run that cannot go on must not keep all others from it.
      options.log.error({ run: run.id, error: toAppError(error).message }, 'run not taken up');
    }
  }

  async function isDecided(run: StoredRun): Promise<boolean> {
    const plan = assertPlan(await store.plans.find(run.planId), run.id);
    return clock().getTime() >= Date.parse(plan.expiresAt) || (await options.authorize(plan)).state !== 'waiting';
  }

  return {
    show,
    read: createRead(options),
    undoCalls: createUndoCalls(options, findRun),
    async start() {
      life = await startLife(options);
      const live = await life.runner.live();
      for (const run of await store.runs.open()) await takeUp(run, live);
    },
    async stop() {
      const ending = life;
      life = undefined;
      await ending?.gate.close(options.stopWaitMs ?? defaultStopWaitMs);
      await ending?.runner.stop();
      await ending?.lease.release();
    },
    async startRun(plan, who) {
      running();
      const known = await store.runs.findByPlan(plan.id);
      if (known !== undefined) {
        if (known.endedAt === null) await carryOn(known);
        return show(known.id);
      }
      const id = options.newId();
      await audit.append({ type: 'run-requested', who, plan: plan.id, run: id, body: { hash: plan.hash } });
      // Only so that the answer says it at once; the run asks for itself before it does anything.
      const answer = await options.authorize(plan);
      const state = answer.state === 'waiting' ? 'waiting' : 'running';
      const { run, created } = await store.runs.insertIfAbsent({ id, planId: plan.id, who, state, undoes: plan.undoes });
      if (created && answer.state === 'waiting') await store.runs.setState(run.id, 'waiting', { waitingFor: answer.waitingFor });
      if (run.endedAt === null) await carryOn(run);
      return show(run.id);
    },
    async wake(planId) {
      const run = await store.runs.findByPlan(planId);
      if (run === undefined) return undefined;
      if (run.endedAt === null) await carryOn(run);
      return show(run.id);
    },
    async cancel(runId, who) {
      const run = await findRun(runId);
      if (run.endedAt !== null) throw ended(run, 'cancelled');
      await audit.append({ type: 'cancel-requested', who, plan: run.planId, run: runId, body: {} });
      await store.runs.requestCancel(runId, clock().toISOString());
      running().hurry(runId);
      await carryOn(run);
      return show(runId);
    },
    async resume(runId, who) {
      const run = await findRun(runId);
      await assertResumable(run);
      const plan = assertPlan(await store.plans.find(run.planId), runId);
      const answer = await options.authorize(plan);
      if (answer.state === 'denied') throw new AppError(answer.error.message, answer.error);
      await audit.append({ type: 'run-resumed', who, plan: plan.id, run: runId, body: { from: run.state } });
      const attempts = await running().runner.attempts(runId);
      const open = await store.runs.setState(runId, 'running', { endedAt: null, error: null });
      // Whoever follows the events from here on must see that the last word was not the last.
      await createSay(store)(runId, 'run-started', `resumed: ${plan.title}`);
      await begin(open, attempts);
      return show(runId);
    },
    async list(limit) {
      const runs = await store.runs.list(limit);
      return Promise.all(runs.map((run) => viewRun(store, run)));
    },
    async *events(runId, after, signal) {
      await findRun(runId);
      for await (const event of store.events.follow(runId, after, signal))
        yield event.type === 'run-ended' ? { ...event, view: await show(runId) } : event;
    },
  };

  async function assertResumable(run: StoredRun): Promise<void> {
    const { steps } = await viewRun(store, run);
    const effects = await store.effects.forRun(run.id);
    const isPutBack = steps.some((step) => step.state === 'undone') || effects.some(({ key }) => key.endsWith('/undo'));
    if (isPutBack || !['unknown', 'failed'].includes(run.state)) throw ended(run, 'resumed');
    const refused = effects.find(({ outcome }) => outcome?.ok === false);
    if (refused !== undefined)
      throw new AppError(`Run ${run.id} cannot be resumed: step ${refused.stepId} was refused, and is not sent again`, {
        code: 'RUN_STATE',
        hint: `See why: devos runs show ${run.id}   Then make a new plan with the same sentence.`,
      });
  }
}

/** The lease comes first: launching DBOS takes up the runs that this executor left, and nobody else may be working on them. */
async function startLife(options: EngineOptions): Promise<Life> {
  const gate = createGate();
  const onLost = () => {
    void gate.close(0);
    options.onLeaseLost();
  };
  const lease = await takeLease({ url: options.databaseUrl, name: options.executorId, onLost });
  const inner = { ...options, stopping: gate.stopping };
  const say = createSay(options.store);
  const { giveUp, permit, isCancelled, end } = createLifecycle(inner, say);
  const { perform, compensate, hurry } = createStepWork(inner, say);
  const work: Work = {
    permit: (...of) => gate.pass(() => permit(...of)),
    isCancelled: (...of) => gate.pass(() => isCancelled(...of)),
    perform: (...of) => gate.pass(() => perform(...of)),
    compensate: (...of) => gate.pass(() => compensate(...of)),
    end: (...of) => gate.pass(() => end(...of)),
  };
  try {
    const runner = await startDbos({ work, gate, giveUp: (...of) => gate.pass(() => giveUp(...of)) }, options);
    return { gate, lease, runner, hurry };
  } catch (error) {
    await lease.release();
    throw new AppError('The engine could not start on this database', {
      code: 'DATABASE_UNAVAILABLE',
      hint: 'See: devos daemon logs   and: devos doctor',
      cause: error,
    });
  }
}

function ended(run: StoredRun, what: string): AppError {
  return new AppError(`Run ${run.id} is ${run.state} and cannot be ${what}`, { code: 'RUN_STATE', hint: `See: devos runs show ${run.id}` });
}
