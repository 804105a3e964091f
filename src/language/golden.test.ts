import { describe, expect, it } from 'vitest';
import { isChange, readGolden, summary, understand } from './__fixtures__/testing.ts';

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

it('has a positive control: the same check sees a change', () => {
  expect(isChange(understand('restart web-app'))).toBe(true);
});
