/** Kinds of objects and where the API serves them. The stable ones are known, so that the usual request asks nothing first. */

export interface Resource {
  /** Empty for the core group. */
  group: string;
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  singular?: string;
  shortNames?: string[];
}

type Row = [kind: string, plural: string, namespaced: boolean];

const stable: readonly { group: string; version: string; rows: readonly Row[] }[] = [
  {
    group: '',
    version: 'v1',
    rows: [
      ['Pod', 'pods', true],
      ['Service', 'services', true],
      ['ConfigMap', 'configmaps', true],
      ['Secret', 'secrets', true],
      ['Namespace', 'namespaces', false],
      ['Node', 'nodes', false],
      ['Event', 'events', true],
      ['Endpoints', 'endpoints', true],
      ['PersistentVolume', 'persistentvolumes', false],
      ['PersistentVolumeClaim', 'persistentvolumeclaims', true],
      ['ServiceAccount', 'serviceaccounts', true],
      ['ResourceQuota', 'resourcequotas', true],
      ['LimitRange', 'limitranges', true],
      ['ReplicationController', 'replicationcontrollers', true],
    ],
  },
  {
    group: 'apps',
    version: 'v1',
    rows: [
      ['Deployment', 'deployments', true],
      ['StatefulSet', 'statefulsets', true],
      ['DaemonSet', 'daemonsets', true],
      ['ReplicaSet', 'replicasets', true],
      ['ControllerRevision', 'controllerrevisions', true],
    ],
  },
  {
    group: 'batch',
    version: 'v1',
    rows: [
      ['Job', 'jobs', true],
      ['CronJob', 'cronjobs', true],
    ],
  },
  { group: 'autoscaling', version: 'v2', rows: [['HorizontalPodAutoscaler', 'horizontalpodautoscalers', true]] },
  {
    group: 'networking.k8s.io',
    version: 'v1',
    rows: [
      ['Ingress', 'ingresses', true],
      ['IngressClass', 'ingressclasses', false],
      ['NetworkPolicy', 'networkpolicies', true],
    ],
  },
  { group: 'discovery.k8s.io', version: 'v1', rows: [['EndpointSlice', 'endpointslices', true]] },
  { group: 'policy', version: 'v1', rows: [['PodDisruptionBudget', 'poddisruptionbudgets', true]] },
  { group: 'storage.k8s.io', version: 'v1', rows: [['StorageClass', 'storageclasses', false]] },
  { group: 'apiextensions.k8s.io', version: 'v1', rows: [['CustomResourceDefinition', 'customresourcedefinitions', false]] },
  {
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    rows: [
      ['Role', 'roles', true],
      ['RoleBinding', 'rolebindings', true],
      ['ClusterRole', 'clusterroles', false],
      ['ClusterRoleBinding', 'clusterrolebindings', false],
    ],
  },
];

/** A stable kind by its exact name. */
export function stableResource(kind: string): Resource | undefined {
  for (const { group, version, rows } of stable)
    for (const [name, plural, namespaced] of rows) if (name === kind) return { group, version, kind, plural, namespaced };
  return undefined;
}

/** Like stableResource, for kinds that are written in this program. */
export function resourceOf(kind: StableKind): Resource {
  const found = stableResource(kind);
  if (found === undefined) throw new Error(`no stable kind ${kind}`);
  return found;
}

export type StableKind =
  | 'Pod'
  | 'Node'
  | 'Namespace'
  | 'Event'
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'ReplicaSet'
  | 'ControllerRevision'
  | 'HorizontalPodAutoscaler'
  | 'PodDisruptionBudget'
  | 'Service'
  | 'EndpointSlice'
  | 'CronJob'
  | 'Job';

/** `deployments.apps`, as the API and kubectl write it. */
export function qualified({ plural, group }: Pick<Resource, 'plural' | 'group'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

export function apiVersionOf({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}
