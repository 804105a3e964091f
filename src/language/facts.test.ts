import { describe, expect, it } from 'vitest';
import { readFacts } from './facts.ts';

describe('readFacts', () => {
  it.each([
    ['scale web-app to 5', [5]],
    ['twenty five copies and a dozen more', [25]],
    ['5 or 1,000', [5, 1000]],
    ['by 2, at least 3, several, 50 %, web-app-7 and v1.2.3', []],
    ['logs of the last 15 minutes', []],
    ['a ticket "500 errors"', []],
  ])('finds the numbers that were said in %s', (sentence, numbers) => {
    expect(readFacts(sentence).numbers).toEqual(numbers);
  });

  it.each([
    ['please restart it unless it is busy', 'CONDITIONAL'],
    ["i'd like fresh pods tomorrow", 'SCHEDULED'],
    ["please don't", 'NEGATED'],
    ["if you don't mind, younger pods", undefined],
    ['a ticket "do not restart"', undefined],
  ])('finds the guard in %s', (sentence, code) => {
    expect(readFacts(sentence).guard?.code).toBe(code);
  });

  it.each([
    ['restart web-app', 1],
    ['restart web-app and cart', 2],
    ['restart web-app, then cart; then show pods', 3],
    ['', 1],
  ])('counts the clauses of %j', (sentence, clauses) => {
    expect(readFacts(sentence).clauses).toBe(clauses);
  });

  it('parts words from quoted text, and takes a quoted word for a name', () => {
    const { words, nameWords, kinds, durations, asksToSee } = readFacts('Please show "web-app" deployments of the last hour "of a kind"');

    expect(words).toEqual(['please', 'show', 'deployments', 'of', 'the', 'last', 'hour']);
    expect(nameWords).toEqual(['please', 'show', 'web-app', 'deployments', 'of', 'the', 'last', 'hour']);
    expect({ kinds, durations, asksToSee }).toEqual({ kinds: ['Deployment'], durations: ['PT1H'], asksToSee: true });
  });

  it('survives any text', () => {
    for (const text of ['', '"', ':::', '\ud800', 'x'.repeat(20_000), 'and '.repeat(200)]) expect(() => readFacts(text)).not.toThrow();
  });
});
