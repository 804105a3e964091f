import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './hash.ts';
import { preconditionChanges } from './precondition.ts';
import { type JsonObject } from '#kit';

describe('preconditionChanges', () => {
  it('names what changed, in words', () => {
    const before = { replicas: 3, image: 'web:1', labels: { tier: 'a' }, paused: false };
    const now = { replicas: 4, labels: { tier: 'b', team: 'x' }, paused: false };

    expect(preconditionChanges(before, now)).toEqual([
      'replicas 3 → 4',
      'image web:1 → (none)',
      'labels.tier a → b',
      'labels.team (none) → x',
    ]);
  });

  it('sees every kind of difference', () => {
    for (const [before, now] of [
      [{ a: 1 }, { a: '1' }],
      [{ a: null }, {}],
      [{ a: [1, 2] }, { a: [2, 1] }],
      [{ a: {} }, { a: [] }],
      [{ a: { b: 1 } }, { a: 1 }],
      [{ a: '' }, {}],
      [{ a: {} }, {}],
      [{}, { constructor: 'x' }],
      [{ a: `${'x'.repeat(100)}1` }, { a: `${'x'.repeat(100)}2` }],
    ] as [JsonObject, JsonObject][])
      expect(preconditionChanges(before, now)).toHaveLength(1);
  });

  it('is empty exactly where both say the same', () => {
    const json = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 2 }));
    fc.assert(
      fc.property(json, json, (left, right) => {
        const [before, now] = [left as JsonObject, right as JsonObject]; // Generated as JSON.
        fc.pre(safe(before) && safe(now));

        expect(preconditionChanges(before, structuredClone(before))).toEqual([]);
        expect(preconditionChanges(before, now).length === 0).toBe(canonicalJson(before) === canonicalJson(now));
      }),
    );
  });

  it('shows outside text cleaned and cut', () => {
    const [change] = preconditionChanges({ note: 'a' }, { note: `\u202e\nb${'x'.repeat(500)}` });

    expect(change).toMatch(/^note a → {2}?bx{50,60}…$/);
  });
});

function safe(value: JsonObject): boolean {
  try {
    canonicalJson(value);
    return true;
  } catch {
    return false; // The generator also makes numbers that JSON cannot carry exactly; those are refused earlier.
  }
}
