/** What controllers share: owners and what they own. */
import { clone, type Json, type JsonObject, list, record, text } from './json.ts';
import type { Kind } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { create } from './operations.ts';

/** Who writes what controllers write. */
export const controllerManager = 'kube-controller-manager';

export function ownedBy(store: ObjectStore, kind: Kind, owner: JsonObject): JsonObject[] {
  const uid = text(owner, 'metadata', 'uid');
  return store
    .list(kind, text(owner, 'metadata', 'namespace'))
    .filter((object) => list(object, 'metadata', 'ownerReferences').some((reference) => text(reference, 'uid') === uid));
}

export interface NewOwned {
  kind: Kind;
  name: string;
  /** What the name was made from. */
  generateName?: string;
  owner: JsonObject;
  labels: JsonObject;
  annotations?: JsonObject;
  body: JsonObject;
}

export function makeOwned(store: ObjectStore, { kind, name, generateName, owner, labels, annotations, body }: NewOwned): JsonObject {
  const ownerReferences: Json[] = [
    {
      apiVersion: text(owner, 'apiVersion'),
      kind: text(owner, 'kind'),
      name: text(owner, 'metadata', 'name'),
      uid: text(owner, 'metadata', 'uid'),
      controller: true,
      blockOwnerDeletion: true,
    },
  ];
  const metadata: JsonObject = { name, labels: clone(labels), ownerReferences };
  if (generateName !== undefined) metadata['generateName'] = generateName;
  if (annotations !== undefined && Object.keys(annotations).length > 0) metadata['annotations'] = clone(annotations);
  const options = { dryRun: false, manager: controllerManager, fieldValidation: 'Ignore' };
  return create(store, kind, text(owner, 'metadata', 'namespace'), { metadata, ...clone(body) }, options).object;
}

export function isReady(pod: JsonObject): boolean {
  return (
    text(pod, 'metadata', 'deletionTimestamp') === '' &&
    list(pod, 'status', 'conditions').some((condition) => text(condition, 'type') === 'Ready' && text(condition, 'status') === 'True')
  );
}

export function templateOf(workload: JsonObject): JsonObject {
  return record(workload, 'spec', 'template');
}

export function isEnding(object: JsonObject): boolean {
  return text(object, 'metadata', 'deletionTimestamp') !== '';
}
