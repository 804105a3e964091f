/** An object as `kubectl describe` would put it: pods and workloads in their own words, everything else as its fields. */
import { cleanText, type Json, type JsonObject } from '#kit';
import { stringify } from 'yaml';
import type { SeenEvent } from './events.ts';
import { endOf, restartsOf } from './pods.ts';
import { progressOf } from './rollout.ts';
import { type Condition, type Container, type ContainerStatus, isJsonObject, KubeObject, Pod, Workload } from './schema.ts';

const maxLines = 400;

export function describeText(object: JsonObject, events: SeenEvent[]): string {
  const lines = [...header(object), ...body(object), ...eventLines(events)];
  const cut =
    lines.length > maxLines ? [...lines.slice(0, maxLines), `… ${lines.length - maxLines} more lines; all of it: -o yaml`] : lines;
  return cleanText(cut.join('\n'));
}

function field(label: string, value: string, indent = ''): string {
  return `${indent}${`${label}:`.padEnd(18 - indent.length)}${value}`.trimEnd();
}

function header(object: JsonObject): string[] {
  const parsed = KubeObject.safeParse(object);
  if (!parsed.success) return [];
  const { metadata, kind } = parsed.data;
  const owner = metadata.ownerReferences?.[0];
  return [
    field('Name', metadata.name),
    ...(metadata.namespace ? [field('Namespace', metadata.namespace)] : []),
    field('Kind', kind ?? ''),
    ...mapLines('Labels', metadata.labels),
    ...mapLines('Annotations', metadata.annotations),
    field('Created', metadata.creationTimestamp ?? ''),
    ...(metadata.deletionTimestamp ? [field('Being deleted', `since ${metadata.deletionTimestamp}`)] : []),
    ...(owner === undefined ? [] : [field('Controlled By', `${owner.kind}/${owner.name}`)]),
  ];
}

function mapLines(label: string, map: Record<string, string> | null | undefined): string[] {
  const entries = Object.entries(map ?? {});
  if (entries.length === 0) return [field(label, '<none>')];
  return entries.map(([key, value], index) => `${(index === 0 ? `${label}:` : '').padEnd(18)}${key}=${short(value)}`);
}

function short(value: string): string {
  const line = value.replaceAll(/\s+/g, ' ');
  return line.length > 140 ? `${line.slice(0, 140)}…` : line;
}

function body(object: JsonObject): string[] {
  switch (object['kind']) {
    case 'Pod': {
      const pod = Pod.safeParse(object);
      return pod.success ? podLines(pod.data) : yamlLines(object);
    }
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet': {
      const workload = Workload.safeParse(object);
      return workload.success ? workloadLines(object['kind'], workload.data) : yamlLines(object);
    }
    default:
      return yamlLines(object);
  }
}

function podLines(pod: Pod): string[] {
  const { spec, status } = pod;
  return [
    field('Node', spec.nodeName ?? '<none>'),
    field('Status', [status.phase ?? 'Unknown', status.reason, status.message].filter((part) => part).join(', ')),
    field('IP', status.podIP ?? ''),
    field('Restarts', String(restartsOf(pod))),
    ...(spec.serviceAccountName ? [field('Service Account', spec.serviceAccountName)] : []),
    ...containerLines('Init Containers', spec.initContainers ?? [], status.initContainerStatuses ?? []),
    ...containerLines('Containers', spec.containers, status.containerStatuses ?? []),
    ...conditionLines(status.conditions),
  ];
}

function workloadLines(kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet', workload: Workload): string[] {
  const { spec, status } = workload;
  const counts =
    kind === 'DaemonSet'
      ? `${status.desiredNumberScheduled ?? 0} desired, ${status.updatedNumberScheduled ?? 0} updated, ${status.numberAvailable ?? 0} available`
      : `${spec.replicas ?? 1} desired, ${status.updatedReplicas ?? status.replicas ?? 0} updated, ${status.readyReplicas ?? 0} ready, ${status.availableReplicas ?? 0} available`;
  return [
    ...mapLines('Selector', spec.selector?.matchLabels),
    field('Replicas', counts),
    field('Rollout', progressOf(kind, workload).message),
    ...(spec.paused === true ? [field('Paused', 'true')] : []),
    field('Strategy', spec.strategy?.type ?? spec.updateStrategy?.type ?? ''),
    ...containerLines('Pod Template', spec.template?.spec?.containers ?? [], []),
    ...conditionLines(status.conditions),
  ];
}

function containerLines(label: string, containers: Container[], statuses: ContainerStatus[]): string[] {
  if (containers.length === 0) return [];
  return [
    `${label}:`,
    ...containers.flatMap((container) =>
      oneContainer(
        container,
        statuses.find((status) => status.name === container.name),
      ),
    ),
  ];
}

function oneContainer(container: Container, status: ContainerStatus | undefined): string[] {
  const ports = (container.ports ?? []).map((port) => `${port.containerPort}/${port.protocol ?? 'TCP'}`).join(', ');
  const lines = [`  ${container.name}:`, field('Image', container.image ?? '', '    ')];
  if (ports !== '') lines.push(field('Ports', ports, '    '));
  for (const [label, values] of [
    ['Requests', container.resources?.requests],
    ['Limits', container.resources?.limits],
  ] as const)
    if (values && Object.keys(values).length > 0)
      lines.push(
        field(
          label,
          Object.entries(values)
            .map(([key, value]) => `${key} ${String(value)}`)
            .join(', '),
          '    ',
        ),
      );
  for (const [label, probe] of [
    ['Liveness', container.livenessProbe],
    ['Readiness', container.readinessProbe],
    ['Startup', container.startupProbe],
  ] as const)
    if (probe) lines.push(field(label, probeText(probe), '    '));
  if (status === undefined) return lines;
  const last = status.lastState?.terminated;
  return [
    ...lines,
    field('State', stateText(status), '    '),
    ...(last ? [field('Last State', `${endOf(last)}${last.finishedAt ? ` at ${last.finishedAt}` : ''}`, '    ')] : []),
    field('Ready', String(status.ready ?? false), '    '),
    field('Restarts', String(status.restartCount ?? 0), '    '),
  ];
}

function stateText({ state }: ContainerStatus): string {
  if (state?.running) return `Running since ${state.running.startedAt ?? '?'}`;
  if (state?.terminated) return `Terminated: ${endOf(state.terminated)}`;
  return `Waiting: ${[state?.waiting?.reason, state?.waiting?.message].filter((part) => part).join(', ') || '?'}`;
}

function probeText(probe: Record<string, unknown>): string {
  const { httpGet, exec, tcpSocket, grpc, initialDelaySeconds, timeoutSeconds, periodSeconds, failureThreshold } = probe;
  const how = httpGet
    ? `http ${targetText(httpGet)}`
    : [exec && `exec ${targetText(exec)}`, tcpSocket && `tcp ${targetText(tcpSocket)}`, grpc && `grpc ${targetText(grpc)}`].find(
        (part) => typeof part === 'string',
      );
  return `${how ?? ''} delay=${Number(initialDelaySeconds ?? 0)}s timeout=${Number(timeoutSeconds ?? 1)}s period=${Number(periodSeconds ?? 10)}s failures=${Number(failureThreshold ?? 3)}`.trim();
}

function targetText(target: unknown): string {
  if (typeof target !== 'object' || target === null) return '';
  if ('command' in target && Array.isArray(target.command)) return target.command.join(' ');
  const [port, path] = ['port' in target ? String(target.port) : '', 'path' in target ? String(target.path) : ''];
  return `:${port}${path}`;
}

function conditionLines(conditions: Condition[] | null | undefined): string[] {
  if (!conditions || conditions.length === 0) return [];
  return [
    'Conditions:',
    ...conditions.map(({ type, status, reason, message }) =>
      `  ${type.padEnd(27)}${status.padEnd(8)}${[reason, message].filter((part) => part).join(': ')}`.trimEnd(),
    ),
  ];
}

/** Everything but what the header has shown. */
function yamlLines(object: JsonObject): string[] {
  const rest: Record<string, Json> = {};
  for (const [key, value] of Object.entries(object)) if (!['apiVersion', 'kind', 'metadata'].includes(key)) rest[key] = value;
  if (isJsonObject(rest['status']) && Object.keys(rest['status']).length === 0) delete rest['status'];
  return Object.keys(rest).length === 0 ? [] : stringify(rest, { aliasDuplicateObjects: false, lineWidth: 120 }).trimEnd().split('\n');
}

function eventLines(events: SeenEvent[]): string[] {
  if (events.length === 0) return [field('Events', '<none>')];
  return [
    'Events:',
    ...events
      .slice(-25)
      .map(({ type, reason, last, count, message }) =>
        `  ${last.padEnd(22)}${type.padEnd(9)}${reason.padEnd(20)}${count > 1 ? `(x${count}) ` : ''}${message}`.trimEnd(),
      ),
  ];
}
