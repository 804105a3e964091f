/** ControllerRevisions: what StatefulSets and DaemonSets remember of their templates. `rollout history` and `undo` read them. */
import { clone, type JsonObject, number, record, same } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import { hashOf } from '../names.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs } from '../operations.ts';
import { controllerManager, makeOwned, nameOf, namespaceOf, ownedBy, templateOf } from './shared.ts';

export const hashLabel = 'controller-revision-hash';

/** Name of the revision of the current template, made where it is new. */
export function takeRevision(store: ObjectStore, owner: JsonObject): string {
  const kind = kindNamed('ControllerRevision');
  const data: JsonObject = { spec: { template: { ...clone(templateOf(owner)), $patch: 'replace' } } };
  const known = ownedBy(store, kind, owner);
  const highest = Math.max(0, ...known.map((revision) => number(revision, 0, 'revision')));
  const found = known.find((revision) => same(record(revision, 'data'), data));
  if (found === undefined) {
    forgetOld(store, owner, known);
    const name = `${nameOf(owner)}-${hashOf(templateOf(owner))}`;
    const labels = record(owner, 'spec', 'selector', 'matchLabels');
    makeOwned(store, { kind, name, owner, labels, body: { data, revision: highest + 1 } });
    return name;
  }
  if (number(found, 0, 'revision') < highest) saveAs(store, kind, { ...clone(found), revision: highest + 1 }, controllerManager, '');
  return nameOf(found);
}

function forgetOld(store: ObjectStore, owner: JsonObject, known: JsonObject[]): void {
  const kept = number(owner, 10, 'spec', 'revisionHistoryLimit');
  const old = known.toSorted((left, right) => number(left, 0, 'revision') - number(right, 0, 'revision'));
  for (const revision of old.slice(0, Math.max(0, old.length - kept)))
    store.remove(kindNamed('ControllerRevision'), namespaceOf(revision), nameOf(revision));
}

export function hasLabel(pod: JsonObject, label: string): boolean {
  return record(pod, 'metadata', 'labels')[hashLabel] === label;
}
