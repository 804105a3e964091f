/** What `kubectl get` prints for each kind: the server decides, not kubectl. */
import { type JsonObject, list, number, record, text } from './json.ts';
import { selectorText } from './selectors.ts';

export interface Column {
  name: string;
  /** 1 is shown with `-o wide` only. */
  priority: 0 | 1;
  type: 'string' | 'integer';
  cell: (object: JsonObject, now: Date) => string | number;
}

const column = (name: string, cell: Column['cell'], priority: 0 | 1 = 0, type: Column['type'] = 'string'): Column => ({
  name,
  cell,
  priority,
  type,
});
const nameColumn = column('Name', (object) => text(object, 'metadata', 'name'));
const age = column('Age', (object, now) => shortAge(text(object, 'metadata', 'creationTimestamp'), now));
const count = (name: string, ...path: string[]) => column(name, (object) => number(object, 0, ...path), 0, 'integer');
const containers = (...path: string[]): Column[] => [
  column(
    'Containers',
    (object) =>
      list(object, ...path, 'containers')
        .map((one) => text(one, 'name'))
        .join(','),
    1,
  ),
  column(
    'Images',
    (object) =>
      list(object, ...path, 'containers')
        .map((one) => text(one, 'image'))
        .join(','),
    1,
  ),
];
const selector = column('Selector', (object) => selectorText(record(object, 'spec', 'selector')), 1);

/** As kubectl's HumanDuration: `11s`, `2m5s`, `3h12m`, `4d2h`, `40d`. */
export function shortAge(from: string, now: Date): string {
  if (from === '') return '<unknown>';
  const seconds = Math.max(0, Math.floor((now.getTime() - Date.parse(from)) / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  return days < 8 && hours % 24 > 0 ? `${days}d${hours % 24}h` : `${days}d`;
}

function podReady(pod: JsonObject): string {
  const statuses = list(pod, 'status', 'containerStatuses');
  return `${statuses.filter((status) => record(status)['ready'] === true).length}/${list(pod, 'spec', 'containers').length}`;
}

/** The worst thing that a container says, as kubectl words it. */
export function podStatus(pod: JsonObject): string {
  if (text(pod, 'metadata', 'deletionTimestamp') !== '') return 'Terminating';
  for (const status of list(pod, 'status', 'containerStatuses')) {
    const reason = text(status, 'state', 'waiting', 'reason') || text(status, 'state', 'terminated', 'reason');
    if (reason !== '') return reason;
  }
  return text(pod, 'status', 'reason') || text(pod, 'status', 'phase') || 'Pending';
}

function podRestarts(pod: JsonObject, now: Date): string {
  const statuses = list(pod, 'status', 'containerStatuses');
  const restarts = statuses.reduce<number>((sum, status) => sum + number(status, 0, 'restartCount'), 0);
  const last =
    statuses
      .map((status) => text(status, 'lastState', 'terminated', 'finishedAt'))
      .toSorted()
      .at(-1) ?? '';
  return restarts > 0 && last !== '' ? `${restarts} (${shortAge(last, now)} ago)` : String(restarts);
}

function ports(service: JsonObject): string {
  return (
    list(service, 'spec', 'ports')
      .map((port) => `${number(port, 0, 'port')}/${text(port, 'protocol') || 'TCP'}`)
      .join(',') || '<none>'
  );
}

const ready = column('Ready', (object) => `${number(object, 0, 'status', 'readyReplicas')}/${number(object, 0, 'spec', 'replicas')}`);

const byKind: Record<string, Column[]> = {
  Pod: [
    column('Ready', podReady),
    column('Status', podStatus),
    column('Restarts', podRestarts),
    age,
    column('IP', (pod) => text(pod, 'status', 'podIP') || '<none>', 1),
    column('Node', (pod) => text(pod, 'spec', 'nodeName') || '<none>', 1),
    column('Nominated Node', () => '<none>', 1),
    column('Readiness Gates', () => '<none>', 1),
  ],
  Deployment: [
    ready,
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
  StatefulSet: [ready, age, ...containers('spec', 'template', 'spec')],
  DaemonSet: [
    count('Desired', 'status', 'desiredNumberScheduled'),
    count('Current', 'status', 'currentNumberScheduled'),
    count('Ready', 'status', 'numberReady'),
    count('Up-to-date', 'status', 'updatedNumberScheduled'),
    count('Available', 'status', 'numberAvailable'),
    column('Node Selector', () => '<none>'),
    age,
    ...containers('spec', 'template', 'spec'),
    selector,
  ],
  Service: [
    column('Type', (service) => text(service, 'spec', 'type') || 'ClusterIP'),
    column('Cluster-IP', (service) => text(service, 'spec', 'clusterIP') || '<none>'),
    column('External-IP', () => '<none>'),
    column('Port(s)', ports),
    age,
    column(
      'Selector',
      (service) =>
        Object.entries(record(service, 'spec', 'selector'))
          .map(([key, value]) => `${key}=${String(value)}`)
          .join(',') || '<none>',
      1,
    ),
  ],
  Namespace: [column('Status', (object) => text(object, 'status', 'phase') || 'Active'), age],
  Node: [
    column('Status', (node) => (record(node, 'spec')['unschedulable'] === true ? 'Ready,SchedulingDisabled' : 'Ready')),
    column('Roles', () => '<none>'),
    age,
    column('Version', (node) => text(node, 'status', 'nodeInfo', 'kubeletVersion')),
  ],
  Event: [
    column('Last Seen', (event, now) => shortAge(text(event, 'lastTimestamp'), now)),
    column('Type', (event) => text(event, 'type')),
    column('Reason', (event) => text(event, 'reason')),
    column('Object', (event) => `${text(event, 'involvedObject', 'kind').toLowerCase()}/${text(event, 'involvedObject', 'name')}`),
    column('Message', (event) => text(event, 'message')),
  ],
  ConfigMap: [column('Data', (object) => Object.keys(record(object, 'data')).length, 0, 'integer'), age],
  Secret: [
    column('Type', (object) => text(object, 'type')),
    column('Data', (object) => Object.keys(record(object, 'data')).length, 0, 'integer'),
    age,
  ],
  Job: [
    column('Status', (job) => (number(job, 0, 'status', 'succeeded') > 0 ? 'Complete' : 'Running')),
    column('Completions', (job) => `${number(job, 0, 'status', 'succeeded')}/${number(job, 1, 'spec', 'completions')}`),
    column('Duration', () => '2s'),
    age,
  ],
  CronJob: [
    column('Schedule', (job) => text(job, 'spec', 'schedule')),
    column('Timezone', () => '<none>'),
    column('Suspend', (job) => (record(job, 'spec')['suspend'] === true ? 'True' : 'False')),
    column('Active', () => 0, 0, 'integer'),
    column('Last Schedule', () => '<none>'),
    age,
  ],
  Ingress: [
    column('Class', (object) => text(object, 'spec', 'ingressClassName') || '<none>'),
    column(
      'Hosts',
      (object) =>
        list(object, 'spec', 'rules')
          .map((rule) => text(rule, 'host'))
          .join(',') || '*',
    ),
    column('Address', () => ''),
    column('Ports', () => '80'),
    age,
  ],
  HorizontalPodAutoscaler: [
    column('Reference', (hpa) => `${text(hpa, 'spec', 'scaleTargetRef', 'kind')}/${text(hpa, 'spec', 'scaleTargetRef', 'name')}`),
    column('Targets', () => 'cpu: <unknown>/80%'),
    count('MinPods', 'spec', 'minReplicas'),
    count('MaxPods', 'spec', 'maxReplicas'),
    count('Replicas', 'status', 'currentReplicas'),
    age,
  ],
  PodDisruptionBudget: [
    column('Min Available', (pdb) => String(record(pdb, 'spec')['minAvailable'] ?? 'N/A')),
    column('Max Unavailable', (pdb) => String(record(pdb, 'spec')['maxUnavailable'] ?? 'N/A')),
    count('Allowed Disruptions', 'status', 'disruptionsAllowed'),
    age,
  ],
};

/** Events are told apart by their object, everything else by its name. */
export function columnsOf(kind: string): Column[] {
  const own = byKind[kind] ?? [age];
  return kind === 'Event' ? own : [nameColumn, ...own];
}
