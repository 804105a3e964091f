/** Which workloads a restart means, and which pods it cannot reach. */
import { AppError } from '#kit';
import type { Cluster } from './cluster.ts';
import { isOver } from './node-pods.ts';
import type { ActionPlace } from './place.ts';
import { assertNamespace } from './place.ts';
import { controllerOf, parsePods } from './pods.ts';
import { resourceOf } from './resources.ts';
import { KubeObject, type Pod } from './schema.ts';
import { findWorkload, type FoundWorkload, readWorkload, titleOfWorkload, toWorkload, type WorkloadKind } from './workloads.ts';

export interface RestartInput {
  name?: string | undefined;
  kind?: string | undefined;
  selector?: string | undefined;
}

export interface Skipped {
  kind: string;
  name: string;
  why: string;
}

export interface RestartSet {
  workloads: FoundWorkload[];
  skipped: Skipped[];
  /** A pod was named; its whole workload is meant. */
  note?: string;
}

export const restartable: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];
const limit = 10_000;

/** Throws NOT_FOUND where there is nothing to restart, CONFLICT for one paused Deployment. */
export async function readRestartSet(
  place: Pick<ActionPlace, 'cluster' | 'namespace'>,
  input: RestartInput,
  signal: AbortSignal,
): Promise<RestartSet> {
  const found = await readAll(place, input, signal);
  const parted = part(found.workloads);
  const skipped = [...parted.skipped, ...found.skipped];
  const only = found.workloads[0];
  if (input.name !== undefined && parted.skipped[0] !== undefined && only !== undefined)
    throw new AppError(`${titleOfWorkload(only)} cannot be restarted: ${parted.skipped[0].why}`, {
      code: 'CONFLICT',
      hint:
        only.object.spec.paused === true
          ? `Let it go on first: kubectl rollout resume deployment/${only.name} -n ${only.namespace}`
          : 'Scale it up instead.',
    });
  if (parted.workloads.length > 0) return { ...found, workloads: parted.workloads, skipped };
  await assertNamespace(place.cluster, place.namespace, signal);
  throw new AppError(`There is nothing to restart in the namespace ${place.namespace}`, {
    code: 'NOT_FOUND',
    hint:
      skipped.length === 0
        ? `See what is there: kubectl get all -n ${place.namespace}`
        : `Left out: ${skipped
            .slice(0, 5)
            .map(({ kind, name, why }) => `${kind} ${name} (${why})`)
            .join(', ')}`,
    details: { namespace: place.namespace, skipped },
  });
}

async function readAll(place: Pick<ActionPlace, 'cluster' | 'namespace'>, input: RestartInput, signal: AbortSignal): Promise<RestartSet> {
  if (input.name !== undefined) return readNamed(place, { ...input, name: input.name }, signal);
  const { cluster, namespace } = place;
  const kinds = kindsOf(input.kind);
  const listed = await cluster.list(resourceOf('Pod'), { namespace, selector: input.selector, limit }, signal);
  assertWhole(listed.truncated, 'pods', namespace);
  const pods = parsePods(listed.items);
  if (input.selector !== undefined) return ownersOf(cluster, namespace, pods, kinds, signal);
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const { items, truncated } = await cluster.list(resourceOf(kind), { namespace, limit }, signal);
      assertWhole(truncated, `${kind}s`, namespace);
      return items.map((item) => toWorkload(cluster, kind, item));
    }),
  );
  // Of a kind that was named, other pods were never meant.
  if (input.kind !== undefined && input.kind !== 'Pod') return { workloads: lists.flat(), skipped: [] };
  return { workloads: lists.flat(), skipped: [...strayPods(pods), ...(await rootless(cluster, namespace, pods, signal))] };
}

/** Pods of ReplicaSets that no Deployment owns: nothing rolls them out. */
async function rootless(cluster: Cluster, namespace: string, pods: Pod[], signal: AbortSignal): Promise<Skipped[]> {
  const names = new Set(
    pods.flatMap((pod) => (isOver(pod) || controllerOf(pod)?.kind !== 'ReplicaSet' ? [] : [controllerOf(pod)?.name ?? ''])),
  );
  if (names.size === 0) return [];
  const sets = await cluster.metadata(resourceOf('ReplicaSet'), { namespace, limit: 10_000 }, signal);
  const owned = new Set(
    sets.items.flatMap((item) => {
      const set = KubeObject.safeParse(item);
      return set.success && controllerOf(set.data)?.kind === 'Deployment' ? [set.data.metadata.name] : [];
    }),
  );
  return pods.flatMap((pod) => {
    const owner = controllerOf(pod);
    if (isOver(pod) || owner?.kind !== 'ReplicaSet' || owned.has(owner.name)) return [];
    return [{ kind: 'Pod', name: pod.metadata.name, why: `it belongs to the ReplicaSet ${owner.name}, which has no rollout` }];
  });
}

/** Rather nothing than a part that looks like the whole. */
function assertWhole(truncated: boolean, what: string, namespace: string): void {
  if (!truncated) return;
  throw new AppError(`The namespace ${namespace} has more than ${limit} ${what}: not all would be restarted`, {
    code: 'INPUT_TOO_LARGE',
    hint: 'Restart them in parts: by name, or by a label.',
  });
}

/** Throws INPUT_INVALID for a kind that has no rollout. */
function kindsOf(kind: string | undefined): readonly WorkloadKind[] {
  const kinds = kind === undefined || kind === 'Pod' ? restartable : restartable.filter((candidate) => candidate === kind);
  if (kinds.length > 0) return kinds;
  throw new AppError(`A ${kind} cannot be restarted`, {
    code: 'INPUT_INVALID',
    hint: `Possible kinds: ${restartable.join(', ')}`,
    details: { kind },
  });
}

/** A workload of that name; else the workload of the pod of that name. */
async function readNamed(
  { cluster, namespace }: Pick<ActionPlace, 'cluster' | 'namespace'>,
  { name, kind }: RestartInput & { name: string },
  signal: AbortSignal,
): Promise<RestartSet> {
  const isPod = kind === 'Pod';
  const asWorkload = isPod ? undefined : findWorkload(cluster, { name, kind, namespace, allowed: restartable }, signal);
  const workload = await asWorkload?.catch((error: unknown) => {
    if (AppError.isInstance(error) && error.code === 'NOT_FOUND' && kind === undefined) return undefined;
    throw error;
  });
  if (workload !== undefined)
    return { workloads: [workload], skipped: [], ...(workload.note === undefined ? {} : { note: workload.note }) };
  const raw = await cluster.find(resourceOf('Pod'), namespace, name, signal);
  const [pod] = raw === undefined ? [] : parsePods([raw]);
  // The first look knows the near names.
  if (pod === undefined)
    return asWorkload === undefined ? notThere(cluster, namespace, name, signal) : { workloads: [await asWorkload], skipped: [] };
  const { workloads, skipped } = await ownersOf(cluster, namespace, [pod], restartable, signal);
  const [owner] = workloads;
  if (owner !== undefined) return { workloads, skipped: [], note: `the pod ${name} belongs to it` };
  throw new AppError(`The pod ${name} has no rollout to restart: ${skipped[0]?.why ?? 'no workload owns it'}`, {
    code: 'INPUT_INVALID',
    hint: `Whatever made it has to make it again; deleting it alone may lose it: kubectl describe pod ${name} -n ${namespace}`,
  });
}

async function notThere(cluster: Cluster, namespace: string, name: string, signal: AbortSignal): Promise<never> {
  await cluster.get(resourceOf('Pod'), namespace, name, signal);
  throw new AppError(`There is no pod ${name} in the namespace ${namespace}`, {
    code: 'NOT_FOUND',
    hint: `See which there are: kubectl get pods -n ${namespace}`,
  });
}

/** The workloads behind these pods, each once, through their ReplicaSets. */
async function ownersOf(
  cluster: Cluster,
  namespace: string,
  pods: Pod[],
  kinds: readonly WorkloadKind[],
  signal: AbortSignal,
): Promise<RestartSet> {
  const wanted = new Map<string, { kind: WorkloadKind; name: string }>();
  const sets = new Map<string, Pod[]>();
  const skipped: Skipped[] = strayPods(pods);
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (owner?.kind === 'ReplicaSet') sets.set(owner.name, [...(sets.get(owner.name) ?? []), pod]);
    const kind = restartable.find((candidate) => candidate === owner?.kind);
    if (kind !== undefined && owner !== undefined) wanted.set(`${kind}/${owner.name}`, { kind, name: owner.name });
  }
  for (const [name, owned] of sets) {
    const set = KubeObject.safeParse(await cluster.find(resourceOf('ReplicaSet'), namespace, name, signal));
    const owner = set.success ? controllerOf(set.data) : undefined;
    if (owner?.kind === 'Deployment') wanted.set(`Deployment/${owner.name}`, { kind: 'Deployment', name: owner.name });
    else
      skipped.push(
        ...owned.map((pod) => ({
          kind: 'Pod',
          name: pod.metadata.name,
          why: `it belongs to the ReplicaSet ${name}, which has no rollout`,
        })),
      );
  }
  const chosen = [...wanted.values()].filter(({ kind }) => kinds.includes(kind));
  const read = await Promise.all(chosen.map(({ kind, name }) => readWorkload(cluster, kind, namespace, name, signal)));
  const gone = chosen.filter((_one, index) => read[index] === undefined);
  return {
    workloads: read.filter((one) => one !== undefined),
    skipped: [...skipped, ...gone.map(({ kind, name }) => ({ kind, name, why: 'it is gone, though pods of it are left' }))],
  };
}

/** Pods that no rollout reaches. What has ended needs no restart. */
function strayPods(pods: Pod[]): Skipped[] {
  return pods.flatMap((pod) => {
    if (isOver(pod)) return [];
    const owner = controllerOf(pod);
    if (owner === undefined) return [{ kind: 'Pod', name: pod.metadata.name, why: 'no workload owns it' }];
    const hasRollout = owner.kind === 'ReplicaSet' || restartable.some((kind) => kind === owner.kind);
    return hasRollout
      ? []
      : [{ kind: 'Pod', name: pod.metadata.name, why: `it belongs to the ${owner.kind} ${owner.name}, which has no rollout` }];
  });
}

function part(workloads: FoundWorkload[]): RestartSet {
  const set: RestartSet = { workloads: [], skipped: [] };
  for (const workload of workloads) {
    const why = reasonToSkip(workload);
    if (why === undefined) set.workloads.push(workload);
    else set.skipped.push({ kind: workload.kind, name: workload.name, why });
  }
  return set;
}

function reasonToSkip({ kind, object }: FoundWorkload): string | undefined {
  if (object.spec.paused === true) return 'its rollout is paused';
  return kind !== 'DaemonSet' && object.spec.replicas === 0 ? 'it has 0 replicas' : undefined;
}
