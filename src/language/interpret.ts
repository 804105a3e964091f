/** The best way of reading a sentence: every cut is tried, and the most segmented one that explains everything wins. */
import type { Question } from '#kit';
import { readings } from './clauses.ts';
import { type Composed, type Composer, createComposer } from './compose.ts';
import type { Reading } from './draft.ts';
import { type BoundStep, shareInputs } from './share.ts';
import type { Token } from './tokens.ts';
import type { CarriedContext } from './types.ts';
import type { CompiledAction } from './vocabulary.ts';

export interface Interpretation {
  status: 'plan' | 'ask' | 'refuse';
  tokens: readonly Token[];
  steps: BoundStep[];
  questions: Question[];
  notes: string[];
  composed: Composed;
}

export interface Interpreter {
  reading: Reading;
  actions: readonly CompiledAction[];
  scopeAction: CompiledAction;
  last: CarriedContext | undefined;
}

export function interpret({ reading, actions, scopeAction, last }: Interpreter, tokens: readonly Token[]): Interpretation {
  const composer: Composer = createComposer(reading, actions, scopeAction, tokens, last);
  let best: Interpretation | undefined;
  for (const segments of readings(tokens)) {
    const found = judge(composer.compose(segments), tokens);
    if (best === undefined || isBetter(found, best)) best = found;
  }
  return best ?? judge(composer.compose([]), tokens);
}

function judge(composed: Composed, tokens: readonly Token[]): Interpretation {
  const notes = [...composed.notes];
  const steps = shareInputs(composed, notes);
  for (const { step } of steps) notes.push(...step.frame.draft.notes);
  for (const { tokens: words, isNegated } of composed.dropped)
    notes.push(`${isNegated ? 'Left alone' : 'Taken as an explanation'}: "${words.map((token) => token.text).join(' ')}"`);
  const questions = numbered(steps);
  const isRefused =
    composed.miss !== undefined || steps.length === 0 || steps.some(({ step }) => step.frame.coverage < 1 && !step.frame.compiled.isRead);
  const understood = questions.length > 0 ? 'ask' : 'plan';
  const status = isRefused ? 'refuse' : understood;
  return { status, tokens, steps, questions, notes: [...new Set(notes)], composed };
}

/** The same input asked for twice gets the number of its step: `2.replicas`. */
function numbered(steps: readonly BoundStep[]): Question[] {
  const asked = new Set<string>();
  return steps.flatMap(({ questions }, index) =>
    questions.map((question) => {
      const input = asked.has(question.input) ? `${index + 1}.${question.input}` : question.input;
      asked.add(question.input);
      return { ...question, input };
    }),
  );
}

const ORDER = { refuse: 0, ask: 1, plan: 2 };

function isBetter(found: Interpretation, best: Interpretation): boolean {
  if (found.status !== best.status) return ORDER[found.status] > ORDER[best.status];
  if (found.status === 'refuse') return missing(found) < missing(best);
  const unsaid = leftOut(found) - leftOut(best);
  if (unsaid !== 0) return unsaid < 0;
  if (found.status === 'ask' && found.questions.length !== best.questions.length) return found.questions.length < best.questions.length;
  if (found.steps.length !== best.steps.length) return found.steps.length > best.steps.length;
  return total(found) > total(best);
}

/** Clauses that are dropped, and words of a free text that rather belong to a clause of their own. */
function leftOut({ composed }: Interpretation): number {
  const swallowed = composed.steps.flatMap(({ frame }) =>
    frame.compiled.slots.flatMap(({ input, slot }) => {
      const filled = slot.type === 'text' ? frame.draft.filled.get(input) : undefined;
      return filled !== undefined && filled.strength !== 'stated'
        ? filled.tokens.filter((token) => /^(?:but|don't|dont)$/.test(token.word))
        : [];
    }),
  );
  return composed.dropped.length + swallowed.length;
}

/** How far a refused reading is from being understood. */
function missing({ composed, tokens }: Interpretation): number {
  return composed.miss === undefined
    ? 0
    : (composed.miss.frame?.unexplained.length ?? Math.min(composed.miss.tokens.length + 1, tokens.length));
}

function total({ steps }: Interpretation): number {
  return steps.reduce((sum, { step }) => sum + step.frame.coverage, 0);
}
