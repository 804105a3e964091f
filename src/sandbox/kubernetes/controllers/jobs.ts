/** Jobs: pods until enough of them succeeded or too many failed. */
import { type Json, type JsonObject, list, number, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs, wholeSeconds } from '../operations.ts';
import { tell } from './events.ts';
import { makePod } from './replica-sets.ts';
import { controllerManager, hasCondition, isActive, isEnding, isReady, nameOf, namespaceOf, ownedBy } from './shared.ts';

const component = 'job-controller';
/** First wait before a failed pod is replaced; it doubles each time. */
const firstBackOffMs = 10_000;

/** Says in how many ms it should be looked at again. */
export function tendJob(store: ObjectStore, job: JsonObject): number | undefined {
  if (isEnding(job) || isDone(job)) return expireIn(store, job);
  const pods = ownedBy(store, kindNamed('Pod'), job);
  const phase = (name: string) => pods.filter((pod) => text(pod, 'status', 'phase') === name);
  const [succeeded, failed, active] = [phase('Succeeded').length, phase('Failed').length, pods.filter(isActive)];
  const wanted = number(job, 1, 'spec', 'completions');
  const finished = succeeded >= wanted ? 'Complete' : 'Failed';
  const over = succeeded >= wanted || failed > number(job, 6, 'spec', 'backoffLimit');
  let again: number | undefined;
  if (!over && record(job, 'spec')['suspend'] !== true) again = replaceFailed(store, job, pods);
  const now = wholeSeconds(store.clock());
  const running = ownedBy(store, kindNamed('Pod'), job).filter(isActive);
  const status: JsonObject = {
    ...(over ? { conditions: conditionsOf(finished, now) } : {}),
    startTime: text(job, 'status', 'startTime') || now,
    ...(finished === 'Complete' && over ? { completionTime: now } : {}),
    ...nonZero({ active: over ? 0 : running.length, succeeded, failed }),
    terminating: 0,
    uncountedTerminatedPods: {},
    ready: running.filter(isReady).length,
  };
  saveAs(store, kindNamed('Job'), { ...job, status }, controllerManager);
  if (over) end(store, job, finished, active);
  return again;
}

function nonZero(counts: Record<string, number>): JsonObject {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0));
}

export function isDone(job: JsonObject): boolean {
  return hasCondition(job, 'Complete') || hasCondition(job, 'Failed');
}

function replaceFailed(store: ObjectStore, job: JsonObject, pods: JsonObject[]): number | undefined {
  const failed = pods.filter((pod) => text(pod, 'status', 'phase') === 'Failed');
  const succeeded = pods.filter((pod) => text(pod, 'status', 'phase') === 'Succeeded').length;
  const left = number(job, 1, 'spec', 'completions') - succeeded;
  const missing = Math.min(number(job, 1, 'spec', 'parallelism'), left) - pods.filter(isActive).length;
  if (missing <= 0) return undefined;
  const last = Math.max(
    0,
    ...failed.map((pod) => Date.parse(text(pod, 'status', 'containerStatuses', 0, 'state', 'terminated', 'finishedAt')) || 0),
  );
  const wait = failed.length === 0 ? 0 : last + firstBackOffMs * 2 ** (failed.length - 1) - store.clock().getTime();
  if (wait > 0) return wait;
  for (let count = 0; count < missing; count += 1) makePod(store, job, `${nameOf(job)}-`, component);
  return undefined;
}

function conditionsOf(type: 'Complete' | 'Failed', now: string): Json[] {
  const times = { lastProbeTime: now, lastTransitionTime: now };
  if (type === 'Failed')
    return ['FailureTarget', 'Failed'].map((name) => ({
      type: name,
      status: 'True',
      ...times,
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
    }));
  return ['SuccessCriteriaMet', 'Complete'].map((name) => ({
    type: name,
    status: 'True',
    ...times,
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
  }));
}

function end(store: ObjectStore, job: JsonObject, type: 'Complete' | 'Failed', active: JsonObject[]): void {
  for (const pod of active) store.remove(kindNamed('Pod'), namespaceOf(pod), nameOf(pod));
  if (type === 'Complete') tell(store, job, { reason: 'Completed', message: 'Job completed', component });
  else
    tell(store, job, {
      type: 'Warning',
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
      component,
    });
}

/** Removes a job that is over for longer than it wants to be seen. */
function expireIn(store: ObjectStore, job: JsonObject): number | undefined {
  const after = record(job, 'spec')['ttlSecondsAfterFinished'];
  if (typeof after !== 'number' || isEnding(job)) return undefined;
  const ended = list(job, 'status', 'conditions').map((condition) => Date.parse(text(condition, 'lastTransitionTime')));
  const left = Math.max(...ended) + after * 1000 - store.clock().getTime();
  if (left > 0) return left;
  store.remove(kindNamed('Job'), namespaceOf(job), nameOf(job));
  return undefined;
}
