/** Pods: which belong to a workload, how they are, and what is wrong with one that is not well. */
import type { JsonObject } from '#kit';
import { cleanLine } from '#kit';
import type { Cluster } from './cluster.ts';
import { resourceOf } from './resources.ts';
import { type ContainerStatus, Pod, type Selector } from './schema.ts';
import type { FoundWorkload } from './workloads.ts';

/** As a label selector of a request. Empty for one that selects nothing that can be written so. */
export function selectorText(selector: Selector | null | undefined): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const rules = (selector?.matchExpressions ?? []).map(({ key, operator, values }) => {
    if (operator === 'In' || operator === 'NotIn') return `${key} ${operator.toLowerCase()} (${(values ?? []).join(',')})`;
    return operator === 'Exists' ? key : `!${key}`;
  });
  return [...labels, ...rules].join(',');
}

/** Those that it owns, not only those that its selector meets. */
export async function podsOf(cluster: Cluster, workload: FoundWorkload, signal: AbortSignal): Promise<Pod[]> {
  const selector = selectorText(workload.object.spec.selector);
  if (selector === '') return [];
  const { items } = await cluster.list(resourceOf('Pod'), { namespace: workload.namespace, selector, limit: 2000 }, signal);
  return parsePods(items).filter((pod) => isOwnedBy(pod, workload));
}

export function parsePods(items: JsonObject[]): Pod[] {
  return items.flatMap((item) => {
    const parsed = Pod.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

function isOwnedBy(pod: Pod, { kind, name, object }: FoundWorkload): boolean {
  const owner = controllerOf(pod);
  if (owner === undefined) return false;
  // A Deployment owns its pods through ReplicaSets, which carry its name.
  if (kind === 'Deployment') return owner.kind === 'ReplicaSet' && owner.name.startsWith(`${name}-`);
  return owner.kind === kind && (owner.uid === object.metadata.uid || owner.name === name);
}

export function controllerOf({
  metadata,
}: Pick<Pod, 'metadata'>): { kind: string; name: string; uid?: string | null | undefined } | undefined {
  const owners = metadata.ownerReferences ?? [];
  return owners.find((owner) => owner.controller === true) ?? owners[0];
}

export function isReady(pod: Pod): boolean {
  return (pod.status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');
}

export function restartsOf(pod: Pod): number {
  return (pod.status.containerStatuses ?? []).reduce((sum, status) => sum + (status.restartCount ?? 0), 0);
}

export interface Trouble {
  /** `ImagePullBackOff`, `CrashLoopBackOff`, `OOMKilled`, `Unschedulable`, `NotReady` … */
  reason: string;
  /** In the words of the cluster, cleaned. */
  message: string;
  container?: string;
}

/** Waiting for these is part of every start. */
const normalWaits = new Set(['ContainerCreating', 'PodInitializing']);

/** What keeps the pod from being ready, the most telling first; undefined where nothing does, or it is simply starting. */
export function troubleOf(pod: Pod): Trouble | undefined {
  if (pod.metadata.deletionTimestamp) return undefined;
  const unscheduled = (pod.status.conditions ?? []).find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled !== undefined)
    return { reason: cleanLine(unscheduled.reason ?? 'Unschedulable'), message: cleanLine(unscheduled.message ?? '') };
  for (const status of [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])]) {
    const trouble = containerTrouble(status);
    if (trouble !== undefined) return trouble;
  }
  if (pod.status.phase === 'Failed')
    return { reason: cleanLine(pod.status.reason ?? 'Failed'), message: cleanLine(pod.status.message ?? '') };
  return undefined;
}

function containerTrouble({ name, state, lastState }: ContainerStatus): Trouble | undefined {
  const reason = state?.waiting?.reason;
  if (reason && !normalWaits.has(reason)) {
    const last = lastState?.terminated;
    const why = last ? `last end: ${endOf(last)}` : cleanLine(state.waiting?.message ?? '');
    return { reason: cleanLine(reason), message: why, container: name };
  }
  const ended = state?.terminated;
  return ended && ended.exitCode !== 0 ? { reason: cleanLine(ended.reason ?? 'Error'), message: endOf(ended), container: name } : undefined;
}

/** `OOMKilled, exit 137`. */
export function endOf({
  reason,
  exitCode,
  signal,
  message,
}: {
  reason?: string | null | undefined;
  exitCode?: number | null | undefined;
  signal?: number | null | undefined;
  message?: string | null | undefined;
}): string {
  const parts = [reason ? cleanLine(reason) : 'ended', `exit ${exitCode ?? '?'}`];
  if (signal) parts.push(`signal ${signal}`);
  if (message) parts.push(cleanLine(message).trim().slice(0, 200));
  return parts.join(', ');
}

/** `web-app-7d9f4-abcde: CrashLoopBackOff (app; last end: OOMKilled, exit 137)`. */
export function troubleText(pod: Pod, { reason, message, container }: Trouble): string {
  const inner = [container, message].filter((part) => part !== undefined && part !== '').join('; ');
  return `${pod.metadata.name}: ${reason}${inner === '' ? '' : ` (${inner})`}`;
}
