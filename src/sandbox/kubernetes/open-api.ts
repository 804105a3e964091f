/** OpenAPI v3 documents, made from the tables: kubectl reads them for `explain` and to see what the server checks itself. */
import type { FieldType, ObjectType } from './field-schema.ts';
import { type Json, type JsonObject, record } from './json.ts';
import { groupVersionOf, type Kind } from './kinds.ts';
import { operationsOf, type Served } from './served.ts';

/** OpenAPI's words for the verbs of RBAC. */
const actions: Record<string, string> = { create: 'post', update: 'put' };
const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation'];
const listParameters = [
  'allowWatchBookmarks',
  'continue',
  'fieldSelector',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'timeoutSeconds',
  'watch',
];

export function openApiOf(groupVersion: string, { kinds, fields }: Served): JsonObject {
  const schemas: JsonObject = {};
  const paths: JsonObject = {};
  for (const kind of kinds().filter((candidate) => groupVersionOf(candidate) === groupVersion)) {
    const type = fields.ofKind(kind);
    if (type === undefined) continue;
    addSchema(schemas, type);
    if (kind.custom !== undefined) schemas[type.name] = customSchema(schemas[type.name], kind.custom.schema);
    const own = schemas[type.name];
    schemas[type.name] = { ...(typeof own === 'object' && own !== null ? own : {}), 'x-kubernetes-group-version-kind': [gvkOf(kind)] };
    for (const { path, method, verb } of operationsOf(kind)) {
      const known = paths[path];
      paths[path] = {
        ...(typeof known === 'object' && known !== null ? known : {}),
        [method.toLowerCase()]: operationFor(kind, verb, type),
      };
    }
  }
  return { openapi: '3.0.0', info: { title: 'DevOS sandbox', version: 'v1.34.0' }, paths, components: { schemas } };
}

/** As the definition has it, with its descriptions; the metadata as every object has it. */
function customSchema(made: Json | undefined, schema: JsonObject): JsonObject {
  const { metadata, apiVersion, kind } = record(made, 'properties');
  return {
    ...schema,
    properties: { ...record(schema, 'properties'), metadata: metadata ?? {}, apiVersion: apiVersion ?? {}, kind: kind ?? {} },
  };
}

/** The older document, in protobuf, with nothing described in it: clients ask it about kinds that the newer one does not have. */
export function openApiV2(): Buffer {
  const field = (number: number, content: Buffer): Buffer => Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
  const info = Buffer.concat([field(1, Buffer.from('DevOS sandbox')), field(2, Buffer.from('v1.34.0'))]);
  return Buffer.concat([field(1, Buffer.from('2.0')), field(2, info), field(8, Buffer.alloc(0))]);
}

function gvkOf({ group, version, kind }: Kind): JsonObject {
  return { group, version, kind };
}

function operationFor(kind: Kind, verb: string, type: ObjectType): JsonObject {
  const names =
    verb === 'list' || verb === 'deletecollection'
      ? listParameters
      : [...(verb === 'get' ? [] : writeParameters), ...(verb === 'patch' ? ['force'] : [])];
  const parameters: Json[] = names.map((name) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } }));
  const schema: JsonObject = { $ref: `#/components/schemas/${type.name}` };
  return {
    'x-kubernetes-action': actions[verb] ?? verb,
    'x-kubernetes-group-version-kind': gvkOf(kind),
    parameters,
    responses: { '200': { description: 'OK', content: { 'application/json': { schema } } } },
  };
}

function addSchema(schemas: JsonObject, type: ObjectType): void {
  if (schemas[type.name] !== undefined) return;
  schemas[type.name] = {};
  const properties: JsonObject = {};
  for (const [name, field] of [...type.fields].toSorted(([left], [right]) => (left < right ? -1 : 1)))
    properties[name] = schemaOf(schemas, field.type);
  schemas[type.name] = {
    type: 'object',
    description: `${type.name}, as the Kubernetes API reference describes it.`,
    properties,
    ...(type.whole ? { 'x-kubernetes-map-type': 'atomic' } : {}),
  };
}

const scalars: Record<string, JsonObject> = {
  text: { type: 'string' },
  integer: { type: 'integer', format: 'int64' },
  boolean: { type: 'boolean' },
  time: { type: 'string', format: 'date-time' },
  'micro-time': { type: 'string', format: 'date-time' },
  quantity: { type: 'string' },
  'integer-or-text': { type: 'string', format: 'int-or-string' },
  bytes: { type: 'string', format: 'byte' },
  any: { type: 'object' },
};

function schemaOf(schemas: JsonObject, type: FieldType): JsonObject {
  switch (type.is) {
    case 'scalar':
      return scalars[type.scalar] ?? {};
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(schemas, type.of) };
    case 'set':
      return { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' };
    case 'list': {
      const keyed: JsonObject =
        type.keys.length === 0
          ? { 'x-kubernetes-list-type': 'atomic' }
          : { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': type.keys };
      return { type: 'array', items: schemaOf(schemas, type.of), ...keyed };
    }
    case 'object':
      addSchema(schemas, type.type);
      return { description: type.type.name, allOf: [{ $ref: `#/components/schemas/${type.type.name}` }] };
  }
}
