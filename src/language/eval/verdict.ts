/** What one answer is worth against its label. */
import type { JsonObject } from '#kit';
import { isSameInput } from './compare.ts';
import type { Expected, ExpectedStep } from './labelled.ts';

/** What the engine answers, and what anything that is compared with it can answer too. */
export type Answer =
  | { status: 'plan'; steps: readonly AnswerStep[] }
  | { status: 'clarify'; questions: readonly { input: string; ask: string }[] }
  | { status: 'refuse'; code: string; message: string };

export interface AnswerStep {
  action: string;
  input: JsonObject;
}

/** What would be right: to act, to ask, to refuse, or anything but another family's action. The first that a label allows. */
export type Wanted = 'act' | 'missing' | 'ask' | 'refuse';

export type Outcome =
  | 'exact'
  | 'wrong-input'
  | 'wrong-plan'
  | 'false-accept'
  | 'asked-not-acted'
  | 'acted-not-asked'
  | 'refused-not-acted'
  | 'asked-not-refused'
  | 'refused-not-asked';

/** How much a plan would change; null where it only reads. */
export type Danger = 'moderate' | 'destructive' | null;

export interface Verdict {
  wanted: Wanted;
  outcome: Outcome;
  /** Of a plan that is not right. */
  danger: Danger;
}

export function judge(expected: readonly Expected[], answer: Answer, dangerOf: (steps: readonly AnswerStep[]) => Danger): Verdict {
  const wanted = wantedBy(expected);
  if (expected.some((one) => isMet(one, answer))) return { wanted, outcome: 'exact', danger: null };
  if (answer.status !== 'plan') return { wanted, outcome: withoutPlan(wanted, answer.status), danger: null };
  const danger = dangerOf(answer.steps);
  return { wanted, outcome: withPlan(wanted, expected, answer.steps, danger), danger };
}

function wantedBy(expected: readonly Expected[]): Wanted {
  const kinds = new Set(expected.map(({ kind }) => kind));
  if (kinds.has('steps')) return 'act';
  if (kinds.has('missing')) return 'missing';
  return kinds.has('clarify') ? 'ask' : 'refuse';
}

function isMet(expected: Expected, answer: Answer): boolean {
  switch (expected.kind) {
    case 'clarify':
      return answer.status === 'clarify';
    case 'refuse':
      return answer.status === 'refuse';
    case 'missing':
      return answer.status !== 'plan' || answer.steps.every(({ action }) => action.split('.')[0] === expected.family);
    case 'steps':
      return answer.status === 'plan' && hasActions(expected.steps, answer.steps) && hasInputs(expected.steps, answer.steps);
  }
}

function hasActions(expected: readonly ExpectedStep[], steps: readonly AnswerStep[]): boolean {
  return expected.length === steps.length && expected.every(({ action }, index) => steps[index]?.action === action);
}

function hasInputs(expected: readonly ExpectedStep[], steps: readonly AnswerStep[]): boolean {
  return expected.every(({ input }, index) =>
    Object.entries(input).every(([name, value]) => isSameInput(value, steps[index]?.input[name])),
  );
}

function withoutPlan(wanted: Wanted, status: 'clarify' | 'refuse'): Outcome {
  if (status === 'clarify') return wanted === 'refuse' ? 'asked-not-refused' : 'asked-not-acted';
  return wanted === 'ask' ? 'refused-not-asked' : 'refused-not-acted';
}

function withPlan(wanted: Wanted, expected: readonly Expected[], steps: readonly AnswerStep[], danger: Danger): Outcome {
  const hasRightActions = expected.some((one) => one.kind === 'steps' && hasActions(one.steps, steps));
  if (hasRightActions) return 'wrong-input';
  if (wanted === 'act' || wanted === 'missing') return 'wrong-plan';
  if (danger !== null) return 'false-accept';
  return wanted === 'ask' ? 'acted-not-asked' : 'wrong-plan';
}
