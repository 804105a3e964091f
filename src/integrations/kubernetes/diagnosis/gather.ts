/** Reads what a diagnosis of one workload needs: a fixed number of lists, a few nodes and a few logs. */
import type { Cluster } from '../cluster.ts';
import { readBudgets } from '../budgets.ts';
import { type SeenEvent, toSeenEvents } from '../events.ts';
import { isReady } from '../pods.ts';
import { readRevisions } from '../revisions.ts';
import { isJsonObject, KubeObject, type Pod } from '../schema.ts';
import type { Subject } from '../subject.ts';
import type { Facts } from './facts.ts';
import { readLogs } from './logs.ts';
import type { Reader } from './reader.ts';
import { Claim, Node, parseAll, Scaler, Service } from './schema.ts';

const limit = 2000;
/** Nodes are read one by one, those of troubled pods first. */
const maxNodes = 5;

export interface Gathering {
  cluster: Cluster;
  reader: Reader;
  signal: AbortSignal;
  now: Date;
}

/** `more`: events of these objects too, as `Job x`. */
export async function gather(subject: Subject, { cluster, reader, signal, now }: Gathering, more: readonly string[] = []): Promise<Facts> {
  const { namespace, workload, pods } = subject;
  const isMeant = belongsTo(subject, more);
  const usesClaims = pods.some(({ spec }) => (spec.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim));
  const [events, revisions, scalers, logs, services, claims, budgets, nodes, nodeLabels] = await Promise.all([
    reader.list('Event', { namespace, limit }),
    // Where revisions may not be read, the rest still says something.
    workload === undefined || workload.kind === 'ReplicaSet' ? [] : readRevisions(cluster, workload, signal).catch(() => []),
    workload === undefined ? [] : reader.list('HorizontalPodAutoscaler', { namespace, limit }),
    readLogs(cluster, subject, signal),
    workload === undefined ? [] : reader.list('Service', { namespace, limit }),
    usesClaims ? reader.list('PersistentVolumeClaim', { namespace, limit }) : [],
    pods.length === 0 ? [] : reader.noted('PodDisruptionBudget', readBudgets(cluster, namespace, signal)),
    readNodes(pods, reader),
    pods.some(isUnplaced) ? reader.metadata('Node', { limit }) : [],
  ]);
  return {
    subject,
    now,
    events: toSeenEvents(events ?? []).filter(isMeant),
    revisions,
    logs,
    autoscaler: parseAll(Scaler, scalers ?? []).find(({ spec }) => aimsAt(spec.scaleTargetRef, subject)),
    services: parseAll(Service, services ?? []),
    claims: claims === undefined ? undefined : parseAll(Claim, claims),
    budgets,
    nodes,
    nodeLabels: nodeLabels === undefined || nodeLabels.length === 0 ? undefined : labelsByName(nodeLabels),
  };
}

export const aimsAt = (
  target: { kind: string; name: string } | null | undefined,
  { kind, name }: Pick<Subject, 'kind' | 'name'>,
): boolean => target?.kind === kind && target.name === name;

const isUnplaced = ({ status }: Pod): boolean =>
  (status.conditions ?? []).some((one) => one.type === 'PodScheduled' && one.status === 'False');

/** The workload, its pods, the ReplicaSets between them, and the claims that the pods use. */
function belongsTo({ kind, name, pods, workload }: Subject, more: readonly string[]): (event: SeenEvent) => boolean {
  const claims = pods.flatMap(({ spec }) => (spec.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []));
  const meant = new Set([
    `${kind} ${name}`,
    ...pods.map(({ metadata }) => `Pod ${metadata.name}`),
    ...claims.map((claim) => `PersistentVolumeClaim ${claim}`),
    ...more,
  ]);
  const sets = `ReplicaSet ${name}-`;
  // Of another workload whose name begins alike there is one more part in the name.
  const isOwnSet = (object: string) =>
    workload?.kind === 'Deployment' && object.startsWith(sets) && !object.slice(sets.length).includes('-');
  return ({ object }) => meant.has(object) || isOwnSet(object);
}

/** All cordoned ones in one request, and those of pods that are not well. */
async function readNodes(pods: readonly Pod[], reader: Reader): Promise<Node[] | undefined> {
  if (!pods.some(({ spec }) => spec.nodeName)) return [];
  const troubled = pods.filter((pod) => !isReady(pod) || pod.metadata.deletionTimestamp);
  const names = [...new Set(troubled.flatMap(({ spec }) => spec.nodeName ?? []))].slice(0, maxNodes);
  const [cordoned, ...found] = await Promise.all([
    reader.list('Node', { fieldSelector: 'spec.unschedulable=true', limit }),
    ...names.map((name) => reader.find('Node', undefined, name)),
  ]);
  const all = [...(cordoned ?? []), ...found.flatMap((one) => (one === undefined || one === 'absent' ? [] : [one]))];
  const byName = new Map(parseAll(Node, all).map((node) => [node.metadata.name, node]));
  return [...byName.values()];
}

export function labelsByName(items: readonly unknown[]): Map<string, Record<string, string>> {
  return new Map(parseAll(KubeObject, items.filter(isJsonObject)).map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
}
