/** Keeps as many pods as a set asks for. */
import { type JsonObject, number, put, record, same, text } from './json.ts';
import { kindNamed } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { writeEvent } from './event-writer.ts';
import { randomSuffix } from './names.ts';
import { isEnding, isReady, makeOwned, ownedBy, templateOf } from './owned.ts';

export function endPod(store: ObjectStore, pod: JsonObject): void {
  const fresh = store.find(kindNamed('Pod'), text(pod, 'metadata', 'namespace'), text(pod, 'metadata', 'name'));
  if (fresh === undefined || isEnding(fresh)) return;
  put(fresh, ['metadata', 'deletionTimestamp'], `${new Date().toISOString().slice(0, 19)}Z`);
  put(fresh, ['metadata', 'deletionGracePeriodSeconds'], 30);
  writeEvent(
    store,
    store.save(kindNamed('Pod'), fresh),
    'Normal',
    'Killing',
    `Stopping container ${text(fresh, 'spec', 'containers', 0, 'name')}`,
    'kubelet',
  );
}

export function makePod(store: ObjectStore, owner: JsonObject, name: string, extraLabels: JsonObject = {}): JsonObject {
  const template = templateOf(owner);
  const labels = { ...record(template, 'metadata', 'labels'), ...extraLabels };
  const annotations = record(template, 'metadata', 'annotations');
  const pod = makeOwned(store, {
    kind: kindNamed('Pod'),
    name,
    owner,
    labels,
    annotations,
    body: { spec: record(template, 'spec'), status: { phase: 'Pending' } },
  });
  writeEvent(store, owner, 'Normal', 'SuccessfulCreate', `Created pod: ${name}`, `${text(owner, 'kind').toLowerCase()}-controller`);
  return pod;
}

export function tendReplicaSet(store: ObjectStore, set: JsonObject): void {
  const pods = ownedBy(store, kindNamed('Pod'), set).filter((pod) => !isEnding(pod) && text(pod, 'status', 'phase') !== 'Failed');
  const wanted = number(set, 0, 'spec', 'replicas');
  for (let missing = wanted - pods.length; missing > 0; missing -= 1)
    makePod(store, set, `${text(set, 'metadata', 'name')}-${randomSuffix()}`);
  // The ones that are not ready go first, as the real controller has it.
  const surplus = pods
    .toSorted((left, right) => Number(isReady(left)) - Number(isReady(right)))
    .slice(0, Math.max(0, pods.length - wanted));
  for (const pod of surplus) {
    endPod(store, pod);
    writeEvent(store, set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${text(pod, 'metadata', 'name')}`, 'replicaset-controller');
  }
  const ready = pods.filter((pod) => isReady(pod) && !surplus.includes(pod)).length;
  const status: JsonObject = {
    replicas: Math.min(pods.length, wanted) || wanted,
    fullyLabeledReplicas: wanted,
    readyReplicas: ready,
    availableReplicas: ready,
    observedGeneration: number(set, 1, 'metadata', 'generation'),
  };
  if (wanted === 0) Object.assign(status, { replicas: 0, fullyLabeledReplicas: 0 });
  if (!same(record(set, 'status'), status)) store.save(kindNamed('ReplicaSet'), { ...set, status });
}
