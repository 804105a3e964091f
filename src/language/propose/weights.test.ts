import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProposer } from './proposer.ts';
import { decodeWeights, encodeWeights } from './weights.ts';

const vocabulary = new Uint8Array(32).fill(7);
const weights = {
  classes: [
    { id: 'none', bias: 0.5, weights: [] },
    {
      id: 'jira.issue.get',
      bias: -0.25,
      weights: [
        { bucket: 3, weight: 1 },
        { bucket: 300, weight: -2 },
        { bucket: 65_535, weight: 0.5 },
      ],
    },
  ],
};

describe('the weights file', () => {
  it('is read as it was written, to one part in 127', () => {
    const decoded = decodeWeights(encodeWeights(vocabulary, weights));
    const [none, get] = decoded?.weights.classes ?? [];

    expect(decoded?.vocabulary).toEqual(vocabulary);
    expect(none).toEqual(weights.classes[0]);
    expect(get?.weights.map(({ bucket }) => bucket)).toEqual([3, 300, 65_535]);
    for (const [at, weight] of [1, -2, 0.5].entries()) expect(get?.weights[at]?.weight).toBeCloseTo(weight, 1);
  });

  it('gives no proposals when it is missing, cut off or something else', () => {
    const bytes = encodeWeights(vocabulary, weights);
    const damaged = [undefined, new Uint8Array(), bytes.slice(0, 50), bytes.slice(0, -1), new TextEncoder().encode('x'.repeat(500))];

    for (const one of damaged) expect(createProposer(() => one).rank(['show', 'pods'])).toEqual([]);
  });

  it('never throws, whatever the bytes are', () => {
    const bytes = encodeWeights(vocabulary, weights);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;

        expect(() => createProposer(() => changed).rank(['show', 'pods'])).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it('is read only when it is needed, and once', () => {
    let reads = 0;
    const proposer = createProposer(() => {
      reads += 1;
      return encodeWeights(vocabulary, weights);
    });

    expect(reads).toBe(0);
    proposer.rank(['show']);
    proposer.rank(['show']);
    expect(reads).toBe(1);
  });
});
