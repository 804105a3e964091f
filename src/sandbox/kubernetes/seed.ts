/** The simulated company's cluster. Some names live in several namespaces, and some workloads are broken on purpose. */
import type { Json, JsonObject } from './json.ts';
import { kindNamed, kinds } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { create } from './operations.ts';

type Seed = [namespace: string, name: string, replicas: number, image: string];

const deployments: Seed[] = [
  ['shop', 'web-app', 3, 'acme/web-app:1.8.2'],
  ['shop', 'user-service', 2, 'acme/user-service:2.1.0'],
  ['shop', 'payment-service', 2, 'acme/payment-service:3.4.1'],
  ['shop', 'cart', 2, 'acme/cart:1.2.0'],
  ['shop', 'checkout', 2, 'acme/checkout:1.5.3'],
  ['shop', 'api-gateway', 2, 'acme/api-gateway:4.0.0'],
  ['shop', 'api-server', 2, 'acme/api-server:4.0.0'],
  ['shop', 'search', 1, 'acme/search:0.9.1'],
  ['staging', 'web-app', 1, 'acme/web-app:1.9.0-rc1'],
  ['staging', 'user-service', 1, 'acme/user-service:2.2.0-rc2'],
  ['staging', 'recommendations', 1, 'acme/recommendations:crash'],
  ['staging', 'image-resizer', 1, 'acme/image-resizer:oom'],
  ['staging', 'invoice', 1, 'acme/missing-invoice:7'],
  ['staging', 'reports', 1, 'acme/reports:badprobe'],
  ['production', 'web-app', 4, 'acme/web-app:1.8.2'],
  ['production', 'orders', 3, 'acme/orders:5.1.0'],
  ['production', 'billing', 2, 'acme/billing:2.0.4'],
];

/** Everything but secrets. */
const readable: Json[] = [...kinds.filter(({ kind }) => kind !== 'Secret').map(({ plural }) => plural), 'pods/log', 'deployments/scale', 'replicasets/scale', 'statefulsets/scale'];

export function seedCluster(store: ObjectStore): void {
  const add = (kind: string, namespace: string, body: JsonObject): void =>
    void create(store, kindNamed(kind), namespace, body, { dryRun: false, manager: 'seed', fieldValidation: 'Strict' });
  for (const name of ['default', 'kube-system', 'shop', 'staging', 'production'])
    add('Namespace', '', {
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  add('ClusterRole', '', {
    metadata: { name: 'view' },
    rules: [{ apiGroups: ['*'], resources: readable, verbs: ['get', 'list', 'watch'] }],
  });
  add('ClusterRoleBinding', '', {
    metadata: { name: 'viewers' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'viewers' }],
  });
  for (const name of ['node-1', 'node-2', 'node-3']) add('Node', '', node(name));
  for (const [namespace, name, replicas, image] of deployments) {
    add('Deployment', namespace, { metadata: { name, labels: { app: name } }, spec: { replicas, ...workloadSpec(name, image) } });
    add('Service', namespace, {
      metadata: { name, labels: { app: name } },
      spec: {
        type: 'ClusterIP',
        clusterIP: `10.96.${name.length}.${replicas + namespace.length}`,
        selector: { app: name },
        ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
      },
    });
  }
  add('Deployment', 'staging', {
    metadata: { name: 'analytics', labels: { app: 'analytics' } },
    spec: { replicas: 1, ...workloadSpec('analytics', 'acme/analytics:1.0', { requests: { cpu: '64' } }) },
  });
  add('StatefulSet', 'shop', {
    metadata: { name: 'postgres', labels: { app: 'postgres' } },
    spec: { replicas: 2, serviceName: 'postgres', ...workloadSpec('postgres', 'postgres:16.4') },
  });
  add('DaemonSet', 'kube-system', {
    metadata: { name: 'log-agent', labels: { app: 'log-agent' } },
    spec: workloadSpec('log-agent', 'acme/log-agent:2.3'),
  });
  add('ConfigMap', 'shop', { metadata: { name: 'web-app-config' }, data: { LOG_LEVEL: 'info', FEATURE_SEARCH: 'on' } });
  add('Secret', 'shop', {
    metadata: { name: 'payment-keys' },
    type: 'Opaque',
    data: { 'api-key': Buffer.from('sandbox-secret-value').toString('base64') },
  });
  add('PodDisruptionBudget', 'production', {
    metadata: { name: 'orders' },
    spec: { minAvailable: 3, selector: { matchLabels: { app: 'orders' } } },
  });
  add('HorizontalPodAutoscaler', 'shop', {
    metadata: { name: 'checkout' },
    spec: { minReplicas: 2, maxReplicas: 6, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout' }, metrics: [] },
  });
  add('Ingress', 'shop', { metadata: { name: 'web' }, spec: { ingressClassName: 'nginx', rules: [{ host: 'shop.example.com' }] } });
  add('CronJob', 'shop', {
    metadata: { name: 'nightly-report' },
    spec: {
      schedule: '0 2 * * *',
      jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'report', image: 'acme/report:1' }] } } } },
    },
  });
}

function workloadSpec(app: string, image: string, resources: JsonObject = {}): JsonObject {
  const probe: Json = { httpGet: { path: '/health', port: 8080 }, periodSeconds: 10 };
  return {
    selector: { matchLabels: { app } },
    template: {
      metadata: { labels: { app } },
      spec: { containers: [{ name: app, image, ports: [{ containerPort: 8080 }], readinessProbe: probe, resources }] },
    },
  };
}

function node(name: string): JsonObject {
  const conditions: Json = [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }];
  return {
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    spec: {},
    status: {
      conditions,
      capacity: { cpu: '8', memory: '32Gi', pods: '110' },
      allocatable: { cpu: '8', memory: '31Gi', pods: '110' },
      nodeInfo: {
        kubeletVersion: 'v1.34.0',
        osImage: 'Sandbox',
        containerRuntimeVersion: 'containerd://2.0',
        architecture: 'amd64',
        operatingSystem: 'linux',
      },
    },
  };
}
