/** A cluster as both of Rancher's surfaces tell of it, and what that means for a reader. */
import { cleanLine } from '#kit';
import { z } from 'zod';
import type { Condition, NormanCluster, SteveCluster } from './schema.ts';

export const ClusterState = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  provider: z.string(),
  version: z.string(),
  nodes: z.number(),
  /** `24 cores`, `96Gi`; empty where it is not known. */
  cpu: z.string(),
  memory: z.string(),
  pods: z.string(),
  /** Conditions that are not as they should be: `Ready: Cluster agent is not connected`. */
  troubles: z.array(z.string()),
});
export type ClusterState = z.infer<typeof ClusterState>;

type Amounts = Record<string, string | number> | null | undefined;

const amount = (amounts: Amounts, name: string): string => cleanLine(String(amounts?.[name] ?? ''));

export function fromNorman(cluster: z.infer<typeof NormanCluster>): ClusterState {
  const { id, name, state, transitioningMessage, provider, conditions, version, nodeCount, capacity } = cluster;
  return stateOf({ id, name, state, message: transitioningMessage, provider, conditions, version, nodeCount, capacity });
}

export function fromSteve({ id, metadata, spec, status }: z.infer<typeof SteveCluster>): ClusterState {
  const { provider, conditions, version, nodeCount, capacity } = status ?? {};
  const { name: state, message } = metadata?.state ?? {};
  return stateOf({ id, name: spec?.displayName, state, message, provider, conditions, version, nodeCount, capacity });
}

interface Told {
  id: string;
  name: string | null | undefined;
  state: string | null | undefined;
  message: string | null | undefined;
  provider: string | null | undefined;
  conditions: Condition[] | null | undefined;
  version: { gitVersion?: string | null | undefined } | null | undefined;
  nodeCount: number | null | undefined;
  capacity: Amounts;
}

function stateOf({ id, name, state, message, provider, conditions, version, nodeCount, capacity }: Told): ClusterState {
  const troubles = troublesOf(conditions ?? []);
  const said = cleanLine(message ?? '').trim();
  return {
    id,
    name: cleanLine(name || id),
    state: cleanLine(state || 'unknown'),
    provider: cleanLine(provider ?? ''),
    version: cleanLine(version?.gitVersion ?? ''),
    nodes: nodeCount ?? 0,
    cpu: amount(capacity, 'cpu'),
    memory: amount(capacity, 'memory'),
    pods: amount(capacity, 'pods'),
    troubles: troubles.length === 0 && state !== 'active' && said !== '' ? [said] : troubles,
  };
}

/** Rancher sets these only while something is wrong or under way: `False` is as it should be. */
const goodWhenFalse = /Pressure$|^(?:Updating|Upgrading|Removing|Waiting|Pending|NoDiskPressure)$/;

/** Each trouble once, though several conditions tell of it. */
export function troublesOf(conditions: Condition[]): string[] {
  const found = new Map<string, string[]>();
  for (const { type, status, reason, message } of conditions) {
    const wanted = goodWhenFalse.test(type) ? 'False' : 'True';
    if (status === wanted || (status === 'Unknown' && !message)) continue;
    const why = cleanLine(message || reason || `is ${status}`)
      .trim()
      .slice(0, 300);
    found.set(why, [...(found.get(why) ?? []), cleanLine(type)]);
  }
  return [...found].map(([why, types]) => `${types.join(', ')}: ${why}`);
}

/** Worst first: away, then in trouble, then under way, then well; by name among equals. */
export function byTrouble(left: ClusterState, right: ClusterState): number {
  return severity(right) - severity(left) || (left.name < right.name ? -1 : 1);
}

function severity({ state, troubles }: ClusterState): number {
  if (/unavailable|error|inactive/i.test(state)) return 3;
  if (troubles.length > 0) return 2;
  return state === 'active' ? 0 : 1;
}

export function isHealthy(cluster: ClusterState): boolean {
  return severity(cluster) === 0;
}

export function isUpdating({ state }: ClusterState): boolean {
  return /updat|upgrad|provision|pending|wait|reconcil/i.test(state);
}
