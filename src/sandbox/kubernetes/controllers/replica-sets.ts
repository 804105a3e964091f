/** Keeps as many pods as a ReplicaSet asks for. */
import { clone, type Json, type JsonObject, list, number, put, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs, wholeSeconds } from '../operations.ts';
import { remove } from '../remove.ts';
import { matchesSelector } from '../selectors.ts';
import { ApiError } from '../status.ts';
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
  uidOf,
  withTimes,
} from './shared.ts';

const component = 'replicaset-controller';

/** Says in how many ms it should be looked at again, where time alone may change something. */
export function tendReplicaSet(store: ObjectStore, set: JsonObject): number | undefined {
  if (isEnding(set)) return undefined;
  adopt(store, set);
  const pods = ownedBy(store, kindNamed('Pod'), set).filter(isActive);
  const wanted = number(set, 1, 'spec', 'replicas');
  const refusal = wanted > pods.length ? fillUp(store, set, wanted - pods.length) : undefined;
  const surplus = pods.toSorted(bySpare).slice(0, Math.max(0, pods.length - wanted));
  for (const pod of surplus) endPod(store, set, pod, component);
  return writeStatus(store, set, refusal);
}

/** What admission said where it refused one; nothing more is tried then. */
function fillUp(store: ObjectStore, set: JsonObject, missing: number): string | undefined {
  if (waitLeft(store, set) > 0) return text(failureOf(set), 'message');
  try {
    for (let left = missing; left > 0; left -= 1) makePod(store, set, `${nameOf(set)}-`, component);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    tell(store, set, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${error.message}`, component });
    return error.message;
  }
}

function failureOf(set: JsonObject): Json | undefined {
  return list(set, 'status', 'conditions').find((one) => text(one, 'type') === 'ReplicaFailure');
}

/** It waits as long again as it has waited since the first refusal, from one second to a quarter of an hour. */
function waitLeft(store: ObjectStore, set: JsonObject): number {
  const since = Date.parse(text(failureOf(set), 'lastTransitionTime'));
  const tries = store.about(uidOf(set)).filter((event) => text(event, 'reason') === 'FailedCreate');
  const last = Math.max(0, ...tries.map((event) => Date.parse(text(event, 'lastTimestamp')) || 0));
  if (Number.isNaN(since) || last === 0) return 0;
  return last + Math.min(900_000, Math.max(1000, last - since)) - store.clock().getTime();
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

function writeStatus(store: ObjectStore, set: JsonObject, refusal: string | undefined): number | undefined {
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
    ...(refusal === undefined ? {} : { conditions: failure(store, set, refusal) }),
  };
  const saved = saveAs(store, kindNamed('ReplicaSet'), { ...set, status }, controllerManager);
  if (refusal !== undefined) return Math.max(1000, waitLeft(store, saved));
  return ready > available ? 1000 : undefined;
}

function failure(store: ObjectStore, set: JsonObject, message: string): Json[] {
  const condition: JsonObject = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message };
  return withTimes(list(set, 'status', 'conditions'), [condition], wholeSeconds(store.clock()));
}
