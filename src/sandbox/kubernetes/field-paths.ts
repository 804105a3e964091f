/** The fields of an object as paths, in the notation of metadata.managedFields: `f:spec`, `k:{"name":"c"}`, `v:"x"`. */
import type { Field, FieldType, ObjectType } from './field-schema.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** Parts joined by line feeds, so that a Set can hold it. */
export type Path = string;

const separator = '\n';

/** Value of a path that only says that a container or an item is there. */
export const present: Json = true;

/** What the server itself writes is owned by nobody. */
const unowned = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
]);

/**
 * Every owned path of an object with its value. `containers`: also that maps and lists are there, which plain writes own and
 * applied configurations do not.
 */
export function pathsOf(type: ObjectType, object: JsonObject, containers: boolean): Map<Path, Json> {
  const found = new Map<Path, Json>();
  for (const [name, field] of type.fields) {
    const value = object[name];
    if (name === 'apiVersion' || name === 'kind' || value === undefined || value === null) continue;
    const shown = name === 'metadata' && isObject(value) ? withoutUnowned(value) : value;
    collect({ found, containers }, `f:${name}`, field, shown);
  }
  return found;
}

function withoutUnowned(metadata: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !unowned.has(name)));
}

interface Collecting {
  found: Map<Path, Json>;
  containers: boolean;
}

function collect(into: Collecting, path: Path, { type, always }: Pick<Field, 'type' | 'always'>, value: Json): void {
  if (!isWhole(type) && !isEmpty(value)) {
    if (into.containers && !always) into.found.set(path, present);
    if (isObject(value)) return inObject(into, path, type, value);
    if (Array.isArray(value)) return inList(into, path, type, value);
  }
  if (always && isEmpty(value)) return;
  into.found.set(path, value);
}

/** Times are written even where there is none; everything else that is null is not there. */
function isTime(type: FieldType): boolean {
  return type.is === 'scalar' && type.scalar === 'time';
}

function isWhole(type: FieldType): boolean {
  switch (type.is) {
    case 'scalar':
      return true;
    case 'map':
      return type.whole;
    case 'object':
      return type.type.whole;
    case 'list':
      return type.keys.length === 0;
    case 'set':
      return false;
  }
}

function isEmpty(value: Json): boolean {
  return isObject(value) ? Object.keys(value).length === 0 : Array.isArray(value) && value.length === 0;
}

function inObject(into: Collecting, path: Path, type: FieldType, value: JsonObject): void {
  for (const [name, inner] of Object.entries(value)) {
    const field = fieldIn(type, name);
    if (field !== undefined && (inner !== null || isTime(field.type))) collect(into, join(path, `f:${name}`), field, inner);
  }
}

function inList(into: Collecting, path: Path, type: FieldType, value: Json[]): void {
  for (const item of value) {
    const part = itemPart(type, item);
    if (part === undefined) continue;
    const place = join(path, part);
    if (type.is === 'list' && !isWhole(type.of) && isObject(item)) {
      into.found.set(place, present);
      inObject(into, place, type.of, item);
    } else into.found.set(place, item);
  }
}

/** The field of an object or map by its name. */
export function fieldIn(type: FieldType, name: string): Pick<Field, 'type' | 'always'> | undefined {
  if (type.is === 'object') return type.type.fields.get(name);
  return type.is === 'map' ? { type: type.of, always: false } : undefined;
}

/** How an item of a keyed list or a set is called; undefined where it has no keys. */
export function itemPart(type: FieldType, item: Json): string | undefined {
  if (type.is === 'set') return `v:${JSON.stringify(item)}`;
  if (type.is !== 'list' || !isObject(item)) return undefined;
  const names: JsonObject = {};
  for (const key of type.keys.toSorted()) {
    const value = item[key] ?? (key === 'protocol' ? 'TCP' : undefined);
    if (value !== undefined) names[key] = value;
  }
  return `k:${JSON.stringify(names)}`;
}

export function join(path: Path, part: string): Path {
  return path === '' ? part : `${path}${separator}${part}`;
}

export function partsOf(path: Path): string[] {
  return path.split(separator);
}

export function isInside(path: Path, outer: Path): boolean {
  return path.startsWith(`${outer}${separator}`);
}

/** FieldsV1: `{"f:metadata":{"f:labels":{".":{},"f:app":{}}}}`. */
export function toTree(paths: Iterable<Path>): JsonObject {
  const all = [...paths].toSorted();
  const tree: JsonObject = {};
  for (const path of all) {
    let node = tree;
    for (const part of partsOf(path)) {
      const next = node[part];
      const inner: JsonObject = isObject(next) ? next : {};
      // A node that was a path of its own before it got children.
      node[part] = inner;
      node = inner;
    }
  }
  const owned = new Set(all);
  markOwned(tree, '', owned);
  return tree;
}

function markOwned(node: JsonObject, path: Path, owned: Set<Path>): void {
  for (const [part, inner] of Object.entries(node)) {
    if (!isObject(inner) || Object.keys(inner).length === 0) continue;
    const place = join(path, part);
    markOwned(inner, place, owned);
    if (owned.has(place)) node[part] = { '.': {}, ...inner };
  }
}

export function fromTree(tree: JsonObject): Set<Path> {
  const found = new Set<Path>();
  readTree(tree, '', found);
  return found;
}

function readTree(tree: JsonObject, path: Path, found: Set<Path>): void {
  for (const [part, inner] of Object.entries(tree)) {
    if (part === '.') {
      found.add(path);
      continue;
    }
    const place = join(path, part);
    if (isObject(inner) && Object.keys(inner).length > 0) readTree(inner, place, found);
    else found.add(place);
  }
}

/** As messages name it: `.spec.template.spec.containers[name="c"].image`. */
export function showPath(path: Path): string {
  return partsOf(path)
    .map((part) => {
      if (part.startsWith('f:')) return `.${part.slice(2)}`;
      if (part.startsWith('v:')) return `[=${part.slice(2)}]`;
      const keys: unknown = JSON.parse(part.slice(2));
      const shown = Object.entries(typeof keys === 'object' && keys !== null ? keys : {});
      return `[${shown.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}
