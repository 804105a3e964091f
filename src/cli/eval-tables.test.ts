import { describe, expect, it } from 'vitest';
import type { EvalFailure, EvalReport, Group, Share } from '#server';
import { formatFailure, formatReport } from './eval-tables.ts';

const share = (count: number, of: number): Share => ({
  count,
  of,
  share: of === 0 ? null : count / of,
  low: of === 0 ? null : 0.012,
  high: of === 0 ? null : 0.987,
});

function group(name: string, sentences: number): Group {
  return {
    name,
    sentences,
    exact: share(sentences - 2, sentences),
    exactPlan: share(2, 3),
    wrongInput: share(1, 3),
    wrongPlan: share(0, sentences),
    falseAccept: share(1, 4),
    falseAcceptModerate: share(0, 4),
    falseAcceptDestructive: share(1, 4),
    askedNotActed: share(0, 3),
    actedNotAsked: share(0, 0),
    refusedNotActed: share(0, 3),
    askedNotRefused: share(1, 4),
    refusedNotAsked: share(0, 0),
    anyWrongPlan: share(2, sentences),
  };
}

function report(...files: Group[]): EvalReport {
  const [system, other] = [group('kubernetes', 5), group('none', 4)];
  return { schemaVersion: 1, files, total: group('total', 12), systems: [system, other], classes: [group('', 3)], unknown: [] };
}

const table = (text: string): string => `\n${text}`;

describe('the tables of a report', () => {
  it('show counts, of how many, shares and intervals', () => {
    const name = 'github.example.org/someone/a-rather-long-name-of-a-source:README.md';

    expect(table(formatReport({ ...report(group('people.tsv', 7)), classes: [group(name, 3)] }))).toMatchInlineSnapshot(`
      "
      people.tsv: 7 sentences            COUNT   OF   SHARE    95 %
      exact                              5       7    71.4 %   1.2-98.7
        exact plan, where one is right   2       3    66.7 %   1.2-98.7
      right actions, wrong input         1       3    33.3 %   1.2-98.7
      wrong plan                         0       7    0.0 %    1.2-98.7
      false accept                       1       4    25.0 %   1.2-98.7
        moderate                         0       4    0.0 %    1.2-98.7
        destructive                      1       4    25.0 %   1.2-98.7
      asked instead of acted             0       3    0.0 %    1.2-98.7
      acted instead of asked             0       0    -        -
      refused instead of acted           0       3    0.0 %    1.2-98.7
      asked instead of refused           1       4    25.0 %   1.2-98.7
      refused instead of asked           0       0    -        -
      any plan that is not right         2       7    28.6 %   1.2-98.7

      SYSTEM       SENTENCES   EXACT   SHARE    95 %       WRONG INPUT   WRONG PLAN   FALSE ACCEPT   DESTRUCTIVE   ASKED   ACTED   REFUSED   OTHER
      kubernetes   5           3       60.0 %   1.2-98.7   1             0            1              1             0       0       0         1
      none         4           2       50.0 %   1.2-98.7   1             0            1              1             0       0       0         1

      CLASS                                              SENTENCES   EXACT   SHARE    95 %       WRONG INPUT   WRONG PLAN   FALSE ACCEPT   DESTRUCTIVE   ASKED   ACTED   REFUSED   OTHER
      github.example.org/som…ame-of-a-source:README.md   3           1       33.3 %   1.2-98.7   1             0            1              1             0       0       0         1
      "
    `);
  });

  it('end with a total where there are several files', () => {
    const heads = formatReport(report(group('a.tsv', 7), group('b\u001b[2J.tsv', 1)))
      .split('\n')
      .filter((line) => line.includes('COUNT'));

    expect(heads.map((line) => line.split('  ')[0])).toEqual(['a.tsv: 7 sentences', 'b.tsv: 1 sentence', 'total: 12 sentences']);
  });
});

it('a failure is shown without what a terminal would obey', () => {
  const failure: EvalFailure = {
    file: 'a.tsv',
    line: 3,
    sentence: 'scale \u001b[31mcart\u202E to 4',
    expected: 'refuse',
    class: '',
    wanted: 'refuse',
    outcome: 'false-accept',
    danger: 'destructive',
    got: 'kubernetes.deployment.scale{"name":"cart"}',
    answer: { status: 'plan', steps: [] },
  };

  expect(table(formatFailure(failure))).toMatchInlineSnapshot(`
    "
    a.tsv:3  false-accept (destructive)
      sentence  scale cart to 4
      expected  refuse
      got       kubernetes.deployment.scale{"name":"cart"}

    "
  `);
  expect(formatFailure({ ...failure, danger: null, outcome: 'refused-not-asked' })).toContain('a.tsv:3  refused-not-asked\n');
});
