/** What the API server refuses with 422 when an object is written. */
import { isObject, type JsonObject, list, record, same, text } from './json.ts';
import { schemaCauses } from './custom/check-schema.ts';
import { definitionCauses } from './custom/definition-causes.ts';
import type { Kind } from './kinds.ts';
import { type Cause, invalid } from './status.ts';

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const subdomainText = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`;
const labelText = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`;
const serviceLabel = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const serviceText = `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`;

/** Throws 422 with every cause. */
export function validate(kind: Kind, object: JsonObject, before?: JsonObject): void {
  const name = text(object, 'metadata', 'name');
  const own = kind.custom === undefined ? byKind[kind.kind]?.(object, before) : schemaCauses(kind.custom.schema, object);
  const causes = [...nameCauses(kind, name), ...labelCauses(object), ...(own ?? [])];
  if (causes.length > 0) throw invalid(kind.kind, kind.group, name, causes);
}

const required = (field: string, message = ''): Cause => ({
  field,
  message: `Required value${message === '' ? '' : `: ${message}`}`,
  reason: 'FieldValueRequired',
});
const wrong = (field: string, value: unknown, message: string): Cause => ({
  field,
  message: `Invalid value: ${JSON.stringify(value)}: ${message}`,
});

function nameCauses(kind: Kind, name: string): Cause[] {
  if (name === '') return [required('metadata.name', 'name or generateName is required')];
  // RBAC names are path segments: they may hold colons and capitals.
  if (kind.group === 'rbac.authorization.k8s.io') return [];
  if (kind.custom === undefined && kind.kind === 'Namespace')
    return label.test(name) && name.length <= 63 ? [] : [wrong('metadata.name', name, labelText)];
  if (kind.custom === undefined && kind.kind === 'Service')
    return serviceLabel.test(name) && name.length <= 63 ? [] : [wrong('metadata.name', name, serviceText)];
  return subdomain.test(name) && name.length <= 253 ? [] : [wrong('metadata.name', name, subdomainText)];
}

const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const labelValueText = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`;

function labelCauses(object: JsonObject): Cause[] {
  return Object.values(record(object, 'metadata', 'labels')).flatMap((value) =>
    typeof value === 'string' && (!labelValue.test(value) || value.length > 63) ? [wrong('metadata.labels', value, labelValueText)] : [],
  );
}

type Check = (object: JsonObject, before?: JsonObject) => Cause[];

const byKind: Record<string, Check> = {
  Deployment: workload,
  ReplicaSet: workload,
  StatefulSet: workload,
  DaemonSet: workload,
  Job: job,
  Pod: pod,
  Service: service,
  HorizontalPodAutoscaler: autoscaler,
  CustomResourceDefinition: definitionCauses,
  PodDisruptionBudget: (budget) =>
    record(budget, 'spec')['minAvailable'] !== undefined && record(budget, 'spec')['maxUnavailable'] !== undefined
      ? [wrong('spec', record(budget, 'spec'), 'minAvailable and maxUnavailable cannot be both set')]
      : [],
  CronJob: (cronJob) => (text(cronJob, 'spec', 'schedule') === '' ? [required('spec.schedule')] : []),
};

function notNegative(object: JsonObject, field: string): Cause[] {
  const value = record(object, 'spec')[field];
  return typeof value === 'number' && value < 0 ? [wrong(`spec.${field}`, value, 'must be greater than or equal to 0')] : [];
}

function workload(object: JsonObject, before?: JsonObject): Cause[] {
  const wanted = record(object, 'spec', 'selector', 'matchLabels');
  const labels = record(object, 'spec', 'template', 'metadata', 'labels');
  const causes = [...notNegative(object, 'replicas'), ...notNegative(object, 'minReadySeconds')];
  const selector = record(object, 'spec')['selector'];
  if (selector === undefined) causes.push(required('spec.selector'));
  if (Object.entries(wanted).some(([key, value]) => labels[key] !== value))
    causes.push(wrong('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  if (before !== undefined && !same(record(before, 'spec')['selector'], selector))
    causes.push(wrong('spec.selector', selector, 'field is immutable'));
  return [...causes, ...containers(record(object, 'spec', 'template', 'spec'), 'spec.template.spec')];
}

function job(object: JsonObject, before?: JsonObject): Cause[] {
  const causes = ['parallelism', 'completions', 'backoffLimit'].flatMap((field) => notNegative(object, field));
  if (before !== undefined && !same(record(before, 'spec', 'template'), record(object, 'spec', 'template')))
    causes.push(wrong('spec.template', record(object, 'spec', 'template'), 'field is immutable'));
  const policy = text(object, 'spec', 'template', 'spec', 'restartPolicy');
  if (!['OnFailure', 'Never'].includes(policy))
    causes.push({
      field: 'spec.template.spec.restartPolicy',
      message: `Unsupported value: ${JSON.stringify(policy)}: supported values: "OnFailure", "Never"`,
      reason: 'FieldValueNotSupported',
    });
  return [...causes, ...containers(record(object, 'spec', 'template', 'spec'), 'spec.template.spec')];
}

const changeable = new Set([
  'activeDeadlineSeconds',
  'terminationGracePeriodSeconds',
  'tolerations',
  'containers',
  'initContainers',
  'nodeName',
]);
const podText =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

function pod(object: JsonObject, before?: JsonObject): Cause[] {
  const causes = containers(record(object, 'spec'), 'spec');
  if (before === undefined) return causes;
  const fixed = (from: JsonObject) => ({
    rest: Object.fromEntries(Object.entries(record(from, 'spec')).filter(([key]) => !changeable.has(key))),
    containers: list(from, 'spec', 'containers').map((one) => ({ ...record(one), image: '' })),
  });
  return same(fixed(before), fixed(object))
    ? causes
    : [...causes, { field: 'spec', message: `Forbidden: ${podText}`, reason: 'FieldValueForbidden' }];
}

function containers(spec: JsonObject, path: string): Cause[] {
  const all = list(spec, 'containers');
  if (all.length === 0) return [required(`${path}.containers`)];
  const names = all.map((one) => text(one, 'name'));
  return all.flatMap((container, index) => {
    const place = `${path}.containers[${index}]`;
    const name = names[index] ?? '';
    const causes: Cause[] = [];
    if (name === '') causes.push(required(`${place}.name`));
    else if (!label.test(name)) causes.push(wrong(`${place}.name`, name, labelText));
    else if (names.indexOf(name) < index)
      causes.push({ field: `${place}.name`, message: `Duplicate value: ${JSON.stringify(name)}`, reason: 'FieldValueDuplicate' });
    if (text(container, 'image') === '') causes.push(required(`${place}.image`));
    return causes;
  });
}

function service(object: JsonObject, before?: JsonObject): Cause[] {
  const causes = list(object, 'spec', 'ports').flatMap((port, index) => {
    const number = record(port)['port'];
    return typeof number === 'number' && number >= 1 && number <= 65_535
      ? []
      : [wrong(`spec.ports[${index}].port`, number ?? 0, 'must be between 1 and 65535, inclusive')];
  });
  if (list(object, 'spec', 'ports').length === 0 && text(object, 'spec', 'type') !== 'ExternalName') causes.push(required('spec.ports'));
  const address = record(object, 'spec')['clusterIP'];
  if (isObject(before) && text(before, 'spec', 'clusterIP') !== '' && !same(record(before, 'spec')['clusterIP'], address))
    causes.push(wrong('spec.clusterIPs[0]', address ?? null, 'may not change once set'));
  return causes;
}

function autoscaler(object: JsonObject): Cause[] {
  const { minReplicas, maxReplicas } = record(object, 'spec');
  if (typeof maxReplicas !== 'number' || maxReplicas < 1) return [wrong('spec.maxReplicas', maxReplicas ?? 0, 'must be greater than 0')];
  return typeof minReplicas === 'number' && minReplicas > maxReplicas
    ? [wrong('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`')]
    : [];
}
