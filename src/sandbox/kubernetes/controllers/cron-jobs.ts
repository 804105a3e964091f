/** CronJobs: a job whenever the schedule says so, in UTC. */
import { type Json, type JsonObject, list, number, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs, wholeSeconds } from '../operations.ts';
import { nextRun } from './cron.ts';
import { tell } from './events.ts';
import { isDone } from './jobs.ts';
import { controllerManager, hasCondition, isEnding, makeOwned, nameOf, namespaceOf, ownedBy, uidOf } from './shared.ts';

const component = 'cronjob-controller';
/** A timer cannot sleep for longer. */
const longestMs = 2 ** 31 - 1;

/** Says in how many ms the next run is. */
export function tendCronJob(store: ObjectStore, cronJob: JsonObject): number | undefined {
  if (isEnding(cronJob)) return undefined;
  const now = store.clock();
  const last = text(cronJob, 'status', 'lastScheduleTime') || text(cronJob, 'metadata', 'creationTimestamp');
  const due = nextRun(text(cronJob, 'spec', 'schedule'), new Date(last));
  const suspended = record(cronJob, 'spec')['suspend'] === true;
  let scheduled: string | undefined;
  if (due !== undefined && due <= now && !suspended) {
    // Of runs that were missed only the latest is made up for.
    const at = latest(text(cronJob, 'spec', 'schedule'), due, now);
    start(store, cronJob, at);
    scheduled = wholeSeconds(at);
  }
  const jobs = ownedBy(store, kindNamed('Job'), cronJob);
  writeStatus(store, cronJob, jobs, scheduled);
  forgetOld(store, cronJob, jobs);
  const next = nextRun(text(cronJob, 'spec', 'schedule'), now);
  return next === undefined || suspended ? undefined : Math.min(longestMs, Math.max(1, next.getTime() - now.getTime()));
}

function latest(schedule: string, from: Date, now: Date): Date {
  let found = from;
  for (let count = 0; count < 1000; count += 1) {
    const next = nextRun(schedule, found);
    if (next === undefined || next > now) break;
    found = next;
  }
  return found;
}

function start(store: ObjectStore, cronJob: JsonObject, at: Date): void {
  const name = `${nameOf(cronJob)}-${Math.floor(at.getTime() / 60_000)}`;
  if (store.find(kindNamed('Job'), namespaceOf(cronJob), name) !== undefined) return;
  const running = ownedBy(store, kindNamed('Job'), cronJob).filter((job) => !isDone(job));
  const policy = text(cronJob, 'spec', 'concurrencyPolicy');
  if (policy === 'Forbid' && running.length > 0) return;
  if (policy === 'Replace') for (const job of running) store.remove(kindNamed('Job'), namespaceOf(job), nameOf(job));
  const template = record(cronJob, 'spec', 'jobTemplate');
  makeOwned(store, {
    kind: kindNamed('Job'),
    name,
    owner: cronJob,
    labels: record(template, 'metadata', 'labels'),
    annotations: { ...record(template, 'metadata', 'annotations'), 'batch.kubernetes.io/cronjob-scheduled-timestamp': wholeSeconds(at) },
    body: { spec: record(template, 'spec') },
  });
  tell(store, cronJob, { reason: 'SuccessfulCreate', message: `Created job ${name}`, component });
}

function writeStatus(store: ObjectStore, cronJob: JsonObject, jobs: JsonObject[], scheduled: string | undefined): void {
  const active: Json[] = jobs
    .filter((job) => !isDone(job))
    .map((job) => ({
      kind: 'Job',
      namespace: namespaceOf(job),
      name: nameOf(job),
      uid: uidOf(job),
      apiVersion: 'batch/v1',
      resourceVersion: text(job, 'metadata', 'resourceVersion'),
    }));
  const before = list(cronJob, 'status', 'active');
  const ended = jobs.map((job) => text(job, 'status', 'completionTime')).toSorted();
  const lastScheduleTime = scheduled ?? text(cronJob, 'status', 'lastScheduleTime');
  const lastSuccessfulTime = ended.at(-1) ?? '';
  // The same jobs under another version are no news.
  const known = active.map((job) => before.find((one) => text(one, 'uid') === text(job, 'uid')) ?? job);
  const status: JsonObject = {
    ...(known.length === 0 ? {} : { active: known }),
    ...(lastScheduleTime === '' ? {} : { lastScheduleTime }),
    ...(lastSuccessfulTime === '' ? {} : { lastSuccessfulTime }),
  };
  saveAs(store, kindNamed('CronJob'), { ...cronJob, status }, controllerManager);
}

/** The oldest go first, whatever they are called. */
const startOf = (job: JsonObject): string => text(job, 'status', 'startTime') || text(job, 'metadata', 'creationTimestamp');

function forgetOld(store: ObjectStore, cronJob: JsonObject, jobs: JsonObject[]): void {
  for (const [type, key, usual] of [
    ['Complete', 'successfulJobsHistoryLimit', 3],
    ['Failed', 'failedJobsHistoryLimit', 1],
  ] as const) {
    const done = jobs.filter((job) => hasCondition(job, type));
    for (const job of done
      .toSorted((left, right) => (startOf(left) < startOf(right) ? -1 : 1))
      .slice(0, Math.max(0, done.length - number(cronJob, usual, 'spec', key))))
      store.remove(kindNamed('Job'), namespaceOf(job), nameOf(job));
  }
}
