/** The best way of reading a sentence: every cut is tried, and the most segmented one that explains everything wins. */
import type { Question } from '#kit';
import { readings } from './clauses.ts';
import { type Composed, type Composer, createComposer, type Step } from './compose.ts';
import type { Reading } from './draft.ts';
import { carriedNote } from './fill-pronoun.ts';
import { matchFrame } from './frames.ts';
import { type BoundStep, shareInputs } from './share.ts';
import type { Token } from './tokens.ts';
import type { CarriedContext } from './types.ts';
import type { CompiledAction } from './vocabulary.ts';

interface Asked {
  /** What the answer is given under. */
  key: string;
  /** Index of the step that asks, and its input. */
  step: number;
  input: string;
  question: Question;
}

export interface Interpretation {
  status: 'plan' | 'ask' | 'refuse';
  tokens: readonly Token[];
  steps: BoundStep[];
  asked: Asked[];
  questions: Question[];
  notes: string[];
  composed: Composed;
}

/** Questions that one sentence can lead to, one after the other. */
const MOST_ROUNDS = 8;

export interface Interpreter {
  reading: Reading;
  actions: readonly CompiledAction[];
  scopeAction: CompiledAction;
  last: CarriedContext | undefined;
  /** Answers to earlier questions, by the question's input. */
  answers: Readonly<Record<string, string>>;
}

export function interpret(interpreter: Interpreter, tokens: readonly Token[]): Interpretation {
  const { reading, actions, scopeAction, last } = interpreter;
  const composer: Composer = createComposer(reading, actions, scopeAction, tokens, last);
  let best: Interpretation | undefined;
  for (const segments of readings(tokens)) {
    const found = judge(composer.compose(segments), tokens);
    if (best === undefined || isBetter(found, best)) best = found;
  }
  return applyAnswers(interpreter, best ?? judge(composer.compose([]), tokens));
}

/** Each answer goes to the step that asked, which is then read again: an answer may lead to the next question. */
function applyAnswers({ reading, answers }: Interpreter, first: Interpretation): Interpretation {
  const given: Record<string, string>[] = first.steps.map(() => ({}));
  const keys: Keys = new Map();
  let found = { ...first, asked: numbered(first.steps, keys) };
  for (let round = 0; round < MOST_ROUNDS && found.status === 'ask'; round += 1) {
    let isNew = false;
    for (const { key, step, input } of found.asked) {
      const answer = answers[key];
      const known = given[step];
      if (answer === undefined || known === undefined || known[input] !== undefined) continue;
      known[input] = answer;
      isNew = true;
    }
    if (!isNew) break;
    const steps = found.composed.steps.map((step, index) => readAgain(reading, step, given[index] ?? {}));
    const judged = judge({ ...found.composed, steps }, found.tokens);
    found = { ...judged, asked: numbered(judged.steps, keys) };
  }
  return { ...found, questions: found.asked.map(({ key, question }) => ({ ...question, input: key })) };
}

function readAgain(reading: Reading, step: Step, answers: Record<string, string>): Step {
  if (Object.keys(answers).length === 0) return step;
  const options = { granted: step.isElliptic, ...(step.refer === undefined ? {} : { refer: step.refer }) };
  const frame = matchFrame({ ...reading, answers }, step.frame.compiled, step.tokens, options);
  return frame === undefined ? step : { ...step, frame };
}

function judge(composed: Composed, tokens: readonly Token[]): Interpretation {
  const notes = [...composed.notes];
  const steps = shareInputs(composed, notes);
  for (const { step } of steps) notes.push(...step.frame.draft.notes, ...carriedNote(step.frame));
  for (const { tokens: words, isNegated } of composed.dropped)
    notes.push(`${isNegated ? 'Left alone' : 'Taken as an explanation'}: "${words.map((token) => token.text).join(' ')}"`);
  const asked = numbered(steps, new Map());
  const questions = asked.map(({ question }) => question);
  const isRefused =
    composed.miss !== undefined || steps.length === 0 || steps.some(({ step }) => step.frame.coverage < 1 && !step.frame.compiled.isRead);
  const understood = questions.length > 0 ? 'ask' : 'plan';
  const status = isRefused ? 'refuse' : understood;
  return { status, tokens, steps, asked, questions, notes: [...new Set(notes)], composed };
}

/** Which step asks under the plain name of an input; the others put their number before it: `2.replicas`. */
type Keys = Map<string, number>;

function numbered(steps: readonly BoundStep[], keys: Keys): Asked[] {
  return steps.flatMap(({ questions }, step) =>
    questions.map((question) => {
      const holder = keys.get(question.input) ?? step;
      keys.set(question.input, holder);
      return { key: holder === step ? question.input : `${step + 1}.${question.input}`, step, input: question.input, question };
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
  const more = total(found) - total(best);
  // "… is down, please investigate": as many steps in one piece lose no connection between its parts.
  return more === 0 ? found.composed.clauses < best.composed.clauses : more > 0;
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
  return steps.reduce((sum, { step }) => sum + step.frame.coverage + (step.extra === undefined ? 0 : 0.1), 0);
}
