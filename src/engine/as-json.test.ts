import { describe, expect, it } from 'vitest';
import { asJson } from './as-json.ts';

const odd: [string, unknown][] = [
  ['nothing', undefined],
  ['undefined in an object', { a: 1, b: undefined, c: { d: undefined } }],
  ['undefined in an array', [1, undefined, [undefined]]],
  // oxlint-disable-next-line no-sparse-arrays -- a hole is what is looked at
  ['a hole', { list: [1, , 3] }],
  ['no number', { a: Number.NaN, b: [Infinity], c: -0 }],
  ['a date', { at: new Date('2030-01-01T00:00:00Z') }],
  ['a map, an error, a class', { map: new Map([[1, 2]]), error: new Error('x'), url: new URL('http://h/') }],
  ['functions and symbols', { run: () => 1, [Symbol('s')]: 1, list: [() => 1] }],
  ['something that says itself what it is', { toJSON: () => ({ said: true }) }],
  ['no prototype', Object.assign(Object.create(null) as object, { a: 1 })],
];

describe('what an action returned', () => {
  it('is taken as it is where it is JSON, however deep', () => {
    const value = { a: [1, 'x', null, true, { b: [[]] }], ['__proto__x']: {} };

    expect(asJson(value)).toBe(value);
  });

  it.each(odd)('becomes what its text says where it holds %s', (_name, value) => {
    const text = JSON.stringify(value);

    expect(asJson(value)).toEqual(text === undefined ? null : JSON.parse(text));
    expect(JSON.stringify(asJson(value))).toBe(text ?? 'null');
    if (typeof value === 'object') expect(asJson({ list: [value] })).toStrictEqual(JSON.parse(JSON.stringify({ list: [value] })));
  });
});
