/** How a run begins and ends: asked of policy, written to the log, told to its watchers. */
import { AppError, type ErrorBody, type Plan, type RunState, toAppError } from '#kit';
import type { EffectOptions } from './effect.ts';
import type { Leftover, Permit, RunInput, Work } from './interpreter.ts';
import { isOutage, patiently } from './patience.ts';
import type { Say } from './say.ts';
import type { Authorization } from './types.ts';

export interface Lifecycle extends Pick<Work, 'permit' | 'isCancelled' | 'end'> {
  /** For what must never happen: the workflow itself broke. Nobody may wait for ever for such a run. */
  giveUp: (input: RunInput, error: unknown) => Promise<void>;
}

export function createLifecycle(options: EffectOptions, say: Say): Lifecycle {
  const { store, audit, clock } = options;

  async function permit(input: RunInput): Promise<Permit> {
    const { runId, plan } = input;
    const run = await store.runs.find(runId);
    if (run === undefined) return { state: 'ended' };
    if (run.endedAt !== null) return stop(input, run.state, run.error);
    if (run.cancelRequestedAt !== null) return stop(input, 'cancelled', null);
    const answer = await ask(plan);
    if (answer.state === 'denied') return stop(input, stateOf(answer.error), answer.error);
    if (answer.state === 'allowed') {
      await patiently(
        () => audit.append({ type: 'run-started', who: run.who, plan: plan.id, run: runId, body: { hash: plan.hash } }),
        options,
      );
      await store.runs.setState(runId, 'running', { waitingFor: null });
      await say(runId, 'run-started', plan.title);
      return { state: 'allowed' };
    }
    const leftMs = Date.parse(plan.expiresAt) - clock().getTime();
    if (!(leftMs > 0)) return stop(input, 'expired', expired(plan));
    await store.runs.setState(runId, 'waiting', { waitingFor: answer.waitingFor });
    await say(runId, 'run-waiting', answer.waitingFor);
    options.crash?.('while-waiting', runId);
    // A second more than is left, so that it is over when we look again.
    return { state: 'waiting', secondsLeft: Math.ceil(leftMs / 1000) + 1 };
  }

  async function stop(input: RunInput, state: RunState, error: ErrorBody | null): Promise<Permit> {
    await end(input, state, error, []);
    return { state: 'ended' };
  }

  /** A policy that cannot be asked allows nothing. */
  async function ask(plan: Plan): Promise<Authorization> {
    try {
      return await options.authorize(plan);
    } catch (error) {
      if (isOutage(error)) throw error;
      return { state: 'denied', error: toAppError(error).toBody() };
    }
  }

  async function end(input: RunInput, wanted: RunState, cause: ErrorBody | null, left: Leftover[]): Promise<void> {
    const { runId, plan } = input;
    const { state, error } = withLeftovers(wanted, cause, left, runId);
    const run = await store.runs.find(runId);
    if (run === undefined) return;
    if (run.endedAt === null) {
      const body = { state, code: error?.code ?? null, notPutBack: left.map(({ step }) => step) };
      await record({ type: 'run-ended', who: run.who, plan: plan.id, run: runId, body });
      await store.runs.setState(runId, state, { error, endedAt: clock().toISOString(), waitingFor: null });
    } else if (await isTold(runId)) return;
    await say(runId, 'run-ended', error === null ? state : `${state}: ${error.message}`);
  }

  /** A run that stops changes nothing outside, so it stops even where that cannot be put on record. */
  async function record(event: Parameters<typeof audit.append>[0]): Promise<void> {
    try {
      await patiently(() => audit.append(event), options);
    } catch (error) {
      if (options.stopping.aborted) throw error;
      options.log.error({ run: event.run, code: toAppError(error).code }, 'the end of a run is not in the audit log');
    }
  }

  /** A crash may have come between storing the end and telling it. */
  async function isTold(runId: string): Promise<boolean> {
    const events = await store.events.list(runId, 0);
    return events.at(-1)?.type === 'run-ended';
  }

  /** After a later step failed, what is done was to be put back: where that broke off, it is named. */
  async function standing({ runId, plan }: RunInput): Promise<Leftover[]> {
    const stored = await store.steps.forRun(runId);
    const isDone = (id: string) => stored.some((step) => step.id === id && step.state === 'done');
    if (!stored.some((step) => step.state === 'failed' || step.state === 'undone')) return [];
    const left = plan.steps.filter((step) => step.permission !== 'read' && isDone(step.id));
    return left.map(({ id, description }) => ({ step: id, description, reason: 'putting back broke off' }));
  }

  return {
    permit,
    isCancelled: async (runId) => typeof (await store.runs.find(runId))?.cancelRequestedAt === 'string',
    end,
    async giveUp(input, thrown) {
      const error = toAppError(thrown);
      options.log.error({ run: input.runId, error: error.stack }, 'run broken');
      const body: ErrorBody = { ...error.toBody(), hint: `Look at the other system, then: devos runs resume ${input.runId}` };
      await end(input, 'failed', body, await standing(input));
    },
  };
}

function stateOf(error: ErrorBody): RunState {
  if (error.code === 'PLAN_EXPIRED') return 'expired';
  return error.code === 'PLAN_STALE' ? 'stale' : 'denied';
}

/** What could not be put back makes any end a failed one, and is named. */
function withLeftovers(
  state: RunState,
  cause: ErrorBody | null,
  left: Leftover[],
  runId: string,
): { state: RunState; error: ErrorBody | null } {
  if (left.length === 0) return { state, error: cause };
  const named = left.map(({ step, description, reason }) => `step ${step} (${description}): ${reason}`).join('; ');
  const error = new AppError(`${cause?.message ?? 'The run was cancelled'}. Not put back: ${named}`, {
    code: cause?.code ?? 'RUN_CANCELLED',
    hint: `Put it back by hand. See: devos runs show ${runId}`,
    details: { ...cause?.details, notPutBack: left.map(({ step }) => step) },
  });
  return { state: 'failed', error: error.toBody() };
}

function expired(plan: Plan): ErrorBody {
  return new AppError(`Plan ${plan.id} expired at ${plan.expiresAt} while it waited`, {
    code: 'PLAN_EXPIRED',
    hint: 'Nothing was changed and nothing was refused. Make a new plan with the same sentence.',
  }).toBody();
}
