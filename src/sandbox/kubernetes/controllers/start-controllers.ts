/** Looks at every object that changed, and at what depends on it, until nothing changes; again when time has passed. */
import { type JsonObject, list, record, text } from '../json.ts';
import { groupVersionOf, type Kind, kindNamed, kinds, storageKey } from '../kinds.ts';
import { tendDefinition } from '../custom/definitions.ts';
import type { Change, ObjectStore } from '../object-store.ts';
import { matchesLabels, matchesSelector } from '../selectors.ts';
import { ApiError } from '../status.ts';
import { tendAutoscaler } from './autoscalers.ts';
import { tendBudget } from './budgets.ts';
import { tendClaim, uses } from './claims.ts';
import { tendCronJob } from './cron-jobs.ts';
import { tendDaemonSet } from './daemon-sets.ts';
import { tendDeployment } from './deployments.ts';
import { tendService } from './endpoints.ts';
import type { Fate } from './fates.ts';
import { dropDependents, endNamespace, finishForeground } from './garbage.ts';
import { tendJob } from './jobs.ts';
import { createKubelet, type PodTimes } from './kubelet.ts';
import { tendQuota } from './quotas.ts';
import { tendReplicaSet } from './replica-sets.ts';
import { tendNode } from './nodes.ts';
import { hasCondition, nameOf, namespaceOf, uidOf } from './shared.ts';
import { tendStatefulSet } from './stateful-sets.ts';

export interface Controllers {
  /** Works with timers from now on. */
  start: () => void;
  /** Works at once until `clock` would have to move further than `until`; moves it by calling `advance`. For a company's past. */
  catchUp: (advance: (ms: number) => boolean) => void;
  stop: () => void;
}

export interface ControllerOptions {
  times: PodTimes;
  /** Fates of the company's images. */
  company: ReadonlyMap<string, Fate>;
}

type Tend = (object: JsonObject) => number | undefined;

/** After a change the others of its kind are given a moment, so that a burst is looked at once. */
const soonMs = 2;
const refusedAgainMs = 1000;

export function createControllers(store: ObjectStore, { times, company }: ControllerOptions): Controllers {
  const kubelet = createKubelet(store, times, company);
  const above = new Map<string, number>();
  const tenders: Record<string, Tend> = {
    Namespace: (object) => endNamespace(store, object),
    Node: (object) => tendNode(store, object),
    Deployment: (object) => tendDeployment(store, object),
    ReplicaSet: (object) => tendReplicaSet(store, object),
    StatefulSet: (object) => tendStatefulSet(store, object),
    DaemonSet: (object) => tendDaemonSet(store, object),
    Job: (object) => tendJob(store, object),
    CronJob: (object) => tendCronJob(store, object),
    Pod: (object) => kubelet.tend(object),
    ResourceQuota: (object) => tendQuota(store, object),
    PersistentVolumeClaim: (object) => tendClaim(store, object),
    Service: (object) => tendService(store, object),
    PodDisruptionBudget: (object) => tendBudget(store, object),
    CustomResourceDefinition: (object) => tendDefinition(store, object),
    HorizontalPodAutoscaler: (object) => tendAutoscaler(store, object, above),
  };
  const byStorage = new Map(kinds.map((kind) => [storageKey(kind), kind]));
  /** A custom kind may have the name of an own one. */
  const tenderOf = (kind: Kind): Tend | undefined => (kind.custom === undefined ? tenders[kind.kind] : undefined);
  /** What to look at, by when. */
  const due = new Map<string, { kind: Kind; namespace: string; name: string; at: number }>();
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Infinity;
  let mode: 'idle' | 'timers' | 'stopped' = 'idle';
  const now = (): number => store.clock().getTime();

  function look(kind: Kind, namespace: string, name: string, inMs: number): void {
    const key = `${storageKey(kind)} ${namespace}/${name}`;
    const at = now() + inMs;
    const known = due.get(key);
    if (known !== undefined && known.at <= at) return;
    due.set(key, { kind, namespace, name, at });
    // Not for each of ten thousand: the timer that is set comes early enough.
    if (at < timerAt) wake();
  }

  function wake(): void {
    if (mode !== 'timers') return;
    const next = Math.min(...[...due.values()].map(({ at }) => at));
    if (next >= timerAt || next === Infinity) return;
    clearTimeout(timer);
    timerAt = next;
    timer = setTimeout(work, Math.max(soonMs, next - now()));
  }

  function lookAtAll(kind: string, namespace?: string): void {
    for (const object of store.list(kindNamed(kind), namespace)) look(kindNamed(kind), namespaceOf(object), nameOf(object), 0);
  }

  function noticed({ key, type, object, before }: Change): void {
    const kind = byStorage.get(key) ?? store.kinds().find((one) => storageKey(one) === key);
    if (kind === undefined || kind.kind === 'Event') return;
    const namespace = namespaceOf(object);
    if (type === 'DELETED') {
      kubelet.forget(uidOf(object));
      dropDependents(store, uidOf(object));
    } else if (tenderOf(kind) !== undefined || list(object, 'metadata', 'finalizers').length > 0) look(kind, namespace, nameOf(object), 0);
    for (const reference of list(object, 'metadata', 'ownerReferences')) {
      const owner = store
        .kinds()
        .find((one) => one.kind === text(reference, 'kind') && groupVersionOf(one) === text(reference, 'apiVersion'));
      if (owner !== undefined) look(owner, namespace, text(reference, 'name'), 0);
    }
    if (kind.custom === undefined) noticeOthers(kind, object, type, before);
  }

  /** What depends on an object without owning it or being owned. */
  function noticeOthers(kind: Kind, object: JsonObject, type: Change['type'], before: JsonObject | undefined): void {
    if (kind.kind === 'Pod') {
      lookAtMatching('Service', object, (service) =>
        [object, before].some((pod) => pod !== undefined && matchesLabels(pod, record(service, 'spec', 'selector'))),
      );
      lookAtMatching('PodDisruptionBudget', object, (budget) =>
        [object, before].some((pod) => pod !== undefined && matchesSelector(pod, record(budget, 'spec', 'selector'))),
      );
      lookAtMatching('PersistentVolumeClaim', object, (claim) => uses(object, nameOf(claim)));
      lookAtAll('ResourceQuota', namespaceOf(object));
      if (type === 'ADDED' && list(object, 'metadata', 'ownerReferences').length === 0) lookAtAll('ReplicaSet', namespaceOf(object));
    }
    if (kind.kind === 'Node') {
      lookAtAll('DaemonSet');
      if (before !== undefined && hasCondition(before, 'Ready') !== hasCondition(object, 'Ready')) lookAtPodsOn(nameOf(object));
    }
    if (kind.kind === 'Node' || kind.kind === 'PersistentVolumeClaim' || (kind.kind === 'Pod' && type === 'DELETED')) lookAtUnscheduled();
  }

  function lookAtMatching(kind: string, pod: JsonObject, matches: (object: JsonObject) => boolean): void {
    for (const object of store.list(kindNamed(kind), namespaceOf(pod)))
      if (matches(object)) look(kindNamed(kind), namespaceOf(object), nameOf(object), 0);
  }

  /** Its kubelet is back, or gone. */
  function lookAtPodsOn(node: string): void {
    for (const pod of store.list(kindNamed('Pod')))
      if (text(pod, 'spec', 'nodeName') === node) look(kindNamed('Pod'), namespaceOf(pod), nameOf(pod), 0);
  }

  function lookAtUnscheduled(): void {
    for (const pod of store.list(kindNamed('Pod')))
      if (text(pod, 'spec', 'nodeName') === '') look(kindNamed('Pod'), namespaceOf(pod), nameOf(pod), 0);
  }

  function tendOne({ kind, namespace, name }: { kind: Kind; namespace: string; name: string }): void {
    const object = store.peek(kind, namespace, name);
    if (object === undefined) return;
    try {
      finishForeground(store, kind, object);
      const again = tenderOf(kind)?.(object);
      if (again !== undefined) look(kind, namespace, name, again);
    } catch (error) {
      // Refused by the rules that hold for everybody, as in a namespace that is going: later, then.
      if (!(error instanceof ApiError)) throw error;
      look(kind, namespace, name, refusedAgainMs);
    }
  }

  function takeDue(): { kind: Kind; namespace: string; name: string }[] {
    const ready = [...due].filter(([, { at }]) => at <= now());
    for (const [key] of ready) due.delete(key);
    return ready.map(([, one]) => one);
  }

  function work(): void {
    timerAt = Infinity;
    for (const one of takeDue()) tendOne(one);
    wake();
  }

  const stopListening = store.listen(noticed);
  return {
    start() {
      mode = 'timers';
      for (const kind of byStorage.values()) if (tenders[kind.kind] !== undefined) lookAtAll(kind.kind);
      wake();
    },
    catchUp(advance) {
      for (;;) {
        const ready = takeDue();
        for (const one of ready) tendOne(one);
        if (ready.length > 0) continue;
        const next = Math.min(...[...due.values()].map(({ at }) => at));
        if (next === Infinity || !advance(next - now())) return;
      }
    },
    stop() {
      mode = 'stopped';
      stopListening();
      clearTimeout(timer);
    },
  };
}
