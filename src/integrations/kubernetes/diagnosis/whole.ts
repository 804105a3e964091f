/** What is unhealthy in a namespace or a whole cluster, from lists alone. Pure. */
import type { JsonObject } from '#kit';
import type { Budget } from '../budgets.ts';
import { draftsOf, sortDrafts } from '../diagnosis.ts';
import { type SeenEvent, toSeenEvents } from '../events.ts';
import { controllerOf } from '../pods.ts';
import { parseQuantity } from '../quantities.ts';
import type { Pod } from '../schema.ts';
import type { Subject } from '../subject.ts';
import type { FoundWorkload } from '../workloads.ts';
import { valueAt } from '../objects.ts';
import { claimFindings } from './claims.ts';
import type { Draft, Facts } from './facts.ts';
import { aimsAt } from './gather.ts';
import { oneJob } from './jobs.ts';
import { nodeFindings } from './nodes.ts';
import { blindScaler } from './rollout-findings.ts';
import type { Claim, CronJob, Job, Node, Quota, Scaler, Service } from './schema.ts';
import { labelText, selects } from './services.ts';
import { jobsOf } from './targets.ts';

/** A list that may not be read is empty here; which those are is said beside it. */
export interface SeenCluster {
  now: Date;
  /** False: only nodes that have pods of what was read matter. */
  allNodes: boolean;
  nodes: readonly Node[];
  pods: readonly Pod[];
  workloads: readonly FoundWorkload[];
  jobs: readonly Job[];
  cronJobs: readonly CronJob[];
  claims: readonly Claim[];
  quotas: readonly Quota[];
  budgets: readonly Budget[];
  scalers: readonly Scaler[];
  services: readonly Service[];
  /** Warnings, as the API lists them. */
  events: readonly JsonObject[];
}

export interface Unwell {
  kind: string;
  name: string;
  /** Empty for what belongs to no namespace. */
  namespace: string;
  draft: Draft;
  /** Further findings about it. */
  more: number;
}

const levels: Draft['level'][] = ['critical', 'warning', 'note'];

/** The worst first; the order in which things were read does not matter. */
export function unwellOf(seen: SeenCluster): Unwell[] {
  const byNamespace = new Map<string, SeenEvent[]>();
  for (const [namespace, items] of groupBy(seen.events, eventNamespace)) byNamespace.set(namespace, toSeenEvents(items));
  const found = [
    ...ofNodes(seen),
    ...ofSubjects(seen, byNamespace),
    ...ofJobs(seen),
    ...ofClaims(seen, byNamespace),
    ...ofQuotas(seen),
    ...ofServices(seen),
    ...ofScalers(seen),
  ];
  const keyOf = ({ namespace, kind, name }: Unwell): string => `${namespace}/${kind}/${name}`;
  return found.toSorted(
    (left, right) =>
      levels.indexOf(left.draft.level) - levels.indexOf(right.draft.level) ||
      right.draft.weight - left.draft.weight ||
      (keyOf(left) < keyOf(right) ? -1 : 1),
  );
}

function unwell(kind: string, name: string, namespace: string | null | undefined, drafts: readonly Draft[]): Unwell[] {
  const [first, ...rest] = sortDrafts(drafts.filter(({ level }) => level !== 'note'));
  return first === undefined ? [] : [{ kind, name, namespace: namespace ?? '', draft: first, more: rest.length }];
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function eventNamespace(event: JsonObject): string {
  const namespace = valueAt(event, ['metadata', 'namespace']);
  return typeof namespace === 'string' ? namespace : '';
}

function ofNodes({ nodes, pods, allNodes }: SeenCluster): Unwell[] {
  const used = new Set(pods.flatMap(({ spec }) => spec.nodeName ?? []));
  return nodes
    .filter(({ metadata }) => allNodes || used.has(metadata.name))
    .flatMap((node) => unwell('Node', node.metadata.name, '', nodeFindings(node, pods)));
}

/** What a pod belongs to, as far as the pod itself tells: a Deployment by the hash in its ReplicaSet's name. */
function ownerKey(pod: Pod): string {
  const owner = controllerOf(pod);
  const namespace = pod.metadata.namespace ?? '';
  if (owner === undefined) return `${namespace}/Pod/${pod.metadata.name}`;
  const hash = pod.metadata.labels?.['pod-template-hash'];
  if (owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(`-${hash}`))
    return `${namespace}/Deployment/${owner.name.slice(0, -hash.length - 1)}`;
  return `${namespace}/${owner.kind}/${owner.name}`;
}

function ofSubjects(seen: SeenCluster, events: ReadonlyMap<string, SeenEvent[]>): Unwell[] {
  const pods = groupBy(seen.pods, ownerKey);
  const keys = new Set(seen.workloads.map(({ namespace, kind, name }) => `${namespace}/${kind}/${name}`));
  const workloads = seen.workloads.map((workload): Subject => {
    const { kind, name, namespace } = workload;
    return { title: `${kind} ${name}`, kind, name, namespace, workload, pods: pods.get(`${namespace}/${kind}/${name}`) ?? [] };
  });
  // Pods of jobs are told of by their jobs, where those may be read.
  const jobs = new Set(seen.jobs.map(({ metadata }) => `${metadata.namespace ?? ''}/Job/${metadata.name}`));
  const others = [...pods]
    .filter(([key]) => !keys.has(key) && !jobs.has(key))
    .map(([key, own]): Subject => {
      const [namespace = '', kind = 'Pod', name = ''] = key.split('/');
      return { title: `${kind} ${name}`, kind, name, namespace, pods: own };
    });
  return [...workloads, ...others].flatMap((subject) =>
    unwell(subject.kind, subject.name, subject.namespace, draftsOf(factsOf(subject, seen, events.get(subject.namespace) ?? []))),
  );
}

function factsOf(subject: Subject, seen: SeenCluster, events: readonly SeenEvent[]): Facts {
  const { namespace, name, kind, pods } = subject;
  const here = ({ metadata }: { metadata: { namespace?: string | null | undefined } }): boolean => metadata.namespace === namespace;
  const sets = pods.flatMap((pod) => controllerOf(pod)?.name ?? []);
  const claims = pods.flatMap(({ spec }) => (spec.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []));
  const meant = new Set([
    `${kind} ${name}`,
    ...pods.map(({ metadata }) => `Pod ${metadata.name}`),
    ...sets.map((set) => `ReplicaSet ${set}`),
    ...claims.map((claim) => `PersistentVolumeClaim ${claim}`),
  ]);
  const prefix = `ReplicaSet ${name}-`;
  const isOwnSet = (object: string): boolean =>
    kind === 'Deployment' && object.startsWith(prefix) && !object.slice(prefix.length).includes('-');
  return {
    subject,
    now: seen.now,
    events: events.filter(({ object }) => meant.has(object) || isOwnSet(object)),
    logs: new Map(),
    revisions: [],
    nodes: seen.nodes,
    nodeLabels: seen.nodes.length === 0 ? undefined : new Map(seen.nodes.map(({ metadata }) => [metadata.name, metadata.labels ?? {}])),
    budgets: seen.budgets,
    claims: seen.claims.filter(here),
    services: seen.services.filter(here),
    autoscaler: seen.scalers.find((scaler) => here(scaler) && aimsAt(scaler.spec.scaleTargetRef, subject)),
  };
}

/** Of a cron job only its newest job matters; older failures are over. */
function ofJobs({ jobs, cronJobs, now }: SeenCluster): Unwell[] {
  const alone = jobs.filter((job) => controllerOf(job)?.kind !== 'CronJob');
  const timed = cronJobs.flatMap((cronJob) => {
    const { name, namespace } = cronJob.metadata;
    const subject: Subject = { title: `CronJob ${name}`, kind: 'CronJob', name, namespace: namespace ?? '', pods: [] };
    return unwell(
      'CronJob',
      name,
      namespace,
      draftsOf({ subject, events: [], logs: new Map(), revisions: [], cronJob, jobs: jobsOf(cronJob, jobs), now }),
    );
  });
  return [
    ...timed,
    ...alone.flatMap((job) => unwell('Job', job.metadata.name, job.metadata.namespace, oneJob(job, job.metadata.namespace ?? ''))),
  ];
}

function ofClaims({ claims }: SeenCluster, events: ReadonlyMap<string, SeenEvent[]>): Unwell[] {
  return claims.flatMap((claim) => {
    const { name, namespace } = claim.metadata;
    return unwell('PersistentVolumeClaim', name, namespace, claimFindings([claim], events.get(namespace ?? '') ?? []));
  });
}

function ofQuotas({ quotas }: SeenCluster): Unwell[] {
  return quotas.flatMap(({ metadata: { name, namespace }, status }) => {
    const full = Object.entries(status.hard ?? {}).flatMap(([key, hard]) => {
      const [most, used] = [parseQuantity(hard), parseQuantity(status.used?.[key])];
      return most !== undefined && used !== undefined && most > 0 && used >= most
        ? [`${key}: ${String(status.used?.[key])} of ${String(hard)}`]
        : [];
    });
    const next = { why: 'nothing more of it can be made in the namespace', say: `list resource quotas in namespace ${namespace ?? ''}` };
    return full.length === 0
      ? []
      : unwell('ResourceQuota', name, namespace, [
          { weight: 31, level: 'warning', title: `the quota ${name} is used up`, evidence: full, next },
        ]);
  });
}

/** Those that lead nowhere, and belong to no workload that tells of it. */
function ofServices({ services, pods, workloads }: SeenCluster): Unwell[] {
  const byNamespace = groupBy(pods, ({ metadata }) => metadata.namespace ?? '');
  return services.flatMap((service) => {
    const { name, namespace } = service.metadata;
    if (Object.keys(service.spec.selector ?? {}).length === 0) return [];
    const isMet = (byNamespace.get(namespace ?? '') ?? []).some(({ metadata }) => selects(service, metadata.labels));
    const isOf = workloads.some(
      (one) => one.namespace === namespace && (one.name === name || selects(service, one.object.spec.template?.metadata?.labels)),
    );
    if (isMet || isOf) return [];
    const draft: Draft = {
      weight: 27,
      level: 'warning',
      title: `the Service ${name} selects no pods`,
      evidence: [`it selects ${labelText(service.spec.selector)}`],
      next: { why: 'its selector has to name labels of running pods', say: `describe service ${name} in namespace ${namespace ?? ''}` },
    };
    return unwell('Service', name, namespace, [draft]);
  });
}

/** Autoscalers of workloads that were not read, or are not there. */
function ofScalers({ scalers, workloads }: SeenCluster): Unwell[] {
  return scalers.flatMap((scaler) => {
    const { name, namespace } = scaler.metadata;
    const isTold = workloads.some((one) => one.namespace === namespace && aimsAt(scaler.spec.scaleTargetRef, one));
    return isTold ? [] : unwell('HorizontalPodAutoscaler', name, namespace, blindScaler(scaler, namespace ?? ''));
  });
}
