/** What controllers share: what owns what, and the questions they ask of pods. */
import { clone, type Json, type JsonObject, list, record, text } from '../json.ts';
import { type Kind, kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { create } from '../operations.ts';

/** Who writes what controllers write. */
export const controllerManager = 'kube-controller-manager';

export const namespaceOf = (object: JsonObject): string => text(object, 'metadata', 'namespace');
export const nameOf = (object: JsonObject): string => text(object, 'metadata', 'name');
export const uidOf = (object: JsonObject): string => text(object, 'metadata', 'uid');
export const isEnding = (object: JsonObject): boolean => text(object, 'metadata', 'deletionTimestamp') !== '';
export const templateOf = (workload: JsonObject): JsonObject => record(workload, 'spec', 'template');

export function ownedBy(store: ObjectStore, kind: Kind, owner: JsonObject): JsonObject[] {
  return store.owned(kind, uidOf(owner));
}

export function controllerOf(object: JsonObject): JsonObject | undefined {
  const found = list(object, 'metadata', 'ownerReferences').find((reference) => record(reference)['controller'] === true);
  return found === undefined ? undefined : record(found);
}

export function referenceTo(owner: JsonObject): JsonObject {
  return {
    apiVersion: text(owner, 'apiVersion'),
    kind: text(owner, 'kind'),
    name: nameOf(owner),
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}

export interface NewOwned {
  kind: Kind;
  /** Ends with a hyphen where a suffix is to be made up. */
  name: string;
  owner: JsonObject;
  labels: JsonObject;
  annotations?: JsonObject;
  body: JsonObject;
}

export function makeOwned(store: ObjectStore, { kind, name, owner, labels, annotations = {}, body }: NewOwned): JsonObject {
  const ownerReferences: Json[] = [referenceTo(owner)];
  const metadata: JsonObject = {
    ...(name.endsWith('-') ? { generateName: name } : { name }),
    labels: clone(labels),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations: clone(annotations) }),
    ownerReferences,
  };
  const options = { dryRun: false, manager: controllerManager, fieldValidation: 'Ignore' };
  return create(store, kind, namespaceOf(owner), { metadata, ...clone(body) }, options).object;
}

export function isReady(pod: JsonObject): boolean {
  return !isEnding(pod) && hasCondition(pod, 'Ready');
}

export function hasCondition(object: JsonObject, type: string): boolean {
  return list(object, 'status', 'conditions').some((condition) => text(condition, 'type') === type && text(condition, 'status') === 'True');
}

/** Neither ended nor ending: what a set counts. */
export function isActive(pod: JsonObject): boolean {
  return !isEnding(pod) && !['Succeeded', 'Failed'].includes(text(pod, 'status', 'phase'));
}

/** Ready for as long as `minReadySeconds` asks. */
export function isAvailable(pod: JsonObject, minReadySeconds: number, now: number): boolean {
  if (!isReady(pod)) return false;
  const ready = list(pod, 'status', 'conditions').find((condition) => text(condition, 'type') === 'Ready');
  return minReadySeconds === 0 || Date.parse(text(ready, 'lastTransitionTime')) + minReadySeconds * 1000 <= now;
}

/** A share of `total` such as `25%`, or a plain number. */
export function share(value: Json | undefined, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const part = (Number.parseFloat(String(value ?? '0')) / 100) * total;
  return round === 'up' ? Math.ceil(part) : Math.floor(part);
}

/** Conditions with the times that they had, where they say what they said. */
export function withTimes(before: Json[], conditions: JsonObject[], now: string, updates = false): Json[] {
  return conditions.map((condition) => {
    const old = before.find((one) => text(one, 'type') === condition['type']);
    const sameStatus = old !== undefined && text(old, 'status') === condition['status'];
    const sameReason =
      sameStatus && text(old, 'reason') === text(condition, 'reason') && text(old, 'message') === text(condition, 'message');
    const lastTransitionTime = sameStatus ? (record(old)['lastTransitionTime'] ?? now) : now;
    if (!updates) return { ...condition, lastTransitionTime };
    return { ...condition, lastUpdateTime: sameReason ? (record(old)['lastUpdateTime'] ?? now) : now, lastTransitionTime };
  });
}

export function podsIn(store: ObjectStore, namespace: string): JsonObject[] {
  return store.list(kindNamed('Pod'), namespace);
}
