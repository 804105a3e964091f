/**
 * Which fields objects have: the one table behind unknown fields, lists that merge by key, protobuf bodies, and the
 * OpenAPI documents that kubectl reads. A contract test compares it with the published description.
 *
 * One line a type: its name (`~`: replaced as a whole), then `field:type` in the order of the numbers that the fields have
 * in protobuf; `#7` goes on with number 7. `!` after a field: always there. `>Type`: its fields stand in this object itself.
 * Types: s text, i integer, b boolean, t time, u time with microseconds, q quantity, x integer or text, y bytes, any,
 * m map of text (mq, my of others; `~m` replaced as a whole), [T] a list replaced as a whole, [T|key,…] a list merged by keys,
 * {s} a set, or the name of another line.
 */
import { otherTypes } from './field-types.ts';
import { podTypes } from './field-types-pods.ts';
import type { Kind } from './kinds.ts';

export type Scalar = 'text' | 'integer' | 'boolean' | 'time' | 'micro-time' | 'quantity' | 'integer-or-text' | 'bytes' | 'any';

export type FieldType =
  | { is: 'scalar'; scalar: Scalar }
  | { is: 'map'; of: FieldType; whole: boolean }
  | { is: 'list'; of: FieldType; keys: string[] }
  | { is: 'set' }
  | { is: 'object'; type: ObjectType };

export interface Field {
  name: string;
  type: FieldType;
  /** There in every object of its type. */
  always: boolean;
}

export interface ObjectType {
  name: string;
  /** Replaced and owned as a whole. */
  whole: boolean;
  fields: Map<string, Field>;
  /** By number in protobuf: a field, or a message whose fields stand in this object. */
  wire: Map<number, Field | ObjectType>;
}

export interface FieldSchema {
  /** Undefined for a kind that is not described. */
  ofKind: (kind: Pick<Kind, 'group' | 'kind' | 'custom'>) => ObjectType | undefined;
}

const scalars: Record<string, Scalar> = {
  s: 'text',
  i: 'integer',
  b: 'boolean',
  t: 'time',
  u: 'micro-time',
  q: 'quantity',
  x: 'integer-or-text',
  y: 'bytes',
  any: 'any',
};
const text: FieldType = { is: 'scalar', scalar: 'text' };

export function createFieldSchema(): FieldSchema {
  const lines = new Map<string, string[]>();
  for (const line of `${podTypes}${otherTypes}`.split('\n')) {
    const [title = '', ...fields] = line.split(' ');
    if (title !== '') lines.set(title.replace('~', ''), [title, ...fields]);
  }
  const made = new Map<string, ObjectType>();

  function objectType(name: string): ObjectType {
    const known = made.get(name);
    if (known !== undefined) return known;
    const [title, ...tokens] = lines.get(name) ?? [];
    if (title === undefined) throw new Error(`the table of fields has no type ${name}`);
    const type: ObjectType = { name, whole: title.endsWith('~'), fields: new Map(), wire: new Map() };
    made.set(name, type);
    let number = 1;
    for (const token of tokens) {
      if (token.startsWith('#')) {
        number = Number(token.slice(1));
        continue;
      }
      addField(type, number, token);
      number += 1;
    }
    return type;
  }

  function addField(type: ObjectType, number: number, token: string): void {
    if (token.startsWith('>')) {
      const inner = objectType(token.slice(1));
      for (const [name, field] of inner.fields) type.fields.set(name, field);
      type.wire.set(number, inner);
      return;
    }
    const [left = '', right = ''] = token.split(':');
    const name = left.replace('!', '');
    const field: Field = { name, always: left.endsWith('!'), type: parseType(right, objectType) };
    type.fields.set(name, field);
    type.wire.set(number, field);
  }

  return {
    ofKind({ group, kind, custom }) {
      if (custom !== undefined) return custom.type;
      const name = lines.has(`${group}/${kind}`) ? `${group}/${kind}` : kind;
      if (!lines.has(name)) return undefined;
      const type = objectType(name);
      for (const field of ['apiVersion', 'kind']) type.fields.set(field, { name: field, always: true, type: text });
      return type;
    },
  };
}

function parseType(token: string, objectType: (name: string) => ObjectType): FieldType {
  const scalar = scalars[token];
  if (scalar !== undefined) return { is: 'scalar', scalar };
  const map = /^(~?)m(.?)$/.exec(token);
  if (map !== null) return { is: 'map', whole: map[1] === '~', of: { is: 'scalar', scalar: scalars[map[2] || 's'] ?? 'text' } };
  if (token === '{s}') return { is: 'set' };
  const [, of, keys] = /^\[([^|]+)\|?(.*)\]$/.exec(token) ?? [];
  if (of === undefined) return { is: 'object', type: objectType(token) };
  return { is: 'list', of: parseType(of, objectType), keys: keys === undefined || keys === '' ? [] : keys.split(',') };
}
