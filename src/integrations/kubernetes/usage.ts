/** CPU and memory in use, beside what was asked for, what is allowed, and what a node has. */
import { AppError, type JsonObject } from '#kit';
import { z } from 'zod';
import type { Cluster } from './cluster.ts';
import { valueAt } from './objects.ts';
import { parsePods } from './pods.ts';
import { parseQuantity } from './quantities.ts';
import { type Resource, resourceOf } from './resources.ts';
import type { Pod } from './schema.ts';

export interface Amounts {
  /** Cores. */
  cpu: number;
  /** Bytes. */
  memory: number;
}

export interface Usage extends Amounts {
  name: string;
  /** Of requests, limits and, for a node, allocatable: in percent, only where all of it is known. */
  shares: { of: 'requests' | 'limits' | 'allocatable'; cpu?: number; memory?: number }[];
}

const metric = (kind: string, plural: string, namespaced: boolean): Resource => ({
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  kind,
  plural,
  namespaced,
});

const Amount = z.looseObject({ cpu: z.unknown(), memory: z.unknown() });
const Metrics = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  usage: Amount.nullish(),
  containers: z.array(z.looseObject({ name: z.string(), usage: Amount })).nullish(),
});

const limit = 10_000;

export interface UsageQuery {
  namespace: string;
  selector?: string | undefined;
}

export interface Usages {
  usages: Usage[];
  /** Those that run and are not measured yet. */
  unmeasured: string[];
}

export async function podUsage(cluster: Cluster, { namespace, selector }: UsageQuery, signal: AbortSignal): Promise<Usages> {
  const [measured, { items }] = await Promise.all([
    readMetrics(cluster, metric('PodMetrics', 'pods', true), { namespace, selector }, signal),
    cluster.list(resourceOf('Pod'), { namespace, selector, limit }, signal),
  ]);
  const pods = new Map(parsePods(items).map((pod) => [pod.metadata.name, pod]));
  const usages = measured.map(({ name, ...used }) => {
    const pod = pods.get(name);
    const shares = (['requests', 'limits'] as const).map((of) => ({ of, ...sharesOf(used, pod === undefined ? {} : askedOf(pod, of)) }));
    return { name, ...used, shares };
  });
  const known = new Set(measured.map(({ name }) => name));
  const running = [...pods.values()].filter(({ status }) => status.phase === 'Running').map(({ metadata }) => metadata.name);
  return { usages: byGreatest(usages), unmeasured: running.filter((name) => !known.has(name)) };
}

export async function nodeUsage(cluster: Cluster, { selector }: Pick<UsageQuery, 'selector'>, signal: AbortSignal): Promise<Usages> {
  const [measured, { items }] = await Promise.all([
    readMetrics(cluster, metric('NodeMetrics', 'nodes', false), { selector }, signal),
    cluster.list(resourceOf('Node'), { selector, limit }, signal),
  ]);
  const nodes = new Map(items.map((node) => [String(valueAt(node, ['metadata', 'name'])), node]));
  const usages = measured.map(({ name, ...used }) => {
    const room = { cpu: quantityAt(nodes.get(name), 'cpu'), memory: quantityAt(nodes.get(name), 'memory') };
    return { name, ...used, shares: [{ of: 'allocatable' as const, ...sharesOf(used, room) }] };
  });
  const known = new Set(measured.map(({ name }) => name));
  return { usages: byGreatest(usages), unmeasured: [...nodes.keys()].filter((name) => !known.has(name)) };
}

const quantityAt = (node: JsonObject | undefined, what: string) => parseQuantity(valueAt(node, ['status', 'allocatable', what]));

/** A cluster without metrics-server answers 404 in plain text; one whose metrics-server is down answers 503. */
async function readMetrics(
  cluster: Cluster,
  resource: Resource,
  query: { namespace?: string; selector?: string | undefined },
  signal: AbortSignal,
): Promise<(Amounts & { name: string })[]> {
  const { items } = await cluster.list(resource, { ...query, limit, retry: false }, signal).catch((error: unknown) => {
    throw AppError.isInstance(error) && (error.code === 'NOT_FOUND' || error.details['status'] === 503)
      ? noMetrics(error, cluster.target.context)
      : error;
  });
  return items.flatMap((item) => {
    const parsed = Metrics.safeParse(item);
    if (!parsed.success) return [];
    const { metadata, usage, containers } = parsed.data;
    const all = usage ? [usage] : (containers ?? []).map((container) => container.usage);
    return [{ name: metadata.name, cpu: sum(all.map(({ cpu }) => cpu)) ?? 0, memory: sum(all.map(({ memory }) => memory)) ?? 0 }];
  });
}

function noMetrics(cause: AppError, context: string): AppError {
  const isMissing = cause.code === 'NOT_FOUND';
  return new AppError(
    isMissing
      ? `The cluster ${context} does not measure CPU and memory: it has no metrics API`
      : `The metrics API of the cluster ${context} does not answer`,
    {
      code: isMissing ? 'NOT_FOUND' : 'REMOTE_UNAVAILABLE',
      hint: isMissing
        ? `It comes with metrics-server; whoever runs the cluster can install it. Check: kubectl get apiservices v1beta1.metrics.k8s.io --context ${context}`
        : `Look at metrics-server: kubectl get pods -n kube-system -l k8s-app=metrics-server --context ${context}`,
      details: { ...cause.details, api: 'metrics.k8s.io/v1beta1' },
      cause,
    },
  );
}

/** Undefined where one of the containers does not say it: then there is no whole to compare with. */
function askedOf({ spec }: Pod, of: 'requests' | 'limits'): { cpu?: number | undefined; memory?: number | undefined } {
  const amounts = spec.containers.map(({ resources }) => resources?.[of] ?? {});
  return { cpu: sum(amounts.map((amount) => amount['cpu'])), memory: sum(amounts.map((amount) => amount['memory'])) };
}

function sum(values: unknown[]): number | undefined {
  let total = 0;
  for (const value of values) {
    const amount = parseQuantity(value);
    if (amount === undefined) return undefined;
    total += amount;
  }
  return values.length === 0 ? undefined : total;
}

function sharesOf(used: Amounts, whole: { cpu?: number | undefined; memory?: number | undefined }): { cpu?: number; memory?: number } {
  const share = (part: number, of: number | undefined) => (of === undefined || of === 0 ? undefined : Math.round((part / of) * 100));
  const [cpu, memory] = [share(used.cpu, whole.cpu), share(used.memory, whole.memory)];
  return { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
}

/** By the greater of their parts of all CPU and all memory in use, so that a hog of either comes first. */
function byGreatest(usages: Usage[]): Usage[] {
  const [cpu, memory] = [usages.reduce((all, one) => all + one.cpu, 0), usages.reduce((all, one) => all + one.memory, 0)];
  const weight = (one: Usage) => Math.max(one.cpu / (cpu || 1), one.memory / (memory || 1));
  return usages.toSorted((left, right) => weight(right) - weight(left) || (left.name < right.name ? -1 : 1));
}
