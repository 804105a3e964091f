import { describe, expect, it } from 'vitest';
import { type Labelled, parseLabelled } from './labelled.ts';
import { createScorer, type Scorer } from './scorer.ts';
import type { Measures } from './tally.ts';
import type { Answer } from './verdict.ts';

const inputs: Record<string, string[]> = { 'kubernetes.deployment.scale': ['name', 'replicas'], 'jira.issue.get': ['issue'] };
const answers: Record<string, Answer> = {
  scale: { status: 'plan', steps: [{ action: 'kubernetes.deployment.scale', input: { name: 'cart', replicas: 4 } }] },
  delete: { status: 'plan', steps: [{ action: 'kubernetes.resource.delete', input: {} }] },
  look: { status: 'plan', steps: [{ action: 'jira.issue.get', input: { issue: 'OPS-1' } }] },
  hm: { status: 'clarify', questions: [{ input: 'name', ask: 'Which one?' }] },
  no: { status: 'refuse', code: 'NEGATED', message: 'Not.' },
};

/** The sentence says which answer is given. */
function scoreLines(lines: string[], file = 'a.tsv', into?: Scorer) {
  const scorer =
    into ??
    createScorer({
      inputsOf: (action) => inputs[action],
      dangerOf: (steps) => {
        if (steps.every(({ action }) => action === 'jira.issue.get')) return null;
        return steps.some(({ action }) => action.endsWith('delete')) ? 'destructive' : 'moderate';
      },
    });
  const failures = parseLabelled(file, lines.join('\n')).flatMap((one: Labelled) => {
    const answer = answers[one.sentence];
    if (answer === undefined) throw new Error(`no answer for ${one.sentence}`);
    return scorer.add(file, one, answer) ?? [];
  });
  return { scorer, failures, report: scorer.report() };
}

const counts = (measures: Measures) =>
  Object.fromEntries(Object.entries(measures).map(([name, share]) => [name, typeof share === 'number' ? share : [share.count, share.of]]));

describe('a score', () => {
  const lines = [
    'scale\tkubernetes.deployment.scale{"replicas":4}\tdo-it',
    'scale\tkubernetes.deployment.scale{"replicas":5}\tdo-it',
    'look\tkubernetes.deployment.scale\tdo-it',
    'scale\trefuse\tno-negation',
    'delete\tclarify:name\task-missing',
    'look\tclarify:issue\task-missing',
    'hm\tkubernetes.deployment.scale',
    'no\tkubernetes.deployment.scale + jira.issue.get',
    'hm\trefuse\tno-negation',
    'no\tclarify:name\task-missing',
    'no\tmissing:helm.chart.sing',
    'hm\tclarify:name\task-missing',
  ];

  it('counts each kind of failure of the sentences that it can happen to', () => {
    expect(counts(scoreLines(lines).report.total)).toEqual({
      sentences: 12,
      exact: [3, 12],
      exactPlan: [1, 5],
      wrongInput: [1, 5],
      wrongPlan: [1, 12],
      falseAccept: [2, 6],
      falseAcceptModerate: [1, 6],
      falseAcceptDestructive: [1, 6],
      askedNotActed: [1, 5],
      actedNotAsked: [2, 4],
      refusedNotActed: [1, 5],
      askedNotRefused: [1, 2],
      refusedNotAsked: [1, 4],
      anyWrongPlan: [5, 12],
    });
  });

  it('tells each failure with its place, the danger and what came', () => {
    const { failures } = scoreLines(lines);

    expect(failures).toHaveLength(9);
    expect(failures[0]).toMatchObject({
      file: 'a.tsv',
      line: 2,
      outcome: 'wrong-input',
      class: 'do-it',
      expected: 'kubernetes.deployment.scale{"replicas":5}',
      got: 'kubernetes.deployment.scale{"name":"cart","replicas":4}',
    });
    expect(failures[3]).toMatchObject({ line: 5, outcome: 'false-accept', danger: 'destructive', wanted: 'ask' });
    expect(failures.map(({ got }) => got)).toEqual(expect.arrayContaining(['clarify:name (Which one?)', 'refuse (NEGATED: Not.)']));
  });

  it('is parted by file, by system of the expected answer and by class', () => {
    const { scorer } = scoreLines(lines);
    const { report } = scoreLines(['look\tjira.issue.get', 'no\trefuse'], 'b.tsv', scorer);
    const sizes = (groups: { name: string; sentences: number }[]) => groups.map(({ name, sentences }) => [name, sentences]);

    expect(sizes(report.files)).toEqual([
      ['a.tsv', 12],
      ['b.tsv', 2],
    ]);
    expect(sizes(report.systems)).toEqual([
      ['none', 7],
      ['kubernetes', 4],
      ['helm', 1],
      ['jira', 1],
      ['several', 1],
    ]);
    expect(sizes(report.classes)).toEqual([
      ['none', 5],
      ['ask-missing', 4],
      ['do-it', 3],
      ['no-negation', 2],
    ]);
    expect(report.total.sentences).toBe(14);
  });

  it('names what labels hold and the catalogue lacks', () => {
    const { report } = scoreLines(['no\tkubernetes.deployment.scal', 'no\tjira.issue.get{"key":"OPS-1"} || refuse', 'no\tmissing:x.y']);

    expect(report.unknown).toEqual([
      { name: 'jira.issue.get{key}', sentences: 1 },
      { name: 'kubernetes.deployment.scal', sentences: 1 },
    ]);
  });
});
