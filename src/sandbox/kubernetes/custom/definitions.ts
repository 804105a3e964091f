/** What the server does about CustomResourceDefinitions: conditions, and the end of their objects with them. */
import { cleanup } from './cleanup.ts';
import { clone, type Json, type JsonObject, list, put, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs, wholeSeconds } from '../operations.ts';
import { remove } from '../remove.ts';

/** A controller. Says in how many ms to look again. */
export function tendDefinition(store: ObjectStore, definition: JsonObject): number | undefined {
  if (text(definition, 'metadata', 'deletionTimestamp') !== '') return endDefinition(store, definition);
  if (list(definition, 'status', 'conditions').length > 0) return undefined;
  const names = record(definition, 'spec', 'names');
  const kind = text(names, 'kind');
  const acceptedNames = { listKind: `${kind}List`, singular: kind.toLowerCase(), ...names };
  const lastTransitionTime = wholeSeconds(store.clock());
  const conditions: Json[] = [
    { type: 'NamesAccepted', status: 'True', lastTransitionTime, reason: 'NoConflicts', message: 'no conflicts found' },
    {
      type: 'Established',
      status: 'True',
      lastTransitionTime,
      reason: 'InitialNamesAccepted',
      message: 'the initial names have been accepted',
    },
  ];
  const stored = list(definition, 'spec', 'versions').filter((version) => record(version)['storage'] === true);
  const status = { conditions, acceptedNames, storedVersions: stored.map((version) => text(version, 'name')) };
  saveAs(store, kindNamed('CustomResourceDefinition'), { ...definition, status }, 'kube-apiserver');
  return undefined;
}

function endDefinition(store: ObjectStore, definition: JsonObject): number | undefined {
  const own = store
    .kinds()
    .find(({ group, plural }) => group === text(definition, 'spec', 'group') && plural === text(definition, 'spec', 'names', 'plural'));
  const left = own === undefined ? [] : store.list(own);
  for (const object of left)
    if (own !== undefined && text(object, 'metadata', 'deletionTimestamp') === '')
      remove(store, own, text(object, 'metadata', 'namespace'), text(object, 'metadata', 'name'), {}, false);
  if (own !== undefined && store.list(own).length > 0) return 20;
  const free = clone(definition);
  put(
    free,
    ['metadata', 'finalizers'],
    list(free, 'metadata', 'finalizers').filter((one) => one !== cleanup),
  );
  saveAs(store, kindNamed('CustomResourceDefinition'), free, 'kube-apiserver', '');
  return undefined;
}
