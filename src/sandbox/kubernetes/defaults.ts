/** What the API server fills in when an object is written. */
import { randomUUID } from 'node:crypto';
import { fillDefaults } from './custom/check-schema.ts';
import { isObject, type JsonObject, list, put, record, text } from './json.ts';
import type { Kind } from './kinds.ts';
import { addPodDefaults, addPodSpecDefaults, fill } from './pod-defaults.ts';

/** Changes `object`; adding them twice changes nothing more. */
export function addDefaults(kind: Pick<Kind, 'kind' | 'custom'>, object: JsonObject): void {
  if (kind.custom !== undefined) return fillDefaults(kind.custom.schema, object);
  const add = byKind[kind.kind];
  if (kind.kind === 'Secret') secretDefaults(object);
  if (add === undefined) return;
  const spec = record(object, 'spec');
  add(spec, object);
  if (isObject(spec['template'])) addPodSpecDefaults(record(spec, 'template', 'spec'));
  object['spec'] = spec;
}

const byKind: Record<string, (spec: JsonObject, object: JsonObject) => void> = {
  Deployment(spec) {
    fill(spec, { replicas: 1, strategy: { type: 'RollingUpdate' }, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    const strategy = record(spec, 'strategy');
    fill(strategy, { type: 'RollingUpdate' });
    if (strategy['type'] === 'RollingUpdate')
      strategy['rollingUpdate'] = { maxUnavailable: '25%', maxSurge: '25%', ...record(strategy, 'rollingUpdate') };
  },
  ReplicaSet: (spec) => fill(spec, { replicas: 1 }),
  StatefulSet(spec) {
    fill(spec, {
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate' },
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    });
    if (text(spec, 'updateStrategy', 'type') === 'RollingUpdate')
      put(spec, ['updateStrategy', 'rollingUpdate'], { partition: 0, ...record(spec, 'updateStrategy', 'rollingUpdate') });
  },
  DaemonSet(spec) {
    fill(spec, { updateStrategy: { type: 'RollingUpdate' }, revisionHistoryLimit: 10 });
    if (text(spec, 'updateStrategy', 'type') === 'RollingUpdate')
      put(spec, ['updateStrategy', 'rollingUpdate'], {
        maxUnavailable: 1,
        maxSurge: 0,
        ...record(spec, 'updateStrategy', 'rollingUpdate'),
      });
  },
  Job: jobDefaults,
  CronJob(spec) {
    fill(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
    const inner = record(spec, 'jobTemplate', 'spec', 'template', 'spec');
    if (Object.keys(inner).length > 0) addPodSpecDefaults(inner);
  },
  Pod: addPodDefaults,
  Service: serviceDefaults,
  HorizontalPodAutoscaler(spec) {
    fill(spec, {
      minReplicas: 1,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
    });
  },
  PersistentVolumeClaim: (spec) => fill(spec, { volumeMode: 'Filesystem' }),
  NetworkPolicy(spec) {
    const egress = spec['egress'] === undefined ? [] : ['Egress'];
    fill(spec, { podSelector: {}, policyTypes: ['Ingress', ...egress] });
  },
  Namespace: (spec) => fill(spec, { finalizers: ['kubernetes'] }),
};

/** A job's pods are told apart by its uid. */
function jobDefaults(spec: JsonObject, job: JsonObject): void {
  fill(spec, {
    parallelism: 1,
    completions: 1,
    completionMode: 'NonIndexed',
    suspend: false,
    backoffLimit: 6,
    podReplacementPolicy: 'TerminatingOrFailed',
  });
  const uid = text(job, 'metadata', 'uid');
  if (spec['selector'] !== undefined || uid === '') return;
  spec['selector'] = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  const name = text(job, 'metadata', 'name');
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  put(spec, ['template', 'metadata', 'labels'], { ...record(spec, 'template', 'metadata', 'labels'), ...labels });
}

function serviceDefaults(spec: JsonObject): void {
  fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
  for (const port of list(spec, 'ports')) if (isObject(port)) fill(port, { protocol: 'TCP', targetPort: port['port'] ?? 0 });
  if (spec['type'] === 'ExternalName') return;
  fill(spec, { clusterIP: freeAddress(), internalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  fill(spec, { clusterIPs: [spec['clusterIP'] ?? ''] });
  if (spec['type'] === 'ClusterIP') return;
  fill(spec, { externalTrafficPolicy: 'Cluster' });
  for (const port of list(spec, 'ports'))
    if (isObject(port)) fill(port, { nodePort: 30_000 + (Number.parseInt(randomUUID().slice(0, 4), 16) % 2768) });
}

function freeAddress(): string {
  const [high, low] = [randomUUID().slice(0, 2), randomUUID().slice(0, 2)];
  return `10.96.${Number.parseInt(high, 16)}.${1 + (Number.parseInt(low, 16) % 254)}`;
}

function secretDefaults(secret: JsonObject): void {
  fill(secret, { type: 'Opaque' });
  const given = record(secret, 'stringData');
  if (Object.keys(given).length === 0) return;
  const encoded = Object.entries(given).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')] as const);
  secret['data'] = { ...record(secret, 'data'), ...Object.fromEntries(encoded) };
  delete secret['stringData'];
}
