/** HorizontalPodAutoscalers: whoever scales by hand should know of one. */
import type { Cluster } from './cluster.ts';
import { resourceOf } from './resources.ts';
import { Autoscaler } from './schema.ts';
import type { FoundWorkload } from './workloads.ts';

export interface FoundAutoscaler {
  name: string;
  min: number;
  max: number;
}

/** One that aims at this workload. Where autoscalers may not be read, none is reported: it is a warning, not a rule. */
export async function findAutoscaler(
  cluster: Cluster,
  { kind, name, namespace }: FoundWorkload,
  signal: AbortSignal,
): Promise<FoundAutoscaler | undefined> {
  const { items } = await cluster
    .list(resourceOf('HorizontalPodAutoscaler'), { namespace, limit: 500 }, signal)
    .catch(() => ({ items: [] }));
  for (const item of items) {
    const parsed = Autoscaler.safeParse(item);
    if (!parsed.success) continue;
    const { scaleTargetRef, minReplicas, maxReplicas } = parsed.data.spec;
    if (scaleTargetRef.kind === kind && scaleTargetRef.name === name)
      return { name: parsed.data.metadata.name, min: minReplicas ?? 1, max: maxReplicas ?? 0 };
  }
  return undefined;
}
