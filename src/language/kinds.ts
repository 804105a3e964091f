/** The kinds of Kubernetes objects, with every form people type. `workload` kinds own pods. */

interface KindForms {
  kind: string;
  workload?: true;
  /** The last ones are of two or three words. */
  forms: string[];
}

const KINDS: readonly KindForms[] = [
  { kind: 'Pod', forms: ['pod', 'pods', 'po'] },
  { kind: 'Deployment', workload: true, forms: ['deployment', 'deployments', 'deploy', 'deploys', 'dep', 'deps'] },
  { kind: 'StatefulSet', workload: true, forms: ['statefulset', 'statefulsets', 'sts', 'stateful set', 'stateful sets'] },
  { kind: 'DaemonSet', workload: true, forms: ['daemonset', 'daemonsets', 'ds', 'daemon set', 'daemon sets'] },
  { kind: 'ReplicaSet', workload: true, forms: ['replicaset', 'replicasets', 'rs', 'replica set', 'replica sets'] },
  { kind: 'Job', forms: ['job', 'jobs'] },
  { kind: 'CronJob', forms: ['cronjob', 'cronjobs', 'cj', 'cron job', 'cron jobs'] },
  { kind: 'Service', forms: ['service', 'services', 'svc', 'svcs'] },
  { kind: 'Ingress', forms: ['ingress', 'ingresses', 'ing'] },
  {
    kind: 'ConfigMap',
    forms: [
      'configmap',
      'configmaps',
      'cm',
      'cms',
      'config map',
      'config maps',
      'cfg map',
      'cfg maps',
      'cfgmap',
      'config-map',
      'config-maps',
    ],
  },
  { kind: 'Secret', forms: ['secret', 'secrets'] },
  { kind: 'Node', forms: ['node', 'nodes'] },
  { kind: 'Namespace', forms: ['namespace', 'namespaces', 'ns'] },
  { kind: 'Event', forms: ['event', 'events', 'ev'] },
  { kind: 'Endpoints', forms: ['endpoints', 'endpoint', 'ep'] },
  { kind: 'EndpointSlice', forms: ['endpointslice', 'endpointslices', 'endpoint slice', 'endpoint slices'] },
  { kind: 'PersistentVolume', forms: ['persistentvolume', 'persistentvolumes', 'pv', 'pvs', 'persistent volume', 'persistent volumes'] },
  {
    kind: 'PersistentVolumeClaim',
    forms: [
      'persistentvolumeclaim',
      'persistentvolumeclaims',
      'pvc',
      'pvcs',
      'persistent volume claim',
      'persistent volume claims',
      'volume claim',
      'volume claims',
    ],
  },
  { kind: 'StorageClass', forms: ['storageclass', 'storageclasses', 'storage class', 'storage classes'] },
  {
    kind: 'HorizontalPodAutoscaler',
    forms: [
      'horizontalpodautoscaler',
      'horizontalpodautoscalers',
      'hpa',
      'hpas',
      'autoscaler',
      'autoscalers',
      'horizontal pod autoscaler',
      'horizontal pod autoscalers',
    ],
  },
  { kind: 'NetworkPolicy', forms: ['networkpolicy', 'networkpolicies', 'netpol', 'netpols', 'network policy', 'network policies'] },
  {
    kind: 'PodDisruptionBudget',
    forms: ['poddisruptionbudget', 'poddisruptionbudgets', 'pdb', 'pdbs', 'pod disruption budget', 'pod disruption budgets'],
  },
  { kind: 'ResourceQuota', forms: ['resourcequota', 'resourcequotas', 'quota', 'quotas', 'resource quota', 'resource quotas'] },
  { kind: 'LimitRange', forms: ['limitrange', 'limitranges', 'limit range', 'limit ranges'] },
  { kind: 'ServiceAccount', forms: ['serviceaccount', 'serviceaccounts', 'sa', 'service account', 'service accounts'] },
  { kind: 'Role', forms: ['role', 'roles'] },
  { kind: 'RoleBinding', forms: ['rolebinding', 'rolebindings', 'role binding', 'role bindings'] },
  { kind: 'ClusterRole', forms: ['clusterrole', 'clusterroles', 'cluster role', 'cluster roles'] },
  { kind: 'ClusterRoleBinding', forms: ['clusterrolebinding', 'clusterrolebindings', 'cluster role binding', 'cluster role bindings'] },
  {
    kind: 'CustomResourceDefinition',
    forms: [
      'customresourcedefinition',
      'customresourcedefinitions',
      'crd',
      'crds',
      'custom resource definition',
      'custom resource definitions',
    ],
  },
];

interface KindWord {
  kind: string;
  workload: boolean;
  /** How many tokens. */
  length: number;
  plural: boolean;
}

const BY_FORM: ReadonlyMap<string, { kind: string; workload: boolean }> = new Map(
  KINDS.flatMap(({ kind, workload, forms }) =>
    [kind.toLowerCase(), ...forms].map((form) => [form, { kind, workload: workload === true }] as const),
  ),
);

/** Longest form first: "persistent volume claim" before "persistent volume". */
export function kindAt(words: readonly string[], at: number): KindWord | undefined {
  for (let length = 3; length >= 1; length -= 1) {
    const form = words.slice(at, at + length).join(' ');
    const found = at + length <= words.length ? BY_FORM.get(form) : undefined;
    if (found !== undefined) return { ...found, length, plural: form.endsWith('s') && !/^(?:sts|ds|rs|ns|ingress)$/.test(form) };
  }
  return undefined;
}

/** Every single word of the table, for spelling. */
export function kindWords(): string[] {
  return [...BY_FORM.keys()].flatMap((form) => form.split(' '));
}
