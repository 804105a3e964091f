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
  const deadline = deadlineIn(store, job);
  const failure = failed > number(job, 6, 'spec', 'backoffLimit') ? failures.limit : failures.deadline;
  const over = succeeded >= wanted || failure === failures.limit || (deadline !== undefined && deadline <= 0);
  let again: number | undefined = over ? undefined : deadline;
  if (!over && record(job, 'spec')['suspend'] !== true) again = soonest(again, replaceFailed(store, job, pods));
  const now = wholeSeconds(store.clock());
  const running = ownedBy(store, kindNamed('Pod'), job).filter(isActive);
  const status: JsonObject = {
    ...(over ? { conditions: conditionsOf(finished, failure, now) } : {}),
    startTime: text(job, 'status', 'startTime') || now,
    ...(finished === 'Complete' && over ? { completionTime: now } : {}),
    ...nonZero({ active: over ? 0 : running.length, succeeded, failed }),
    terminating: 0,
    uncountedTerminatedPods: {},
    ready: running.filter(isReady).length,
  };
  saveAs(store, kindNamed('Job'), { ...job, status }, controllerManager);
  if (over) end(store, job, finished, failure, active);
  return again;
}

/** When its time is up, in ms; undefined where it has no limit or has not begun. */
function deadlineIn(store: ObjectStore, job: JsonObject): number | undefined {
  const seconds = record(job, 'spec')['activeDeadlineSeconds'];
  if (typeof seconds !== 'number') return undefined;
  const began = Date.parse(text(job, 'status', 'startTime')) || store.clock().getTime();
  return began + seconds * 1000 - store.clock().getTime();
}

function soonest(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.min(left, right);
}

const failures = {
  limit: { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' },
  deadline: { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' },
};
type Failure = (typeof failures)['limit'];

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

function conditionsOf(type: 'Complete' | 'Failed', failure: Failure, now: string): Json[] {
  const times = { lastProbeTime: now, lastTransitionTime: now };
  if (type === 'Failed')
    return ['FailureTarget', 'Failed'].map((name) => ({
      type: name,
      status: 'True',
      ...times,
      ...failure,
    }));
  return ['SuccessCriteriaMet', 'Complete'].map((name) => ({
    type: name,
    status: 'True',
    ...times,
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
  }));
}

function end(store: ObjectStore, job: JsonObject, type: 'Complete' | 'Failed', failure: Failure, active: JsonObject[]): void {
  for (const pod of active) store.remove(kindNamed('Pod'), namespaceOf(pod), nameOf(pod));
  if (type === 'Complete') tell(store, job, { reason: 'Completed', message: 'Job completed', component });
  else tell(store, job, { type: 'Warning', ...failure, component });
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
