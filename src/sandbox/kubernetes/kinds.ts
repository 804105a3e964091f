/** What the simulated API serves: one row for each kind. What CustomResourceDefinitions add is made in `custom/`. */
import type { ObjectType } from './field-schema.ts';
import type { Json, JsonObject } from './json.ts';

export interface Kind {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  short: string[];
  namespaced: boolean;
  /** `status`, `scale`, `log`, `eviction`, `binding`, `exec`, `portforward`. */
  subresources: string[];
  /** Its spec is counted by metadata.generation. */
  generation: boolean;
  categories: string[];
  /** Of a CustomResourceDefinition: its fields, its schema for checks, its columns. */
  custom?: { type: ObjectType; schema: JsonObject; columns: Json[] };
}

const row = (
  groupVersion: string,
  kind: string,
  plural: string,
  short: string,
  options: { cluster?: boolean; sub?: string; all?: boolean; plain?: boolean } = {},
): Kind => {
  const [left = '', right] = groupVersion.split('/');
  const subresources = (options.sub ?? '').split(' ').filter((name) => name !== '');
  return {
    group: right === undefined ? '' : left,
    version: right ?? left,
    kind,
    plural,
    singular: kind.toLowerCase(),
    short: short.split(' ').filter((name) => name !== ''),
    namespaced: options.cluster !== true,
    subresources,
    generation: options.plain !== true && (right !== undefined || kind === 'Pod'),
    categories: options.all === true ? ['all'] : [],
  };
};

export const kinds: Kind[] = [
  row('v1', 'Namespace', 'namespaces', 'ns', { cluster: true, sub: 'status' }),
  row('v1', 'Node', 'nodes', 'no', { cluster: true, sub: 'status' }),
  row('v1', 'PersistentVolume', 'persistentvolumes', 'pv', { cluster: true, sub: 'status' }),
  row('v1', 'Pod', 'pods', 'po', { sub: 'status log eviction binding exec portforward', all: true }),
  row('v1', 'Service', 'services', 'svc', { sub: 'status', all: true }),
  row('v1', 'Endpoints', 'endpoints', 'ep'),
  row('v1', 'ConfigMap', 'configmaps', 'cm'),
  row('v1', 'Secret', 'secrets', ''),
  row('v1', 'ServiceAccount', 'serviceaccounts', 'sa'),
  row('v1', 'Event', 'events', 'ev'),
  row('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', 'pvc', { sub: 'status' }),
  row('v1', 'ResourceQuota', 'resourcequotas', 'quota', { sub: 'status' }),
  row('v1', 'LimitRange', 'limitranges', 'limits'),
  row('apps/v1', 'Deployment', 'deployments', 'deploy', { sub: 'status scale', all: true }),
  row('apps/v1', 'ReplicaSet', 'replicasets', 'rs', { sub: 'status scale', all: true }),
  row('apps/v1', 'StatefulSet', 'statefulsets', 'sts', { sub: 'status scale', all: true }),
  row('apps/v1', 'DaemonSet', 'daemonsets', 'ds', { sub: 'status', all: true }),
  row('apps/v1', 'ControllerRevision', 'controllerrevisions', '', { plain: true }),
  row('batch/v1', 'Job', 'jobs', '', { sub: 'status', all: true }),
  row('batch/v1', 'CronJob', 'cronjobs', 'cj', { sub: 'status', all: true }),
  row('networking.k8s.io/v1', 'Ingress', 'ingresses', 'ing', { sub: 'status' }),
  row('networking.k8s.io/v1', 'IngressClass', 'ingressclasses', '', { cluster: true }),
  row('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', 'netpol'),
  row('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'hpa', { sub: 'status', all: true }),
  row('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', 'pdb', { sub: 'status' }),
  row('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', ''),
  row('rbac.authorization.k8s.io/v1', 'Role', 'roles', '', { plain: true }),
  row('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings', '', { plain: true }),
  row('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', '', { cluster: true, plain: true }),
  row('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', '', { cluster: true, plain: true }),
  row('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', 'crd crds', { cluster: true, sub: 'status' }),
  row('events.k8s.io/v1', 'Event', 'events', 'ev', { plain: true }),
];

export function groupVersionOf({ group, version }: Pick<Kind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** `deployments.apps`, or `pods` in the core group: how the API names a resource in its messages. */
export function resourceOf({ plural, group }: Pick<Kind, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** The core and the events.k8s.io Event are one thing stored once. */
export function storageKey(kind: Kind): string {
  return kind.kind === 'Event' ? 'Event' : `${kind.group}/${kind.kind}`;
}

/** An own kind of the server, whatever a definition calls its kinds. */
export function kindNamed(name: string): Kind {
  const found = kinds.find((kind) => kind.kind === name);
  if (found === undefined) throw new Error(`the sandbox has no kind ${name}`);
  return found;
}
