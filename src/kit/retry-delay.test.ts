import { describe, expect, it } from 'vitest';
import { retryDelayMs } from './retry-delay.ts';

describe('retryDelayMs', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it.each([
    ['seconds', 1, '3', 3000],
    ['a date', 1, 'Thu, 01 Jan 2026 00:00:05 GMT', 5000],
    ['a date that has passed', 1, 'Wed, 31 Dec 2025 00:00:05 GMT', 0],
    ['nothing', 3, undefined, 800],
    ['nonsense', 1, 'soon', 200],
    ['nothing, many times', 20, undefined, 30_000],
    ['more than anybody should wait for', 1, '31', undefined],
    ['a year', 1, '31536000', undefined],
  ])('understands %s', (_what, attempt, header, expected) => {
    expect(retryDelayMs(attempt, header, now)).toBe(expected);
  });
});
