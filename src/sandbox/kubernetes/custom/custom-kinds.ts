/** What a CustomResourceDefinition makes the server serve. */
import type { FieldType, ObjectType } from '../field-schema.ts';
import { type JsonObject, list, record, text } from '../json.ts';
import type { Kind } from '../kinds.ts';

const scalar = (name: 'text' | 'integer' | 'boolean' | 'integer-or-text' | 'any'): FieldType => ({ is: 'scalar', scalar: name });

/** The kinds of a definition that is established, one for each version that is served. */
export function kindsOf(definition: JsonObject, metadata: FieldType): Kind[] {
  const isEstablished = list(definition, 'status', 'conditions').some(
    (condition) => text(condition, 'type') === 'Established' && text(condition, 'status') === 'True',
  );
  if (!isEstablished) return [];
  const group = text(definition, 'spec', 'group');
  const names = record(definition, 'spec', 'names');
  const kind = text(names, 'kind');
  return list(definition, 'spec', 'versions')
    .map((version) => record(version))
    .filter((version) => version['served'] === true)
    .map((version): Kind => {
      const schema = record(version, 'schema', 'openAPIV3Schema');
      const name = text(version, 'name');
      const singular = text(names, 'singular');
      return {
        group,
        version: name,
        kind,
        plural: text(names, 'plural'),
        singular: singular === '' ? kind.toLowerCase() : singular,
        short: list(names, 'shortNames').map(String),
        namespaced: text(definition, 'spec', 'scope') === 'Namespaced',
        subresources: record(version, 'subresources')['status'] === undefined ? [] : ['status'],
        generation: true,
        categories: list(names, 'categories').map(String),
        custom: {
          type: wholeType(`${group}.${name}.${kind}`, schema, metadata),
          schema,
          columns: list(version, 'additionalPrinterColumns'),
        },
      };
    });
}

function wholeType(name: string, schema: JsonObject, metadata: FieldType): ObjectType {
  const type = objectType(name, schema);
  const own: [string, FieldType][] = [
    ['apiVersion', scalar('text')],
    ['kind', scalar('text')],
    ['metadata', metadata],
  ];
  for (const [field, of] of own) type.fields.set(field, { name: field, always: true, type: of });
  return type;
}

function objectType(name: string, schema: JsonObject): ObjectType {
  const fields = new Map(
    Object.entries(record(schema, 'properties')).map(([field, of]) => [
      field,
      { name: field, always: false, type: fieldType(`${name}.${field}`, record(of)) },
    ]),
  );
  return { name, whole: text(schema, 'x-kubernetes-map-type') === 'atomic', fields, wire: new Map() };
}

/** What keeps unknown fields, or embeds another object, is taken as it is. */
function fieldType(name: string, schema: JsonObject): FieldType {
  if (schema['x-kubernetes-int-or-string'] === true) return scalar('integer-or-text');
  if (schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-embedded-resource'] === true) return scalar('any');
  switch (text(schema, 'type')) {
    case 'object': {
      const others = schema['additionalProperties'];
      if (others === true) return scalar('any');
      if (others === undefined || others === false) return { is: 'object', type: objectType(name, schema) };
      return { is: 'map', of: fieldType(name, record(others)), whole: text(schema, 'x-kubernetes-map-type') === 'atomic' };
    }
    case 'array': {
      const way = text(schema, 'x-kubernetes-list-type');
      const items = record(schema, 'items');
      if (way === 'set' && text(items, 'type') === 'string') return { is: 'set' };
      const keys = way === 'map' ? list(schema, 'x-kubernetes-list-map-keys').map(String) : [];
      return { is: 'list', of: fieldType(name, items), keys };
    }
    case 'string':
      return scalar('text');
    case 'integer':
      return scalar('integer');
    case 'boolean':
      return scalar('boolean');
    default:
      return scalar('any');
  }
}
