/** Rancher's objects as its two surfaces show them: /v3 (Norman) and /v1 (Steve). */
import { type JsonObject, list, record, text } from '../kubernetes/json.ts';
import type { SandboxKubernetes } from '../kubernetes/start-kubernetes.ts';
import type { RancherCluster, RancherProject } from './state.ts';

const version = 'v1.34.0';

function nodesOf(kubernetes: SandboxKubernetes): JsonObject[] {
  return kubernetes.list('Node');
}

const isReady = (node: JsonObject): boolean =>
  list(node, 'status', 'conditions').some((condition) => text(condition, 'type') === 'Ready' && text(condition, 'status') === 'True');

function sum(nodes: JsonObject[], from: 'capacity' | 'allocatable'): JsonObject {
  const number = (name: string): number => nodes.reduce((all, node) => all + Number.parseInt(text(node, 'status', from, name), 10), 0);
  return { cpu: String(number('cpu')), memory: `${number('memory')}Gi`, pods: String(number('pods')) };
}

/** Of Rancher's long list those that tell something. */
function conditionsOf({ kubernetes }: RancherCluster): JsonObject[] {
  if (kubernetes === undefined)
    return [
      { type: 'Provisioned', status: 'True' },
      { type: 'Connected', status: 'False', reason: 'Disconnected', message: 'Cluster agent is not connected' },
      { type: 'Ready', status: 'False', reason: 'Disconnected', message: 'Cluster agent is not connected' },
    ];
  const waiting = nodesOf(kubernetes).filter((node) => !isReady(node));
  return [
    { type: 'Provisioned', status: 'True' },
    { type: 'Connected', status: 'True' },
    waiting.length === 0
      ? { type: 'Ready', status: 'True' }
      : {
          type: 'Ready',
          status: 'False',
          reason: 'NodesNotReady',
          message: `nodes not ready: ${waiting.map((node) => text(node, 'metadata', 'name')).join(', ')}`,
        },
  ];
}

export function clusterView(cluster: RancherCluster, base: string): JsonObject {
  const { id, name, provider, kubernetes, last } = cluster;
  const nodes = kubernetes === undefined ? [] : nodesOf(kubernetes);
  const self = `${base}/v3/clusters/${id}`;
  return {
    id,
    type: 'cluster',
    baseType: 'cluster',
    name,
    state: kubernetes === undefined ? 'unavailable' : 'active',
    transitioning: kubernetes === undefined ? 'error' : 'no',
    transitioningMessage: kubernetes === undefined ? 'Cluster agent is not connected' : '',
    provider,
    conditions: conditionsOf(cluster),
    version: { gitVersion: last?.version ?? version, major: '1', minor: '34' },
    nodeCount: last?.nodes ?? nodes.length,
    capacity: kubernetes === undefined ? {} : sum(nodes, 'capacity'),
    allocatable: kubernetes === undefined ? {} : sum(nodes, 'allocatable'),
    requested: {},
    links: { self, nodes: `${base}/v3/nodes?clusterId=${id}`, projects: `${base}/v3/projects?clusterId=${id}` },
    actions: { generateKubeconfig: `${self}?action=generateKubeconfig` },
  };
}

export function nodeViews({ id, kubernetes }: RancherCluster): JsonObject[] {
  if (kubernetes === undefined) return [];
  return nodesOf(kubernetes).map((node) => ({
    id: `${id}:${text(node, 'metadata', 'name')}`,
    type: 'node',
    baseType: 'node',
    clusterId: id,
    nodeName: text(node, 'metadata', 'name'),
    state: isReady(node) ? 'active' : 'unavailable',
    unschedulable: record(node, 'spec')['unschedulable'] === true,
    conditions: list(node, 'status', 'conditions'),
    capacity: record(node, 'status', 'capacity'),
    allocatable: record(node, 'status', 'allocatable'),
    info: { kubernetes: { kubeletVersion: text(node, 'status', 'nodeInfo', 'kubeletVersion') } },
  }));
}

export function projectView(
  { id, clusterId, name, description, annotations, resourceQuota, created }: RancherProject,
  base: string,
): JsonObject {
  const self = `${base}/v3/projects/${id}`;
  // JSON made of the fields above.
  return {
    id,
    type: 'project',
    baseType: 'project',
    clusterId,
    name,
    description,
    state: 'active',
    annotations,
    resourceQuota: resourceQuota as JsonObject | null,
    created,
    links: { self, update: self, remove: self },
  };
}

/** management.cattle.io.clusters, as Steve shows a Kubernetes object. */
export function steveCluster(cluster: RancherCluster): JsonObject {
  const { id, name, kubernetes, last, provider } = cluster;
  const nodes = kubernetes === undefined ? [] : nodesOf(kubernetes);
  return {
    id,
    type: 'management.cattle.io.cluster',
    apiVersion: 'management.cattle.io/v3',
    kind: 'Cluster',
    metadata: {
      name: id,
      state: {
        name: kubernetes === undefined ? 'unavailable' : 'active',
        error: kubernetes === undefined,
        transitioning: false,
        message: '',
      },
    },
    spec: { displayName: name },
    status: {
      provider,
      conditions: conditionsOf(cluster),
      version: { gitVersion: last?.version ?? version },
      nodeCount: last?.nodes ?? nodes.length,
      capacity: kubernetes === undefined ? {} : sum(nodes, 'capacity'),
      allocatable: kubernetes === undefined ? {} : sum(nodes, 'allocatable'),
    },
  };
}
