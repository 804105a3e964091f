/** What controllers share: names, owners, template hashes. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { clone, type JsonObject, list, record, text } from './json.ts';
import { groupVersionOf, type Kind } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { addDefaults } from './defaults.ts';

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Five letters as the API server's generated names have. */
export function randomSuffix(length = 5): string {
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

export function hashOf(template: JsonObject): string {
  const digest = createHash('sha256').update(JSON.stringify(template)).digest();
  return [...digest.subarray(0, 10)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

export function ownedBy(store: ObjectStore, kind: Kind, owner: JsonObject): JsonObject[] {
  const uid = text(owner, 'metadata', 'uid');
  return store
    .list(kind, text(owner, 'metadata', 'namespace'))
    .filter((object) => list(object, 'metadata', 'ownerReferences').some((reference) => text(reference, 'uid') === uid));
}

export interface NewOwned {
  kind: Kind;
  name: string;
  owner: JsonObject;
  labels: JsonObject;
  annotations?: JsonObject;
  body: JsonObject;
}

export function makeOwned(store: ObjectStore, { kind, name, owner, labels, annotations, body }: NewOwned): JsonObject {
  const object: JsonObject = {
    apiVersion: groupVersionOf(kind),
    kind: kind.kind,
    metadata: {
      name,
      namespace: text(owner, 'metadata', 'namespace'),
      uid: randomUUID(),
      creationTimestamp: `${new Date().toISOString().slice(0, 19)}Z`,
      ...(kind.generation && kind.kind !== 'Pod' ? { generation: 1 } : {}),
      labels: clone(labels),
      ...(annotations === undefined ? {} : { annotations: clone(annotations) }),
      ownerReferences: [
        {
          apiVersion: text(owner, 'apiVersion'),
          kind: text(owner, 'kind'),
          name: text(owner, 'metadata', 'name'),
          uid: text(owner, 'metadata', 'uid'),
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    ...clone(body),
  };
  addDefaults(kind, object);
  return store.save(kind, object);
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
