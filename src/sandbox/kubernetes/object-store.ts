/** The objects, their versions, and what changed since when: the etcd of the sandbox. */
import { createFieldSchema } from './field-schema.ts';
import { clone, type JsonObject, put, record, text } from './json.ts';
import { type Kind, storageKey } from './kinds.ts';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface Change {
  version: number;
  type: ChangeType;
  key: string;
  object: JsonObject;
}

export interface Saved {
  version: number;
  objects: { key: string; object: JsonObject }[];
}

/** Changes kept for watchers; an older resourceVersion is answered with 410. */
const historySize = 2000;

export class ObjectStore {
  version = 1000;
  /** Which fields the objects of each kind have. */
  readonly fields = createFieldSchema();
  #objects = new Map<string, Map<string, JsonObject>>();
  #history: Change[] = [];
  #listeners = new Set<(change: Change) => void>();
  /** Watches from before this version are expired. */
  oldest = 1000;

  #bucket(kind: Kind): Map<string, JsonObject> {
    const key = storageKey(kind);
    const found = this.#objects.get(key) ?? new Map<string, JsonObject>();
    this.#objects.set(key, found);
    return found;
  }

  /** A copy: changing it changes nothing. */
  find(kind: Kind, namespace: string, name: string): JsonObject | undefined {
    const found = this.#bucket(kind).get(`${namespace}/${name}`);
    return found === undefined ? undefined : clone(found);
  }

  /** In the order of namespace and name, as the API lists. The objects are the stored ones: read only. */
  list(kind: Kind, namespace?: string): JsonObject[] {
    const found: [string, JsonObject][] = [];
    for (const [key, object] of this.#bucket(kind))
      if (namespace === undefined || key.startsWith(`${namespace}/`)) found.push([key, object]);
    return found.toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, object]) => object);
  }

  /** Stores a copy with a new resourceVersion and returns that. */
  save(kind: Kind, object: JsonObject): JsonObject {
    const bucket = this.#bucket(kind);
    const key = `${text(object, 'metadata', 'namespace')}/${text(object, 'metadata', 'name')}`;
    const stored = clone(object);
    this.version += 1;
    put(stored, ['metadata', 'resourceVersion'], String(this.version));
    const type: ChangeType = bucket.has(key) ? 'MODIFIED' : 'ADDED';
    bucket.set(key, stored);
    this.#tell({ version: this.version, type, key: storageKey(kind), object: stored });
    return clone(stored);
  }

  remove(kind: Kind, namespace: string, name: string): void {
    const bucket = this.#bucket(kind);
    const found = bucket.get(`${namespace}/${name}`);
    if (found === undefined) return;
    bucket.delete(`${namespace}/${name}`);
    this.version += 1;
    const last = clone(found);
    put(last, ['metadata', 'resourceVersion'], String(this.version));
    this.#tell({ version: this.version, type: 'DELETED', key: storageKey(kind), object: last });
  }

  #tell(change: Change): void {
    this.#history.push(change);
    if (this.#history.length > historySize) {
      this.oldest = this.#history[0]?.version ?? this.oldest;
      this.#history.shift();
    }
    for (const listener of this.#listeners) listener(change);
  }

  /** Everything after a version, or undefined where that is too long ago. */
  since(version: number): Change[] | undefined {
    return version < this.oldest ? undefined : this.#history.filter((change) => change.version > version);
  }

  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets the history, so that every earlier watch is expired. */
  expire(): void {
    this.#history = [];
    this.oldest = this.version + 1;
  }

  export(): Saved {
    const objects = [...this.#objects].flatMap(([key, bucket]) => [...bucket.values()].map((object) => ({ key, object })));
    return { version: this.version, objects };
  }

  import(saved: Saved): void {
    this.version = saved.version + 1;
    this.oldest = this.version;
    for (const { key, object } of saved.objects) {
      const bucket = this.#objects.get(key) ?? new Map<string, JsonObject>();
      bucket.set(`${text(object, 'metadata', 'namespace')}/${text(object, 'metadata', 'name')}`, object);
      this.#objects.set(key, bucket);
    }
  }
}

export function labelsOf(object: JsonObject): JsonObject {
  return record(object, 'metadata', 'labels');
}
