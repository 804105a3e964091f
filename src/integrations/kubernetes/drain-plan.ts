/** What a drain would do, worked out from what is there: there is no dry run of the whole, but one of each eviction. */
import { AppError } from '#kit';
import { type Budget, budgetsFor, budgetText, readBudgets } from './budgets.ts';
import type { Cluster } from './cluster.ts';
import { whyKept } from './drain.ts';
import { mapLimited } from './map-limited.ts';
import { type Leaving, type NodePods, partPods, podsOnNode } from './node-pods.ts';
import { controllerOf, isReady } from './pods.ts';
import { resourceOf } from './resources.ts';
import { Workload } from './schema.ts';
import { counted } from './words.ts';

export interface DrainPlan extends NodePods {
  /** Why a pod has to wait, by its title. */
  blocked: Map<string, string>;
  /** How many evictions were tried. */
  tried: number;
  budgetsKnown: boolean;
  /** Workloads all of whose ready pods are on this node. */
  emptied: string[];
}

/** Each is a request; a node holds 110 pods as a rule. */
const maxTried = 30;
const maxOwners = 30;
const atOnce = 8;

/** Throws FORBIDDEN where the user may not evict. */
export async function planDrain(cluster: Cluster, node: string, signal: AbortSignal): Promise<DrainPlan> {
  const [pods, budgets] = await Promise.all([podsOnNode(cluster, node, signal), readBudgets(cluster, undefined, signal)]);
  const parted = partPods(pods);
  const blocked = new Map(parted.leaving.flatMap((one) => waitOf(one, budgets ?? [])));
  const tried = parted.leaving.slice(0, maxTried);
  await mapLimited(tried, atOnce, async ({ pod, title }) => {
    const why = await tryEviction(cluster, pod.metadata, signal);
    if (why !== undefined && !blocked.has(title)) blocked.set(title, why);
  });
  return {
    ...parted,
    blocked,
    tried: tried.length,
    budgetsKnown: budgets !== undefined,
    emptied: await emptiedBy(cluster, parted.leaving, signal),
  };
}

function waitOf({ pod, title }: Leaving, budgets: readonly Budget[]): [string, string][] {
  const own = budgetsFor(budgets, pod.metadata.namespace ?? 'default', pod.metadata.labels ?? {});
  if (own.length > 1)
    return [[title, `several budgets hold it (${own.map(({ name }) => name).join(', ')}), which the server never evicts`]];
  const closed = own.find(({ allowed }) => allowed === 0);
  return closed === undefined || !isReady(pod) ? [] : [[title, budgetText(closed)]];
}

async function tryEviction(
  cluster: Cluster,
  { name, namespace, uid }: { name: string; namespace?: string | null | undefined; uid?: string | null | undefined },
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await cluster.evict(namespace ?? 'default', name, { uid: uid ?? undefined, dryRun: true }, signal);
    return undefined;
  } catch (error) {
    const why = whyKept(error);
    // Too many questions at once say nothing about the pod.
    if (why === undefined) throw error;
    return AppError.isInstance(error) && error.code === 'REMOTE_LIMITED' ? undefined : why;
  }
}

/** ReplicaSets and StatefulSets whose last ready pods leave together. */
async function emptiedBy(cluster: Cluster, leaving: readonly Leaving[], signal: AbortSignal): Promise<string[]> {
  const owners = new Map<string, { kind: 'ReplicaSet' | 'StatefulSet'; namespace: string; name: string; ready: number }>();
  for (const { pod } of leaving) {
    const owner = controllerOf(pod);
    if (!isReady(pod) || (owner?.kind !== 'ReplicaSet' && owner?.kind !== 'StatefulSet')) continue;
    const namespace = pod.metadata.namespace ?? 'default';
    const key = `${namespace}/${owner.kind}/${owner.name}`;
    const { ready } = owners.get(key) ?? { ready: 0 };
    owners.set(key, { kind: owner.kind, namespace, name: owner.name, ready: ready + 1 });
  }
  const found = await mapLimited([...owners.values()].slice(0, maxOwners), atOnce, async ({ kind, namespace, name, ready }) => {
    const raw = await cluster.find(resourceOf(kind), namespace, name, signal).catch(() => undefined);
    const set = Workload.safeParse(raw);
    if (!set.success || (set.data.status.readyReplicas ?? 0) > ready) return undefined;
    const owner = controllerOf({ metadata: set.data.metadata });
    return owner === undefined ? `${kind} ${namespace}/${name}` : `${owner.kind} ${namespace}/${owner.name}`;
  });
  return found.filter((one) => one !== undefined);
}

const shownPods = 40;

export function drainDiff(node: string, isCordoned: boolean, plan: DrainPlan): string[] {
  const { leaving, staying, ending, blocked, tried, budgetsKnown } = plan;
  const lines = leaving.map(({ title, loss }) => {
    const wait = blocked.get(title);
    return `- Pod ${title}  evicted${loss === '' ? '' : `; ${loss}`}${wait === undefined ? '' : `; has to wait: ${wait}`}`;
  });
  // What is lost or waits must be seen even on a full node.
  const telling = lines.filter((line) => line.includes('; '));
  const plain = lines.filter((line) => !line.includes('; '));
  const shown = [...telling, ...plain.slice(0, Math.max(0, shownPods - telling.length))];
  return [
    isCordoned ? `  ${node}  new pods  refused (unchanged)` : `~ ${node}  new pods  allowed -> refused`,
    ...shown,
    ...(lines.length > shown.length ? [`  and ${counted(lines.length - shown.length, 'more pod')}, evicted like these`] : []),
    ...staying.map(({ title, why }) => `  Pod ${title}  stays: ${why}`),
    ...ending.map((title) => `  Pod ${title}  is ending already`),
    ...(budgetsKnown ? [] : ['  disruption budgets may not be read, so that only the server knows them']),
    `  worked out from what is there now: a drain has no dry run; ${tried} of ${counted(leaving.length, 'eviction')} tried with one`,
  ];
}
