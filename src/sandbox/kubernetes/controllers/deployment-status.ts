/** What a Deployment says of itself: counts and conditions. */
import { type Json, type JsonObject, list, number, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs, wholeSeconds } from '../operations.ts';
import { limits } from './rollout-limits.ts';
import { controllerManager, nameOf, ownedBy, withTimes } from './shared.ts';

interface Counts {
  wanted: number;
  replicas: number;
  updated: number;
  ready: number;
  available: number;
  ending: number;
}

/** `current`: name of the set of the current template. Says when the progress deadline passes. */
export function writeDeploymentStatus(store: ObjectStore, deployment: JsonObject, current: string | undefined): number | undefined {
  const sets = ownedBy(store, kindNamed('ReplicaSet'), deployment);
  const counts = count(deployment, sets, current);
  const { wanted, replicas, updated, ready, available, ending } = counts;
  const conditions = conditionsOf(store, deployment, counts, current);
  const status: JsonObject = {
    observedGeneration: number(deployment, 1, 'metadata', 'generation'),
    ...nonZero({ replicas, updatedReplicas: updated, readyReplicas: ready, availableReplicas: available }),
    ...nonZero({ unavailableReplicas: Math.max(0, Math.max(wanted, replicas) - available) }),
    terminatingReplicas: ending,
    conditions,
  };
  saveAs(store, kindNamed('Deployment'), { ...deployment, status }, controllerManager);
  return deadlineIn(store, deployment, conditions);
}

function nonZero(counts: Record<string, number>): JsonObject {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0));
}

function count(deployment: JsonObject, sets: JsonObject[], current: string | undefined): Counts {
  const sum = (key: string, of: JsonObject[] = sets) => of.reduce((total, set) => total + number(set, 0, 'status', key), 0);
  return {
    wanted: number(deployment, 1, 'spec', 'replicas'),
    replicas: sum('replicas'),
    updated: sum(
      'replicas',
      sets.filter((set) => nameOf(set) === current),
    ),
    ready: sum('readyReplicas'),
    available: sum('availableReplicas'),
    ending: sum('terminatingReplicas'),
  };
}

function conditionsOf(store: ObjectStore, deployment: JsonObject, counts: Counts, current: string | undefined): Json[] {
  const now = wholeSeconds(store.clock());
  const before = list(deployment, 'status', 'conditions');
  const { unavailable } = limits(deployment);
  const enough = counts.available >= counts.wanted - unavailable;
  const availability: JsonObject = enough
    ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
  const progress = progressOf(store, deployment, counts, current);
  const failure = failureOf(store, deployment, current);
  const all = [availability, progress, failure].filter((one) => one !== undefined);
  const timed = withTimes(before, all, now, true);
  // Every step forward counts anew.
  if (progress?.['reason'] === 'ReplicaSetUpdated' && hasMoved(deployment, counts))
    return timed.map((condition) =>
      text(condition, 'type') === 'Progressing' ? { ...record(condition), lastUpdateTime: now } : condition,
    );
  return timed;
}

/** Its newest set could not make its pods. */
function failureOf(store: ObjectStore, deployment: JsonObject, current: string | undefined): JsonObject | undefined {
  const set = ownedBy(store, kindNamed('ReplicaSet'), deployment).find((one) => nameOf(one) === current);
  const found = list(set, 'status', 'conditions').find((one) => text(one, 'type') === 'ReplicaFailure');
  if (found === undefined) return undefined;
  return { type: 'ReplicaFailure', status: 'True', reason: text(found, 'reason'), message: text(found, 'message') };
}

function hasMoved(deployment: JsonObject, { updated, ready, available }: Counts): boolean {
  const was = (key: string) => number(deployment, 0, 'status', key);
  return updated > was('updatedReplicas') || ready > was('readyReplicas') || available > was('availableReplicas');
}

function progressOf(store: ObjectStore, deployment: JsonObject, counts: Counts, current: string | undefined): JsonObject | undefined {
  const { wanted, replicas, updated, available } = counts;
  const before = list(deployment, 'status', 'conditions').find((one) => text(one, 'type') === 'Progressing');
  if (record(deployment, 'spec')['paused'] === true)
    return { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' };
  const complete = updated === wanted && replicas === wanted && available >= wanted;
  const set = `ReplicaSet "${current ?? ''}"`;
  if (complete)
    return { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: `${set} has successfully progressed.` };
  // Once it was complete, lost pods do not make it a rollout again.
  const isSame =
    text(before, 'reason') === 'NewReplicaSetAvailable' &&
    text(before, 'message').startsWith(set) &&
    number(deployment, 0, 'status', 'observedGeneration') === number(deployment, 0, 'metadata', 'generation');
  if (isSame && before !== undefined)
    return { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: text(before, 'message') };
  if (isLate(store, deployment) && !hasMoved(deployment, counts))
    return { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: `${set} has timed out progressing.` };
  return { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message: `${set} is progressing.` };
}

/** When the deadline passes, in ms since 1970; undefined where nothing is under way. */
function deadline(deployment: JsonObject, conditions: Json[]): number | undefined {
  const progress = conditions.find((one) => text(one, 'type') === 'Progressing');
  const reason = text(progress, 'reason');
  if (reason !== 'ReplicaSetUpdated' && reason !== 'ProgressDeadlineExceeded') return undefined;
  return Date.parse(text(progress, 'lastUpdateTime')) + number(deployment, 600, 'spec', 'progressDeadlineSeconds') * 1000;
}

function isLate(store: ObjectStore, deployment: JsonObject): boolean {
  const conditions = list(deployment, 'status', 'conditions');
  const progress = conditions.find((one) => text(one, 'type') === 'Progressing');
  if (text(progress, 'reason') === 'ProgressDeadlineExceeded')
    return number(deployment, 0, 'status', 'observedGeneration') === number(deployment, 0, 'metadata', 'generation');
  const at = deadline(deployment, conditions);
  return at !== undefined && store.clock().getTime() >= at;
}

function deadlineIn(store: ObjectStore, deployment: JsonObject, conditions: Json[]): number | undefined {
  const progress = conditions.find((one) => text(one, 'type') === 'Progressing');
  if (text(progress, 'reason') !== 'ReplicaSetUpdated') return undefined;
  const at = deadline(deployment, conditions);
  return at === undefined ? undefined : Math.max(1, at - store.clock().getTime() + 1);
}
