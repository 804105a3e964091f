/** StatefulSets: numbered pods, made in order and replaced from the highest. */
import { type JsonObject, number, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs } from '../operations.ts';
import { endPod, makePod } from './replica-sets.ts';
import { hashLabel, hasLabel, takeRevision } from './revisions.ts';
import { controllerManager, isEnding, isReady, nameOf, ownedBy } from './shared.ts';

const component = 'statefulset-controller';

export function tendStatefulSet(store: ObjectStore, set: JsonObject): undefined {
  if (isEnding(set)) return;
  const revision = takeRevision(store, set);
  const wanted = number(set, 1, 'spec', 'replicas');
  const name = nameOf(set);
  const ordinal = (pod: JsonObject) => Number(nameOf(pod).slice(name.length + 1));
  const pods = ownedBy(store, kindNamed('Pod'), set);
  const alive = pods.filter((pod) => !isEnding(pod));
  const isParallel = text(set, 'spec', 'podManagementPolicy') === 'Parallel';
  const missing = Array.from({ length: wanted }, (_, index) => index).filter((index) => !pods.some((pod) => ordinal(pod) === index));
  const settled = alive.length === pods.length && alive.every(isReady);
  if (isParallel || settled)
    for (const index of isParallel ? missing : missing.slice(0, 1))
      makePod(
        store,
        set,
        `${name}-${index}`,
        component,
        {
          [hashLabel]: revision,
          'statefulset.kubernetes.io/pod-name': `${name}-${index}`,
          'apps.kubernetes.io/pod-index': String(index),
        },
        { hostname: `${name}-${index}`, subdomain: text(set, 'spec', 'serviceName') || name },
      );
  replace(
    store,
    set,
    alive.toSorted((left, right) => ordinal(right) - ordinal(left)),
    { wanted, revision, ordinal, free: alive.length === pods.length, settled: settled && missing.length === 0 },
  );
  writeStatus(store, set, revision);
}

interface Replacing {
  wanted: number;
  revision: string;
  ordinal: (pod: JsonObject) => number;
  /** No pod is ending. */
  free: boolean;
  settled: boolean;
}

/** One at a time: what is too much, then what is broken and old, then what is old. */
function replace(
  store: ObjectStore,
  set: JsonObject,
  highest: JsonObject[],
  { wanted, revision, ordinal, free, settled }: Replacing,
): void {
  if (!free) return;
  const surplus = highest.find((pod) => ordinal(pod) >= wanted);
  const partition = number(set, 0, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const rolls = text(set, 'spec', 'updateStrategy', 'type') !== 'OnDelete';
  const old = highest.filter((pod) => rolls && !hasLabel(pod, revision) && ordinal(pod) >= partition);
  const [next] = settled ? old : old.filter((pod) => !isReady(pod));
  const going = surplus ?? next;
  if (going !== undefined) endPod(store, set, going, component);
}

function writeStatus(store: ObjectStore, set: JsonObject, revision: string): void {
  const wanted = number(set, 1, 'spec', 'replicas');
  const alive = ownedBy(store, kindNamed('Pod'), set).filter((pod) => !isEnding(pod));
  const ready = alive.filter(isReady).length;
  const updated = alive.filter((pod) => hasLabel(pod, revision)).length;
  const done = updated === wanted && ready === wanted && alive.length === wanted;
  const before = text(set, 'status', 'currentRevision');
  const status: JsonObject = {
    observedGeneration: number(set, 1, 'metadata', 'generation'),
    replicas: alive.length,
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    availableReplicas: ready,
    ...(done || alive.length > updated ? { currentReplicas: done ? wanted : alive.length - updated } : {}),
    ...(updated === 0 ? {} : { updatedReplicas: updated }),
    currentRevision: done || before === '' ? revision : before,
    updateRevision: revision,
    collisionCount: 0,
  };
  saveAs(store, kindNamed('StatefulSet'), { ...set, status }, controllerManager);
}
