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
  const now = pathsOf(type, after, true);
  const old = before === undefined ? new Map<Path, Json>() : pathsOf(type, before, true);
  const changed = [...now].filter(([path, value]) => !same(old.get(path), value)).map(([path]) => path);
  const owners = readOwners(before);
  const { manager, subresource = '' } = writer;
  const apiVersion = text(after, 'apiVersion');
  let mine = owners.find(
    (owner) =>
      owner.manager === manager && owner.operation === 'Update' && owner.subresource === subresource && owner.apiVersion === apiVersion,
  );
  const taken = new Set(changed);
  for (const owner of owners)
    owner.paths = new Set([...owner.paths].filter((path) => (now.has(path) || !old.has(path)) && (owner === mine || !taken.has(path))));
  if (changed.length > 0) {
    mine ??= addOwner(owners, { manager, operation: 'Update', apiVersion, time: '', subresource, paths: new Set() });
    for (const path of changed) mine.paths.add(path);
    mine.time = writer.now;
  }
  writeOwners(after, owners);
}

export function addOwner(owners: Owner[], owner: Owner): Owner {
  owners.push(owner);
  return owner;
}
