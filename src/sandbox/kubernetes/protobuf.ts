/** Protobuf bodies, which the typed clients of kubectl and helm send: read over the table of fields. Answers are JSON always. */
import type { Field, FieldSchema, FieldType, ObjectType } from './field-schema.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

const magic = Buffer.from('k8s\0');

/** Go writes every plain field, empty ones too; these are pointers there, so that zero and false were meant. */
const meant = new Set([
  'replicas',
  'minReplicas',
  'backoffLimit',
  'parallelism',
  'completions',
  'partition',
  'gracePeriodSeconds',
  'terminationGracePeriodSeconds',
  'ttlSecondsAfterFinished',
  'revisionHistoryLimit',
  'successfulJobsHistoryLimit',
  'failedJobsHistoryLimit',
  'runAsUser',
  'runAsGroup',
  'automountServiceAccountToken',
  'allowPrivilegeEscalation',
  'enableServiceLinks',
  'runAsNonRoot',
  'optional',
]);

interface Reader {
  bytes: Buffer;
  at: number;
}

/** With its apiVersion and kind. Undefined where the bytes are none of ours. */
export function readProtobuf(bytes: Buffer, schema: FieldSchema): JsonObject | undefined {
  if (!bytes.subarray(0, 4).equals(magic)) return undefined;
  const envelope = rawFields(bytes.subarray(4));
  const meta = rawFields(envelope.get(1) ?? Buffer.alloc(0));
  const apiVersion = meta.get(1)?.toString('utf8') ?? '';
  const kind = meta.get(2)?.toString('utf8') ?? '';
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  const type = schema.ofKind({ group, kind });
  if (type === undefined) return undefined;
  return { ...readMessage(type, envelope.get(2) ?? Buffer.alloc(0)), apiVersion, kind };
}

/** The last of each length-delimited field. */
function rawFields(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  eachField(bytes, (number, value) => {
    if (Buffer.isBuffer(value)) found.set(number, value);
  });
  return found;
}

function eachField(bytes: Buffer, visit: (number: number, value: Buffer | bigint) => void): void {
  const reader: Reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    const tag = Number(varint(reader));
    const start = reader.at;
    switch (tag % 8) {
      case 0:
        visit(tag >> 3, varint(reader));
        break;
      case 2: {
        const length = Number(varint(reader));
        visit(tag >> 3, bytes.subarray(reader.at, reader.at + length));
        reader.at += length;
        break;
      }
      default:
        reader.at = start + (tag % 8 === 1 ? 8 : 4);
    }
  }
}

function varint(reader: Reader): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.bytes[reader.at] ?? 0;
    reader.at += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return BigInt.asIntN(64, value);
}

function readMessage(type: ObjectType, bytes: Buffer): JsonObject {
  const object: JsonObject = {};
  eachField(bytes, (number, value) => {
    const entry = type.wire.get(number);
    if (entry === undefined) return;
    if ('wire' in entry) {
      if (Buffer.isBuffer(value)) Object.assign(object, readMessage(entry, value));
    } else readField(entry, value, object);
  });
  return object;
}

function readField(field: Field, value: Buffer | bigint, object: JsonObject): void {
  const { name, type } = field;
  const before = object[name];
  if (type.is === 'map') {
    if (!Buffer.isBuffer(value)) return;
    const entry = rawFields(value);
    const inner = readValue(type.of, entry.get(2) ?? Buffer.alloc(0));
    object[name] = { ...(isObject(before) ? before : {}), [entry.get(1)?.toString('utf8') ?? '']: inner ?? '' };
    return;
  }
  if (type.is === 'list' || type.is === 'set') {
    const item = readValue(type.is === 'set' ? { is: 'scalar', scalar: 'text' } : type.of, value);
    if (item !== undefined) object[name] = [...(Array.isArray(before) ? before : []), item];
    return;
  }
  const read = readValue(type, value);
  if (read === undefined || ((read === '' || read === 0 || read === false) && !meant.has(name))) return;
  object[name] = read;
}

function readValue(type: FieldType, value: Buffer | bigint): Json | undefined {
  if (type.is === 'object') return Buffer.isBuffer(value) ? readMessage(type.type, value) : undefined;
  if (type.is !== 'scalar') return undefined;
  if (!Buffer.isBuffer(value)) return type.scalar === 'boolean' ? value !== 0n : Number(value);
  switch (type.scalar) {
    case 'text':
      return value.toString('utf8');
    case 'bytes':
      return value.toString('base64');
    case 'quantity':
      return rawFields(value).get(1)?.toString('utf8') ?? '0';
    case 'integer-or-text':
      return readIntOrText(value);
    case 'time':
    case 'micro-time':
      return readTime(value, type.scalar === 'time' ? 0 : 6);
    default:
      return undefined;
  }
}

/** { 1: 0 number or 1 text, 2: the number, 3: the text }. */
function readIntOrText(bytes: Buffer): Json {
  let [isText, number, text] = [false, 0, ''];
  eachField(bytes, (field, value) => {
    if (Buffer.isBuffer(value)) text = value.toString('utf8');
    else if (field === 1) isText = value === 1n;
    else number = Number(value);
  });
  return isText ? text : number;
}

/** { 1: seconds, 2: nanoseconds }; nothing in it is no time. */
function readTime(bytes: Buffer, digits: number): string | undefined {
  let [seconds, nanos] = [0, 0];
  eachField(bytes, (field, value) => {
    if (Buffer.isBuffer(value)) return;
    if (field === 1) seconds = Number(value);
    else nanos = Number(value);
  });
  if (seconds === 0 && nanos === 0) return undefined;
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return digits === 0 ? `${whole}Z` : `${whole}.${String(nanos).padStart(9, '0').slice(0, digits)}Z`;
}
