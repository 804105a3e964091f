/**
 * The one workflow: it takes the plan as data and never changes its shape with the code. What a step does is in `Work`.
 * Every change of the order of steps here needs a DBOS patch and a replay test.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { ErrorBody, Plan, PlanStep, RunState } from '#kit';

export interface RunInput {
  runId: string;
  plan: Plan;
}

export type Permit = { state: 'allowed' } | { state: 'waiting'; secondsLeft: number } | { state: 'ended' };

/** How a step came out. `done` also where an earlier life of the run had done it. */
export type StepResult = { state: 'done' } | { state: 'failed' | 'stale' | 'unknown'; error: ErrorBody };

/** Each function is one durable step: at least once, so each can be repeated. None throws for what can be expected. */
export interface Work {
  /** Asks policy, writes the run's state, and ends the run where it was denied, expired or cancelled. */
  permit: (input: RunInput) => Promise<Permit>;
  isCancelled: (runId: string) => Promise<boolean>;
  perform: (input: RunInput, step: PlanStep) => Promise<StepResult>;
  /** Puts back a done step; gives the error where it could not. */
  compensate: (input: RunInput, step: PlanStep) => Promise<ErrorBody | null>;
  end: (input: RunInput, state: RunState, error: ErrorBody | null, notPutBack: string[]) => Promise<void>;
}

/** DBOS waits 60 s unless told otherwise; a wait is cut into days, so that a moved expiry is seen. */
const longestWaitSeconds = 86_400;

export async function interpret(input: RunInput, work: Work): Promise<void> {
  if (!(await waitForPermit(input, work))) return;
  const done: PlanStep[] = [];
  for (const step of input.plan.steps) {
    if (await DBOS.runStep(() => work.isCancelled(input.runId), { name: `${step.id}:cancelled` })) {
      await putBack(input, done, work, 'cancelled', null);
      return;
    }
    const result = await DBOS.runStep(() => work.perform(input, step), { name: `${step.id}:${step.action}` });
    if (result.state !== 'done') {
      // What is unknown stays as it is until a person has looked.
      if (result.state === 'unknown') await DBOS.runStep(() => work.end(input, 'unknown', result.error, []), { name: 'end' });
      else await putBack(input, done, work, result.state, result.error);
      return;
    }
    done.push(step);
  }
  await DBOS.runStep(() => work.end(input, 'done', null, []), { name: 'end' });
}

async function waitForPermit(input: RunInput, work: Work): Promise<boolean> {
  for (;;) {
    const permit = await DBOS.runStep(() => work.permit(input), { name: 'permit' });
    if (permit.state !== 'waiting') return permit.state === 'allowed';
    await DBOS.recv('wake', { timeoutSeconds: Math.min(permit.secondsLeft, longestWaitSeconds) });
  }
}

async function putBack(input: RunInput, done: PlanStep[], work: Work, state: RunState, error: ErrorBody | null): Promise<void> {
  const left: string[] = [];
  for (const step of done.toReversed()) {
    const failed = await DBOS.runStep(() => work.compensate(input, step), { name: `${step.id}:undo` });
    if (failed !== null) left.push(step.id);
  }
  await DBOS.runStep(() => work.end(input, state, error, left), { name: 'end' });
}
