/** The objects, their versions, and what changed since when: the etcd of the sandbox. */
import { kindsOf } from './custom/custom-kinds.ts';
import { createFieldSchema } from './field-schema.ts';
import { clone, type JsonObject, list, put, record, text } from './json.ts';
import { type Kind, kindNamed, kinds, storageKey } from './kinds.ts';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface Change {
  version: number;
  type: ChangeType;
  key: string;
  object: JsonObject;
  /** What it was, where it was there. */
  before: JsonObject | undefined;
}

export interface Saved {
  version: number;
  objects: { key: string; object: JsonObject }[];
}

interface Bucket {
  objects: Map<string, JsonObject>;
  /** In the order of namespace and name; undefined after something came or went. */
  sorted: string[] | undefined;
}

const definitions = storageKey(kindNamed('CustomResourceDefinition'));

/** Changes kept for watchers; an older resourceVersion is answered with 410. */
const historySize = 4000;

export class ObjectStore {
  version = 1000;
  /** Which fields the objects of each kind have. */
  readonly fields = createFieldSchema();
  /** False while a past is lived through whose events nobody would remember. */
  keepsEvents = true;
  /** The time, for everything that is written into objects. */
  clock: () => Date;
  #buckets = new Map<string, Bucket>();
  /** Worked out anew after a definition changed. */
  #served: readonly Kind[] | undefined;
  /** Objects by the uid of an owner, and events by the uid of what they are about. */
  #related = new Map<string, Map<string, { key: string; object: JsonObject }>>();
  #uids = new Set<string>();
  #moment = 0n;
  #history: Change[] = [];
  #listeners = new Set<(change: Change) => void>();
  /** Watches from before this version are expired. */
  oldest = 1000;

  constructor(clock: () => Date = () => new Date()) {
    this.clock = clock;
  }

  #bucket(key: string): Bucket {
    const found = this.#buckets.get(key) ?? { objects: new Map<string, JsonObject>(), sorted: undefined };
    this.#buckets.set(key, found);
    return found;
  }

  /** What is served now: the own kinds, and those of definitions that are established. */
  readonly kinds = (): readonly Kind[] => {
    this.#served ??= this.#withCustom();
    return this.#served;
  };

  #withCustom(): readonly Kind[] {
    const metadata = this.fields.ofKind(kindNamed('ConfigMap'))?.fields.get('metadata')?.type;
    const all = [...this.#bucket(definitions).objects.values()];
    return metadata === undefined ? kinds : [...kinds, ...all.flatMap((definition) => kindsOf(definition, metadata))];
  }

  /** A copy: changing it changes nothing. */
  find(kind: Kind, namespace: string, name: string): JsonObject | undefined {
    const found = this.#bucket(storageKey(kind)).objects.get(`${namespace}/${name}`);
    return found === undefined ? undefined : clone(found);
  }

  /** The stored object itself: read only. */
  peek(kind: Kind, namespace: string, name: string): JsonObject | undefined {
    return this.#bucket(storageKey(kind)).objects.get(`${namespace}/${name}`);
  }

  /** In the order of namespace and name, as the API lists. The objects are the stored ones: read only. */
  list(kind: Kind, namespace?: string): JsonObject[] {
    const bucket = this.#bucket(storageKey(kind));
    bucket.sorted ??= [...bucket.objects.keys()].toSorted();
    const found: JsonObject[] = [];
    for (const key of bucket.sorted) {
      const object = bucket.objects.get(key);
      if (object !== undefined && (namespace === undefined || key.startsWith(`${namespace}/`))) found.push(object);
    }
    return found;
  }

  /** What has this uid as an owner. The objects are the stored ones: read only. */
  owned(kind: Kind, uid: string): JsonObject[] {
    const key = storageKey(kind);
    // Events are kept beside them, but what they are about does not own them: they outlive it.
    if (key === 'Event') return [];
    return [...(this.#related.get(uid)?.values() ?? [])].filter((one) => one.key === key).map(({ object }) => object);
  }

  /** Events about the object with this uid. */
  about(uid: string): JsonObject[] {
    return [...(this.#related.get(uid)?.values() ?? [])].filter((one) => one.key === 'Event').map(({ object }) => object);
  }

  /** Sixteen digits that grow with time, as names of events end: a list is in the order of events then. */
  nextMoment(): string {
    const nanoseconds = BigInt(this.clock().getTime()) * 1_000_000n;
    this.#moment = nanoseconds > this.#moment ? nanoseconds : this.#moment + 1n;
    return this.#moment.toString(16).padStart(16, '0');
  }

  has(uid: string): boolean {
    return this.#uids.has(uid);
  }

  #index(key: string, object: JsonObject, isThere: boolean): void {
    const uid = text(object, 'metadata', 'uid');
    if (isThere) this.#uids.add(uid);
    else this.#uids.delete(uid);
    const owners = list(object, 'metadata', 'ownerReferences').map((reference) => text(reference, 'uid'));
    for (const other of key === 'Event' ? [text(object, 'involvedObject', 'uid')] : owners) {
      const found = this.#related.get(other) ?? new Map<string, { key: string; object: JsonObject }>();
      if (isThere) found.set(uid, { key, object });
      else found.delete(uid);
      if (found.size > 0) this.#related.set(other, found);
      else this.#related.delete(other);
    }
  }

  /** Stores a copy with a new resourceVersion and returns another. */
  save(kind: Kind, object: JsonObject): JsonObject {
    const bucket = this.#bucket(storageKey(kind));
    const key = keyOf(object);
    const stored = clone(object);
    const before = bucket.objects.get(key);
    this.version += 1;
    put(stored, ['metadata', 'resourceVersion'], String(this.version));
    if (before === undefined) bucket.sorted = undefined;
    bucket.objects.set(key, stored);
    if (before !== undefined) this.#index(storageKey(kind), before, false);
    this.#index(storageKey(kind), stored, true);
    this.#tell({ version: this.version, type: before === undefined ? 'ADDED' : 'MODIFIED', key: storageKey(kind), object: stored, before });
    return clone(stored);
  }

  /** Like save; but what is being deleted and waits for no finalizer any more is removed. */
  saveOrFinish(kind: Kind, object: JsonObject): JsonObject {
    const going = text(object, 'metadata', 'deletionTimestamp') !== '';
    const waits = list(object, 'metadata', 'finalizers').length > 0 || ['Pod', 'Namespace'].includes(kind.kind);
    if (!going || waits) return this.save(kind, object);
    this.remove(kind, text(object, 'metadata', 'namespace'), text(object, 'metadata', 'name'));
    return object;
  }

  remove(kind: Kind, namespace: string, name: string): void {
    const bucket = this.#bucket(storageKey(kind));
    const found = bucket.objects.get(`${namespace}/${name}`);
    if (found === undefined) return;
    bucket.objects.delete(`${namespace}/${name}`);
    this.#index(storageKey(kind), found, false);
    bucket.sorted = undefined;
    this.version += 1;
    const last = clone(found);
    put(last, ['metadata', 'resourceVersion'], String(this.version));
    this.#tell({ version: this.version, type: 'DELETED', key: storageKey(kind), object: last, before: found });
  }

  #tell(change: Change): void {
    if (change.key === definitions) this.#served = undefined;
    this.#history.push(change);
    // Cut in one go, so that a busy cluster does not move the whole history at every change.
    if (this.#history.length > historySize * 2) {
      this.#history = this.#history.slice(-historySize);
      this.oldest = this.#history[0]?.version ?? this.oldest;
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
    const objects = [...this.#buckets].flatMap(([key, bucket]) => [...bucket.objects.values()].map((object) => ({ key, object })));
    return { version: this.version, objects };
  }

  import(saved: Saved): void {
    this.version = saved.version + 1;
    this.oldest = this.version;
    for (const { key, object } of saved.objects) this.#place(key, object);
  }

  #place(key: string, object: JsonObject): void {
    if (key === definitions) this.#served = undefined;
    this.#bucket(key).objects.set(keyOf(object), object);
    this.#index(key, object, true);
  }
}

function keyOf(object: JsonObject): string {
  return `${text(object, 'metadata', 'namespace')}/${text(object, 'metadata', 'name')}`;
}

export function labelsOf(object: JsonObject): JsonObject {
  return record(object, 'metadata', 'labels');
}
