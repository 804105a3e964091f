/** Scores sentences one by one and keeps only counts, so that files of any length can be read. */
import type { Labelled } from './labelled.ts';
import { createTally, type Measures, type Tally } from './tally.ts';
import { type Answer, type AnswerStep, type Danger, judge, type Verdict } from './verdict.ts';

export interface Group extends Measures {
  name: string;
}

export interface EvalReport {
  schemaVersion: 1;
  /** In the order they were read. */
  files: Group[];
  total: Measures;
  /** By the system of the expected answer; `none` where only a question or a refusal is right. The largest first. */
  systems: Group[];
  /** By the third column; `none` where there is none. */
  classes: Group[];
  /** Actions, and inputs of actions, that labels name and the catalogue lacks: a slip in the label, or not built yet. */
  unknown: { name: string; sentences: number }[];
}

export interface EvalFailure extends Verdict {
  file: string;
  line: number;
  sentence: string;
  expected: string;
  class: string;
  /** The answer in the words of a label. */
  got: string;
  answer: Answer;
}

export interface ScorerOptions {
  dangerOf: (steps: readonly AnswerStep[]) => Danger;
  /** The inputs of an action; undefined where there is no such action. */
  inputsOf: (action: string) => readonly string[] | undefined;
}

export interface Scorer {
  /** Undefined where the answer is as expected. */
  add: (file: string, labelled: Labelled, answer: Answer) => EvalFailure | undefined;
  report: () => EvalReport;
}

export function createScorer({ dangerOf, inputsOf }: ScorerOptions): Scorer {
  const total = createTally();
  const [files, systems, classes] = [createGroups(), createGroups(), createGroups()];
  const unknown = new Map<string, number>();
  return {
    add(file, labelled, answer) {
      const verdict = judge(labelled.expected, answer, dangerOf);
      for (const tally of [total, files.of(file), systems.of(systemOf(labelled)), classes.of(labelled.class || 'none')]) tally.add(verdict);
      for (const name of unknownIn(labelled, inputsOf)) unknown.set(name, (unknown.get(name) ?? 0) + 1);
      if (verdict.outcome === 'exact') return undefined;
      const { line, sentence, label } = labelled;
      return { file, line, sentence, expected: label, class: labelled.class, got: describeAnswer(answer), ...verdict, answer };
    },
    report: () => ({
      schemaVersion: 1,
      files: files.list(),
      total: total.measures(),
      systems: largestFirst(systems.list()),
      classes: largestFirst(classes.list()),
      unknown: [...unknown].map(([name, sentences]) => ({ name, sentences })).toSorted(byCountAndName),
    }),
  };
}

function createGroups(): { of: (name: string) => Tally; list: () => Group[] } {
  const tallies = new Map<string, Tally>();
  return {
    of(name) {
      const tally = tallies.get(name) ?? createTally();
      tallies.set(name, tally);
      return tally;
    },
    list: () => [...tallies].map(([name, tally]) => ({ name, ...tally.measures() })),
  };
}

const largestFirst = (groups: Group[]): Group[] => groups.toSorted(byCountAndName);

function byCountAndName(left: { name: string; sentences: number }, right: { name: string; sentences: number }): number {
  return right.sentences - left.sentences || (left.name < right.name ? -1 : 1);
}

/** Of the first answer that names one; `several` where its steps are of more than one system. */
function systemOf({ expected }: Labelled): string {
  for (const one of expected) {
    if (one.kind === 'missing') return one.family;
    if (one.kind !== 'steps') continue;
    const [system = 'none', ...others] = new Set(one.steps.map(({ action }) => action.split('.')[0] ?? action));
    return others.length > 0 ? 'several' : system;
  }
  return 'none';
}

function unknownIn({ expected }: Labelled, inputsOf: ScorerOptions['inputsOf']): Set<string> {
  const steps = expected.flatMap((one) => (one.kind === 'steps' ? one.steps : []));
  const names = steps.flatMap(({ action, input }) => {
    const inputs = inputsOf(action);
    if (inputs === undefined) return [action];
    return Object.keys(input).flatMap((name) => (inputs.includes(name) ? [] : [`${action}{${name}}`]));
  });
  return new Set(names);
}

export function describeAnswer(answer: Answer): string {
  switch (answer.status) {
    case 'plan':
      return answer.steps.map(({ action, input }) => `${action}${JSON.stringify(input)}`).join(' + ');
    case 'clarify':
      return `clarify:${answer.questions.map(({ input }) => input).join(',')} (${answer.questions.map(({ ask }) => ask).join(' ')})`;
    case 'refuse':
      return `refuse (${answer.code}: ${answer.message})`;
  }
}
