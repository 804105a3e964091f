/** Reads the one protobuf body that clients insist on sending: the access review of `kubectl auth can-i`. */
import type { JsonObject } from './json.ts';

type Fields = Map<number, Buffer[]>;

/** Length-delimited fields by number; numbers and flags are passed over. */
function readFields(bytes: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag % 8;
    if (wire === 2) {
      const length = varint();
      const number = Math.floor(tag / 8);
      fields.set(number, [...(fields.get(number) ?? []), bytes.subarray(at, at + length)]);
      at += length;
    } else if (wire === 0) varint();
    else at += wire === 1 ? 8 : 4;
  }
  return fields;
}

const inner = (fields: Fields, number: number): Fields => readFields(fields.get(number)?.[0] ?? Buffer.alloc(0));
const textOf = (fields: Fields, number: number): string => fields.get(number)?.[0]?.toString('utf8') ?? '';

/** `k8s\0`, then runtime.Unknown { raw = 2 }, then SelfSubjectAccessReview { spec = 2 { resourceAttributes = 1 } }. */
export function readAccessReview(body: Buffer): JsonObject {
  const raw = inner(readFields(body.subarray(4)), 2);
  const attributes = inner(inner(raw, 2), 1);
  const [namespace, verb, group, version, resource, subresource, name] = [1, 2, 3, 4, 5, 6, 7].map((number) => textOf(attributes, number));
  return {
    spec: {
      resourceAttributes: {
        namespace: namespace ?? '',
        verb: verb ?? '',
        group: group ?? '',
        version: version ?? '',
        resource: resource ?? '',
        subresource: subresource ?? '',
        name: name ?? '',
      },
    },
  };
}
