import { describe, expect, it } from 'vitest';
import { nextRun } from './cron.ts';

const from = new Date('2026-11-23T09:07:30Z'); // a Monday

describe('the next run of a schedule', () => {
  it.each([
    ['*/5 * * * *', '2026-11-23T09:10:00.000Z'],
    ['0 2 * * *', '2026-11-24T02:00:00.000Z'],
    ['30 9 * * 1-5', '2026-11-23T09:30:00.000Z'],
    ['0 0 1 * *', '2026-12-01T00:00:00.000Z'],
    ['0 12 13 * 5', '2026-11-27T12:00:00.000Z'], // the 13th or a Friday
    ['0 0 29 2 *', undefined], // not within a year
    ['@hourly', '2026-11-23T10:00:00.000Z'],
    ['15,45 9 * * 7', '2026-11-29T09:15:00.000Z'],
    ['61 * * * *', undefined],
    ['every day', undefined],
  ])('%s is %s', (schedule, wanted) => {
    expect(nextRun(schedule, from)?.toISOString()).toBe(wanted);
  });
});
