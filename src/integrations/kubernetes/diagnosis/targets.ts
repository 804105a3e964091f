/** What a name means that is to be looked into, and everything that was read about it. */
import { AppError } from '#kit';
import { eventsOf } from '../events.ts';
import { podsOnNode } from '../node-pods.ts';
import { controllerOf, isReady, parsePods } from '../pods.ts';
import { progressOf } from '../rollout.ts';
import { findSubject, type Subject } from '../subject.ts';
import { imagesOf } from '../template.ts';
import { draftsOf, sortDrafts } from '../diagnosis.ts';
import { claimFindings } from './claims.ts';
import type { Draft, Facts } from './facts.ts';
import { gather, type Gathering } from './gather.ts';
import { nodeFindings } from './nodes.ts';
import { servicePath } from './service-path.ts';
import { Claim, CronJob, Job, Node, parseAll } from './schema.ts';

export interface Looked {
  kind: string;
  name: string;
  /** `Deployment web-app: 3/3 ready (web-app:1.2)`. */
  summary: string;
  facts: Facts;
  drafts: Draft[];
}

export interface Wanted {
  name: string;
  kind?: string | undefined;
  namespace: string;
}

type Look = (wanted: Wanted, gathering: Gathering) => Promise<Looked | undefined>;

/** Kinds that have no pods of their own, or get them in another way. */
const others: Record<string, Look> = {
  CronJob: lookAtCronJob,
  Job: lookAtJob,
  Service: lookAtService,
  PersistentVolumeClaim: lookAtClaim,
  Node: lookAtNode,
};

/** Throws NOT_FOUND with near names, NAMESPACE_NOT_FOUND, INPUT_INVALID for a kind that cannot be looked into. */
export async function lookInto(wanted: Wanted, gathering: Gathering): Promise<Looked> {
  const { cluster, signal } = gathering;
  const special = wanted.kind === undefined ? undefined : others[wanted.kind];
  const found = await special?.(wanted, gathering);
  if (found !== undefined) return found;
  if (special !== undefined && wanted.kind !== 'Job') throw await absent(wanted, gathering);
  try {
    return await lookAtSubject(await findSubject(cluster, wanted, signal), gathering);
  } catch (error) {
    if (wanted.kind !== undefined || !AppError.isInstance(error) || error.code !== 'NOT_FOUND') throw error;
    for (const look of Object.values(others)) {
      const one = await look(wanted, gathering);
      if (one !== undefined) return one;
    }
    throw error;
  }
}

async function absent({ kind = '', name, namespace }: Wanted, { cluster, signal }: Gathering): Promise<AppError> {
  const resource = await cluster.resource(kind, signal);
  return cluster.get(resource, resource.namespaced ? namespace : undefined, name, signal).then(
    () => new AppError(`The ${kind} ${name} has just changed`, { code: 'CONFLICT', hint: 'Ask again.' }),
    (error: unknown) => {
      if (AppError.isInstance(error)) return error;
      throw error;
    },
  );
}

async function lookAtSubject(subject: Subject, gathering: Gathering): Promise<Looked> {
  const facts = await gather(subject, gathering);
  return { kind: subject.kind, name: subject.name, summary: summaryOf(subject), facts, drafts: draftsOf(facts) };
}

function summaryOf({ title, pods, workload }: Subject): string {
  if (workload !== undefined) return `${title}: ${progressOf(workload.kind, workload.object).message} (${imagesOf(workload.object)})`;
  return `${title}: ${pods.filter((pod) => isReady(pod)).length}/${pods.length} pods ready`;
}

async function lookAtJob({ name, namespace }: Wanted, gathering: Gathering): Promise<Looked | undefined> {
  const raw = await gathering.reader.find('Job', namespace, name);
  const [job] = parseAll(Job, [raw]);
  if (job === undefined) return undefined;
  const facts = { ...(await gather(await jobSubject(job, namespace, gathering), gathering)), job };
  return { kind: 'Job', name, summary: `Job ${name}: ${jobWords(job)}`, facts, drafts: draftsOf(facts) };
}

async function jobSubject(job: Job, namespace: string, { reader }: Gathering): Promise<Subject> {
  const { name } = job.metadata;
  const items = (await reader.list('Pod', { namespace, selector: `job-name=${name}`, limit: 500 })) ?? [];
  const pods = parsePods(items).filter((pod) => controllerOf(pod)?.name === name);
  return { title: `Job ${name}`, kind: 'Job', name, namespace, pods };
}

function jobWords({ status }: Job): string {
  const done = (status.conditions ?? []).find(({ type, status: holds }) => ['Complete', 'Failed'].includes(type) && holds === 'True');
  const counts = `${status.active ?? 0} active, ${status.succeeded ?? 0} succeeded, ${status.failed ?? 0} failed`;
  return done === undefined ? counts : `${done.type}; ${counts}`;
}

async function lookAtCronJob({ name, namespace }: Wanted, gathering: Gathering): Promise<Looked | undefined> {
  const raw = await gathering.reader.find('CronJob', namespace, name);
  const [cronJob] = parseAll(CronJob, [raw]);
  if (cronJob === undefined) return undefined;
  const all = parseAll(Job, (await gathering.reader.list('Job', { namespace, limit: 2000 })) ?? []);
  const jobs = jobsOf(cronJob, all);
  const newest = jobs.at(-1);
  const pods = newest === undefined ? [] : (await jobSubject(newest, namespace, gathering)).pods;
  const subject: Subject = { title: `CronJob ${name}`, kind: 'CronJob', name, namespace, pods };
  const facts = { ...(await gather(subject, gathering, newest === undefined ? [] : [`Job ${newest.metadata.name}`])), cronJob, jobs };
  const summary = `CronJob ${name}: ${cronJob.spec.schedule ?? ''}${cronJob.spec.suspend === true ? ', suspended' : ''}${newest === undefined ? '' : `; last job ${newest.metadata.name}: ${jobWords(newest)}`}`;
  return { kind: 'CronJob', name, summary, facts, drafts: draftsOf(facts) };
}

/** Oldest first. */
export function jobsOf(cronJob: CronJob, jobs: readonly Job[]): Job[] {
  const { name, namespace } = cronJob.metadata;
  const startOf = ({ metadata, status }: Job): string => status.startTime ?? metadata.creationTimestamp ?? '';
  return jobs
    .filter((job) => job.metadata.namespace === namespace && controllerOf(job)?.kind === 'CronJob' && controllerOf(job)?.name === name)
    .toSorted((left, right) => (startOf(left) < startOf(right) ? -1 : 1));
}

async function lookAtClaim({ name, namespace }: Wanted, { cluster, reader, signal, now }: Gathering): Promise<Looked | undefined> {
  const raw = await reader.find('PersistentVolumeClaim', namespace, name);
  const [claim] = parseAll(Claim, [raw]);
  if (claim === undefined) return undefined;
  const events = await eventsOf(cluster, { kind: 'PersistentVolumeClaim', name, namespace }, signal);
  const summary = `PersistentVolumeClaim ${name}: ${claim.status.phase ?? 'Pending'}, storage class ${claim.spec.storageClassName ?? 'none'}`;
  return {
    kind: 'PersistentVolumeClaim',
    name,
    summary,
    facts: bare('PersistentVolumeClaim', name, namespace, now, events),
    drafts: claimFindings([claim], events),
  };
}

async function lookAtNode({ name, namespace }: Wanted, { cluster, reader, signal, now }: Gathering): Promise<Looked | undefined> {
  const raw = await reader.find('Node', undefined, name);
  const [node] = parseAll(Node, [raw]);
  if (node === undefined) return undefined;
  const [pods, events] = await Promise.all([
    podsOnNode(cluster, name, signal).catch(() => []),
    eventsOf(cluster, { kind: 'Node', name }, signal),
  ]);
  const drafts = sortDrafts(nodeFindings(node, pods));
  const facts = bare('Node', name, namespace, now, events);
  const summary = `Node ${name}: ${drafts[0]?.title ?? 'Ready'}`;
  return { kind: 'Node', name, summary, facts: { ...facts, subject: { ...facts.subject, pods } }, drafts };
}

async function lookAtService({ name, namespace }: Wanted, gathering: Gathering): Promise<Looked | undefined> {
  const path = await servicePath({ name, namespace }, gathering);
  if (path === undefined) return undefined;
  const drafts = path.hops
    .filter(({ state }) => state === 'broken')
    .map((hop, index): Draft => ({ weight: 90 - index, level: 'critical', title: hop.title, evidence: hop.evidence, next: hop.next }));
  const facts = bare('Service', name, namespace, gathering.now, []);
  return {
    kind: 'Service',
    name,
    summary: `Service ${name}: ${path.summary}`,
    facts: { ...facts, subject: { ...facts.subject, pods: path.pods } },
    drafts,
  };
}

function bare(kind: string, name: string, namespace: string, now: Date, events: Facts['events']): Facts {
  return { subject: { title: `${kind} ${name}`, kind, name, namespace, pods: [] }, now, events, logs: new Map(), revisions: [] };
}
