/** DaemonSets: one pod on each node, replaced one after the other. */
import { type JsonObject, number, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs } from '../operations.ts';
import { endPod, makePod } from './replica-sets.ts';
import { hashLabel, hasLabel, takeRevision } from './revisions.ts';
import { controllerManager, isActive, isEnding, isReady, nameOf, ownedBy, share } from './shared.ts';

const component = 'daemonset-controller';

export function tendDaemonSet(store: ObjectStore, set: JsonObject): undefined {
  if (isEnding(set)) return;
  const label = takeRevision(store, set).slice(nameOf(set).length + 1);
  const wanted = Object.entries(record(set, 'spec', 'template', 'spec', 'nodeSelector'));
  const nodes = store
    .list(kindNamed('Node'))
    .filter((node) => wanted.every(([key, value]) => record(node, 'metadata', 'labels')[key] === value));
  const all = ownedBy(store, kindNamed('Pod'), set);
  const pods = all.filter(isActive);
  for (const node of nodes) {
    if (all.some((pod) => text(pod, 'spec', 'nodeName') === nameOf(node) && (isActive(pod) || isEnding(pod)))) continue;
    // The daemon controller pins its pods, so that a cordoned node gets them too.
    makePod(store, set, `${nameOf(set)}-`, component, { [hashLabel]: label, 'pod-template-generation': '1' }, { nodeName: nameOf(node) });
  }
  const limit = Math.max(1, share(record(set, 'spec', 'updateStrategy', 'rollingUpdate')['maxUnavailable'] ?? 1, nodes.length, 'up'));
  const unready = nodes.length - pods.filter(isReady).length;
  const rolls = text(set, 'spec', 'updateStrategy', 'type') !== 'OnDelete';
  const old = rolls ? pods.filter((pod) => !hasLabel(pod, label)) : [];
  const going = [...old.filter((pod) => !isReady(pod)), ...old.filter(isReady).slice(0, Math.max(0, limit - unready))];
  for (const pod of going) endPod(store, set, pod, component);
  writeStatus(store, set, label, nodes.length);
}

function writeStatus(store: ObjectStore, set: JsonObject, label: string, nodes: number): void {
  const pods = ownedBy(store, kindNamed('Pod'), set).filter(isActive);
  const ready = pods.filter(isReady).length;
  const updated = pods.filter((pod) => hasLabel(pod, label)).length;
  const status: JsonObject = {
    currentNumberScheduled: pods.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: nodes,
    numberReady: ready,
    observedGeneration: number(set, 1, 'metadata', 'generation'),
    ...(updated === 0 ? {} : { updatedNumberScheduled: updated }),
    ...(ready === 0 ? {} : { numberAvailable: ready }),
    ...(ready < nodes ? { numberUnavailable: nodes - ready } : {}),
  };
  saveAs(store, kindNamed('DaemonSet'), { ...set, status }, controllerManager);
}
