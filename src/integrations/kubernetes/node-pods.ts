/** The pods of a node, and what becomes of them when they have to leave it. */
import type { Cluster } from './cluster.ts';
import { controllerOf, parsePods } from './pods.ts';
import { resourceOf } from './resources.ts';
import { isJsonObject, type Pod } from './schema.ts';

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

/** Volumes that end with the pod. What lies in memory only would not outlive a restart either. */
export function localVolumes({ spec }: Pod): string[] {
  const volumes = spec['volumes'];
  return (Array.isArray(volumes) ? volumes : []).flatMap((volume: unknown) => {
    if (!isJsonObject(volume) || !isJsonObject(volume['emptyDir']) || volume['emptyDir']['medium'] === 'Memory') return [];
    return [String(volume['name'] ?? 'unnamed')];
  });
}

export interface Leaving {
  pod: Pod;
  title: string;
  /** What nobody brings back; empty where another pod simply takes its place. */
  loss: string;
}

export interface NodePods {
  leaving: Leaving[];
  staying: { title: string; why: string }[];
  /** On their way already. */
  ending: string[];
}

/** As `kubectl drain --ignore-daemonsets --delete-emptydir-data --force` parts them. */
export function partPods(pods: readonly Pod[]): NodePods {
  const parted: NodePods = { leaving: [], staying: [], ending: [] };
  for (const pod of pods) {
    const title = podTitle(pod);
    if (isMirror(pod)) parted.staying.push({ title, why: 'the node itself makes it (static pod)' });
    else if (controllerOf(pod)?.kind === 'DaemonSet' && !isOver(pod))
      parted.staying.push({ title, why: `it belongs to the DaemonSet ${controllerOf(pod)?.name ?? ''}` });
    else if (pod.metadata.deletionTimestamp) parted.ending.push(title);
    else parted.leaving.push({ pod, title, loss: lossOf(pod) });
  }
  return parted;
}

function lossOf(pod: Pod): string {
  if (isBare(pod)) return 'nobody makes it again';
  const volumes = isOver(pod) ? [] : localVolumes(pod);
  return volumes.length === 0 ? '' : `the data of its emptyDir ${volumes.join(', ')} is lost`;
}
