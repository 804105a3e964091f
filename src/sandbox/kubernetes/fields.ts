/** Who owns which field: metadata.managedFields, and server-side apply with its conflicts. */
import { clone, isObject, type Json, type JsonObject, list, record, same, text } from './json.ts';
import { mergeKeys } from './merge-keys.ts';
import { ApiError } from './status.ts';

/** `["f:spec","k:{\"name\":\"c\"}"]` as text, so that a Set can hold it. */
type Path = string;

const unmanaged = new Set(['apiVersion', 'kind', 'status']);
const unmanagedMeta = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]);

interface Owner {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time: string;
  paths: Set<Path>;
}

/** The leaves of an object with their values; an item of a keyed list is named by its keys. */
export function leavesOf(object: JsonObject): Map<Path, Json> {
  const leaves = new Map<Path, Json>();
  for (const [key, value] of Object.entries(object)) {
    if (unmanaged.has(key)) continue;
    if (key === 'metadata') {
      for (const [name, inner] of Object.entries(record(value)))
        if (!unmanagedMeta.has(name)) collect(leaves, ['f:metadata', `f:${name}`], inner, name, key);
    } else collect(leaves, [`f:${key}`], value, key, '');
  }
  return leaves;
}

function collect(leaves: Map<Path, Json>, path: string[], value: Json, field: string, parent: string): void {
  const keys = Array.isArray(value) ? mergeKeys(field, parent) : undefined;
  if (Array.isArray(value) && keys !== undefined) {
    for (const item of value) {
      if (!isObject(item)) continue;
      const name = JSON.stringify(Object.fromEntries(keys.map((key) => [key, item[key] ?? (key === 'protocol' ? 'TCP' : null)])));
      for (const [key, inner] of Object.entries(item)) collect(leaves, [...path, `k:${name}`, `f:${key}`], inner, key, field);
    }
  } else if (isObject(value) && Object.keys(value).length > 0) {
    for (const [key, inner] of Object.entries(value)) collect(leaves, [...path, `f:${key}`], inner, key, field);
  } else leaves.set(JSON.stringify(path), value);
}

function readOwners(object: JsonObject): Owner[] {
  return list(object, 'metadata', 'managedFields').map((entry) => ({
    manager: text(entry, 'manager'),
    operation: text(entry, 'operation') === 'Apply' ? 'Apply' : 'Update',
    apiVersion: text(entry, 'apiVersion'),
    time: text(entry, 'time'),
    paths: new Set(pathsOf(record(entry, 'fieldsV1'), [])),
  }));
}

function pathsOf(tree: JsonObject, path: string[]): Path[] {
  const keys = Object.keys(tree).filter((key) => key !== '.');
  if (keys.length === 0) return path.length === 0 ? [] : [JSON.stringify(path)];
  return keys.flatMap((key) => pathsOf(record(tree, key), [...path, key]));
}

function writeOwners(object: JsonObject, owners: Owner[]): void {
  const metadata = record(object, 'metadata');
  metadata['managedFields'] = owners
    .filter((owner) => owner.paths.size > 0)
    .map(({ manager, operation, apiVersion, time, paths }) => ({
      manager,
      operation,
      apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: treeOf(paths),
    }));
  object['metadata'] = metadata;
}

function treeOf(paths: Set<Path>): JsonObject {
  const tree: JsonObject = {};
  for (const path of paths) {
    let current = tree;
    const parts: unknown = JSON.parse(path);
    for (const part of Array.isArray(parts) ? parts.map(String) : []) {
      const next = record(current, part);
      if (part.startsWith('k:')) next['.'] = {};
      current[part] = next;
      current = next;
    }
  }
  return tree;
}

/** After a plain write: the writer owns what it changed, and nobody else does any more. */
export function ownByUpdate(before: JsonObject | undefined, after: JsonObject, manager: string): void {
  const now = leavesOf(after);
  const old = before === undefined ? new Map<Path, Json>() : leavesOf(before);
  const changed = new Set([...now].filter(([path, value]) => !same(old.get(path), value)).map(([path]) => path));
  const owners = before === undefined ? [] : readOwners(before);
  for (const owner of owners) owner.paths = new Set([...owner.paths].filter((path) => now.has(path) && !changed.has(path)));
  const mine = owners.find((owner) => owner.manager === manager && owner.operation === 'Update');
  if (mine !== undefined) {
    for (const path of changed) mine.paths.add(path);
    if (changed.size > 0) mine.time = nowText();
  } else if (changed.size > 0)
    owners.push({ manager, operation: 'Update', apiVersion: text(after, 'apiVersion'), time: nowText(), paths: changed });
  writeOwners(after, owners);
}

const nowText = () => `${new Date().toISOString().slice(0, 19)}Z`;

/** Server-side apply. Throws 409 naming each field and its owner unless `force`. */
export function applyFields(live: JsonObject | undefined, applied: JsonObject, manager: string, force: boolean): JsonObject {
  const wanted = leavesOf(applied);
  const current = live === undefined ? new Map<Path, Json>() : leavesOf(live);
  const owners = live === undefined ? [] : readOwners(live);
  const conflicts = [...wanted].flatMap(([path, value]) => {
    const owner = owners.find(
      (candidate) => candidate.paths.has(path) && !(candidate.manager === manager && candidate.operation === 'Apply'),
    );
    return owner === undefined || same(current.get(path), value) ? [] : [{ path, owner }];
  });
  if (conflicts.length > 0 && !force) throw conflictError(conflicts);
  const mine = owners.find((owner) => owner.manager === manager && owner.operation === 'Apply');
  const dropped = [...(mine?.paths ?? [])].filter(
    (path) => !wanted.has(path) && !owners.some((owner) => owner !== mine && owner.paths.has(path)),
  );
  const result = clone(live ?? { apiVersion: applied['apiVersion'] ?? '', kind: applied['kind'] ?? '', metadata: {} });
  for (const path of dropped) dropPath(result, path);
  const merged = mergeApplied(result, applied, '');
  const taken = new Set(conflicts.map(({ path }) => path));
  for (const owner of owners) owner.paths = new Set([...owner.paths].filter((path) => !taken.has(path)));
  const paths = new Set(wanted.keys());
  if (mine === undefined) owners.push({ manager, operation: 'Apply', apiVersion: text(applied, 'apiVersion'), time: nowText(), paths });
  else Object.assign(mine, { paths, time: same([...mine.paths].toSorted(), [...paths].toSorted()) ? mine.time : nowText() });
  writeOwners(merged, owners);
  return merged;
}

function mergeApplied(target: JsonObject, applied: JsonObject, field: string): JsonObject {
  const result: JsonObject = { ...target };
  for (const [key, value] of Object.entries(applied)) {
    const keys = Array.isArray(value) ? mergeKeys(key, field) : undefined;
    if (Array.isArray(value) && keys !== undefined) result[key] = mergeItems(list(target, key), value, keys, key);
    else if (isObject(value)) result[key] = mergeApplied(record(target, key), value, key);
    else result[key] = clone(value);
  }
  return result;
}

function mergeItems(target: Json[], applied: Json[], keys: string[], field: string): Json[] {
  const result = [...target];
  for (const item of applied) {
    if (!isObject(item)) continue;
    const index = result.findIndex(
      (candidate) => isObject(candidate) && keys.every((key) => same(candidate[key] ?? 'TCP', item[key] ?? 'TCP')),
    );
    if (index === -1) result.push(clone(item));
    else result[index] = mergeApplied(record(result[index]), item, field);
  }
  return result;
}

function dropPath(object: JsonObject, path: Path): void {
  const parsed: unknown = JSON.parse(path);
  const parts = asTexts(parsed);
  let current: Json | undefined = object;
  for (const part of parts.slice(0, -1)) {
    if (part.startsWith('f:')) current = isObject(current) ? current[part.slice(2)] : undefined;
    else if (Array.isArray(current)) current = current.find((item) => matches(item, part.slice(2)));
  }
  const last = parts.at(-1);
  if (isObject(current) && last?.startsWith('f:') === true) delete current[last.slice(2)];
}

function asTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function matches(item: Json, keyText: string): boolean {
  const key: unknown = JSON.parse(keyText);
  return (
    isObject(item) &&
    typeof key === 'object' &&
    key !== null &&
    Object.entries(key).every(([name, value]) => (item[name] ?? 'TCP') === value)
  );
}

function conflictError(conflicts: { path: Path; owner: Owner }[]): ApiError {
  const named = conflicts.map(({ path, owner }) => ({
    field: fieldName(path),
    message: `conflict with "${owner.manager}"${owner.operation === 'Update' ? ` using ${owner.apiVersion}` : ''}`,
  }));
  const count = named.length === 1 ? '1 conflict' : `${named.length} conflicts`;
  const listed =
    named.length === 1
      ? `${named[0]?.message}: ${named[0]?.field}`
      : named.map(({ field, message }) => `${message}: ${field}`).join('\n- ');
  return new ApiError(409, 'Conflict', `Apply failed with ${count}: ${listed}`, {
    causes: named.map(({ field, message }) => ({ reason: 'FieldManagerConflict', message, field })),
  });
}

/** `.spec.template.spec.containers[name="c"].image`. */
function fieldName(path: Path): string {
  const parsed: unknown = JSON.parse(path);
  return asTexts(parsed)
    .map((part) => {
      if (part.startsWith('f:')) return `.${part.slice(2)}`;
      const key: unknown = JSON.parse(part.slice(2));
      return `[${Object.entries(typeof key === 'object' && key !== null ? key : {})
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(',')}]`;
    })
    .join('');
}
