import { describe, expect, it } from 'vitest';
import { createFieldSchema } from './field-schema.ts';
import { readProtobuf } from './protobuf.ts';

const fields = createFieldSchema();
const text = (value: string): Buffer => Buffer.from(value);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Buffer.from([...bytes, left]);
}

const bytes = (number: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
};
const number = (field: number, value: number): Buffer => Buffer.concat([varint(field * 8), varint(value)]);

function body(apiVersion: string, kind: string, raw: Buffer): Buffer {
  return Buffer.concat([text('k8s\0'), bytes(1, bytes(1, text(apiVersion)), bytes(2, text(kind))), bytes(2, raw)]);
}

describe('a protobuf body', () => {
  it('is read by the numbers of the table: text, maps, lists, times, numbers and what is inlined', () => {
    const metadata = bytes(
      1,
      bytes(1, text('app')),
      bytes(8, number(1, 1_700_000_000)),
      bytes(11, bytes(1, text('a')), bytes(2, text('b'))),
    );
    const probe = bytes(11, bytes(1, bytes(2, bytes(1, text('/health')), bytes(2, number(1, 0), number(2, 8080)))), number(4, 10));
    const container = bytes(
      2,
      bytes(1, text('c')),
      bytes(2, text('acme/app:1')),
      bytes(8, bytes(2, bytes(1, text('cpu')), bytes(2, bytes(1, text('100m'))))),
      probe,
    );
    const template = bytes(3, bytes(2, container));

    const read = readProtobuf(
      body('apps/v1', 'Deployment', Buffer.concat([metadata, bytes(2, number(1, 0), template, number(7, 0))])),
      fields,
    );

    expect(read).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'app', creationTimestamp: '2023-11-14T22:13:20Z', labels: { a: 'b' } },
      spec: {
        replicas: 0,
        template: {
          spec: {
            containers: [
              {
                name: 'c',
                image: 'acme/app:1',
                resources: { requests: { cpu: '100m' } },
                readinessProbe: { httpGet: { path: '/health', port: 8080 }, periodSeconds: 10 },
              },
            ],
          },
        },
      },
    });
  });

  it('of a secret has its bytes in base64', () => {
    const read = readProtobuf(body('v1', 'Secret', bytes(2, bytes(1, text('key')), bytes(2, Buffer.from([0, 255])))), fields);

    expect(read).toMatchObject({ kind: 'Secret', data: { key: 'AP8=' } });
  });

  it('of an unknown kind, or that is none, is not read', () => {
    expect(readProtobuf(body('v1', 'Widget', Buffer.alloc(0)), fields)).toBeUndefined();
    expect(readProtobuf(text('{"kind":"Pod"}'), fields)).toBeUndefined();
  });

  it.each([1, 2, 5, 9])('that is cut after %i bytes of its content does not hang', (length) => {
    const whole = body('v1', 'Secret', bytes(2, bytes(1, text('key')), bytes(2, text('value'))));

    expect(() => readProtobuf(whole.subarray(0, whole.length - length), fields)).not.toThrow();
  });
});
