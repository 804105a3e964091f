/** The published OpenAPI v3 documents of Kubernetes, as they lie beside the repository, and a check of objects against them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../../shared/specs/kubernetes/', import.meta.url);

export type Schema = { [key: string]: unknown };

export interface Description {
  /** `GET /apis/apps/v1/deployments` → schema of its answer, undefined where that is no object. */
  operations: Map<string, Schema | undefined>;
  /** Paths of the groups that are described: `/api/v1`, `/apis/apps/v1`. */
  roots: string[];
  schemas: Map<string, Schema>;
}

/** Undefined, with a line on the console, where the documents are absent. */
export function readDescription(): Description | undefined {
  if (!existsSync(folder)) {
    console.warn('SKIPPED: the descriptions of Kubernetes are not beside the repository (../shared/specs/kubernetes)');
    return undefined;
  }
  const description: Description = { operations: new Map(), roots: [], schemas: new Map() };
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const document: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    for (const [name, schema] of entries(at(document, 'components', 'schemas'))) description.schemas.set(name, asSchema(schema));
    for (const [path, item] of entries(at(document, 'paths'))) addPath(description, path, item);
  }
  return description;
}

function addPath(description: Description, path: string, item: unknown): void {
  if (/^\/(api|apis\/[^/]+)\/[^/]+\/$/.test(path)) description.roots.push(path.slice(0, -1));
  for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
    const operation = at(item, method);
    if (operation === undefined) continue;
    const answer = at(operation, 'responses', '200') ?? at(operation, 'responses', '201');
    const schema = at(answer, 'content', 'application/json', 'schema');
    description.operations.set(`${method.toUpperCase()} ${path}`, schema === undefined ? undefined : asSchema(schema));
  }
}

export function at(value: unknown, ...path: string[]): unknown {
  let current = value;
  for (const key of path) current = typeof current === 'object' && current !== null ? Reflect.get(current, key) : undefined;
  return current;
}

export function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

export function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Follows references, and takes `allOf` together. */
export function resolve(description: Description, schema: Schema): Schema {
  const reference = schema['$ref'];
  if (typeof reference === 'string') return resolve(description, description.schemas.get(reference.split('/').at(-1) ?? '') ?? {});
  const all = schema['allOf'];
  if (!Array.isArray(all)) return schema;
  const { allOf: _parts, ...rest } = schema;
  let joined: Schema = {};
  for (const part of all) joined = { ...joined, ...resolve(description, asSchema(part)) };
  return {
    ...joined,
    ...rest,
    ...(typeof joined['x-kubernetes-map-type'] === 'string' ? { 'x-kubernetes-map-type': joined['x-kubernetes-map-type'] } : {}),
  };
}

/** What is wrong with a value: unknown and missing fields, wrong types. */
export function problems(description: Description, given: Schema, value: unknown, path = ''): string[] {
  const schema = resolve(description, given);
  if (value === null) return isTime(schema) ? [] : [`${path}: null`];
  if (schema['format'] === 'int-or-string' || Array.isArray(schema['oneOf']))
    return ['string', 'number'].includes(typeof value) ? [] : [`${path}: ${typeof value} for integer or string`];
  switch (schema['type']) {
    case 'object':
      return objectProblems(description, schema, value, path);
    case 'array':
      if (!Array.isArray(value)) return [`${path}: ${typeof value} for array`];
      return value.flatMap((item, index) => problems(description, asSchema(schema['items']), item, `${path}[${index}]`));
    case 'integer':
      return Number.isInteger(value) ? [] : [`${path}: ${JSON.stringify(value)} for integer`];
    case 'string':
      if (typeof value !== 'string') return [`${path}: ${typeof value} for string`];
      return isTime(schema) && Number.isNaN(Date.parse(value)) ? [`${path}: ${value} is no time`] : [];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path}: ${typeof value} for boolean`];
    default:
      return [];
  }
}

function isTime(schema: Schema): boolean {
  return schema['format'] === 'date-time';
}

function objectProblems(description: Description, schema: Schema, value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path}: ${typeof value} for object`];
  const properties = schema['properties'];
  const additional = schema['additionalProperties'];
  if (properties === undefined)
    return additional === undefined
      ? []
      : entries(value).flatMap(([key, inner]) => problems(description, asSchema(additional), inner, `${path}.${key}`));
  const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  const missing = required.filter((key) => !Object.hasOwn(value, key)).map((key) => `${path}.${key}: missing`);
  const wrong = entries(value).flatMap(([key, inner]) => {
    const property = at(properties, key);
    if (property === undefined) return [`${path}.${key}: unknown`];
    // The server writes some lists and maps that are empty as null.
    return inner === null && !required.includes(key) ? [] : problems(description, asSchema(property), inner, `${path}.${key}`);
  });
  return [...missing, ...wrong];
}
