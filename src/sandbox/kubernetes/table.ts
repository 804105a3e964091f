/** Lists as `Table`, which is what kubectl asks for. */
import type { Column } from './column-parts.ts';
import { columnsOf, nameColumn } from './columns.ts';
import { customColumns } from './custom/custom-columns.ts';
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
  const columns = kind.custom === undefined ? columnsOf(kind.kind) : [nameColumn, ...customColumns(kind.custom.columns)];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: (bare ? [] : columns).map((column) => definitionOf(kind, column)),
    rows: objects.map((object) => toRow(object, columns, includeObject, now)),
  };
}

const numbers = new Set([
  'Up-to-date',
  'Available',
  'Desired',
  'Current',
  'Data',
  'Active',
  'MaxPods',
  'Replicas',
  'Count',
  'Secrets',
  'Revision',
  'Allowed Disruptions',
]);

function definitionOf(kind: Kind, { name, priority, type }: Column): JsonObject {
  // A deployment's counts are declared as text, although they come as numbers.
  const isNumber = numbers.has(name) && kind.kind !== 'Deployment';
  const format = name === 'Name' && priority === 0 ? 'name' : '';
  return { name, type: type ?? (isNumber ? 'integer' : 'string'), format, description: `${name} of the ${kind.kind}`, priority };
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
