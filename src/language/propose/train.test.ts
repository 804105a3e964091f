import { describe, expect, it } from 'vitest';
import { actions as declarations } from '../__fixtures__/testing.ts';
import { languageActions } from '../language.ts';
import { accuracyOf, isAccurate } from './accuracy.ts';
import { corpusOf } from './corpus.ts';
import { readWeights } from './proposer.ts';
import { createRandom } from './random.ts';
import { staleNote } from './stale.ts';
import { train, type TrainOptions } from './train.ts';

const all = languageActions(declarations);
const some = all.filter(({ id }) =>
  /^(?:jira\.issue\.create|kubernetes\.(?:deployment\.scale|logs\.get|pods\.restart|rollout\.undo))$/.test(id),
);
const options: TrainOptions = { seed: 5, perAction: 30, none: 80, epochs: 4, keep: 9000 };

describe('training', () => {
  it('gives the same bytes for the same declarations', () => {
    const first = train(some, options);

    expect(some).toHaveLength(5);
    expect(Buffer.from(train(some.toReversed(), options)).equals(first)).toBe(true);
    expect(Buffer.from(train(some, { ...options, seed: 6 })).equals(first)).toBe(false);
  });

  it('learns what it was shown', () => {
    const accuracy = accuracyOf(train(some, options), some, options);

    expect(accuracy.total).toBeGreaterThanOrEqual(250);
    expect(isAccurate(accuracy)).toBe(true);
  });

  it('is not accurate with shuffled labels', () => {
    const random = createRandom(1);
    const shuffled = train(some, { ...options, relabel: (_, classes) => random.below(classes) });

    const accuracy = accuracyOf(shuffled, some, options);

    expect(accuracy.total).toBeGreaterThanOrEqual(250);
    expect(isAccurate(accuracy)).toBe(false);
  });

  it('keeps an example apart to be measured on', () => {
    const heldOut = new Set(some.flatMap(({ language }) => language.examples.slice(-1)));
    const kept = corpusOf(some, { ...options, examples: 'kept' });

    // Only an example without inputs can stand in the corpus as it is.
    expect(kept.filter(({ text }) => heldOut.has(text))).toEqual([]);
    expect(corpusOf(some, { ...options, examples: 'heldOut' }).length).toBeGreaterThan(100);
  });
});

describe('weights that are checked in', () => {
  it('are small and can be read', () => {
    const bytes = readWeights() ?? new Uint8Array();

    expect(bytes.length).toBeGreaterThan(10_000);
    expect(bytes.length).toBeLessThan(150_000);
    // Stale is a note of `npm run check`, missing or damaged is a fault.
    expect(staleNote(bytes, all) ?? '').not.toContain('no weights');
  });

  it('are stale for any other vocabulary', () => {
    const bytes = train(some, options);
    const renamed = some.map((action) => ({
      ...action,
      language: { ...action.language, triggers: [...action.language.triggers, 'nudge'] },
    }));

    expect(staleNote(bytes, some)).toBeUndefined();
    expect(staleNote(bytes, renamed)).toContain('npm run language:train');
    expect(staleNote(bytes, all)).toContain(`${all.length - some.length} actions unknown`);
    expect(staleNote(undefined, some)).toContain('no weights');
  });
});
