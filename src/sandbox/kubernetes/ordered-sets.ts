/** StatefulSets (numbered pods, replaced from the highest) and DaemonSets (one pod a node), with their revisions. */
import { clone, type JsonObject, number, record, same, text } from './json.ts';
import { kindNamed } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { hashOf, randomSuffix } from './names.ts';
import { isEnding, isReady, makeOwned, ownedBy, templateOf } from './owned.ts';
import { endPod, makePod } from './replica-sets.ts';

const hashLabel = 'controller-revision-hash';

/** The revision object of the current template; history and undo read these. */
function takeRevision(store: ObjectStore, owner: JsonObject): string {
  const kind = kindNamed('ControllerRevision');
  const data: JsonObject = { spec: { template: { ...clone(templateOf(owner)), $patch: 'replace' } } };
  const known = ownedBy(store, kind, owner);
  const highest = Math.max(0, ...known.map((revision) => number(revision, 0, 'revision')));
  const found = known.find((revision) => same(record(revision, 'data'), data));
  if (found === undefined) {
    const name = `${text(owner, 'metadata', 'name')}-${hashOf(templateOf(owner))}`;
    makeOwned(store, {
      kind,
      name,
      owner,
      labels: record(owner, 'spec', 'selector', 'matchLabels'),
      body: { data, revision: highest + 1 },
    });
    return name;
  }
  if (number(found, 0, 'revision') < highest) store.save(kind, { ...clone(found), revision: highest + 1 });
  return text(found, 'metadata', 'name');
}

function revisionLabel(owner: JsonObject, revision: string): string {
  return text(owner, 'kind') === 'DaemonSet' ? revision.slice(text(owner, 'metadata', 'name').length + 1) : revision;
}

const isCurrent = (pod: JsonObject, label: string) => record(pod, 'metadata', 'labels')[hashLabel] === label;

export function tendStatefulSet(store: ObjectStore, set: JsonObject): void {
  const revision = takeRevision(store, set);
  const label = revisionLabel(set, revision);
  const wanted = number(set, 1, 'spec', 'replicas');
  const name = text(set, 'metadata', 'name');
  const pods = ownedBy(store, kindNamed('Pod'), set);
  const ordinal = (pod: JsonObject) => Number(text(pod, 'metadata', 'name').slice(name.length + 1));
  const alive = pods.filter((pod) => !isEnding(pod));
  const missing = Array.from({ length: wanted }, (_, index) => index).find((index) => !pods.some((pod) => ordinal(pod) === index));
  const allReady = alive.every(isReady);
  if (missing !== undefined && allReady && alive.length === pods.length)
    makePod(store, set, `${name}-${missing}`, { [hashLabel]: label, 'statefulset.kubernetes.io/pod-name': `${name}-${missing}` });
  const highest = alive.toSorted((left, right) => ordinal(right) - ordinal(left));
  const surplus = highest.find((pod) => ordinal(pod) >= wanted);
  const outdated = highest.find((pod) => !isCurrent(pod, label));
  if (pods.length === alive.length) {
    if (surplus !== undefined) endPod(store, surplus);
    else if (outdated !== undefined && allReady && missing === undefined) endPod(store, outdated);
  }
  const ready = alive.filter(isReady).length;
  const updated = alive.filter((pod) => isCurrent(pod, label)).length;
  const done = updated === wanted && ready === wanted && alive.length === wanted;
  const status: JsonObject = {
    observedGeneration: number(set, 1, 'metadata', 'generation'),
    replicas: alive.length,
    readyReplicas: ready,
    availableReplicas: ready,
    currentReplicas: done ? wanted : alive.length - updated,
    updatedReplicas: updated,
    currentRevision: done ? revision : text(set, 'status', 'currentRevision') || revision,
    updateRevision: revision,
    collisionCount: 0,
  };
  if (!same(record(set, 'status'), status)) store.save(kindNamed('StatefulSet'), { ...set, status });
}

export function tendDaemonSet(store: ObjectStore, set: JsonObject): void {
  const label = revisionLabel(set, takeRevision(store, set));
  const name = text(set, 'metadata', 'name');
  const nodes = store.list(kindNamed('Node')).map((node) => text(node, 'metadata', 'name'));
  const pods = ownedBy(store, kindNamed('Pod'), set).filter((pod) => !isEnding(pod));
  for (let count = pods.length; count < nodes.length; count += 1) makePod(store, set, `${name}-${randomSuffix()}`, { [hashLabel]: label });
  const outdated = pods.find((pod) => !isCurrent(pod, label));
  if (outdated !== undefined && pods.every(isReady) && pods.length === nodes.length) endPod(store, outdated);
  const ready = pods.filter(isReady).length;
  const status: JsonObject = {
    observedGeneration: number(set, 1, 'metadata', 'generation'),
    desiredNumberScheduled: nodes.length,
    currentNumberScheduled: pods.length,
    updatedNumberScheduled: pods.filter((pod) => isCurrent(pod, label)).length,
    numberReady: ready,
    numberAvailable: ready,
    numberMisscheduled: 0,
    ...(ready < nodes.length ? { numberUnavailable: nodes.length - ready } : {}),
  };
  if (!same(record(set, 'status'), status)) store.save(kindNamed('DaemonSet'), { ...set, status });
}
