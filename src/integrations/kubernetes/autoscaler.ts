/** HorizontalPodAutoscalers: whoever scales by hand should know of one. */
import type { JsonObject } from '#kit';
import type { Cluster } from './cluster.ts';
import { type FoundObject, toObject } from './objects.ts';
import { resourceOf } from './resources.ts';
import { Autoscaler } from './schema.ts';
import type { FoundWorkload } from './workloads.ts';

export interface FoundAutoscaler {
  name: string;
  min: number;
  max: number;
}

/** One that aims at this workload. Where autoscalers may not be read, none is reported: it is a warning, not a rule. */
export async function findAutoscaler(cluster: Cluster, workload: FoundWorkload, signal: AbortSignal): Promise<FoundAutoscaler | undefined> {
  const [first] = await autoscalersOf(cluster, workload, signal).catch(() => []);
  if (first === undefined) return undefined;
  const { min, max } = boundsOf(first);
  return { name: first.name, min, max };
}

/** All that aim at this workload, whatever they are called. Throws where they may not be read. */
export async function autoscalersOf(
  cluster: Cluster,
  { kind, name, namespace }: FoundWorkload,
  signal: AbortSignal,
): Promise<FoundObject[]> {
  const resource = resourceOf('HorizontalPodAutoscaler');
  const { items } = await cluster.list(resource, { namespace, limit: 2000 }, signal);
  return items.flatMap((item) => {
    const target = Autoscaler.safeParse(item).data?.spec.scaleTargetRef;
    return target?.kind === kind && target.name === name ? [toObject(cluster, resource, namespace, item)] : [];
  });
}

export interface Bounds {
  min: number;
  max: number;
  /** As the server has them. */
  metrics: JsonObject[];
}

export function boundsOf({ raw }: Pick<FoundObject, 'raw'>): Bounds {
  const spec = Autoscaler.safeParse(raw).data?.spec;
  return { min: spec?.minReplicas ?? 1, max: spec?.maxReplicas ?? 0, metrics: spec?.metrics ?? [] };
}

const isCpu = (metric: JsonObject): boolean => {
  const { type, resource } = metric;
  return type === 'Resource' && typeof resource === 'object' && resource !== null && !Array.isArray(resource) && resource['name'] === 'cpu';
};

/** With another goal for the CPU; every other metric stays. */
export function withCpu(metrics: JsonObject[], percent: number): JsonObject[] {
  const cpu: JsonObject = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } } };
  return metrics.some(isCpu) ? metrics.map((metric) => (isCpu(metric) ? cpu : metric)) : [...metrics, cpu];
}

/** `cpu 70%, requests-per-second`: what it goes by. */
export function metricWords(metrics: JsonObject[]): string {
  if (metrics.length === 0) return 'cpu 80% (what the server takes where nothing is said)';
  return metrics.map((metric) => metricText(metric)).join(', ');
}

function metricText(metric: JsonObject): string {
  const source = Object.values(metric).find((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
  if (typeof source !== 'object' || source === null || Array.isArray(source)) return String(metric['type'] ?? 'unknown');
  const { name, metric: custom, target, container } = source;
  const customName = typeof custom === 'object' && custom !== null && !Array.isArray(custom) ? custom['name'] : undefined;
  const called = `${typeof container === 'string' ? `${container}/` : ''}${String(name ?? customName ?? metric['type'] ?? 'unknown')}`;
  if (typeof target !== 'object' || target === null || Array.isArray(target)) return called;
  const { averageUtilization, averageValue, value } = target;
  if (averageUtilization !== undefined) return `${called} ${String(averageUtilization)}%`;
  return `${called} ${String(averageValue ?? value ?? '')}`.trim();
}
