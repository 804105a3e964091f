/** From the frames of a turn to its answer: guards, questions, and the steps with everything that was carried over marked. */
import type { JsonObject, Question } from '#kit';
import { findAlternatives } from '../alternatives.ts';
import { evidence } from '../decide.ts';
import type { Reading } from '../draft.ts';
import { carriedInputs, carriedNote } from '../fill-pronoun.ts';
import type { Frame } from '../frames.ts';
import { findGuards, guardMessage } from '../guards.ts';
import { interpret, type Interpreter } from '../interpret.ts';
import { refuse } from '../refuse.ts';
import type { Token } from '../tokens.ts';
import type { RefusedSentence, UnderstoodSentence, UnderstoodStep, WordEvidence } from '../types.ts';
import type { Marks } from './markers.ts';
import { turnStep } from './state.ts';
import type { TurnResult, TurnStep } from './types.ts';

export interface Read {
  result: TurnResult;
  /** The steps as far as they are known. */
  partial: TurnStep[];
  /** The sentence corrected the open question. */
  usesOpen: boolean;
}

/** The name of the answer that says yes to "shall the same be done there?". */
const SAME = 'same';

/** A question about the sentence as a whole. */
export function askAgain(text: string): Question {
  return { input: 'sentence', ask: text, options: [] };
}

export interface Concluded {
  marks: Marks;
  tokens: readonly Token[];
  answers: Readonly<Record<string, string>>;
  reading: Reading;
}

/** Guards first, then what is open, then the steps with everything that was carried over marked. */
export function conclude({ marks, tokens, answers, reading }: Concluded, frames: readonly Frame[], before: JsonObject): Read {
  const partial = frames.map(partialOf);
  const done = (result: UnderstoodSentence): Read => ({ result, partial, usesOpen: false });
  const changes = frames.some(({ compiled }) => !compiled.isRead);
  const stopped = stoppedBy(marks, tokens, reading.polite, changes);
  if (stopped !== undefined) return done(stopped);
  if (marks.asks && changes && answers[SAME] !== 'yes') {
    const what = frames.map(({ compiled, input }) => `${compiled.action.id} ${shown(input)}`).join('; ');
    return done({
      status: 'clarify',
      questions: [{ input: SAME, ask: `This may only ask. Shall it be planned: ${what}?`, options: ['yes'] }],
    });
  }
  const keys = new Set<string>();
  const questions = frames.flatMap((frame, index) =>
    frame.questions.map((question): Question => {
      const key = keys.has(question.input) ? `${index + 1}.${question.input}` : question.input;
      keys.add(question.input);
      const isUnknown = marks.form === 'back' && before[question.input] === undefined && !/^There is|cannot/.test(question.ask);
      return { ...question, input: key, ask: isUnknown ? `What it was before is not known. ${question.ask}` : question.ask };
    }),
  );
  if (questions.length > 0) return done({ status: 'clarify', questions });
  const steps = frames.map((frame, index) => stepOf(frame, index, frames, tokens, before));
  const notes = frames.flatMap((frame, index) => [...frame.draft.notes, ...carriedNote(frame), ...backNote(steps[index], before)]);
  return done({ status: 'plan', steps, notes: [...new Set(notes)] });
}

export function stoppedBy(
  marks: Marks,
  tokens: readonly Token[],
  polite: ReadonlySet<Token>,
  changes: boolean,
): RefusedSentence | undefined {
  const rest = tokens.filter((token) => !marks.marks.includes(token) && !marks.replaced.includes(token));
  const hits = findGuards(
    rest,
    rest.map((token) => polite.has(token)),
  );
  const hit = hits.find(({ when }) => when === 'always' || changes);
  if (hit !== undefined) return refuse(hit.code, guardMessage(hit));
  const either = findAlternatives(rest);
  return either === undefined ? undefined : refuse('ALTERNATIVE', `"${either.text}" leaves a choice open. Say which one is meant.`);
}

function stepOf(frame: Frame, index: number, all: readonly Frame[], tokens: readonly Token[], before: JsonObject): UnderstoodStep {
  const { compiled, input } = frame;
  const isOrdered = index > 0 && (!compiled.isRead || all[index - 1]?.compiled.isRead === false);
  const carried = [...carriedInputs(frame), ...Object.keys(before).filter((name) => String(input[name]) === String(before[name]))];
  return {
    id: String(index + 1),
    action: compiled.action.id,
    input,
    evidence: evidenceOf(frame, tokens),
    ...(carried.length === 0 ? {} : { carried }),
    after: isOrdered ? [String(index)] : [],
  };
}

/** Words that only go on from before are explained by that. */
function evidenceOf({ draft }: Frame, tokens: readonly Token[]): WordEvidence[] {
  const own = new Map(evidence(draft).map((word) => [word.start, word]));
  const isOwn = new Set(draft.tokens);
  return tokens.map((token) => {
    const word = isOwn.has(token) ? own.get(token.start) : undefined;
    return word ?? { text: token.text, start: token.start, end: token.end, as: 'also' };
  });
}

function backNote(step: UnderstoodStep | undefined, before: JsonObject): string[] {
  const values = Object.entries(before).flatMap(([name, value]) =>
    String(step?.input[name]) === String(value) ? [`${name} ${String(value)}`] : [],
  );
  return values.length === 0 ? [] : [`"back" is what it was before the last change: ${values.join(', ')}`];
}

export function partialOf(frame: Frame): TurnStep {
  const carried = carriedInputs(frame);
  const step = { id: '1', action: frame.compiled.action.id, input: frame.input, evidence: evidence(frame.draft), carried, after: [] };
  return turnStep(step, [step], {});
}

/** The steps of a sentence that asks, as far as they are known. */
export function partialSteps(interpreter: Interpreter, tokens: readonly Token[], answers: Readonly<Record<string, string>>): TurnStep[] {
  const found = interpret(interpreter, tokens);
  if (found.status === 'refuse') return [];
  return found.steps.map(({ step, input }) => {
    const understood = { id: '1', action: step.frame.compiled.action.id, input, evidence: evidence(step.frame.draft), after: [] };
    return turnStep(understood, [understood], answers);
  });
}

function shown(input: JsonObject): string {
  return Object.entries(input)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
