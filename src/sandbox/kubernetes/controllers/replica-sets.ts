/** Keeps as many pods as a ReplicaSet asks for. */
import { clone, type JsonObject, list, number, put, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs } from '../operations.ts';
import { remove } from '../remove.ts';
import { matchesSelector } from '../selectors.ts';
import { tell } from './events.ts';
import {
  controllerManager,
  controllerOf,
  isActive,
  isAvailable,
  isEnding,
  isReady,
  makeOwned,
  nameOf,
  namespaceOf,
  ownedBy,
  podsIn,
  referenceTo,
  templateOf,
} from './shared.ts';

/** Says in how many ms it should be looked at again, where time alone may change something. */
export function tendReplicaSet(store: ObjectStore, set: JsonObject): number | undefined {
  if (isEnding(set)) return undefined;
  adopt(store, set);
  const pods = ownedBy(store, kindNamed('Pod'), set).filter(isActive);
  const wanted = number(set, 1, 'spec', 'replicas');
  for (let missing = wanted - pods.length; missing > 0; missing -= 1) makePod(store, set, `${nameOf(set)}-`, 'replicaset-controller');
  const surplus = pods.toSorted(bySpare).slice(0, Math.max(0, pods.length - wanted));
  for (const pod of surplus) endPod(store, set, pod, 'replicaset-controller');
  return writeStatus(store, set);
}

/** Pods that nobody owns and the selector matches. */
function adopt(store: ObjectStore, set: JsonObject): void {
  const selector = record(set, 'spec', 'selector');
  for (const pod of podsIn(store, namespaceOf(set))) {
    if (controllerOf(pod) !== undefined || !isActive(pod) || !matchesSelector(pod, selector)) continue;
    const adopted = clone(pod);
    put(adopted, ['metadata', 'ownerReferences'], [...list(pod, 'metadata', 'ownerReferences'), referenceTo(set)]);
    saveAs(store, kindNamed('Pod'), adopted, controllerManager, '');
  }
}

/** Those that have no node, then that are not ready, then the youngest go first. */
function bySpare(left: JsonObject, right: JsonObject): number {
  const rank = (pod: JsonObject): number => (text(pod, 'spec', 'nodeName') === '' ? 0 : 1) + (isReady(pod) ? 2 : 0);
  const age = (pod: JsonObject): number => -Date.parse(text(pod, 'metadata', 'creationTimestamp'));
  return rank(left) - rank(right) || age(left) - age(right);
}

export function makePod(
  store: ObjectStore,
  owner: JsonObject,
  name: string,
  component: string,
  extraLabels: JsonObject = {},
  extraSpec: JsonObject = {},
): JsonObject {
  const template = templateOf(owner);
  const pod = makeOwned(store, {
    kind: kindNamed('Pod'),
    name,
    owner,
    labels: { ...record(template, 'metadata', 'labels'), ...extraLabels },
    annotations: record(template, 'metadata', 'annotations'),
    body: { spec: { ...record(template, 'spec'), ...extraSpec } },
  });
  tell(store, owner, { reason: 'SuccessfulCreate', message: `Created pod: ${nameOf(pod)}`, component });
  return pod;
}

export function endPod(store: ObjectStore, owner: JsonObject, pod: JsonObject, component: string): void {
  remove(store, kindNamed('Pod'), namespaceOf(pod), nameOf(pod), {}, false);
  tell(store, owner, { reason: 'SuccessfulDelete', message: `Deleted pod: ${nameOf(pod)}`, component });
}

function writeStatus(store: ObjectStore, set: JsonObject): number | undefined {
  const all = ownedBy(store, kindNamed('Pod'), set);
  const pods = all.filter(isActive);
  const patience = number(set, 0, 'spec', 'minReadySeconds');
  const now = store.clock().getTime();
  const ready = pods.filter(isReady).length;
  const available = pods.filter((pod) => isAvailable(pod, patience, now)).length;
  const status: JsonObject = {
    replicas: pods.length,
    ...(pods.length === 0 ? {} : { fullyLabeledReplicas: pods.length }),
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    ...(available === 0 ? {} : { availableReplicas: available }),
    terminatingReplicas: all.filter(isEnding).length,
    observedGeneration: number(set, 1, 'metadata', 'generation'),
  };
  saveAs(store, kindNamed('ReplicaSet'), { ...set, status }, controllerManager);
  return ready > available ? 1000 : undefined;
}
