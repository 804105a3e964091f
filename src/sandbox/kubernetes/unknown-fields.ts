/** Fields that a kind does not have: taken out of the object, and named as the API server names them. */
import type { FieldType, ObjectType } from './field-schema.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** Changes `object`; returns paths such as `spec.template.spec.containers[0].imagee`. */
export function takeUnknown(type: ObjectType, object: JsonObject): string[] {
  const found: string[] = [];
  inObject(type, object, '', found);
  return found;
}

function inObject(type: ObjectType, object: JsonObject, path: string, found: string[]): void {
  for (const [name, value] of Object.entries(object)) {
    const field = type.fields.get(name);
    const place = path === '' ? name : `${path}.${name}`;
    if (field === undefined) {
      found.push(place);
      delete object[name];
    } else inValue(field.type, value, place, found);
  }
}

function inValue(type: FieldType, value: Json, path: string, found: string[]): void {
  if (type.is === 'object' && isObject(value)) inObject(type.type, value, path, found);
  if (type.is === 'list' && Array.isArray(value))
    for (const [index, item] of value.entries()) inValue(type.of, item, `${path}[${index}]`, found);
}

/** The first value of a wrong type, as the decoder of the API server words it; undefined where all are right. */
export function wrongType(type: ObjectType, object: JsonObject, path = ''): string | undefined {
  for (const [name, value] of Object.entries(object)) {
    const field = type.fields.get(name);
    if (field === undefined || value === null) continue;
    const wrong = wrongValue(field.type, value, path === '' ? name : `${path}.${name}`, type.name);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

const goTypes: Record<string, string> = { text: 'string', integer: 'int32', boolean: 'bool' };

function wrongValue(type: FieldType, value: Json, path: string, owner: string): string | undefined {
  switch (type.is) {
    case 'object':
      return isObject(value) ? wrongType(type.type, value, path) : cannot(value, owner, path, type.type.name);
    case 'list':
    case 'set': {
      if (!Array.isArray(value)) return cannot(value, owner, path, `[]${type.is === 'set' ? 'string' : 'object'}`);
      if (type.is === 'set') return undefined;
      for (const item of value) {
        const wrong = item === null ? undefined : wrongValue(type.of, item, path, owner);
        if (wrong !== undefined) return wrong;
      }
      return undefined;
    }
    case 'map': {
      if (!isObject(value)) return cannot(value, owner, path, 'map[string]string');
      for (const inner of Object.values(value))
        if (type.of.is === 'scalar' && type.of.scalar === 'text' && typeof inner !== 'string') return cannot(inner, owner, path, 'string');
      return undefined;
    }
    case 'scalar':
      return isScalar(type.scalar, value) ? undefined : cannot(value, owner, path, goTypes[type.scalar] ?? 'string');
  }
}

function isScalar(scalar: string, value: Json): boolean {
  switch (scalar) {
    case 'any':
      return true;
    case 'integer':
      return Number.isInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer-or-text':
    case 'quantity':
      return typeof value === 'string' || typeof value === 'number';
    default:
      return typeof value === 'string';
  }
}

function cannot(value: Json, owner: string, path: string, wanted: string): string {
  const given = Array.isArray(value) ? 'array' : typeof value;
  const words: Record<string, string> = { number: `number ${String(value)}`, boolean: 'bool' };
  return `json: cannot unmarshal ${words[given] ?? given} into Go struct field ${owner}.${path} of type ${wanted}`;
}
