/** Rolls a Deployment: a set for each template, revisions, surge and unavailability, events. Its status is in `deployment-status.ts`. */
import { clone, type JsonObject, number, put, record, same, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import { hashOf } from '../names.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs } from '../operations.ts';
import { remove } from '../remove.ts';
import { writeDeploymentStatus } from './deployment-status.ts';
import { tell } from './events.ts';
import { limits } from './rollout-limits.ts';
import { controllerManager, isEnding, makeOwned, nameOf, namespaceOf, ownedBy, templateOf, uidOf } from './shared.ts';

const revisionKey = 'deployment.kubernetes.io/revision';
const historyKey = 'deployment.kubernetes.io/revision-history';
const component = 'deployment-controller';

export function revisionOf(object: JsonObject): number {
  return Number(record(object, 'metadata', 'annotations')[revisionKey] ?? 0);
}

/** Says in how many ms it should be looked at again, where time alone may change something. */
export function tendDeployment(store: ObjectStore, deployment: JsonObject): number | undefined {
  if (isEnding(deployment)) return undefined;
  const kind = kindNamed('ReplicaSet');
  const sets = ownedBy(store, kind, deployment)
    .filter((set) => !isEnding(set))
    .map((set) => ({ ...set }));
  const paused = record(deployment, 'spec')['paused'] === true;
  const found = sets.find((set) => same(withoutHash(set), templateOf(deployment)));
  const current = found ?? (paused ? undefined : newSet(store, deployment, sets));
  const others = sets.filter((set) => current === undefined || uidOf(set) !== uidOf(current));
  const fresh = current === undefined ? deployment : takeRevision(store, deployment, current, others);
  if (paused) scaleInProportion(store, fresh, current === undefined ? others : [current, ...others]);
  else if (current !== undefined) {
    roll(store, fresh, current, others);
    forgetOld(store, fresh, others);
  }
  return writeDeploymentStatus(store, fresh, current === undefined ? undefined : nameOf(current));
}

function withoutHash(set: JsonObject): JsonObject {
  const template = clone(templateOf(set));
  delete record(template, 'metadata', 'labels')['pod-template-hash'];
  return template;
}

function newSet(store: ObjectStore, deployment: JsonObject, sets: JsonObject[]): JsonObject {
  const hash = hashOf(templateOf(deployment));
  const template = clone(templateOf(deployment));
  put(template, ['metadata', 'labels', 'pod-template-hash'], hash);
  const selector = clone(record(deployment, 'spec', 'selector'));
  put(selector, ['matchLabels', 'pod-template-hash'], hash);
  const wanted = number(deployment, 1, 'spec', 'replicas');
  const { surge } = limits(deployment);
  return makeOwned(store, {
    kind: kindNamed('ReplicaSet'),
    name: `${nameOf(deployment)}-${hash}`,
    owner: deployment,
    labels: record(template, 'metadata', 'labels'),
    annotations: {
      ...handedDown(deployment),
      'deployment.kubernetes.io/desired-replicas': String(wanted),
      'deployment.kubernetes.io/max-replicas': String(wanted + surge),
      [revisionKey]: String(Math.max(0, ...sets.map(revisionOf)) + 1),
    },
    body: { spec: { replicas: 0, minReadySeconds: number(deployment, 0, 'spec', 'minReadySeconds'), selector, template } },
  });
}

/** Annotations of the deployment that its sets carry too, such as the cause of a change. */
function handedDown(deployment: JsonObject): JsonObject {
  const kept = Object.entries(record(deployment, 'metadata', 'annotations')).filter(
    ([key]) => key !== revisionKey && key !== 'kubectl.kubernetes.io/last-applied-configuration',
  );
  return Object.fromEntries(kept);
}

/** Going back to an old template makes it the newest revision. */
function takeRevision(store: ObjectStore, deployment: JsonObject, current: JsonObject, others: JsonObject[]): JsonObject {
  const highest = Math.max(0, ...others.map(revisionOf));
  const before = revisionOf(current);
  const revision = before > highest ? before : highest + 1;
  if (revision !== before) {
    const changed = clone(current);
    const history = text(current, 'metadata', 'annotations', historyKey);
    put(changed, ['metadata', 'annotations'], {
      ...record(changed, 'metadata', 'annotations'),
      ...handedDown(deployment),
      [revisionKey]: String(revision),
      [historyKey]: history === '' ? String(before) : `${history},${before}`,
    });
    Object.assign(current, saveAs(store, kindNamed('ReplicaSet'), changed, controllerManager, ''));
  }
  if (revisionOf(deployment) === revision) return deployment;
  const changed = clone(deployment);
  put(changed, ['metadata', 'annotations', revisionKey], String(revision));
  return saveAs(store, kindNamed('Deployment'), changed, controllerManager);
}

const replicasOf = (set: JsonObject): number => number(set, 0, 'spec', 'replicas');
const sum = (sets: JsonObject[], count: (set: JsonObject) => number): number => sets.reduce((total, set) => total + count(set), 0);
const available = (set: JsonObject): number => number(set, 0, 'status', 'availableReplicas');

function roll(store: ObjectStore, deployment: JsonObject, current: JsonObject, others: JsonObject[]): void {
  const { wanted, surge, unavailable } = limits(deployment);
  const old = others.filter((set) => replicasOf(set) > 0 || number(set, 0, 'status', 'replicas') > 0);
  if (text(deployment, 'spec', 'strategy', 'type') === 'Recreate') {
    for (const set of old) scaleSet(store, deployment, set, 0);
    const left = sum(old, (set) => number(set, 0, 'status', 'replicas') + number(set, 0, 'status', 'terminatingReplicas'));
    if (left === 0) scaleSet(store, deployment, current, wanted);
    return;
  }
  const room = wanted + surge - sum([current, ...old], replicasOf);
  if (replicasOf(current) > wanted) scaleSet(store, deployment, current, wanted);
  else if (replicasOf(current) < wanted && (room > 0 || old.length === 0))
    scaleSet(store, deployment, current, old.length === 0 ? wanted : Math.min(wanted, replicasOf(current) + room));
  if (old.length > 0) scaleDownOld(store, deployment, current, old, wanted - unavailable);
}

/** First those that are not available anyway, then as many as availability allows. */
function scaleDownOld(store: ObjectStore, deployment: JsonObject, current: JsonObject, old: JsonObject[], least: number): void {
  const pending = replicasOf(current) - available(current);
  let most = sum([current, ...old], replicasOf) - least - pending;
  for (const set of old) {
    const less = Math.min(most, Math.max(0, replicasOf(set) - available(set)));
    if (less <= 0) continue;
    scaleSet(store, deployment, set, replicasOf(set) - less);
    most -= less;
  }
  let spare = Math.min(most, sum([current, ...old], available) - least);
  for (const set of old.toSorted((left, right) => revisionOf(left) - revisionOf(right))) {
    const less = Math.min(spare, replicasOf(set));
    if (less <= 0) continue;
    scaleSet(store, deployment, set, replicasOf(set) - less);
    spare -= less;
  }
}

/** A paused deployment is scaled, but not rolled: each set keeps its share. */
function scaleInProportion(store: ObjectStore, deployment: JsonObject, sets: JsonObject[]): void {
  const { wanted } = limits(deployment);
  const running = sets.filter((set) => replicasOf(set) > 0).toSorted((left, right) => replicasOf(right) - replicasOf(left));
  const [largest = sets[0], ...rest] = running;
  if (largest === undefined) return;
  const total = sum(running, replicasOf);
  const shares = rest.map((set) => ({ set, replicas: total === 0 ? 0 : Math.floor((replicasOf(set) * wanted) / total) }));
  for (const { set, replicas } of shares) scaleSet(store, deployment, set, replicas);
  scaleSet(store, deployment, largest, wanted - shares.reduce((all, { replicas }) => all + replicas, 0));
}

/** Changes `set`, which is a copy, to what is stored then. */
function scaleSet(store: ObjectStore, deployment: JsonObject, set: JsonObject, replicas: number): void {
  const before = replicasOf(set);
  if (before === replicas) return;
  const changed = clone(set);
  put(changed, ['spec', 'replicas'], replicas);
  Object.assign(set, saveAs(store, kindNamed('ReplicaSet'), changed, controllerManager, ''));
  const way = replicas > before ? 'up' : 'down';
  tell(store, deployment, {
    reason: 'ScalingReplicaSet',
    message: `Scaled ${way} replica set ${nameOf(set)} from ${before} to ${replicas}`,
    component,
  });
}

function forgetOld(store: ObjectStore, deployment: JsonObject, others: JsonObject[]): void {
  const kept = number(deployment, 10, 'spec', 'revisionHistoryLimit');
  const empty = others.filter((set) => replicasOf(set) === 0 && number(set, 0, 'status', 'replicas') === 0);
  for (const set of empty.toSorted((left, right) => revisionOf(left) - revisionOf(right)).slice(0, Math.max(0, empty.length - kept)))
    remove(store, kindNamed('ReplicaSet'), namespaceOf(set), nameOf(set), {}, false);
}
