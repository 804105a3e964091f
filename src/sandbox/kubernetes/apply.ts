/** Server-side apply: a configuration is merged into the live object, and owned by whoever applied it. */
import type { FieldType, ObjectType } from './field-schema.ts';
import { fieldIn, isInside, itemPart, type Path, partsOf, pathsOf, present, showPath } from './field-paths.ts';
import { clone, isObject, type Json, type JsonObject, same, text } from './json.ts';
import { addOwner, type Owner, readOwners, writeOwners } from './managed-fields.ts';
import { ApiError } from './status.ts';

export interface Applied {
  manager: string;
  /** Takes fields over from other managers instead of refusing. */
  force: boolean;
  now: string;
}

/** The merged object with its new owners. Throws 409 that names each field and its owner. */
export function applyConfiguration(
  type: ObjectType,
  live: JsonObject | undefined,
  configuration: JsonObject,
  applied: Applied,
): JsonObject {
  const wanted = pathsOf(type, configuration, false);
  const current = live === undefined ? new Map<Path, Json>() : pathsOf(type, live, true);
  const owners = readOwners(live);
  const mine = owners.find((owner) => owner.manager === applied.manager && owner.operation === 'Apply' && owner.subresource === '');
  const conflicts = [...wanted].flatMap(([path, value]) =>
    value === present || !current.has(path) || same(current.get(path), value)
      ? []
      : owners.filter((owner) => owner !== mine && owner.paths.has(path)).map((owner) => ({ path, owner })),
  );
  if (conflicts.length > 0 && !applied.force) throw conflictError(conflicts);
  const root: FieldType = { is: 'object', type };
  const result = clone(live ?? {});
  const dropped = [...(mine?.paths ?? [])].filter((path) => !wanted.has(path) && isFree(path, wanted, owners, mine));
  // An item before its fields: without its keys it could not be found any more.
  for (const path of dropped.toSorted((left, right) => partsOf(left).length - partsOf(right).length)) drop(root, result, partsOf(path));
  const merged = merge(root, result, configuration);
  for (const { path, owner } of conflicts) owner.paths.delete(path);
  own(owners, mine, new Set(wanted.keys()), text(configuration, 'apiVersion'), applied);
  writeOwners(merged, owners);
  return merged;
}

function own(owners: Owner[], mine: Owner | undefined, paths: Set<Path>, apiVersion: string, { manager, now }: Applied): void {
  if (mine === undefined) {
    addOwner(owners, { manager, operation: 'Apply', apiVersion, time: now, subresource: '', paths });
    return;
  }
  if (!same([...mine.paths].toSorted(), [...paths].toSorted())) mine.time = now;
  mine.paths = paths;
  mine.apiVersion = apiVersion;
}

/** Nobody else owns it or anything in it, and the new configuration has nothing in it. */
function isFree(path: Path, wanted: Map<Path, Json>, owners: Owner[], mine: Owner | undefined): boolean {
  for (const kept of wanted.keys()) if (isInside(kept, path)) return false;
  return owners.every((owner) => owner === mine || ![...owner.paths].some((other) => other === path || isInside(other, path)));
}

/** Takes one path out; maps and lists that this leaves empty go with it. */
function drop(type: FieldType, container: Json, [part = '', ...rest]: string[]): void {
  if (part.startsWith('f:') && isObject(container)) {
    const name = part.slice(2);
    const inner = container[name];
    const field = fieldIn(type, name);
    if (inner === undefined || field === undefined) return;
    if (rest.length > 0) drop(field.type, inner, rest);
    if (rest.length === 0 || (!field.always && isEmptied(inner))) delete container[name];
  } else if (Array.isArray(container)) {
    const index = container.findIndex((item) => itemPart(type, item) === part);
    const item = container[index];
    if (item === undefined) return;
    if (rest.length === 0) container.splice(index, 1);
    else if (type.is === 'list') drop(type.of, item, rest);
  }
}

function isEmptied(value: Json): boolean {
  return isObject(value) ? Object.keys(value).length === 0 : Array.isArray(value) && value.length === 0;
}

/** What is whole is replaced; everything else is merged. */
function merge(type: FieldType, live: JsonObject, configuration: JsonObject): JsonObject {
  const result: JsonObject = { ...live };
  for (const [name, value] of Object.entries(configuration)) {
    const field = fieldIn(type, name);
    if (field === undefined || value === null) continue;
    result[name] = mergeValue(field.type, result[name], value);
  }
  return result;
}

function mergeValue(type: FieldType, live: Json | undefined, value: Json): Json {
  const isMap = (type.is === 'object' && !type.type.whole) || (type.is === 'map' && !type.whole);
  if (isMap && isObject(value)) return merge(type, isObject(live) ? live : {}, value);
  if (Array.isArray(value) && Array.isArray(live) && (type.is === 'set' || (type.is === 'list' && type.keys.length > 0)))
    return mergeItems(type, live, value);
  return clone(value);
}

function mergeItems(type: FieldType, live: Json[], items: Json[]): Json[] {
  const result = [...live];
  for (const item of items) {
    const part = itemPart(type, item);
    const index = result.findIndex((other) => itemPart(type, other) === part);
    if (index === -1) result.push(clone(item));
    else if (type.is === 'list') result[index] = mergeValue(type.of, result[index], item);
  }
  return result;
}

function nameOf({ manager, operation, apiVersion, subresource }: Owner): string {
  const shown = `${JSON.stringify(manager)}${subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`}`;
  return operation === 'Update' ? `${shown} using ${apiVersion}` : shown;
}

function conflictError(conflicts: { path: Path; owner: Owner }[]): ApiError {
  const causes = conflicts.map(({ path, owner }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${nameOf(owner)}`,
    field: showPath(path),
  }));
  const [only] = causes;
  const message =
    only !== undefined && causes.length === 1
      ? `Apply failed with 1 conflict: ${only.message}: ${only.field}`
      : `Apply failed with ${causes.length} conflicts: ${grouped(conflicts).join('\n')}`;
  return new ApiError(409, 'Conflict', message, { causes });
}

function grouped(conflicts: { path: Path; owner: Owner }[]): string[] {
  const byOwner = new Map<string, Path[]>();
  for (const { path, owner } of conflicts) byOwner.set(nameOf(owner), [...(byOwner.get(nameOf(owner)) ?? []), path]);
  return [...byOwner]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([owner, paths]) => [`conflicts with ${owner}:`, ...paths.map((path) => `- ${showPath(path)}`)]);
}
