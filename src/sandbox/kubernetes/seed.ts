/** The simulated company's cluster, with a past: set up twelve days ago, updated three days ago, its nodes renewed within the hour, and some of it broke minutes ago. */
import { breakWorkloads } from './broken/seed-broken.ts';
import { chartNamed, ownedBy, releaseSecret } from '../helm/index.ts';
import type { Controllers } from './controllers/start-controllers.ts';
import { type JsonObject, list, put, text } from './json.ts';
import { kindNamed, kinds } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { change, create, wholeSeconds } from './operations.ts';
import { branch, deployments, jobTemplate, node, type SeedDeployment, workloadSpec } from './seed-workloads.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** Who set the company up, as the owner of fields. */
const manager = 'kubectl-create';

export interface SeedOptions {
  clock: () => Date;
  /** `empty`: only what every cluster has. */
  seed: 'company' | 'branch' | 'empty';
  /** Ids of workloads that are broken besides, of `broken/`. */
  broken?: readonly string[];
}

const namespaces = { company: ['shop', 'staging', 'production'], branch: ['shop', 'support'], empty: [] };

/** Moves the store's clock through the past and leaves it at `clock`. */
export function seedCluster(store: ObjectStore, controllers: Controllers, { clock, seed, broken = [] }: SeedOptions): void {
  const now = clock().getTime();
  let at = now - 12 * day;
  store.clock = () => new Date(at);
  const liveUntil = (end: number): void => {
    controllers.catchUp((ms) => {
      if (at + ms > end) return false;
      at += ms;
      return true;
    });
    at = end;
  };
  const ground = ['default', 'kube-system'];
  seedGround(store, [...ground, ...namespaces[seed]]);
  if (seed === 'company') seedCompany(store, broken.length === 0 ? now : now - 45 * minute, liveUntil);
  if (seed === 'branch') {
    for (const one of branch) addDeployment(store, one, one.image);
    liveUntil(now);
  }
  if (broken.length > 0) breakWorkloads(store, broken, now, liveUntil);
  store.clock = clock;
  store.expire();
}

function seedCompany(store: ObjectStore, now: number, liveUntil: (end: number) => void): void {
  for (const one of deployments) if (one.broken !== true) addDeployment(store, one, one.before ?? one.image);
  seedOthers(store);
  // The real server forgets events after an hour.
  store.keepsEvents = false;
  const first = store.clock();
  liveUntil(now - 3 * day);
  for (const one of deployments) if (one.before !== undefined) update(store, one);
  for (const one of deployments) addReleases(store, one, first);
  liveUntil(now - 50 * minute);
  store.keepsEvents = true;
  // New pods within the hour: the server still remembers their events.
  for (const pod of store.list(kindNamed('Pod')))
    store.remove(kindNamed('Pod'), text(pod, 'metadata', 'namespace'), text(pod, 'metadata', 'name'));
  liveUntil(now - 6 * minute);
  for (const one of deployments) if (one.broken === true) addDeployment(store, one, one.image);
  seedAutoscaler(store);
  liveUntil(now);
}

function add(store: ObjectStore, kind: string, namespace: string, body: JsonObject): void {
  create(store, kindNamed(kind), namespace, body, { dryRun: false, manager, fieldValidation: 'Strict' });
}

/** Everything but secrets. */
const readable = kinds
  .filter(({ kind }) => kind !== 'Secret')
  .flatMap(({ plural, subresources }) => [
    plural,
    ...subresources.filter((name) => ['status', 'scale', 'log'].includes(name)).map((name) => `${plural}/${name}`),
  ]);

function seedGround(store: ObjectStore, namespaces: string[]): void {
  for (const name of namespaces) {
    add(store, 'Namespace', '', { metadata: { name } });
    add(store, 'ServiceAccount', name, { metadata: { name: 'default' } });
  }
  for (const [index, name] of ['node-1', 'node-2', 'node-3'].entries())
    add(store, 'Node', '', node(name, index + 1, wholeSeconds(store.clock())));
  add(store, 'ClusterRole', '', {
    metadata: { name: 'view' },
    rules: [{ apiGroups: ['*'], resources: readable, verbs: ['get', 'list', 'watch'] }],
  });
  add(store, 'ClusterRoleBinding', '', {
    metadata: { name: 'viewers' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'viewers' }],
  });
}

function addDeployment(store: ObjectStore, { namespace, name, replicas, resources, charts }: SeedDeployment, image: string): void {
  const owned = charts === undefined ? { labels: {} } : ownedBy(name, namespace);
  const metadata: JsonObject = { name, ...owned, labels: { app: name, ...owned.labels } };
  add(store, 'Deployment', namespace, { metadata, spec: { replicas, ...workloadSpec(name, image, resources) } });
  const spec: JsonObject = { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] };
  add(store, 'Service', namespace, { metadata, spec });
}

/** What helm wrote down when it installed and upgraded it. */
function addReleases(store: ObjectStore, { namespace, name, charts }: SeedDeployment, first: Date): void {
  for (const [index, version] of (charts ?? []).entries()) {
    const revision = index + 1;
    const last = revision === 1 ? first : store.clock();
    const chart = chartNamed(name, version);
    add(
      store,
      'Secret',
      namespace,
      releaseSecret({ release: name, namespace, chart, revision, status: revision === 2 ? 'deployed' : 'superseded', first, last }),
    );
  }
}

function update(store: ObjectStore, { namespace, name, image }: SeedDeployment): void {
  const withImage = (live: JsonObject): JsonObject => {
    const [container] = list(live, 'spec', 'template', 'spec', 'containers');
    put(live, ['spec', 'template', 'spec', 'containers'], [{ ...(typeof container === 'object' ? container : {}), image }]);
    return live;
  };
  change(store, kindNamed('Deployment'), namespace, name, withImage, { dryRun: false, manager: 'kubectl-set', fieldValidation: 'Strict' });
}

function seedOthers(store: ObjectStore): void {
  add(store, 'StatefulSet', 'shop', {
    metadata: { name: 'postgres', labels: { app: 'postgres' } },
    spec: { replicas: 2, serviceName: 'postgres', ...workloadSpec('postgres', 'postgres:16.4', {}, 5432) },
  });
  add(store, 'Service', 'shop', {
    metadata: { name: 'postgres' },
    spec: { clusterIP: 'None', selector: { app: 'postgres' }, ports: [{ name: 'sql', port: 5432 }] },
  });
  add(store, 'DaemonSet', 'kube-system', {
    metadata: { name: 'log-agent', labels: { app: 'log-agent' } },
    spec: workloadSpec('log-agent', 'acme/log-agent:2.3'),
  });
  add(store, 'ConfigMap', 'shop', { metadata: { name: 'web-app-config' }, data: { LOG_LEVEL: 'info', FEATURE_SEARCH: 'on' } });
  add(store, 'Secret', 'shop', { metadata: { name: 'payment-keys' }, stringData: { 'api-key': 'sandbox-secret-value' } });
  add(store, 'PodDisruptionBudget', 'production', {
    metadata: { name: 'orders' },
    spec: { minAvailable: 3, selector: { matchLabels: { app: 'orders' } } },
  });
  const backend: JsonObject = { service: { name: 'web-app', port: { number: 80 } } };
  const rules: JsonObject[] = [{ host: 'shop.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
  add(store, 'IngressClass', '', { metadata: { name: 'nginx' }, spec: { controller: 'k8s.io/ingress-nginx' } });
  add(store, 'Ingress', 'shop', { metadata: { name: 'web' }, spec: { ingressClassName: 'nginx', rules } });
  add(store, 'NetworkPolicy', 'production', { metadata: { name: 'deny-all' }, spec: { podSelector: {}, policyTypes: ['Ingress'] } });
  add(store, 'PersistentVolumeClaim', 'shop', {
    metadata: { name: 'uploads' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } },
  });
  add(store, 'CronJob', 'shop', {
    metadata: { name: 'nightly-report' },
    spec: { schedule: '0 2 * * *', jobTemplate: { spec: jobTemplate('report', 'acme/report:1') } },
  });
  add(store, 'Job', 'production', { metadata: { name: 'migrate-41' }, spec: jobTemplate('migrate', 'acme/migrate:41') });
}

function seedAutoscaler(store: ObjectStore): void {
  const scaleTargetRef: JsonObject = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout' };
  add(store, 'HorizontalPodAutoscaler', 'shop', {
    metadata: { name: 'checkout' },
    spec: { minReplicas: 2, maxReplicas: 6, scaleTargetRef },
  });
}
