/** What makes a change of any object dangerous, read off the object as it is and as the server's dry run would make it. */
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '#kit';
import { valueAt } from './objects.ts';

export interface Changed {
  kind: string;
  /** `Deployment web-app`. */
  title: string;
  /** Undefined: it is new. */
  before: JsonObject | undefined;
  /** Undefined: the server could not be asked yet. */
  after: JsonObject | undefined;
}

/** A slip in one of these reaches further than its namespace. */
const farReaching =
  /^(?:Namespace|Node|ClusterRole|ClusterRoleBinding|CustomResourceDefinition|.*WebhookConfiguration|.*AdmissionPolicy(?:Binding)?|StorageClass|PersistentVolume|PriorityClass|APIService)$/;
const rights = /^(?:Role|RoleBinding)$/;

/** In words, for the safety of a plan; nothing for what is new and harmless, or does not change. */
export function dangersOf(changed: Changed): string[] {
  const { kind, title, before, after } = changed;
  if (before !== undefined && after !== undefined && isDeepStrictEqual(withoutServers(before), withoutServers(after))) return [];
  const isNew = before === undefined;
  return [
    // An empty namespace is new ground.
    ...(farReaching.test(kind) && !(isNew && kind === 'Namespace') ? [`${title} reaches further than one namespace`] : []),
    ...(rights.test(kind) ? [`${title} says who may do what`] : []),
    ...(kind === 'NetworkPolicy' ? [`${title} may cut connections of the pods that it selects`] : []),
    ...(before === undefined || after === undefined ? [] : between(title, kind, before, after)),
  ];
}

function between(title: string, kind: string, before: JsonObject, after: JsonObject): string[] {
  const differs = (...path: string[]): boolean => !isDeepStrictEqual(valueAt(before, path), valueAt(after, path));
  const isRolling = differs('spec', 'template');
  return [
    ...(valueAt(after, ['spec', 'replicas']) === 0 && differs('spec', 'replicas') ? [`stops ${title}`] : []),
    ...(kind === 'Service' && differs('spec', 'selector') ? [`sends the traffic of ${title} to other pods`] : []),
    ...(isRolling && kind === 'StatefulSet' ? [`replaces pods that hold data: ${title}`] : []),
    ...(isRolling && valueAt(after, ['spec', 'strategy', 'type']) === 'Recreate'
      ? [`ends all pods of ${title} before new ones start`]
      : []),
    ...(lost(before, after, 'metadata', 'finalizers') || lost(before, after, 'spec', 'finalizers')
      ? [`takes finalizers of ${title} away: what they guard may be lost`]
      : []),
    ...(differs('metadata', 'ownerReferences') ? [`changes who owns ${title}: it may be deleted with another object`] : []),
  ];
}

function lost(before: JsonObject, after: JsonObject, ...path: string[]): boolean {
  const left = listAt(after, path);
  return listAt(before, path).some((one) => !left.includes(one));
}

function listAt(object: JsonObject, path: string[]): unknown[] {
  const value = valueAt(object, path);
  return Array.isArray(value) ? value : [];
}

/** Without what the server keeps for itself. */
function withoutServers({ status: _status, metadata, ...rest }: JsonObject): JsonObject {
  const {
    managedFields: _managed,
    resourceVersion: _version,
    generation: _generation,
    ...kept
  } = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata : {};
  return { ...rest, metadata: kept };
}

/** From the facts of a preview. */
export function dangersIn(facts: JsonObject | undefined): string[] {
  const found = facts?.['dangers'];
  return Array.isArray(found) ? found.map(String) : [];
}
