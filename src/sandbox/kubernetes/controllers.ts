/** Runs every controller until nothing changes, again whenever something did, and again when time has passed. */
import { type JsonObject, list, number, record, same, text } from './json.ts';
import { kindNamed, kinds } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { tendDeployment } from './deployments.ts';
import { type PodTimes, tendPod } from './kubelet.ts';
import { tendDaemonSet, tendStatefulSet } from './ordered-sets.ts';
import { isReady } from './owned.ts';
import { tendReplicaSet } from './replica-sets.ts';
import { matchesSelector } from './selectors.ts';

export interface Controllers {
  stop: () => void;
}

export function startControllers(store: ObjectStore, times: PodTimes): Controllers {
  const memory = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let due = Infinity;
  let working = false;
  let stopped = false;

  function wakeIn(ms: number): void {
    const at = Date.now() + ms;
    if (stopped || at >= due) return;
    due = at;
    clearTimeout(timer);
    timer = setTimeout(work, ms);
  }

  function work(): void {
    due = Infinity;
    working = true;
    const before = store.version;
    const next = tendAll(store, times, memory);
    working = false;
    if (store.version !== before) wakeIn(5);
    if (next !== undefined) wakeIn(Math.max(5, next));
  }

  const stopListening = store.listen(() => {
    if (!working) wakeIn(5);
  });
  wakeIn(0);
  return {
    stop() {
      stopped = true;
      stopListening();
      clearTimeout(timer);
    },
  };
}

function tendAll(store: ObjectStore, times: PodTimes, memory: Map<string, number>): number | undefined {
  const each = (kind: string, tend: (object: JsonObject) => void) => {
    for (const object of store.list(kindNamed(kind))) {
      const fresh = store.find(kindNamed(kind), text(object, 'metadata', 'namespace'), text(object, 'metadata', 'name'));
      if (fresh !== undefined) tend(fresh);
    }
  };
  collectGarbage(store);
  each('Namespace', (namespace) => endNamespace(store, namespace));
  each('Deployment', (object) => tendDeployment(store, object));
  each('ReplicaSet', (object) => tendReplicaSet(store, object));
  each('StatefulSet', (object) => tendStatefulSet(store, object));
  each('DaemonSet', (object) => tendDaemonSet(store, object));
  each('PodDisruptionBudget', (object) => tendBudget(store, object));
  let next: number | undefined;
  each('Pod', (pod) => {
    const again = tendPod(store, pod, times, memory);
    if (again !== undefined) next = Math.min(next ?? again, again);
  });
  return next;
}

/** What has lost its owner or its namespace goes. */
function collectGarbage(store: ObjectStore): void {
  const uids = new Set(kinds.flatMap((kind) => store.list(kind).map((object) => text(object, 'metadata', 'uid'))));
  const namespaces = new Set(store.list(kindNamed('Namespace')).map((namespace) => text(namespace, 'metadata', 'name')));
  for (const kind of kinds) {
    if (!kind.namespaced || kind.group === 'events.k8s.io') continue;
    for (const object of store.list(kind)) {
      const owners = list(object, 'metadata', 'ownerReferences');
      const orphan = owners.length > 0 && !owners.some((owner) => uids.has(text(owner, 'uid')));
      const namespace = text(object, 'metadata', 'namespace');
      if (orphan || !namespaces.has(namespace)) store.remove(kind, namespace, text(object, 'metadata', 'name'));
    }
  }
}

/** A namespace that is being deleted goes after what is in it. */
function endNamespace(store: ObjectStore, namespace: JsonObject): void {
  if (text(namespace, 'metadata', 'deletionTimestamp') === '') return;
  const name = text(namespace, 'metadata', 'name');
  for (const kind of kinds) if (kind.namespaced) for (const object of store.list(kind, name)) store.remove(kind, name, text(object, 'metadata', 'name'));
  store.remove(kindNamed('Namespace'), '', name);
}

function tendBudget(store: ObjectStore, budget: JsonObject): void {
  const pods = store
    .list(kindNamed('Pod'), text(budget, 'metadata', 'namespace'))
    .filter((pod) => matchesSelector(pod, record(budget, 'spec', 'selector')));
  const healthy = pods.filter(isReady).length;
  const needed = number(budget, 0, 'spec', 'minAvailable');
  const status: JsonObject = {
    currentHealthy: healthy,
    desiredHealthy: needed,
    disruptionsAllowed: Math.max(0, healthy - needed),
    expectedPods: pods.length,
    observedGeneration: number(budget, 1, 'metadata', 'generation'),
  };
  if (!same(record(budget, 'status'), status)) store.save(kindNamed('PodDisruptionBudget'), { ...budget, status });
}
