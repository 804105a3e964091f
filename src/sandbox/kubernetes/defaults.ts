/** What the API server fills in and what it refuses when an object is written. */
import { isObject, type JsonObject, list, number, put, record, same, text } from './json.ts';
import type { Kind } from './kinds.ts';
import { type Cause, invalid } from './status.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const subdomainText = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`;

export function addDefaults(kind: Kind, object: JsonObject): void {
  const spec = record(object, 'spec');
  switch (kind.kind) {
    case 'Deployment':
      fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: { type: 'RollingUpdate' } });
      if (text(spec, 'strategy', 'type') === 'RollingUpdate')
        put(spec, ['strategy', 'rollingUpdate'], { maxUnavailable: '25%', maxSurge: '25%', ...record(spec, 'strategy', 'rollingUpdate') });
      break;
    case 'ReplicaSet':
      fill(spec, { replicas: 1 });
      break;
    case 'StatefulSet':
      fill(spec, {
        replicas: 1,
        revisionHistoryLimit: 10,
        podManagementPolicy: 'OrderedReady',
        serviceName: '',
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      });
      break;
    case 'DaemonSet':
      fill(spec, {
        revisionHistoryLimit: 10,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      });
      break;
    case 'Pod':
      podDefaults(spec);
      break;
    default:
      return;
  }
  if (isObject(spec['template'])) {
    // Clients send it as null; the real server does not keep it.
    delete record(spec, 'template', 'metadata')['creationTimestamp'];
    podDefaults(record(spec, 'template', 'spec'));
  }
  object['spec'] = spec;
}

function fill(target: JsonObject, values: JsonObject): void {
  for (const [key, value] of Object.entries(values)) if (target[key] === undefined) target[key] = value;
}

function podDefaults(spec: JsonObject): void {
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  for (const container of list(spec, 'containers')) {
    if (!isObject(container)) continue;
    const image = text(container, 'image');
    const always = image.endsWith(':latest') || !image.includes(':');
    fill(container, {
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      imagePullPolicy: always ? 'Always' : 'IfNotPresent',
    });
    for (const port of list(container, 'ports')) if (isObject(port)) fill(port, { protocol: 'TCP' });
  }
}

/** Throws 422 with every cause. */
export function validate(kind: Kind, object: JsonObject, before?: JsonObject): void {
  const causes: Cause[] = [];
  const name = text(object, 'metadata', 'name');
  if (!subdomain.test(name) || name.length > 253)
    causes.push({ field: 'metadata.name', message: `Invalid value: "${name}": ${subdomainText}` });
  const replicas = number(object, 0, 'spec', 'replicas');
  if (replicas < 0) causes.push({ field: 'spec.replicas', message: `Invalid value: ${replicas}: must be greater than or equal to 0` });
  if (kind.group === 'apps' && isObject(object['spec'])) causes.push(...selectorCauses(object, before));
  if (causes.length > 0) throw invalid(kind.kind, kind.group, name, causes);
}

function selectorCauses(object: JsonObject, before?: JsonObject): Cause[] {
  const wanted = record(object, 'spec', 'selector', 'matchLabels');
  const labels = record(object, 'spec', 'template', 'metadata', 'labels');
  const causes: Cause[] = [];
  if (Object.keys(wanted).length === 0) causes.push({ field: 'spec.selector', message: 'Required value', reason: 'FieldValueRequired' });
  if (Object.entries(wanted).some(([key, value]) => labels[key] !== value))
    causes.push({
      field: 'spec.template.metadata.labels',
      message: `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``,
    });
  if (before !== undefined && !same(record(before, 'spec', 'selector'), record(object, 'spec', 'selector')))
    causes.push({ field: 'spec.selector', message: `Invalid value: ${JSON.stringify(wanted)}: field is immutable` });
  return causes;
}
