import { expect, it } from 'vitest';
import { shareOf } from './interval.ts';

it.each([
  [0, 10, 0, 0, 0.2775],
  [5, 10, 0.5, 0.2366, 0.7634],
  [10, 10, 1, 0.7225, 1],
  [1, 29, 0.0345, 0.0061, 0.1718],
  [81, 263, 0.308, 0.2553, 0.3662],
])('%i of %i has the interval of the literature', (count, of, share, low, high) => {
  expect(shareOf(count, of)).toEqual({ count, of, share, low, high });
});

it('says nothing of nothing', () => {
  expect(shareOf(0, 0)).toEqual({ count: 0, of: 0, share: null, low: null, high: null });
});
