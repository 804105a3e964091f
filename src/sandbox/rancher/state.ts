/** What the simulated Rancher knows. */
import { randomBytes } from 'node:crypto';
import type { SandboxKubernetes } from '../kubernetes/start-kubernetes.ts';

export interface RancherCluster {
  id: string;
  name: string;
  provider: string;
  /** Undefined where its agent is not connected. */
  kubernetes: SandboxKubernetes | undefined;
  /** What it said last, for one that is away. */
  last?: { nodes: number; version: string };
}

export interface RancherProject {
  /** `c-m-eu1:p-shop1`. */
  id: string;
  clusterId: string;
  name: string;
  description: string;
  annotations: Record<string, string>;
  resourceQuota: object | null;
  created: string;
}

export interface RancherEffect {
  at: string;
  verb: 'create' | 'update' | 'delete';
  kind: 'Project' | 'Token';
  name: string;
  /** The annotation `devos.io/effect`, where this write set it. */
  key: string | null;
}

export interface RancherState {
  clusters: RancherCluster[];
  projects: RancherProject[];
  /** Names of the tokens that kubeconfigs were made with, and their secrets. */
  tokens: Map<string, string>;
  effects: RancherEffect[];
  clock: () => Date;
}

const effectKey = 'devos.io/effect';

export function seedRancher(eu: SandboxKubernetes, us: SandboxKubernetes, clock: () => Date): RancherState {
  const created = clock().toISOString();
  const project = (clusterId: string, id: string, name: string): RancherProject => ({
    id: `${clusterId}:${id}`,
    clusterId,
    name,
    description: '',
    annotations: {},
    resourceQuota: null,
    created,
  });
  return {
    clusters: [
      { id: 'c-m-eu1', name: 'kube-eu1', provider: 'rke2', kubernetes: eu },
      { id: 'c-m-us1', name: 'kube-us1', provider: 'eks', kubernetes: us },
      { id: 'c-m-lab', name: 'lab-9', provider: 'k3s', kubernetes: undefined, last: { nodes: 1, version: 'v1.33.4+k3s1' } },
    ],
    projects: ['c-m-eu1', 'c-m-us1'].flatMap((id) => [
      project(id, 'p-default', 'Default'),
      project(id, 'p-system', 'System'),
      ...(id === 'c-m-eu1' ? [project(id, 'p-shop1', 'Shop')] : [project(id, 'p-supp1', 'Support')]),
    ]),
    tokens: new Map(),
    effects: [],
    clock,
  };
}

export function note(state: RancherState, verb: RancherEffect['verb'], project: RancherProject): void {
  state.effects.push({
    at: state.clock().toISOString(),
    verb,
    kind: 'Project',
    name: project.name,
    key: project.annotations[effectKey] ?? null,
  });
}

/** A kubeconfig comes with a token of its own. */
export function issueToken(state: RancherState, cluster: RancherCluster): string {
  const name = `kubeconfig-u-${randomBytes(3).toString('hex')}`;
  const secret = randomBytes(16).toString('hex');
  state.tokens.set(name, secret);
  state.effects.push({ at: state.clock().toISOString(), verb: 'create', kind: 'Token', name: cluster.name, key: null });
  return `${name}:${secret}`;
}

/** Rancher's own ids: `p-x7k2m`. */
export function projectId(clusterId: string): string {
  return `${clusterId}:p-${randomBytes(3).toString('hex').slice(0, 5)}`;
}
