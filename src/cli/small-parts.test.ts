import { describe, expect, it } from 'vitest';
import type { ActionInfo } from '#kit/api';
import { exitOfRun } from './outcome.ts';
import { formatAge, formatTable } from './print.ts';
import { exitOf } from './report.ts';
import { countSlips, nearest } from './suggest.ts';
import { makeRun } from './testing.ts';
import { cleanText } from '#kit/clean';
import { readInputs } from './typed-inputs.ts';

describe('nearest', () => {
  it('forgives one slip in a short word and two in a long one', () => {
    expect(nearest('rusn', ['run', 'runs', 'undo'])).toBe('runs');
    expect(nearest('conections', ['connections', 'completion'])).toBe('connections');
    expect(nearest('banana', ['runs', 'undo'])).toBeUndefined();
    expect(countSlips('audit', 'audit')).toBe(0);
  });
});

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

const scale: ActionInfo = {
  id: 'kubernetes.deployment.scale',
  system: 'kubernetes',
  summary: '',
  safety: 'moderate',
  status: 'available',
  examples: [],
  inputs: [
    { name: 'name', optional: false, description: '', type: 'string' },
    { name: 'replicas', optional: false, description: '', type: 'integer' },
    { name: 'allNamespaces', optional: true, description: '', type: 'boolean' },
    { name: 'labels', optional: true, description: '', type: 'object' },
  ],
};

describe('readInputs', () => {
  it('reads values by their declared type', () => {
    const words = ['--name', '123', '--replicas=5', '--all-namespaces', '--labels', '{"a":"b"}'];

    expect(readInputs(scale, words)).toEqual({ name: '123', replicas: 5, allNamespaces: true, labels: { a: 'b' } });
  });

  it('takes a whole JSON object, and values that begin with a dash', () => {
    expect(readInputs(scale, ['--input', '{"name":"web-app"}', '--replicas', '-3'])).toEqual({ name: 'web-app', replicas: -3 });
    expect(readInputs(scale, ['--allNamespaces', 'false'])).toEqual({ allNamespaces: false });
  });

  it.each([
    [['--replica', '5']],
    [['--replicas', 'five']],
    [['--name']],
    [['web-app']],
    [['--input', '[1]']],
    [['--input', '{']],
    [['--labels', 'x']],
  ])('refuses %j as a usage error with a hint', (words) => {
    expect(() => readInputs(scale, words)).toThrowError(expect.objectContaining({ code: 'USAGE' }));
  });
});
