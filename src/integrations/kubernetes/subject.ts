/** What a bare name means where pods are wanted: a pod, a workload with its pods, or pods whose names begin with it. */
import { AppError } from '#kit';
import type { Cluster } from './cluster.ts';
import { nearNames } from './near.ts';
import { assertNamespace } from './place.ts';
import { controllerOf, parsePods, podsOf } from './pods.ts';
import { objectMissing } from './remote-errors.ts';
import { resourceOf } from './resources.ts';
import { isJsonObject, type Pod } from './schema.ts';
import { findWorkload, type FoundWorkload, type WorkloadKind } from './workloads.ts';

export interface Subject {
  /** `Deployment web-app`, `Pod web-app-1`, `pods web-app-*`. */
  title: string;
  kind: string;
  name: string;
  namespace: string;
  workload?: FoundWorkload;
  pods: Pod[];
}

export interface SubjectQuery {
  name: string;
  kind?: string | undefined;
  namespace: string;
}

const owners: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];
const limit = 2000;

/** Throws NOT_FOUND with near names, NAMESPACE_NOT_FOUND, INPUT_INVALID for a kind without pods. */
export async function findSubject(cluster: Cluster, query: SubjectQuery, signal: AbortSignal): Promise<Subject> {
  const { kind } = query;
  if (kind === 'Job') return findJob(cluster, query, signal);
  if (kind !== undefined && kind !== 'Pod')
    return ofWorkload(
      cluster,
      await findWorkload(cluster, { ...query, allowed: owners.includes(asOwner(kind)) ? owners : [] }, signal),
      signal,
    );
  const raw = await cluster.find(resourceOf('Pod'), query.namespace, query.name, signal);
  const [pod] = raw === undefined ? [] : parsePods([raw]);
  if (pod !== undefined) return { title: `Pod ${query.name}`, kind: 'Pod', name: query.name, namespace: query.namespace, pods: [pod] };
  // "the user-service pod" is one of the pods of user-service.
  const workload = await findWorkload(cluster, { ...query, kind: undefined, allowed: owners }, signal).catch((error: unknown) =>
    onlyMissing(error),
  );
  return workload === undefined ? withPrefix(cluster, query, signal) : ofWorkload(cluster, workload, signal);
}

function asOwner(kind: string): WorkloadKind {
  return owners.find((candidate) => candidate === kind) ?? 'Deployment';
}

function onlyMissing(error: unknown): undefined {
  if (AppError.isInstance(error) && error.code === 'NOT_FOUND') return undefined;
  throw error;
}

async function ofWorkload(cluster: Cluster, workload: FoundWorkload, signal: AbortSignal): Promise<Subject> {
  const { kind, name, namespace } = workload;
  return { title: `${kind} ${name}`, kind, name, namespace, workload, pods: await podsOf(cluster, workload, signal) };
}

async function findJob(cluster: Cluster, { name, namespace }: SubjectQuery, signal: AbortSignal): Promise<Subject> {
  const job = await cluster.find(resourceOf('Job'), namespace, name, signal);
  const pods = await allPods(cluster, namespace, signal);
  if (job === undefined) throw await missing(cluster, { name, namespace, kind: 'Job' }, pods, signal);
  const own = pods.filter((pod) => controllerOf(pod)?.kind === 'Job' && controllerOf(pod)?.name === name);
  return { title: `Job ${name}`, kind: 'Job', name, namespace, pods: own };
}

async function withPrefix(cluster: Cluster, query: SubjectQuery, signal: AbortSignal): Promise<Subject> {
  const pods = await allPods(cluster, query.namespace, signal);
  const own = pods.filter((pod) => pod.metadata.name.startsWith(`${query.name}-`));
  if (own.length === 0) throw await missing(cluster, query, pods, signal);
  return { title: `pods ${query.name}-*`, kind: 'Pod', name: query.name, namespace: query.namespace, pods: own };
}

async function allPods(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<Pod[]> {
  return parsePods((await cluster.list(resourceOf('Pod'), { namespace, limit }, signal)).items);
}

async function missing(
  cluster: Cluster,
  { name, namespace, kind = 'Pod' }: SubjectQuery,
  pods: Pod[],
  signal: AbortSignal,
): Promise<AppError> {
  await assertNamespace(cluster, namespace, signal);
  const workloads = await Promise.all(owners.slice(0, 3).map((owner) => namesOf(cluster, owner, namespace, signal)));
  const near = nearNames(name, [...workloads.flat(), ...pods.map((pod) => pod.metadata.name)]);
  const hint = near.length === 0 ? '' : `Did you mean ${near.join(', ')}?`;
  if (kind !== undefined)
    return objectMissing({ resource: resourceOf(kind === 'Job' ? 'Job' : 'Pod'), namespace, name }, cluster.asker(), hint);
  return new AppError(`There is no pod or workload ${name} in the namespace ${namespace} of the cluster ${cluster.target.context}`, {
    code: 'NOT_FOUND',
    hint: hint === '' ? `See what there is: kubectl get pods -n ${namespace} --context ${cluster.target.context}` : hint,
    details: { name, namespace },
  });
}

async function namesOf(cluster: Cluster, kind: WorkloadKind, namespace: string, signal: AbortSignal): Promise<string[]> {
  const listed = await cluster.metadata(resourceOf(kind), { namespace, limit }, signal).catch(() => ({ items: [] }));
  return listed.items.flatMap(({ metadata }) => (isJsonObject(metadata) && typeof metadata['name'] === 'string' ? [metadata['name']] : []));
}
