/** Who owns which field, kept in metadata.managedFields, after plain writes. Server-side apply is in `apply.ts`. */
import type { ObjectType } from './field-schema.ts';
import { fromTree, type Path, pathsOf, toTree } from './field-paths.ts';
import { type Json, type JsonObject, list, record, same, text } from './json.ts';

export interface Writer {
  manager: string;
  /** `status` or `scale`; nothing for the object itself. */
  subresource?: string;
  /** RFC 3339, whole seconds. */
  now: string;
}

export interface Owner {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time: string;
  subresource: string;
  paths: Set<Path>;
}

export function readOwners(object: JsonObject | undefined): Owner[] {
  return list(object, 'metadata', 'managedFields').map((entry) => ({
    manager: text(entry, 'manager'),
    operation: text(entry, 'operation') === 'Apply' ? 'Apply' : 'Update',
    apiVersion: text(entry, 'apiVersion'),
    time: text(entry, 'time'),
    subresource: text(entry, 'subresource'),
    paths: fromTree(record(entry, 'fieldsV1')),
  }));
}

/** Changes `object`. */
export function writeOwners(object: JsonObject, owners: Owner[]): void {
  const { managedFields: _old, ...metadata } = record(object, 'metadata');
  const entries: Json[] = owners
    .filter((owner) => owner.paths.size > 0)
    .map(({ manager, operation, apiVersion, time, subresource, paths }) => ({
      manager,
      operation,
      apiVersion,
      ...(time === '' ? {} : { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: toTree(paths),
      ...(subresource === '' ? {} : { subresource }),
    }));
  object['metadata'] = entries.length === 0 ? metadata : { ...metadata, managedFields: entries };
}

/** After a plain write the writer owns what it changed, and nobody else does any more. Changes `after`. */
export function ownChanges(type: ObjectType, before: JsonObject | undefined, after: JsonObject, writer: Writer): void {
  // Most writes are of the status only: what did not change is neither taken apart nor put together again.
  const touched = Object.keys({ ...before, ...after }).filter(
    (name) => !same(before?.[name], after[name]) || (name === 'metadata' && before === undefined),
  );
  const now = pathsOf(type, pick(after, touched), true);
  const old = before === undefined ? new Map<Path, Json>() : pathsOf(type, pick(before, touched), true);
  const changed = [...now].filter(([path, value]) => !same(old.get(path), value)).map(([path]) => path);
  const gone = [...old.keys()].filter((path) => !now.has(path));
  const entries = list(before, 'metadata', 'managedFields');
  const isMine = (entry: Json): boolean =>
    text(entry, 'manager') === writer.manager &&
    text(entry, 'operation') === 'Update' &&
    text(entry, 'subresource') === (writer.subresource ?? '') &&
    text(entry, 'apiVersion') === text(after, 'apiVersion');
  const mine = entries.find(isMine);
  const kept = entries.flatMap((entry) => (entry === mine || !mayOwn(entry, touched) ? [entry] : without(entry, [...changed, ...gone])));
  const { managedFields: _old, ...metadata } = record(after, 'metadata');
  const next = changed.length === 0 && mine === undefined ? kept : withMine(kept, mine, changed, gone, after, writer);
  after['metadata'] = next.length === 0 ? metadata : { ...metadata, managedFields: next };
}

function pick(object: JsonObject, names: string[]): JsonObject {
  const result: JsonObject = {};
  for (const name of names) {
    const value = object[name];
    if (value !== undefined) result[name] = value;
  }
  return result;
}

function mayOwn(entry: Json, touched: string[]): boolean {
  const tree = record(entry, 'fieldsV1');
  return touched.some((name) => tree[`f:${name}`] !== undefined);
}

/** The entry without these paths; none where nothing is left of it. */
function without(entry: Json, paths: Path[]): Json[] {
  const owned = fromTree(record(entry, 'fieldsV1'));
  const size = owned.size;
  for (const path of paths) owned.delete(path);
  if (owned.size === size) return [entry];
  return owned.size === 0 ? [] : [{ ...record(entry), fieldsV1: toTree(owned) }];
}

function withMine(
  entries: Json[],
  mine: Json | undefined,
  changed: Path[],
  gone: Path[],
  after: JsonObject,
  { manager, subresource, now }: Writer,
): Json[] {
  if (mine !== undefined && changed.length === 0 && gone.length === 0) return entries;
  const owned = mine === undefined ? new Set<Path>() : fromTree(record(mine, 'fieldsV1'));
  const size = owned.size;
  for (const path of gone) owned.delete(path);
  for (const path of changed) owned.add(path);
  // The same fields again: only the time is news.
  const tree = mine !== undefined && gone.length === 0 && owned.size === size ? record(mine, 'fieldsV1') : toTree(owned);
  const entry: JsonObject = {
    manager,
    operation: 'Update',
    apiVersion: text(after, 'apiVersion'),
    // The real server does not note when something was scaled.
    ...(subresource === 'scale' ? {} : { time: now }),
    fieldsType: 'FieldsV1',
    fieldsV1: tree,
    ...(subresource === undefined || subresource === '' ? {} : { subresource }),
  };
  const others = entries.filter((other) => other !== mine);
  return owned.size === 0 ? others : [...others, entry];
}

export function addOwner(owners: Owner[], owner: Owner): Owner {
  owners.push(owner);
  return owner;
}
