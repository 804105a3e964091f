/** Lists as `Table`, which is what kubectl asks for. */
import { type Column, columnsOf } from './columns.ts';
import { type Json, type JsonObject, record } from './json.ts';
import type { Kind } from './kinds.ts';

export interface TableOptions {
  /** `Metadata` unless the client asks for `Object` or `None`. */
  includeObject: string;
  now: Date;
  metadata: JsonObject;
  /** Without the columns. */
  bare?: boolean;
}

export function toTable(kind: Kind, objects: JsonObject[], { includeObject, now, metadata, bare = false }: TableOptions): JsonObject {
  const columns = columnsOf(kind.kind);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: (bare ? [] : columns).map(({ name, type, priority }, index) => ({
      name,
      type,
      format: name === 'Name' && index === 0 ? 'name' : '',
      description: `${name} of the ${kind.kind}`,
      priority,
    })),
    rows: objects.map((object) => toRow(object, columns, includeObject, now)),
  };
}

function toRow(object: JsonObject, columns: Column[], includeObject: string, now: Date): JsonObject {
  const row: JsonObject = { cells: columns.map((column): Json => column.cell(object, now)) };
  if (includeObject === 'Object') row['object'] = object;
  else if (includeObject !== 'None') row['object'] = metadataOnly(object);
  return row;
}

export function metadataOnly(object: JsonObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: record(object, 'metadata') };
}
