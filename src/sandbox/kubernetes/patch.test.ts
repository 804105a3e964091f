import { describe, expect, it } from 'vitest';
import { jsonPatch, mergePatch } from './patch.ts';

describe('a merge patch', () => {
  it('merges objects, replaces lists and deletes with null', () => {
    expect(mergePatch({ a: { b: 1, c: [1, 2] }, d: 1 }, { a: { c: [3] }, d: null })).toEqual({ a: { b: 1, c: [3] } });
  });
});

describe('a JSON patch', () => {
  const target = { spec: { replicas: 1, list: ['a', 'b'], 'x/y': 1 } };

  it('adds, replaces and removes, in lists too', () => {
    expect(
      jsonPatch(target, [
        { op: 'replace', path: '/spec/replicas', value: 2 },
        { op: 'add', path: '/spec/list/-', value: 'c' },
        { op: 'add', path: '/spec/list/0', value: 'z' },
        { op: 'remove', path: '/spec/list/1' },
        { op: 'remove', path: '/spec/x~1y' },
      ]),
    ).toEqual({ spec: { replicas: 2, list: ['z', 'b', 'c'] } });
    expect(target.spec.list).toEqual(['a', 'b']);
  });

  it.each([
    [{ op: 'test', path: '/spec/replicas', value: 9 }],
    [{ op: 'remove', path: '/spec/none' }],
    [{ op: 'replace', path: '/none/deeper', value: 1 }],
    [{ op: 'add', path: '/spec/list/7', value: 1 }],
  ])('is refused as a whole where one operation fails: %j', (operation) => {
    expect(() => jsonPatch(target, [operation])).toThrow('the server rejected our request due to an error in our request');
  });
});
