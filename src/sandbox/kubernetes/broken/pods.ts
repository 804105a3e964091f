/** Workloads whose pods or containers do not come up. */
import { type Json, type JsonObject } from '../json.ts';
import { brokenNamespace as namespace, type BrokenWorkload, deployment, type DeploymentParts, httpProbe } from './world.ts';

/** Broken from the beginning, by one Deployment and perhaps what stands beside it. */
function row(
  id: string,
  name: string,
  title: string,
  parts: DeploymentParts,
  beside: [kind: string, body: JsonObject][] = [],
): BrokenWorkload {
  return {
    id,
    title,
    namespace,
    kind: 'Deployment',
    name,
    make({ add }) {
      for (const [kind, body] of beside) add(kind, body);
      add('Deployment', deployment(name, parts));
    },
  };
}

const env = (name: string, valueFrom: JsonObject): JsonObject => {
  const variables: Json[] = [{ name, valueFrom }];
  return { env: variables };
};

export const brokenPods: BrokenWorkload[] = [
  row('crash-loop', 'ledger', 'its container ends with an error again and again', { image: 'acme/crash:1.0' }),
  row('out-of-memory', 'thumbs', 'its container is killed at its memory limit', {
    image: 'acme/resizer:oom',
    container: { resources: { limits: { memory: '256Mi' } } },
  }),
  row('missing-image', 'mailer', 'its image does not exist', { image: 'acme/missing:7' }),
  row('unauthorised-pull', 'quotes', 'its registry asks for a login, and it has none', { image: 'registry.example.com/private/api:2.0' }),
  row('missing-pull-secret', 'basket', 'its pull secret does not exist', {
    image: 'registry.example.com/private/web:2.0',
    pod: { imagePullSecrets: [{ name: 'registry-login' }] },
  }),
  row('invalid-image-name', 'pricing', 'its image has a name that cannot be', { image: 'acme/WebApp:1.0' }),
  row('never-pulled', 'coupons', 'its image may not be pulled and is not on the node', {
    image: 'acme/missing-local:1',
    container: { imagePullPolicy: 'Never' },
  }),
  row('wrong-architecture', 'relay', 'its program is made for another machine', { image: 'acme/gateway:3.1-arm64' }),
  row('command-not-found', 'indexer', 'its command does not exist in its image', {
    container: { command: ['no-such-program', '--serve'] },
  }),
  row('failing-readiness', 'portal', 'its readiness probe fails', {
    image: 'acme/portal:badprobe',
    container: { readinessProbe: httpProbe(8080) },
  }),
  row('failing-liveness', 'tracker', 'its liveness probe asks a port that nobody listens on', {
    container: { livenessProbe: httpProbe(9090) },
  }),
  row('failing-init', 'catalog', 'its init container fails', {
    pod: { initContainers: [{ name: 'migrate', image: 'acme/migrate:crash' }] },
  }),
  row('missing-config-map', 'theme', 'a ConfigMap of its environment does not exist', {
    container: env('MODE', { configMapKeyRef: { name: 'shop-settings', key: 'mode' } }),
  }),
  row('missing-secret', 'wallet', 'a Secret of its environment does not exist', {
    container: { envFrom: [{ secretRef: { name: 'payment-credentials' } }] },
  }),
  row(
    'missing-secret-key',
    'partner',
    'a Secret lacks the key that it wants',
    { container: env('TOKEN', { secretKeyRef: { name: 'partner-api', key: 'token' } }) },
    [['Secret', { metadata: { name: 'partner-api' }, stringData: { user: 'sandbox-secret-value' } }]],
  ),
  row('missing-volume-source', 'assets', 'a ConfigMap that it mounts does not exist', {
    container: { volumeMounts: [{ name: 'config', mountPath: '/etc/app' }] },
    pod: { volumes: [{ name: 'config', configMap: { name: 'app-files' } }] },
  }),
  row('failing-mount', 'media', 'the server of its volume does not answer', {
    container: { volumeMounts: [{ name: 'share', mountPath: '/data' }] },
    pod: { volumes: [{ name: 'share', nfs: { server: 'nfs.invalid', path: '/exports/data' } }] },
  }),
];
