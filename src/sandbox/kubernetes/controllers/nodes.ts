/** Nodes: the taints that follow from their conditions, and what becomes of the pods on one that is in trouble. */
import { type Json, type JsonObject, list, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs, wholeSeconds } from '../operations.ts';
import { remove } from '../remove.ts';
import { tell } from './events.ts';
import { controllerManager, controllerOf, hasCondition, isActive, isEnding, nameOf, namespaceOf } from './shared.ts';

/** Pods tolerate a lost node for so long, unless they say otherwise. */
const tolerance = 300_000;

/** Its kubelet does not answer. */
export function isDown(store: ObjectStore, name: string): boolean {
  const status = readiness(store.peek(kindNamed('Node'), '', name));
  return status !== undefined && status !== 'True';
}

function readiness(node: JsonObject | undefined): string | undefined {
  const ready = list(node, 'status', 'conditions').find((one) => text(one, 'type') === 'Ready');
  return ready === undefined ? undefined : text(ready, 'status');
}

/** Says in how many ms it should be looked at again. */
export function tendNode(store: ObjectStore, node: JsonObject): number | undefined {
  writeTaints(store, node);
  if (hasCondition(node, 'DiskPressure')) evictForSpace(store, node);
  const ready = readiness(node);
  return ready === undefined || ready === 'True' ? undefined : loseNode(store, node);
}

/** Taint keys that follow from what a node says of itself. */
function taintsOf(node: JsonObject): { key: string; effect: string }[] {
  const key = (name: string) => `node.kubernetes.io/${name}`;
  const ready = readiness(node);
  const lost = ready === 'Unknown' ? 'unreachable' : 'not-ready';
  return [
    ...(record(node, 'spec')['unschedulable'] === true ? [{ key: key('unschedulable'), effect: 'NoSchedule' }] : []),
    ...(hasCondition(node, 'DiskPressure') ? [{ key: key('disk-pressure'), effect: 'NoSchedule' }] : []),
    ...(hasCondition(node, 'MemoryPressure') ? [{ key: key('memory-pressure'), effect: 'NoSchedule' }] : []),
    ...(ready === undefined || ready === 'True' ? [] : ['NoSchedule', 'NoExecute'].map((effect) => ({ key: key(lost), effect }))),
  ];
}

const own = /^node\.kubernetes\.io\/(unschedulable|disk-pressure|memory-pressure|unreachable|not-ready)$/;

function writeTaints(store: ObjectStore, node: JsonObject): void {
  const spec = record(node, 'spec');
  const before = list(spec, 'taints');
  const wanted = taintsOf(node);
  const isWanted = (taint: Json) => wanted.some(({ key, effect }) => text(taint, 'key') === key && text(taint, 'effect') === effect);
  const kept = before.filter((taint) => !own.test(text(taint, 'key')) || isWanted(taint));
  const added: Json[] = wanted
    .filter(({ key, effect }) => !before.some((taint) => text(taint, 'key') === key && text(taint, 'effect') === effect))
    .map((taint) => ({ ...taint, timeAdded: wholeSeconds(store.clock()) }));
  if (added.length === 0 && kept.length === before.length) return;
  const { taints: _old, ...rest } = spec;
  const next = [...kept, ...added];
  saveAs(store, kindNamed('Node'), { ...node, spec: next.length === 0 ? rest : { ...rest, taints: next } }, controllerManager, '');
}

function podsOn(store: ObjectStore, node: JsonObject): JsonObject[] {
  return store.list(kindNamed('Pod')).filter((pod) => text(pod, 'spec', 'nodeName') === nameOf(node) && isActive(pod));
}

/** The kubelet makes room; daemons it keeps. */
function evictForSpace(store: ObjectStore, node: JsonObject): void {
  for (const pod of podsOn(store, node)) {
    if (text(controllerOf(pod), 'kind') === 'DaemonSet') continue;
    const names = list(pod, 'spec', 'containers').map((one) => text(one, 'name'));
    const message = `The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 3Gi. Container ${names[0] ?? ''} was using 8Gi, request is 0, has larger consumption of ephemeral-storage. `;
    const now = wholeSeconds(store.clock());
    const conditions = list(pod, 'status', 'conditions').map((condition): Json =>
      ['Ready', 'ContainersReady', 'PodReadyToStartContainers'].includes(text(condition, 'type'))
        ? { ...record(condition), status: 'False', reason: 'PodFailed', lastTransitionTime: now }
        : condition,
    );
    const target: JsonObject = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'TerminationByKubelet',
      message,
      lastTransitionTime: now,
    };
    const { containerStatuses: _gone, ...rest } = record(pod, 'status');
    const status: JsonObject = { ...rest, phase: 'Failed', reason: 'Evicted', message, conditions: [...conditions, target] };
    saveAs(store, kindNamed('Pod'), { ...pod, status }, 'kubelet');
    tell(store, pod, { type: 'Warning', reason: 'Evicted', message, component: 'kubelet', host: nameOf(node) });
  }
}

/** Nobody hears of its pods any more: they count as not ready, and after five minutes others take their place. */
function loseNode(store: ObjectStore, node: JsonObject): number | undefined {
  const pods = podsOn(store, node);
  for (const pod of pods.filter((one) => hasCondition(one, 'Ready'))) {
    const conditions = list(pod, 'status', 'conditions').map((condition): Json =>
      text(condition, 'type') === 'Ready'
        ? { ...record(condition), status: 'False', lastTransitionTime: wholeSeconds(store.clock()) }
        : condition,
    );
    saveAs(store, kindNamed('Pod'), { ...pod, status: { ...record(pod, 'status'), conditions } }, controllerManager);
    tell(store, pod, { type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready', component: 'node-controller' });
  }
  const since = Math.max(
    ...list(node, 'spec', 'taints').map((taint) => (text(taint, 'effect') === 'NoExecute' ? Date.parse(text(taint, 'timeAdded')) || 0 : 0)),
    0,
  );
  if (since === 0) return 1;
  const left = since + tolerance - store.clock().getTime();
  if (left > 0) return left;
  for (const pod of pods.filter((one) => !isEnding(one) && text(controllerOf(one), 'kind') !== 'DaemonSet')) {
    tell(store, pod, {
      reason: 'TaintManagerEviction',
      message: `Marking for deletion Pod ${namespaceOf(pod)}/${nameOf(pod)}`,
      component: 'taint-eviction-controller',
    });
    remove(store, kindNamed('Pod'), namespaceOf(pod), nameOf(pod), {}, false);
  }
  return undefined;
}
