import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isChange, readGolden, summary, understand } from './__fixtures__/testing.ts';
import { parseLabelled } from './eval/labelled.ts';
import { judge } from './eval/verdict.ts';

const fixture = (name: string): string => readFileSync(new URL(`./__fixtures__/${name}`, import.meta.url), 'utf8');

describe('requests', () => {
  it.each(readGolden('requests.yaml'))('$say', ({ say, expected }) => {
    expect(summary(understand(say))).toEqual(expected);
  });
});

describe('refusals', () => {
  it.each(readGolden('refusals.yaml'))('$say', ({ say, expected }) => {
    const result = understand(say);

    expect(summary(result)).toEqual(expected);
    expect(isChange(result)).toBe(false);
  });
});

describe('ways to ask for the whole catalogue', () => {
  it.each(parseLabelled('catalogue.tsv', fixture('catalogue.tsv')))('$sentence', ({ sentence, expected, label }) => {
    const result = understand(sentence);

    expect(judge(expected, result, () => null).outcome, `${label}\n${summary(result).join(' + ')}`).toBe('exact');
  });
});

describe('traps', () => {
  const traps = fixture('traps.txt').trim().split('\n');

  it.each(traps)('%s', (sentence) => {
    expect(isChange(understand(sentence))).toBe(false);
  });
});

it('has a positive control: the same check sees a change', () => {
  expect(isChange(understand('restart web-app'))).toBe(true);
});
