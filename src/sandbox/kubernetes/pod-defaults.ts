/** What the API server fills in for pods and for the templates of pods. */
import { isObject, type Json, type JsonObject, list, record, text } from './json.ts';

export function fill(target: JsonObject, values: JsonObject): void {
  for (const [key, value] of Object.entries(values)) if (target[key] === undefined) target[key] = value;
}

export function addPodSpecDefaults(spec: JsonObject): void {
  for (const container of list(spec, 'initContainers')) if (isObject(container)) containerDefaults(container);
  for (const container of list(spec, 'containers')) if (isObject(container)) containerDefaults(container);
  for (const volume of list(spec, 'volumes')) if (isObject(volume)) volumeDefaults(volume);
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  const account = spec['serviceAccountName'];
  if (account !== undefined) fill(spec, { serviceAccount: account });
}

function containerDefaults(container: JsonObject): void {
  const image = text(container, 'image');
  const name = image.split('/').at(-1) ?? '';
  const always = name.endsWith(':latest') || !(name.includes(':') || image.includes('@'));
  fill(container, {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: always ? 'Always' : 'IfNotPresent',
  });
  const limits = record(container, 'resources', 'limits');
  if (Object.keys(limits).length > 0)
    container['resources'] = { ...record(container, 'resources'), requests: { ...limits, ...record(container, 'resources', 'requests') } };
  for (const port of list(container, 'ports')) if (isObject(port)) fill(port, { protocol: 'TCP' });
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[name];
    if (!isObject(probe)) continue;
    if (isObject(probe['httpGet'])) fill(probe['httpGet'], { path: '/', scheme: 'HTTP' });
    fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  }
  for (const variable of list(container, 'env')) {
    const reference = record(variable, 'valueFrom', 'fieldRef');
    if (Object.keys(reference).length > 0) fill(reference, { apiVersion: 'v1' });
  }
}

function volumeDefaults(volume: JsonObject): void {
  for (const source of ['configMap', 'secret', 'projected', 'downwardAPI']) {
    const found = volume[source];
    if (isObject(found)) fill(found, { defaultMode: 420 });
  }
  if (isObject(volume['hostPath'])) fill(volume['hostPath'], { type: '' });
}

const accountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Beyond the template's. */
export function addPodDefaults(spec: JsonObject): void {
  addPodSpecDefaults(spec);
  fill(spec, { enableServiceLinks: true });
}

/** What admission adds to a new pod, after its fields have got their owner. */
export function admitPod(pod: JsonObject): void {
  const spec = record(pod, 'spec');
  fill(spec, { serviceAccountName: 'default', priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
  fill(spec, { serviceAccount: spec['serviceAccountName'] ?? 'default' });
  if (spec['tolerations'] === undefined) spec['tolerations'] = ['not-ready', 'unreachable'].map(toleration);
  if (spec['automountServiceAccountToken'] !== false) mountToken(spec, text(pod, 'metadata', 'uid'));
}

function toleration(condition: string): JsonObject {
  return { key: `node.kubernetes.io/${condition}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 };
}

function mountToken(spec: JsonObject, uid: string): void {
  if (list(spec, 'volumes').some((volume) => text(volume, 'name').startsWith('kube-api-access-')) || uid === '') return;
  const name = `kube-api-access-${uid.slice(-5)}`;
  const sources: Json[] = [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
  ];
  spec['volumes'] = [...list(spec, 'volumes'), { name, projected: { sources, defaultMode: 420 } }];
  for (const container of [...list(spec, 'initContainers'), ...list(spec, 'containers')])
    if (isObject(container))
      container['volumeMounts'] = [...list(container, 'volumeMounts'), { name, readOnly: true, mountPath: accountPath }];
}
