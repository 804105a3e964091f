import { describe, expect, it } from 'vitest';
import { exitOfRun } from './outcome.ts';
import { formatAge, formatTable } from './print.ts';
import { exitOf } from './report.ts';
import { makeRun } from './testing.ts';
import { cleanText } from '#kit/clean';

describe('cleanText', () => {
  it('keeps letters, tabs and lines, and takes out what steers a terminal or misleads', () => {
    expect(cleanText('ä✓\tb\r\nc\u001b[1;31mred\u001b]0;title\u0007\u202egnp.exe\u0000\u009b')).toBe('ä✓\tb\ncredgnp.exe');
  });
});

describe('formatTable', () => {
  it('lines columns up and keeps one row one line', () => {
    expect(
      formatTable(
        ['A', 'LONG'],
        [
          ['aaa', 'x\ny'],
          ['b', ''],
        ],
      ),
    ).toBe('A     LONG\naaa   x y\nb\n');
  });
});

describe('formatAge', () => {
  it.each([
    [5, '5s'],
    [119, '119s'],
    [180, '3m'],
    [7200, '2h'],
    [200_000, '2d'],
    [-5, '0s'],
  ])('says %d seconds as %s', (seconds, said) => {
    expect(formatAge(new Date(1_000_000_000_000 - seconds * 1000).toISOString(), new Date(1_000_000_000_000))).toBe(said);
  });
});

describe('exit codes', () => {
  it('follow the state of a run, and the error of a failed one', () => {
    const states = ['done', 'failed', 'stale', 'unknown', 'cancelled', 'denied', 'expired', 'waiting'] as const;

    expect(states.map((state) => exitOfRun(makeRun({ state })))).toEqual([0, 1, 6, 7, 1, 5, 6, 3]);
    expect(exitOfRun(makeRun({ state: 'failed', error: { code: 'AUTH_FAILED', message: '', hint: '', docs: '' } }))).toBe(4);
  });

  it('follow the code of an error, and are usage for a code of understanding', () => {
    expect([exitOf('REMOTE_UNAVAILABLE'), exitOf('FORBIDDEN'), exitOf('NEGATED'), exitOf('toString')]).toEqual([8, 5, 2, 2]);
  });
});
