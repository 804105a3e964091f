/** What the simulated company runs. Some names live in several namespaces, and some workloads are broken on purpose. */
import type { Fate } from './controllers/fates.ts';
import type { Json, JsonObject } from './json.ts';

export interface SeedDeployment {
  namespace: string;
  name: string;
  replicas: number;
  image: string;
  /** What it ran before, so that there is something to go back to. */
  before?: string;
  resources?: JsonObject;
  /** It is a release of the chart of its name: the versions before and now. */
  charts?: [before: string, now: string];
  /** Broken ones are minutes old, the others days. */
  broken?: boolean;
}

export const deployments: SeedDeployment[] = [
  { namespace: 'shop', name: 'web-app', replicas: 3, image: 'acme/web-app:1.8.2' },
  {
    namespace: 'shop',
    name: 'user-service',
    replicas: 2,
    image: 'acme/user-service:2.1.0',
    before: 'acme/user-service:2.0.0',
    charts: ['1.4.0', '1.5.0'],
  },
  { namespace: 'shop', name: 'payment-service', replicas: 2, image: 'acme/payment-service:3.4.1', before: 'acme/payment-service:3.4.0' },
  { namespace: 'shop', name: 'cart', replicas: 2, image: 'acme/cart:1.2.0' },
  { namespace: 'shop', name: 'checkout', replicas: 2, image: 'acme/checkout:1.5.3' },
  { namespace: 'shop', name: 'api-gateway', replicas: 2, image: 'acme/api-gateway:4.0.0', before: 'acme/api-gateway:3.9.4' },
  { namespace: 'shop', name: 'api-server', replicas: 2, image: 'acme/api-server:4.0.0' },
  { namespace: 'shop', name: 'search', replicas: 1, image: 'acme/search:0.9.1' },
  { namespace: 'staging', name: 'web-app', replicas: 1, image: 'acme/web-app:1.9.0-rc1' },
  { namespace: 'staging', name: 'user-service', replicas: 1, image: 'acme/user-service:2.2.0-rc2' },
  { namespace: 'staging', name: 'recommendations', replicas: 1, image: 'acme/recommendations:crash', broken: true },
  {
    namespace: 'staging',
    name: 'image-resizer',
    replicas: 1,
    image: 'acme/image-resizer:oom',
    resources: { limits: { memory: '256Mi' } },
    broken: true,
  },
  { namespace: 'staging', name: 'invoice', replicas: 1, image: 'acme/missing-invoice:7', broken: true },
  { namespace: 'staging', name: 'reports', replicas: 1, image: 'acme/reports:badprobe', broken: true },
  {
    namespace: 'staging',
    name: 'analytics',
    replicas: 1,
    image: 'acme/analytics:1.0',
    resources: { requests: { cpu: '64' } },
    broken: true,
  },
  { namespace: 'production', name: 'web-app', replicas: 4, image: 'acme/web-app:1.8.2' },
  { namespace: 'production', name: 'orders', replicas: 3, image: 'acme/orders:5.1.0' },
  { namespace: 'production', name: 'billing', replicas: 2, image: 'acme/billing:2.0.4', before: 'acme/billing:2.0.3' },
];

/** What runs in the other cluster. */
export const branch: SeedDeployment[] = [
  { namespace: 'shop', name: 'web-app', replicas: 2, image: 'acme/web-app:1.8.2' },
  { namespace: 'support', name: 'helpdesk', replicas: 2, image: 'acme/helpdesk:2.4.0' },
];

/** Images whose names do not tell their fate. */
export const company: ReadonlyMap<string, Fate> = new Map<string, Fate>([
  ['acme/report:1', 'completes'],
  ['acme/migrate:41', 'completes'],
]);

export function workloadSpec(app: string, image: string, resources: JsonObject = {}, port = 8080): JsonObject {
  const probe: Json = { httpGet: { path: '/health', port }, periodSeconds: 10 };
  const containers: Json[] = [{ name: app, image, ports: [{ containerPort: port }], readinessProbe: probe, resources }];
  return { selector: { matchLabels: { app } }, template: { metadata: { labels: { app } }, spec: { containers } } };
}

export function jobTemplate(name: string, image: string): JsonObject {
  return { template: { spec: { restartPolicy: 'Never', containers: [{ name, image }] } } };
}

const conditions: [type: string, holds: string, reason: string, message: string][] = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
];

export function node(name: string, number: number, now: string): JsonObject {
  const zone = `zone-${'abc'[(number - 1) % 3] ?? 'a'}`;
  return {
    metadata: {
      name,
      labels: {
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/zone': zone,
      },
    },
    spec: { podCIDR: `10.244.${number}.0/24`, podCIDRs: [`10.244.${number}.0/24`] },
    status: {
      capacity: { cpu: '8', 'ephemeral-storage': '100Gi', memory: '32Gi', pods: '110' },
      allocatable: { cpu: '8', 'ephemeral-storage': '92Gi', memory: '31Gi', pods: '110' },
      conditions: conditions.map(([type, status, reason, message]) => ({
        type,
        status,
        lastHeartbeatTime: now,
        lastTransitionTime: now,
        reason,
        message,
      })),
      addresses: [
        { type: 'InternalIP', address: `10.0.0.${10 + number}` },
        { type: 'Hostname', address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        machineID: `sandbox-${name}`,
        systemUUID: `sandbox-${name}`,
        bootID: `sandbox-${name}`,
        kernelVersion: '6.12.0',
        osImage: 'DevOS sandbox (simulated)',
        containerRuntimeVersion: 'containerd://2.0.0',
        kubeletVersion: 'v1.34.0',
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  };
}
