/** Finds a node for a pod, or says why there is none. */
import { clone, type JsonObject, list, put, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs, wholeSeconds } from '../operations.ts';
import { cpuOf, memoryOf } from './quantities.ts';
import { tell } from './events.ts';
import { unmetClaim } from './pod-needs.ts';
import { isActive, nameOf, namespaceOf } from './shared.ts';

const component = 'default-scheduler';

/** The scheduled pod; undefined where no node takes it. */
export function schedule(store: ObjectStore, pod: JsonObject): JsonObject | undefined {
  const nodes = store.list(kindNamed('Node'));
  const claim = unmetClaim(store, pod);
  if (claim !== undefined) {
    refuse(store, pod, nodes.length, claim);
    return undefined;
  }
  const others = store.list(kindNamed('Pod')).filter(isActive);
  const reasons = new Map<string, number>();
  const fitting: { node: JsonObject; pods: number }[] = [];
  for (const node of nodes) {
    const there = others.filter((other) => text(other, 'spec', 'nodeName') === nameOf(node));
    const why = reasonAgainst(pod, node, there);
    if (why === undefined) fitting.push({ node, pods: there.length });
    else reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  const [best] = fitting.toSorted((left, right) => left.pods - right.pods);
  if (best === undefined) {
    const shown = [...reasons].map(([why, count]) => `${count} ${why}`).toSorted();
    refuse(store, pod, nodes.length, shown.join(', '));
    return undefined;
  }
  const bound = clone(pod);
  put(bound, ['spec', 'nodeName'], nameOf(best.node));
  const saved = saveAs(store, kindNamed('Pod'), bound, 'kube-scheduler', '');
  tell(store, saved, {
    reason: 'Scheduled',
    message: `Successfully assigned ${namespaceOf(pod)}/${nameOf(pod)} to ${nameOf(best.node)}`,
    component,
    action: 'Binding',
  });
  return saved;
}

function reasonAgainst(pod: JsonObject, node: JsonObject, there: JsonObject[]): string | undefined {
  if (record(node, 'spec')['unschedulable'] === true) return 'node(s) were unschedulable';
  const labels = record(node, 'metadata', 'labels');
  const selector = Object.entries(record(pod, 'spec', 'nodeSelector'));
  if (!selector.every(([key, value]) => labels[key] === value)) return `node(s) didn't match Pod's node affinity/selector`;
  const taint = list(node, 'spec', 'taints').find((one) => text(one, 'effect') !== 'PreferNoSchedule' && !tolerates(pod, record(one)));
  if (taint !== undefined) return `node(s) had untolerated taint {${text(taint, 'key')}: ${text(taint, 'value')}}`;
  if (there.length >= Number(record(node, 'status', 'allocatable')['pods'] ?? 110)) return 'Too many pods';
  const free = (name: string, of: (value: string) => number): number =>
    of(String(record(node, 'status', 'allocatable')[name] ?? '0')) - there.reduce((sum, other) => sum + requested(other, name, of), 0);
  if (requested(pod, 'cpu', cpuOf) > free('cpu', cpuOf)) return 'Insufficient cpu';
  if (requested(pod, 'memory', memoryOf) > free('memory', memoryOf)) return 'Insufficient memory';
  return undefined;
}

function tolerates(pod: JsonObject, taint: JsonObject): boolean {
  return list(pod, 'spec', 'tolerations').some((toleration) => {
    const key = text(toleration, 'key');
    const effect = text(toleration, 'effect');
    const isSame = text(toleration, 'operator') === 'Exists' || text(toleration, 'value') === text(taint, 'value');
    return (key === '' || key === taint['key']) && (effect === '' || effect === taint['effect']) && isSame;
  });
}

function requested(pod: JsonObject, name: string, of: (value: string) => number): number {
  return list(pod, 'spec', 'containers').reduce<number>(
    (sum, container) => sum + of(String(record(container, 'resources', 'requests')[name] ?? '0')),
    0,
  );
}

function refuse(store: ObjectStore, pod: JsonObject, nodes: number, why: string): void {
  const message = `0/${nodes} nodes are available: ${why}. no new claims to deallocate, preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;
  const condition: JsonObject = {
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: wholeSeconds(store.clock()),
    reason: 'Unschedulable',
    message,
  };
  const known = list(pod, 'status', 'conditions').find((one) => text(one, 'type') === 'PodScheduled');
  if (known !== undefined && text(known, 'message') === message) return;
  const saved = saveAs(
    store,
    kindNamed('Pod'),
    { ...pod, status: { ...record(pod, 'status'), phase: 'Pending', conditions: [condition] } },
    'kube-scheduler',
  );
  tell(store, saved, { type: 'Warning', reason: 'FailedScheduling', message, component, action: 'Scheduling' });
}
