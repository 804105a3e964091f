/**
 * The one workflow: it takes the plan as data and never changes its shape with the code. What a step does is in `Work`.
 * Every change of the order of steps here needs a DBOS patch and a replay test.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { ErrorBody, Plan, PlanStep, RunState } from '#kit';
import { isOutage } from './patience.ts';

export interface RunInput {
  runId: string;
  plan: Plan;
}

export type Permit = { state: 'allowed' } | { state: 'waiting'; secondsLeft: number } | { state: 'ended' };

/** How a step came out. `done` also where an earlier life of the run had done it. `stands`: it failed, but what it did is still there. */
export type StepResult = { state: 'done' } | { state: 'failed' | 'stale' | 'unknown'; error: ErrorBody; stands: boolean };

/** A step that was done and could not be put back. */
export interface Leftover {
  step: string;
  description: string;
  reason: string;
}

/** Each function is one durable step: at least once, so each can be repeated. They throw only while our own store is away. */
export interface Work {
  /** Asks policy, writes the run's state, and ends the run where it was denied, expired or cancelled. */
  permit: (input: RunInput) => Promise<Permit>;
  isCancelled: (runId: string) => Promise<boolean>;
  perform: (input: RunInput, step: PlanStep) => Promise<StepResult>;
  /** Puts back a done step; says what is left where it could not. */
  compensate: (input: RunInput, step: PlanStep) => Promise<Leftover | null>;
  end: (input: RunInput, state: RunState, error: ErrorBody | null, left: Leftover[]) => Promise<void>;
}

/** DBOS waits 60 s unless told otherwise; a wait is cut into days, so that a moved expiry is seen. */
const longestWaitSeconds = 86_400;

export async function interpret(input: RunInput, work: Work): Promise<void> {
  if (!(await waitForPermit(input, work))) return;
  const done: PlanStep[] = [];
  for (const step of input.plan.steps) {
    if (await durable(`${step.id}:cancelled`, () => work.isCancelled(input.runId))) return putBack(input, done, work, 'cancelled', null);
    const result = await durable(`${step.id}:${step.action}`, () => work.perform(input, step));
    if (result.state === 'done') {
      done.push(step);
      continue;
    }
    // What is unknown stays as it is until a person has looked.
    if (result.state === 'unknown') return durable('end', () => work.end(input, 'unknown', result.error, []));
    // What stands alone is left to the person, to undo or to check again; on top of others it goes first.
    if (result.stands && done.some(isChange)) done.push(step);
    return putBack(input, done, work, result.state, result.error);
  }
  if (await durable('cancelled', () => work.isCancelled(input.runId))) return putBack(input, done, work, 'cancelled', null);
  await durable('end', () => work.end(input, 'done', null, []));
}

async function waitForPermit(input: RunInput, work: Work): Promise<boolean> {
  for (;;) {
    const permit = await durable('permit', () => work.permit(input));
    if (permit.state !== 'waiting') return permit.state === 'allowed';
    await DBOS.recv('wake', { timeoutSeconds: Math.min(permit.secondsLeft, longestWaitSeconds) });
  }
}

async function putBack(input: RunInput, done: PlanStep[], work: Work, state: RunState, error: ErrorBody | null): Promise<void> {
  const left: Leftover[] = [];
  for (const step of done.filter(isChange).toReversed()) {
    const leftover = await durable(`${step.id}:undo`, () => work.compensate(input, step));
    if (leftover !== null) left.push(leftover);
  }
  await durable('end', () => work.end(input, state, error, left));
}

function isChange(step: PlanStep): boolean {
  return step.permission !== 'read';
}

/** Waits out about a minute without our own store; each function finds in its rows how far it had come. */
function durable<T>(name: string, work: () => Promise<T>): Promise<T> {
  return DBOS.runStep(work, { name, retriesAllowed: true, maxAttempts: 7, intervalSeconds: 1, backoffRate: 2, shouldRetry: isOutage });
}
