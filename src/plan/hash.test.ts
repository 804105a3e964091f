import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, hashPlan, isIntact } from './hash.ts';
import { examplePlan } from './__fixtures__/plans.ts';

describe('canonicalJson', () => {
  it('writes the example of RFC 8785, section 3.2.4', () => {
    // oxlint-disable no-loss-of-precision -- the example wants to see it rounded
    const value = {
      numbers: [333333333.33333329, 1e30 / 1e15, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\u002f',
      literals: [null, true, false],
    };
    // oxlint-enable no-loss-of-precision

    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1000000000000000,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.boolean())), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).toReversed());

        expect(canonicalJson(reversed)).toBe(canonicalJson(object));
      }),
    );
  });

  it.each([
    ['NaN', Number.NaN],
    ['an infinite number', Number.POSITIVE_INFINITY],
    ['an integer past 2^53', 2 ** 53],
    ['a lone surrogate', 'a\ud800'],
    ['a date', new Date(0)],
    ['a function', () => 1],
    ['a bigint', 1n],
    ['nothing', undefined],
  ])('refuses %s, alone and inside', (_, value) => {
    expect(() => canonicalJson(value)).toThrowError(expect.objectContaining({ code: 'INPUT_INVALID' }));
    if (value !== undefined) expect(() => canonicalJson({ deep: [{ x: value }] })).toThrowError(/deep\.0\.x/);
  });
});

describe('hashPlan', () => {
  it('covers every field: a change of any character is found', () => {
    const text = JSON.stringify(examplePlan);
    let tried = 0;
    let found = 0;
    for (let at = 0; at < text.length; at += 1) {
      const changed = text.slice(0, at) + (text[at] === '1' ? '2' : '1') + text.slice(at + 1);
      const plan = parse(changed);
      if (plan === undefined) continue;
      tried += 1;
      if (!isIntact(plan)) found += 1;
    }

    expect(tried).toBeGreaterThan(500);
    expect(found).toBe(tried);
  });

  it('holds for the plan as it was made, also after a trip through JSON', () => {
    expect(isIntact(examplePlan)).toBe(true);
    expect(isIntact(JSON.parse(JSON.stringify(examplePlan)))).toBe(true);
    expect(hashPlan(examplePlan)).toBe(examplePlan.hash);
  });
});

function parse(text: string): typeof examplePlan | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The change broke the JSON itself: nothing to compare.
  }
}
