/** Reads a namespace or a whole cluster for a diagnosis: one list of each kind, however many pods there are. */
import type { JsonObject } from '#kit';
import { readBudgets } from '../budgets.ts';
import type { Cluster } from '../cluster.ts';
import { parsePods } from '../pods.ts';
import { toWorkload, type WorkloadKind } from '../workloads.ts';
import type { Gathering } from './gather.ts';
import { Claim, CronJob, Job, Node, parseAll, Quota, Scaler, Service } from './schema.ts';
import type { SeenCluster } from './whole.ts';

/** At most so many of one kind; what is left out is said. */
export const limits = { pods: 5000, events: 5000, nodes: 2000, others: 3000 };

const kinds: WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** All namespaces where none is given. Throws FORBIDDEN where neither pods nor workloads may be read. */
export async function gatherWhole(namespace: string | undefined, { cluster, reader, signal, now }: Gathering): Promise<SeenCluster> {
  const list = async (kind: string, limit = limits.others): Promise<JsonObject[] | undefined> => reader.list(kind, { namespace, limit });
  const [nodes, pods, deployments, statefulSets, daemonSets, jobs, cronJobs, claims, quotas, scalers, services, events, budgets] =
    await Promise.all([
      reader.list('Node', { limit: limits.nodes }),
      list('Pod', limits.pods),
      list('Deployment'),
      list('StatefulSet'),
      list('DaemonSet'),
      list('Job'),
      list('CronJob'),
      list('PersistentVolumeClaim'),
      list('ResourceQuota'),
      list('HorizontalPodAutoscaler'),
      list('Service'),
      reader.list('Event', { namespace, fieldSelector: 'type=Warning', limit: limits.events }),
      reader.noted('PodDisruptionBudget', readBudgets(cluster, namespace, signal)),
    ]);
  const byKind = [deployments, statefulSets, daemonSets];
  if (pods === undefined && byKind.every((items) => items === undefined)) await failPlainly(cluster, namespace, signal);
  return {
    now,
    allNodes: namespace === undefined,
    nodes: parseAll(Node, nodes ?? []),
    pods: parsePods(pods ?? []),
    workloads: kinds.flatMap((kind, index) => (byKind[index] ?? []).map((item) => toWorkload(cluster, kind, item))),
    jobs: parseAll(Job, jobs ?? []),
    cronJobs: parseAll(CronJob, cronJobs ?? []),
    claims: parseAll(Claim, claims ?? []),
    quotas: parseAll(Quota, quotas ?? []),
    budgets: budgets ?? [],
    scalers: parseAll(Scaler, scalers ?? []),
    services: parseAll(Service, services ?? []),
    events: events ?? [],
  };
}

/** Nothing that matters may be read: the server's own refusal says it best. */
async function failPlainly(cluster: Cluster, namespace: string | undefined, signal: AbortSignal): Promise<void> {
  await cluster.list(await cluster.resource('Pod', signal), { namespace, limit: 1 }, signal);
}
