/** What goes when something else goes: dependents, and what is in a namespace. */
import { clone, type JsonObject, list, put, text } from '../json.ts';
import { type Kind, kindNamed, storageKey } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs } from '../operations.ts';
import { remove } from '../remove.ts';
import { controllerManager, isEnding, nameOf, namespaceOf } from './shared.ts';

const foreground = 'foregroundDeletion';
/** Each stored kind once: the two kinds of events are one, and so are the versions of a custom kind. */
function storedKinds(store: ObjectStore): Kind[] {
  return [...new Map(store.kinds().map((kind) => [storageKey(kind), kind])).values()];
}

/** After an object is gone, what only it owned goes too. */
export function dropDependents(store: ObjectStore, uid: string): void {
  for (const kind of storedKinds(store))
    for (const object of store.owned(kind, uid)) {
      const others = list(object, 'metadata', 'ownerReferences').filter(
        (reference) => text(reference, 'uid') !== uid && store.has(text(reference, 'uid')),
      );
      if (others.length === 0 && !isEnding(object)) remove(store, kind, namespaceOf(object), nameOf(object), {}, false);
    }
}

/** An object that waits for its dependents: they go first, then its finalizer. */
export function finishForeground(store: ObjectStore, kind: Kind, object: JsonObject): undefined {
  const finalizers = list(object, 'metadata', 'finalizers');
  if (!isEnding(object) || !finalizers.includes(foreground)) return;
  const uid = text(object, 'metadata', 'uid');
  const left = storedKinds(store).flatMap((one) => store.owned(one, uid).map((dependent) => ({ one, dependent })));
  for (const { one, dependent } of left)
    if (!isEnding(dependent)) remove(store, one, namespaceOf(dependent), nameOf(dependent), { propagationPolicy: 'Foreground' }, false);
  if (left.length > 0) return;
  const free = clone(object);
  put(
    free,
    ['metadata', 'finalizers'],
    finalizers.filter((one) => one !== foreground),
  );
  saveAs(store, kind, free, controllerManager, '');
}

/** Says in how many ms to look again. */
export function endNamespace(store: ObjectStore, namespace: JsonObject): number | undefined {
  if (!isEnding(namespace)) return undefined;
  const name = nameOf(namespace);
  const inside = storedKinds(store)
    .filter((kind) => kind.namespaced)
    .flatMap((kind) => store.list(kind, name).map((object) => ({ kind, object })));
  for (const { kind, object } of inside) if (!isEnding(object)) remove(store, kind, name, nameOf(object), {}, false);
  if (inside.some(({ kind, object }) => store.find(kind, name, nameOf(object)) !== undefined)) return 20;
  store.remove(kindNamed('Namespace'), '', name);
  return undefined;
}
