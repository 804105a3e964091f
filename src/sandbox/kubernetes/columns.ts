/** What `kubectl get` prints for each kind: the server decides, not kubectl. */
import { age, column, type Column, containers, count, podColumns, shortAge, shortDuration } from './column-parts.ts';
import { type JsonObject, list, number, record, text } from './json.ts';
import { selectorText } from './selectors.ts';

const selector = column('Selector', (object) => selectorText(record(object, 'spec', 'selector')), 1);
const orNone = (value: string): string => (value === '' ? '<none>' : value);
const labelsText = (labels: JsonObject): string =>
  orNone(
    Object.entries(labels)
      .map(([key, value]) => `${key}=${String(value)}`)
      .join(','),
  );
const flag = (value: unknown): string => (value === true ? 'True' : 'False');
const created = column('Created At', (object) => text(object, 'metadata', 'creationTimestamp'));
const dataCount = column('Data', (object) => Object.keys({ ...record(object, 'data'), ...record(object, 'binaryData') }).length);

const byKind: Record<string, Column[]> = {
  Pod: podColumns,
  Deployment: [
    column('Ready', (object) => `${number(object, 0, 'status', 'readyReplicas')}/${number(object, 0, 'spec', 'replicas')}`),
    count('Up-to-date', 'status', 'updatedReplicas'),
    count('Available', 'status', 'availableReplicas'),
    age,
    ...containers('spec', 'template', 'spec'),
    selector,
  ],
  ReplicaSet: [
    count('Desired', 'spec', 'replicas'),
    count('Current', 'status', 'replicas'),
    count('Ready', 'status', 'readyReplicas'),
    age,
    ...containers('spec', 'template', 'spec'),
    selector,
  ],
  StatefulSet: [
    column('Ready', (object) => `${number(object, 0, 'status', 'readyReplicas')}/${number(object, 0, 'spec', 'replicas')}`),
    age,
    ...containers('spec', 'template', 'spec'),
  ],
  DaemonSet: [
    count('Desired', 'status', 'desiredNumberScheduled'),
    count('Current', 'status', 'currentNumberScheduled'),
    count('Ready', 'status', 'numberReady'),
    count('Up-to-date', 'status', 'updatedNumberScheduled'),
    count('Available', 'status', 'numberAvailable'),
    column('Node Selector', (object) => labelsText(record(object, 'spec', 'template', 'spec', 'nodeSelector'))),
    age,
    ...containers('spec', 'template', 'spec'),
    selector,
  ],
  ControllerRevision: [column('Controller', controllerText), count('Revision', 'revision'), age],
  Service: [
    column('Type', (service) => text(service, 'spec', 'type')),
    column('Cluster-IP', (service) => orNone(text(service, 'spec', 'clusterIP'))),
    column('External-IP', externalAddress),
    column('Port(s)', (service) => orNone(list(service, 'spec', 'ports').map(servicePort).join(','))),
    age,
    column('Selector', (service) => labelsText(record(service, 'spec', 'selector')), 1),
  ],
  Endpoints: [column('Endpoints', endpointsText), age],
  EndpointSlice: [
    column('AddressType', (slice) => text(slice, 'addressType')),
    column(
      'Ports',
      (slice) =>
        list(slice, 'ports')
          .map((port) => String(record(port)['port']))
          .join(',') || '<unset>',
    ),
    column('Endpoints', (slice) =>
      few(
        list(slice, 'endpoints').flatMap((one) => list(one, 'addresses').map(String)),
        '<unset>',
      ),
    ),
    age,
  ],
  Namespace: [column('Status', (object) => text(object, 'status', 'phase')), age],
  Node: [
    column('Status', nodeStatus),
    column('Roles', nodeRoles),
    age,
    column('Version', (node) => text(node, 'status', 'nodeInfo', 'kubeletVersion')),
    column('Internal-IP', (node) => nodeAddress(node, 'InternalIP'), 1),
    column('External-IP', (node) => nodeAddress(node, 'ExternalIP'), 1),
    column('OS-Image', (node) => text(node, 'status', 'nodeInfo', 'osImage') || '<unknown>', 1),
    column('Kernel-Version', (node) => text(node, 'status', 'nodeInfo', 'kernelVersion') || '<unknown>', 1),
    column('Container-Runtime', (node) => text(node, 'status', 'nodeInfo', 'containerRuntimeVersion') || '<unknown>', 1),
  ],
  Event: [
    column('Last Seen', (event, now) => shortAge(text(event, 'lastTimestamp') || text(event, 'eventTime'), now)),
    column('Type', (event) => text(event, 'type')),
    column('Reason', (event) => text(event, 'reason')),
    column('Object', (event) => `${text(event, 'involvedObject', 'kind').toLowerCase()}/${text(event, 'involvedObject', 'name')}`),
    column('Subobject', (event) => text(event, 'involvedObject', 'fieldPath'), 1),
    column('Source', eventSource, 1),
    column('Message', (event) => text(event, 'message').trim()),
    column('First Seen', (event, now) => shortAge(text(event, 'firstTimestamp') || text(event, 'eventTime'), now), 1),
    column('Count', (event) => number(event, 1, 'count'), 1),
    column('Name', (event) => text(event, 'metadata', 'name'), 1),
  ],
  ConfigMap: [dataCount, age],
  Secret: [column('Type', (object) => text(object, 'type')), dataCount, age],
  ServiceAccount: [column('Secrets', (object) => list(object, 'secrets').length), age],
  PersistentVolumeClaim: [
    column('Status', (claim) => text(claim, 'status', 'phase')),
    column('Volume', (claim) => text(claim, 'spec', 'volumeName')),
    column('Capacity', (claim) => String(record(claim, 'status', 'capacity')['storage'] ?? '')),
    column('Access Modes', (claim) => list(claim, 'status', 'accessModes').map(accessMode).join(',')),
    column('StorageClass', (claim) => text(claim, 'spec', 'storageClassName')),
    column('VolumeAttributesClass', () => '<unset>'),
    age,
    column('VolumeMode', (claim) => text(claim, 'spec', 'volumeMode') || '<unset>', 1),
  ],
  Job: [
    column('Status', jobStatus),
    column('Completions', (job) => `${number(job, 0, 'status', 'succeeded')}/${number(job, 1, 'spec', 'completions')}`),
    column('Duration', jobDuration),
    age,
    ...containers('spec', 'template', 'spec'),
    selector,
  ],
  CronJob: [
    column('Schedule', (job) => text(job, 'spec', 'schedule')),
    column('Timezone', (job) => orNone(text(job, 'spec', 'timeZone'))),
    column('Suspend', (job) => flag(record(job, 'spec')['suspend'])),
    column('Active', (job) => list(job, 'status', 'active').length),
    column('Last Schedule', (job, now) =>
      text(job, 'status', 'lastScheduleTime') === '' ? '<none>' : shortAge(text(job, 'status', 'lastScheduleTime'), now),
    ),
    age,
    ...containers('spec', 'jobTemplate', 'spec', 'template', 'spec'),
    column('Selector', () => '<none>', 1),
  ],
  IngressClass: [
    column('Controller', (object) => text(object, 'spec', 'controller')),
    column('Parameters', (object) =>
      orNone(
        [text(object, 'spec', 'parameters', 'kind'), text(object, 'spec', 'parameters', 'name')].filter((part) => part !== '').join('/'),
      ),
    ),
    age,
  ],
  Ingress: [
    column('Class', (object) => orNone(text(object, 'spec', 'ingressClassName'))),
    column('Hosts', (object) =>
      few(
        list(object, 'spec', 'rules').map((rule) => text(rule, 'host') || '*'),
        '*',
      ),
    ),
    column('Address', (object) =>
      list(object, 'status', 'loadBalancer', 'ingress')
        .map((one) => text(one, 'ip') || text(one, 'hostname'))
        .join(','),
    ),
    column('Ports', (object) => (list(object, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
    age,
  ],
  NetworkPolicy: [column('Pod-Selector', (policy) => selectorText(record(policy, 'spec', 'podSelector'))), age],
  HorizontalPodAutoscaler: [
    column('Reference', (one) => `${text(one, 'spec', 'scaleTargetRef', 'kind')}/${text(one, 'spec', 'scaleTargetRef', 'name')}`),
    column('Targets', targetsText),
    column('MinPods', (one) => String(record(one, 'spec')['minReplicas'] ?? '<unset>')),
    count('MaxPods', 'spec', 'maxReplicas'),
    count('Replicas', 'status', 'currentReplicas'),
    age,
  ],
  PodDisruptionBudget: [
    column('Min Available', (budget) => String(record(budget, 'spec')['minAvailable'] ?? 'N/A')),
    column('Max Unavailable', (budget) => String(record(budget, 'spec')['maxUnavailable'] ?? 'N/A')),
    count('Allowed Disruptions', 'status', 'disruptionsAllowed'),
    age,
  ],
  LimitRange: [created],
  CustomResourceDefinition: [created],
  Role: [created],
  ClusterRole: [created],
  RoleBinding: [column('Role', (binding) => `${text(binding, 'roleRef', 'kind')}/${text(binding, 'roleRef', 'name')}`), age, ...subjects()],
  ClusterRoleBinding: [
    column('Role', (binding) => `${text(binding, 'roleRef', 'kind')}/${text(binding, 'roleRef', 'name')}`),
    age,
    ...subjects(),
  ],
};

export const nameColumn = column('Name', (object) => text(object, 'metadata', 'name'));

/** Events are told apart by their object, everything else by its name. */
export function columnsOf(kind: string): Column[] {
  const own = byKind[kind] ?? [age];
  return kind === 'Event' ? own : [nameColumn, ...own];
}

/** At most three, as kubectl shows them. */
function few(values: string[], none: string): string {
  if (values.length === 0) return none;
  return values.length > 3 ? `${values.slice(0, 3).join(',')} + ${values.length - 3} more...` : values.join(',');
}

function controllerText(revision: JsonObject): string {
  const owner = record(list(revision, 'metadata', 'ownerReferences')[0]);
  return `${text(owner, 'kind').toLowerCase()}.apps/${text(owner, 'name')}`;
}

function externalAddress(service: JsonObject): string {
  const type = text(service, 'spec', 'type');
  if (type === 'ExternalName') return text(service, 'spec', 'externalName');
  return type === 'LoadBalancer' ? '<pending>' : '<none>';
}

function servicePort(port: unknown): string {
  // Items of a list that came through JSON.
  const { port: number, nodePort, protocol } = record(port as JsonObject);
  return `${String(number)}${nodePort === undefined ? '' : `:${String(nodePort)}`}/${String(protocol)}`;
}

function endpointsText(endpoints: JsonObject): string {
  const all = list(endpoints, 'subsets').flatMap((subset) =>
    list(subset, 'ports').flatMap((port) =>
      list(subset, 'addresses').map((address) => `${text(address, 'ip')}:${String(record(port)['port'])}`),
    ),
  );
  return few(all, '<none>');
}

function nodeStatus(node: JsonObject): string {
  const ready = list(node, 'status', 'conditions').find((condition) => text(condition, 'type') === 'Ready');
  const words = ready === undefined ? 'Unknown' : ({ True: 'Ready', False: 'NotReady' }[text(ready, 'status')] ?? 'Unknown');
  return record(node, 'spec')['unschedulable'] === true ? `${words},SchedulingDisabled` : words;
}

function nodeRoles(node: JsonObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(record(node, 'metadata', 'labels')).filter((key) => key.startsWith(prefix));
  return orNone(roles.map((key) => key.slice(prefix.length)).join(','));
}

function nodeAddress(node: JsonObject, type: string): string {
  return orNone(
    text(
      list(node, 'status', 'addresses').find((address) => text(address, 'type') === type),
      'address',
    ),
  );
}

function eventSource(event: JsonObject): string {
  const [component, host] = [text(event, 'source', 'component') || text(event, 'reportingComponent'), text(event, 'source', 'host')];
  return host === '' ? component : `${component}, ${host}`;
}

function accessMode(mode: unknown): string {
  return { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' }[String(mode)] ?? String(mode);
}

function jobStatus(job: JsonObject): string {
  const holds = (type: string) =>
    list(job, 'status', 'conditions').some((one) => text(one, 'type') === type && text(one, 'status') === 'True');
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (record(job, 'spec')['suspend'] === true) return 'Suspended';
  return text(job, 'metadata', 'deletionTimestamp') === '' ? 'Running' : 'Terminating';
}

function jobDuration(job: JsonObject, now: Date): string {
  const start = text(job, 'status', 'startTime');
  const end = text(job, 'status', 'completionTime');
  return start === '' ? '' : shortDuration(Date.parse(start), end === '' ? now.getTime() : Date.parse(end));
}

function targetsText(autoscaler: JsonObject): string {
  const shown = list(autoscaler, 'spec', 'metrics').map((metric) => {
    const target = record(metric, 'resource', 'target');
    const wanted =
      target['averageUtilization'] === undefined ? String(target['averageValue'] ?? '') : `${String(target['averageUtilization'])}%`;
    return `${text(metric, 'resource', 'name')}: <unknown>/${wanted}`;
  });
  return shown.join(', ') || '<none>';
}

function subjects(): Column[] {
  const named = (title: string, kind: string) =>
    column(
      title,
      (binding) =>
        list(binding, 'subjects')
          .filter((one) => text(one, 'kind') === kind)
          .map((one) => (text(one, 'namespace') === '' ? text(one, 'name') : `${text(one, 'namespace')}/${text(one, 'name')}`))
          .join(', '),
      1,
    );
  return [named('Users', 'User'), named('Groups', 'Group'), named('ServiceAccounts', 'ServiceAccount')];
}
