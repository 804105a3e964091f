/** Rolls a Deployment: a set for each template, revisions, surge and unavailability, conditions, events. */
import { clone, type Json, type JsonObject, list, number, put, record, same, text } from './json.ts';
import { kindNamed } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { writeEvent } from './event-writer.ts';
import { hashOf } from './names.ts';
import { makeOwned, ownedBy, templateOf } from './owned.ts';

const revisionKey = 'deployment.kubernetes.io/revision';
const seconds = () => `${new Date().toISOString().slice(0, 19)}Z`;

function revisionOf(object: JsonObject): number {
  return Number(record(object, 'metadata', 'annotations')[revisionKey] ?? 0);
}

function templateWithoutHash(set: JsonObject): JsonObject {
  const template = clone(templateOf(set));
  const labels = record(template, 'metadata', 'labels');
  delete labels['pod-template-hash'];
  return template;
}

function share(value: Json | undefined, replicas: number, up: boolean): number {
  if (typeof value === 'number') return value;
  const part = (Number.parseFloat(String(value ?? '25%')) / 100) * replicas;
  return up ? Math.ceil(part) : Math.floor(part);
}

export function tendDeployment(store: ObjectStore, deployment: JsonObject): void {
  if (record(deployment, 'spec')['paused'] === true) return;
  const sets = ownedBy(store, kindNamed('ReplicaSet'), deployment);
  const template = templateOf(deployment);
  const current = sets.find((set) => same(templateWithoutHash(set), template)) ?? newSet(store, deployment, sets);
  const fresh = takeRevision(store, deployment, current, sets);
  const others = sets.filter((set) => text(set, 'metadata', 'uid') !== text(current, 'metadata', 'uid'));
  roll(store, fresh, current, others);
  writeStatus(store, fresh, text(current, 'metadata', 'name'));
}

function newSet(store: ObjectStore, deployment: JsonObject, sets: JsonObject[]): JsonObject {
  const hash = hashOf(templateOf(deployment));
  const template = clone(templateOf(deployment));
  put(template, ['metadata', 'labels', 'pod-template-hash'], hash);
  const selector = clone(record(deployment, 'spec', 'selector'));
  put(selector, ['matchLabels', 'pod-template-hash'], hash);
  const revision = Math.max(0, ...sets.map(revisionOf)) + 1;
  return makeOwned(store, {
    kind: kindNamed('ReplicaSet'),
    name: `${text(deployment, 'metadata', 'name')}-${hash}`,
    owner: deployment,
    labels: record(template, 'metadata', 'labels'),
    annotations: { ...historyAnnotations(deployment), [revisionKey]: String(revision) },
    body: { spec: { replicas: 0, selector, template }, status: {} },
  });
}

function historyAnnotations(deployment: JsonObject): JsonObject {
  const cause = record(deployment, 'metadata', 'annotations')['kubernetes.io/change-cause'];
  return cause === undefined ? {} : { 'kubernetes.io/change-cause': cause };
}

/** Going back to an old template makes it the newest revision. */
function takeRevision(store: ObjectStore, deployment: JsonObject, current: JsonObject, sets: JsonObject[]): JsonObject {
  const others = sets.filter((set) => text(set, 'metadata', 'uid') !== text(current, 'metadata', 'uid'));
  const highest = Math.max(0, ...others.map(revisionOf));
  let revision = revisionOf(current);
  if (revision <= highest) {
    revision = highest + 1;
    put(current, ['metadata', 'annotations', revisionKey], String(revision));
    Object.assign(current, store.save(kindNamed('ReplicaSet'), current));
  }
  if (revisionOf(deployment) === revision) return deployment;
  const changed = clone(deployment);
  put(changed, ['metadata', 'annotations', revisionKey], String(revision));
  return store.save(kindNamed('Deployment'), changed);
}

function roll(store: ObjectStore, deployment: JsonObject, current: JsonObject, others: JsonObject[]): void {
  const wanted = number(deployment, 1, 'spec', 'replicas');
  const recreate = text(deployment, 'spec', 'strategy', 'type') === 'Recreate';
  const surge = recreate ? 0 : share(record(deployment, 'spec', 'strategy', 'rollingUpdate')['maxSurge'], wanted, true);
  const unavailable = recreate ? wanted : share(record(deployment, 'spec', 'strategy', 'rollingUpdate')['maxUnavailable'], wanted, false);
  const old = others.reduce((sum, set) => sum + number(set, 0, 'spec', 'replicas'), 0);
  const have = number(current, 0, 'spec', 'replicas');
  if (old === 0) return scaleSet(store, deployment, current, wanted);
  const room = recreate ? 0 : Math.max(0, wanted + Math.max(surge, unavailable === 0 ? 1 : surge) - old - have);
  if (have < wanted && room > 0) scaleSet(store, deployment, current, Math.min(wanted, have + room));
  else if (have > wanted) scaleSet(store, deployment, current, wanted);
  const ready = number(current, 0, 'status', 'readyReplicas');
  let spare = Math.max(0, old + Math.min(ready, have) - (wanted - unavailable));
  for (const set of others) {
    const replicas = number(set, 0, 'spec', 'replicas');
    const less = recreate ? replicas : Math.min(replicas, spare);
    if (less === 0) continue;
    spare -= less;
    scaleSet(store, deployment, set, replicas - less);
  }
}

function scaleSet(store: ObjectStore, deployment: JsonObject, set: JsonObject, replicas: number): void {
  const before = number(set, 0, 'spec', 'replicas');
  if (before === replicas) return;
  const changed = clone(set);
  put(changed, ['spec', 'replicas'], replicas);
  put(changed, ['metadata', 'generation'], number(set, 1, 'metadata', 'generation') + 1);
  Object.assign(set, store.save(kindNamed('ReplicaSet'), changed));
  const way = replicas > before ? 'up' : 'down';
  writeEvent(
    store,
    deployment,
    'Normal',
    'ScalingReplicaSet',
    `Scaled ${way} replica set ${text(set, 'metadata', 'name')} from ${before} to ${replicas}`,
    'deployment-controller',
  );
}

function writeStatus(store: ObjectStore, deployment: JsonObject, currentName: string): void {
  const sets = ownedBy(store, kindNamed('ReplicaSet'), deployment);
  const sum = (key: string, of: JsonObject[] = sets) => of.reduce((total, set) => total + number(set, 0, 'status', key), 0);
  const current = sets.filter((set) => text(set, 'metadata', 'name') === currentName);
  const wanted = number(deployment, 1, 'spec', 'replicas');
  const [replicas, ready, updated] = [sum('replicas'), sum('readyReplicas'), sum('replicas', current)];
  const complete = updated === wanted && ready >= wanted && replicas === wanted;
  const available = ready >= wanted - Math.floor(wanted / 4) || wanted === 0;
  const status: JsonObject = {
    observedGeneration: number(deployment, 1, 'metadata', 'generation'),
    replicas,
    updatedReplicas: updated,
    readyReplicas: ready,
    availableReplicas: ready,
    ...(ready < wanted ? { unavailableReplicas: wanted - ready } : {}),
    conditions: conditionsOf(deployment, available, complete, currentName),
  };
  if (!same(record(deployment, 'status'), status)) store.save(kindNamed('Deployment'), { ...deployment, status });
}

function conditionsOf(deployment: JsonObject, available: boolean, complete: boolean, setName: string): Json[] {
  const wanted: JsonObject[] = [
    available
      ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
      : {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
        },
    complete
      ? {
          type: 'Progressing',
          status: 'True',
          reason: 'NewReplicaSetAvailable',
          message: `ReplicaSet "${setName}" has successfully progressed.`,
        }
      : { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message: `ReplicaSet "${setName}" is progressing.` },
  ];
  return wanted.map((condition) => {
    const before = list(deployment, 'status', 'conditions').find((one) => text(one, 'type') === condition['type']);
    const times =
      before !== undefined && text(before, 'status') === condition['status'] && text(before, 'reason') === condition['reason']
        ? record(before)
        : {};
    return {
      ...condition,
      lastUpdateTime: times['lastUpdateTime'] ?? seconds(),
      lastTransitionTime: times['lastTransitionTime'] ?? seconds(),
    };
  });
}
