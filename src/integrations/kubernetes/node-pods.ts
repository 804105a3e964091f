/** The pods of a node, and what becomes of them when they have to leave it. */
import type { Cluster } from './cluster.ts';
import { controllerOf, parsePods } from './pods.ts';
import { resourceOf } from './resources.ts';
import type { Pod } from './schema.ts';

/** More than any node holds. */
const limit = 2000;

export async function podsOnNode(cluster: Cluster, node: string, signal: AbortSignal): Promise<Pod[]> {
  const { items } = await cluster.list(resourceOf('Pod'), { fieldSelector: `spec.nodeName=${node}`, limit }, signal);
  return parsePods(items);
}

export const podTitle = ({ metadata }: Pick<Pod, 'metadata'>): string => `${metadata.namespace ?? 'default'}/${metadata.name}`;

export const isMirror = ({ metadata }: Pick<Pod, 'metadata'>): boolean =>
  metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined || controllerOf({ metadata })?.kind === 'Node';

export const isOver = ({ status }: Pick<Pod, 'status'>): boolean => status.phase === 'Succeeded' || status.phase === 'Failed';

/** Nobody makes it again. */
export const isBare = (pod: Pod): boolean => controllerOf(pod) === undefined && !isOver(pod);
