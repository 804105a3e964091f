/** A custom object against the schema of its definition: defaults, and the causes of a 422 in the words of the API server. */
import { clone, isObject, type Json, type JsonObject, list, number, record, text } from '../json.ts';
import type { Cause } from '../status.ts';

/** Changes `object`: what the schema gives a default and the object leaves out. */
export function fillDefaults(schema: JsonObject, object: JsonObject): void {
  for (const [name, raw] of Object.entries(record(schema, 'properties'))) {
    const of = record(raw);
    if (object[name] === undefined && of['default'] !== undefined) object[name] = clone({ value: of['default'] })['value'] ?? null;
    const value = object[name];
    if (isObject(value)) fillDefaults(of, value);
    if (Array.isArray(value)) for (const item of value) if (isObject(item)) fillDefaults(record(of, 'items'), item);
  }
}

/** `metadata` is checked elsewhere. */
export function schemaCauses(schema: JsonObject, object: JsonObject): Cause[] {
  const { metadata: _metadata, apiVersion: _version, kind: _kind, ...rest } = object;
  return objectCauses(schema, rest, '');
}

function objectCauses(schema: JsonObject, object: JsonObject, path: string): Cause[] {
  const place = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const missing = list(schema, 'required')
    .map(String)
    .filter((name) => object[name] === undefined)
    .map((name): Cause => ({ field: place(name), message: 'Required value', reason: 'FieldValueRequired' }));
  const properties = record(schema, 'properties');
  const others = record(schema, 'additionalProperties');
  const inside = Object.entries(object).flatMap(([name, value]) => valueCauses(record(properties[name] ?? others), value, place(name)));
  return [...missing, ...inside];
}

function valueCauses(schema: JsonObject, value: Json, path: string): Cause[] {
  if (value === null && schema['nullable'] === true) return [];
  const wanted = text(schema, 'type');
  const given = typeNameOf(value);
  const isRight = wanted === '' || wanted === given || (wanted === 'number' && given === 'integer');
  if (!isRight) return [wrong(path, `"${given}"`, `must be of type ${wanted}: "${given}"`, 'FieldValueTypeInvalid')];
  const allowed = list(schema, 'enum');
  if (allowed.length > 0 && !allowed.includes(value)) {
    const values = allowed.map((one) => JSON.stringify(one)).join(', ');
    return [
      {
        field: path,
        message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${values}`,
        reason: 'FieldValueNotSupported',
      },
    ];
  }
  if (typeof value === 'string') return textCauses(schema, value, path);
  if (typeof value === 'number') return numberCauses(schema, value, path);
  if (Array.isArray(value)) return listCauses(schema, value, path);
  return isObject(value) ? objectCauses(schema, value, path) : [];
}

function typeNameOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

const wrong = (field: string, value: string, message: string, reason = 'FieldValueInvalid'): Cause => ({
  field,
  message: `Invalid value: ${value}: ${field} in body ${message}`,
  reason,
});

function textCauses(schema: JsonObject, value: string, path: string): Cause[] {
  const pattern = text(schema, 'pattern');
  const shown = JSON.stringify(value);
  return [
    ...(pattern !== '' && !new RegExp(pattern, 'u').test(value) ? [wrong(path, shown, `should match '${pattern}'`)] : []),
    ...(value.length < number(schema, 0, 'minLength')
      ? [wrong(path, shown, `should be at least ${number(schema, 0, 'minLength')} chars long`)]
      : []),
    ...(value.length > number(schema, Infinity, 'maxLength')
      ? [{ field: path, message: `Too long: may not be more than ${number(schema, 0, 'maxLength')} bytes`, reason: 'FieldValueTooLong' }]
      : []),
  ];
}

function numberCauses(schema: JsonObject, value: number, path: string): Cause[] {
  const [least, most] = [number(schema, -Infinity, 'minimum'), number(schema, Infinity, 'maximum')];
  return [
    ...(value < least ? [wrong(path, String(value), `should be greater than or equal to ${least}`)] : []),
    ...(value > most ? [wrong(path, String(value), `should be less than or equal to ${most}`)] : []),
  ];
}

function listCauses(schema: JsonObject, value: Json[], path: string): Cause[] {
  const least = number(schema, 0, 'minItems');
  return [
    ...(value.length < least ? [wrong(path, String(value.length), `should have at least ${least} items`)] : []),
    ...value.flatMap((item, index) => valueCauses(record(schema, 'items'), item, `${path}[${index}]`)),
  ];
}
