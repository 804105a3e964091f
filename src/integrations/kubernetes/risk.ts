/** What it means for a workload that its pods are replaced or taken away, from facts. */
import { cleanLine, destructive, type Environment, type JsonObject, moderate, type Safety, type SafetyFacts } from '#kit';
import { type Budget, budgetsFor, readBudgets } from './budgets.ts';
import type { Cluster } from './cluster.ts';
import { counted } from './words.ts';
import { type FoundWorkload, titleOfWorkload } from './workloads.ts';

/** As facts of a preview, so that `safety` and a reader see the same. Absent is "no". */
export interface Risk {
  podsTouched: number;
  readyPods: number;
  /** Titles of workloads that have no ready pod in between. */
  away?: string;
  /** Names of StatefulSets. */
  stateful?: string;
  /** `Deployment web-app (foregroundDeletion)`: is being deleted and waits for its finalizers. */
  deleting?: string;
  /** Budgets that need more healthy pods than there are in between. */
  budgets?: string;
}

/** Those of the namespace that may be read: a warning, not a rule. */
export async function budgetsOf(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<Budget[]> {
  return (await readBudgets(cluster, namespace, signal).catch(() => undefined)) ?? [];
}

export function podsOfWorkload({ kind, object }: Pick<FoundWorkload, 'kind' | 'object'>): number {
  return kind === 'DaemonSet' ? (object.status.desiredNumberScheduled ?? 0) : (object.spec.replicas ?? 1);
}

const readyOf = ({ kind, object }: FoundWorkload): number =>
  (kind === 'DaemonSet' ? object.status.numberReady : object.status.readyReplicas) ?? 0;

/** Of replacing all pods, one workload after the other. */
export function riskOfRollout(workloads: readonly FoundWorkload[], budgets: readonly Budget[]): Risk & JsonObject {
  const away = workloads.filter((one) => readyOf(one) > 0 && readyOf(one) <= unavailableOf(one));
  const short = workloads.flatMap((one) => shortOf(one, readyOf(one) - unavailableOf(one), budgets));
  return riskOf(workloads, { podsTouched: sum(workloads.map((one) => podsOfWorkload(one))), away, short });
}

/** Of another number of replicas. */
export function riskOfScale(workload: FoundWorkload, to: number, budgets: readonly Budget[]): Risk & JsonObject {
  const from = workload.object.spec.replicas ?? 1;
  return riskOf([workload], { podsTouched: Math.abs(to - from), away: [], short: to < from ? shortOf(workload, to, budgets) : [] });
}

function riskOf(
  workloads: readonly FoundWorkload[],
  { podsTouched, away, short }: { podsTouched: number; away: readonly FoundWorkload[]; short: readonly string[] },
): Risk & JsonObject {
  const deleting = workloads.flatMap((one) => deletingText(one));
  return {
    podsTouched,
    readyPods: sum(workloads.map((one) => readyOf(one))),
    ...inWords('away', away.map(titleOfWorkload)),
    ...inWords(
      'stateful',
      workloads.filter(({ kind }) => kind === 'StatefulSet').map(({ name }) => name),
    ),
    ...inWords('deleting', deleting),
    ...inWords('budgets', [...new Set(short)]),
  };
}

const inWords = (fact: string, list: readonly string[]): JsonObject => (list.length === 0 ? {} : { [fact]: list.join(', ') });

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** How many pods its rollout takes away before new ones are ready. */
function unavailableOf(workload: FoundWorkload): number {
  const { kind, object } = workload;
  const pods = podsOfWorkload(workload);
  if (kind === 'StatefulSet' || kind === 'ReplicaSet') return Math.min(1, pods);
  // A DaemonSet has one pod a node: there is no other that stands in.
  if (kind === 'DaemonSet') return share(object.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, pods, 'up');
  if (object.spec.strategy?.type === 'Recreate') return pods;
  return share(object.spec.strategy?.rollingUpdate?.maxUnavailable ?? '25%', pods, 'down');
}

function share(part: number | string, of: number, round: 'up' | 'down'): number {
  if (typeof part === 'number') return part;
  const exact = (Number.parseInt(part, 10) * of) / 100;
  if (Number.isNaN(exact)) return 0;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}

function shortOf({ namespace, object }: FoundWorkload, left: number, budgets: readonly Budget[]): string[] {
  const labels = object.spec.template?.metadata?.labels ?? {};
  return budgetsFor(budgets, namespace, labels)
    .filter(({ needed }) => left < needed)
    .map(({ name, needed }) => `${name} (needs ${counted(needed, 'healthy pod')})`);
}

function deletingText(workload: FoundWorkload): string[] {
  const { deletionTimestamp, finalizers } = workload.object.metadata;
  if (!deletionTimestamp) return [];
  const waits = (finalizers ?? []).map((one) => cleanLine(one)).join(', ');
  return [`${titleOfWorkload(workload)}${waits === '' ? '' : ` (${waits})`}`];
}

/** In words, the worst first. */
export function riskReasons(live: JsonObject | undefined, environment: Environment | undefined): string[] {
  const text = (fact: string): string | undefined => (typeof live?.[fact] === 'string' && live[fact] !== '' ? live[fact] : undefined);
  const [away, budgets, deleting, stateful] = [text('away'), text('budgets'), text('deleting'), text('stateful')];
  return [
    ...(away === undefined ? [] : [`no ready pod is left in between of ${away}`]),
    ...(budgets === undefined ? [] : [`leaves fewer pods than the disruption budget asks for: ${budgets}`]),
    ...(deleting === undefined ? [] : [`is being deleted already, and only waits for its finalizers: ${deleting}`]),
    ...(stateful === undefined ? [] : [`keeps its data in the pods of a StatefulSet: ${stateful}`]),
    ...(environment?.production === true ? ['production'] : []),
  ];
}

/** Where production would have nothing that answers, or less than somebody wrote down that it needs. */
export function isOutage(live: JsonObject | undefined, environment: Environment | undefined): boolean {
  return environment?.production === true && (typeof live?.['away'] === 'string' || typeof live?.['budgets'] === 'string');
}

/** Of a rolling change of one workload that is put back the same way. */
export function rolloutSafety({ environment, live }: SafetyFacts): Safety {
  const touched = typeof live?.['podsTouched'] === 'number' ? [`replaces ${counted(live['podsTouched'], 'pod')}`] : [];
  const risks = riskReasons(live, environment);
  if (isOutage(live, environment)) return destructive(...risks, ...touched);
  return moderate('a rolling change of one workload, put back the same way', ...touched, ...risks);
}
