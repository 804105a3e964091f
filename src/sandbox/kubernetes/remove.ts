/** Deleting: at once, after a grace period, after what depends on it, or when finalizers are through. */
import { cleanup } from './custom/cleanup.ts';
import { clone, type Json, type JsonObject, list, number, put, record, text } from './json.ts';
import type { Kind } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { wholeSeconds } from './operations.ts';
import { notFound, staleVersion, wrongUid } from './status.ts';

/** The answer: a Status where the object is gone, otherwise the object that is going. Throws 404, 409. */
export function remove(store: ObjectStore, kind: Kind, namespace: string, name: string, options: JsonObject, dryRun: boolean): JsonObject {
  const live = store.find(kind, namespace, name);
  if (live === undefined) throw notFound(kind, name);
  assertPreconditions(kind, live, options);
  const grace = graceOf(kind, live, options);
  const finalizers = finalizersFor(kind, live, text(options, 'propagationPolicy'));
  if (text(options, 'propagationPolicy') === 'Orphan' && !dryRun) orphan(store, live);
  if (grace === 0 && finalizers.length === 0) {
    if (!dryRun) store.remove(kind, namespace, name);
    // A pod without grace is answered with itself, as before.
    return kind.kind === 'Pod' ? live : goneStatus(kind, live);
  }
  if (text(live, 'metadata', 'deletionTimestamp') !== '' && grace === 0) return live;
  const going = clone(live);
  put(going, ['metadata', 'deletionTimestamp'], wholeSeconds(new Date(store.clock().getTime() + grace * 1000)));
  put(going, ['metadata', 'deletionGracePeriodSeconds'], grace);
  if (finalizers.length > 0 && kind.kind !== 'Namespace') put(going, ['metadata', 'finalizers'], finalizers);
  if (kind.generation) put(going, ['metadata', 'generation'], number(live, 1, 'metadata', 'generation') + 1);
  if (kind.kind === 'Namespace') put(going, ['status', 'phase'], 'Terminating');
  return dryRun ? going : store.save(kind, going);
}

function assertPreconditions(kind: Kind, live: JsonObject, options: JsonObject): void {
  const name = text(live, 'metadata', 'name');
  const uid = text(options, 'preconditions', 'uid');
  const version = text(options, 'preconditions', 'resourceVersion');
  const [actual, current] = [text(live, 'metadata', 'uid'), text(live, 'metadata', 'resourceVersion')];
  if (uid !== '' && uid !== actual) throw wrongUid(kind, name, uid, actual);
  if (version !== '' && version !== current) throw staleVersion(kind, name, version, current);
}

/** Only pods have time to end, and only where a kubelet has them. */
function graceOf(kind: Kind, live: JsonObject, options: JsonObject): number {
  if (kind.kind !== 'Pod' || text(live, 'spec', 'nodeName') === '') return 0;
  if (['Succeeded', 'Failed'].includes(text(live, 'status', 'phase'))) return 0;
  return number(options, number(live, 30, 'spec', 'terminationGracePeriodSeconds'), 'gracePeriodSeconds');
}

function finalizersFor(kind: Kind, live: JsonObject, policy: string): Json[] {
  const own = list(live, 'metadata', 'finalizers');
  if (kind.kind === 'Namespace') return list(live, 'spec', 'finalizers');
  if (kind.kind === 'CustomResourceDefinition' && !own.includes(cleanup)) return [...own, cleanup];
  return policy === 'Foreground' && !own.includes('foregroundDeletion') ? [...own, 'foregroundDeletion'] : own;
}

/** What it owned stays, without an owner. */
function orphan(store: ObjectStore, owner: JsonObject): void {
  const uid = text(owner, 'metadata', 'uid');
  for (const kind of store.kinds())
    for (const object of store.list(kind, kind.namespaced ? text(owner, 'metadata', 'namespace') : undefined)) {
      const references = list(object, 'metadata', 'ownerReferences');
      const kept = references.filter((reference) => text(reference, 'uid') !== uid);
      if (kept.length === references.length) continue;
      const free = clone(object);
      const { ownerReferences: _old, ...metadata } = record(free, 'metadata');
      free['metadata'] = kept.length === 0 ? metadata : { ...metadata, ownerReferences: kept };
      store.save(kind, free);
    }
}

function goneStatus(kind: Kind, object: JsonObject): JsonObject {
  const details: JsonObject = {
    name: text(object, 'metadata', 'name'),
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.plural,
    uid: text(object, 'metadata', 'uid'),
  };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
