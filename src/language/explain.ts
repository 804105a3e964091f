/** Why a sentence is read as it is. Apart from understanding, so that nothing of it is paid for where nobody asks. */
import type { Explanation, Json, WordRole } from '#kit';
import { answer, evidence } from './decide.ts';
import type { Draft, Reading } from './draft.ts';
import { type Frame, isCovered, matchFrame } from './frames.ts';
import { findGuards, guardMessage } from './guards.ts';
import { interpret, type Interpretation } from './interpret.ts';
import type { Token } from './tokens.ts';
import { converse } from './turns/converse.ts';
import { referable, type TurnEngine } from './turns/read.ts';
import type { Conversation, TurnResult } from './turns/types.ts';
import type { UnderstandOptions, WordEvidence } from './types.ts';
import type { CompiledAction } from './vocabulary.ts';

/** Readings that are told for each clause. */
const MOST_OTHERS = 3;

type Clause = { tokens: readonly Token[]; chosen: Frame | undefined };

export function explain(engine: TurnEngine, sentence: string, options: UnderstandOptions & { conversation?: Conversation }): Explanation {
  const { conversation } = options;
  const last = conversation === undefined ? [] : referable(engine, conversation);
  const prepared = engine.prepare(sentence, last.length === 0 ? options : { ...options, last: { steps: last } });
  if ('refused' in prepared) return page(sentence, prepared.refused);
  const { interpreter, tokens } = prepared;
  const result =
    conversation === undefined ? answer(interpreter, tokens, engine.speller) : converse(engine, sentence, conversation, options).result;
  const found = interpret(interpreter, tokens);
  const frames = chosenFrames(found);
  // A turn is read against an earlier step, so that none of the frames of its own words is the one that was taken.
  const isOwn = result.status !== 'plan' || result.steps.every((step, at) => frames[at]?.compiled.action.id === step.action);
  const clauses = clausesOf(found, isOwn);
  const others = clauses.flatMap((clause) => otherReadings(interpreter.reading, engine.actions, clause));
  return {
    ...page(sentence, result),
    words: wordsOf(tokens, result, found),
    steps: stepsOf(result, isOwn ? frames : []),
    guards: guardsOf(interpreter.reading, tokens, result),
    spelling: [...interpreter.reading.spelled]
      .filter(([token]) => !interpreter.reading.polite.has(token))
      .map(([token, read]) => ({ written: token.text, read })),
    others,
    nearest: result.status === 'refuse' ? nearest(engine.actions, others, result.suggestions) : [],
  };
}

/** Everything that the result says by itself. */
function page(sentence: string, result: TurnResult): Explanation {
  const { status } = result;
  return {
    schemaVersion: 1,
    sentence,
    status,
    words: [],
    steps: stepsOf(result, []),
    carried:
      result.status === 'plan'
        ? result.steps.flatMap(({ id, input, carried = [] }) =>
            carried.map((name) => ({ step: id, input: name, value: input[name] ?? null })),
          )
        : [],
    questions: result.status === 'clarify' ? result.questions : [],
    guards: [],
    spelling: [],
    others: [],
    refusal: result.status === 'refuse' ? pick(result) : null,
    nearest: [],
    notes: notesOf(result),
  };
}

function pick({ code, message, unexplained, suggestions }: Extract<TurnResult, { status: 'refuse' }>): Explanation['refusal'] {
  return { code, message, unexplained, suggestions };
}

function notesOf(result: TurnResult): string[] {
  if (result.status === 'undo') return [`the last change is put back: ${result.sentence}`];
  return result.status === 'plan' ? result.notes : [];
}

function stepsOf(result: TurnResult, frames: readonly Frame[]): Explanation['steps'] {
  if (result.status !== 'plan') return [];
  return result.steps.map(({ id, action, input }, at) => ({ id, action, input, score: rounded(frames[at]?.score) }));
}

function rounded(score: number | undefined): number | null {
  return score === undefined ? null : Math.round(score * 100) / 100;
}

function chosenFrames({ composed }: Interpretation): Frame[] {
  return composed.steps.map(({ frame }) => frame);
}

function clausesOf({ composed, tokens }: Interpretation, isOwn: boolean): Clause[] {
  const { steps, miss } = composed;
  const clauses: Clause[] = steps.map(({ frame, tokens: own }) => ({ tokens: own, chosen: isOwn ? frame : undefined }));
  if (miss !== undefined) clauses.push({ tokens: miss.tokens, chosen: undefined });
  return clauses.length > 0 ? clauses : [{ tokens, chosen: undefined }];
}

function otherReadings(reading: Reading, actions: readonly CompiledAction[], { tokens, chosen }: Clause): Explanation['others'] {
  const clause = tokens.map((token) => token.text).join(' ');
  return actions
    .flatMap((compiled) => (compiled === chosen?.compiled ? [] : (matchFrame(reading, compiled, tokens) ?? [])))
    .toSorted((left, right) => right.score - left.score || (left.compiled.action.id < right.compiled.action.id ? -1 : 1))
    .slice(0, MOST_OTHERS)
    .map((frame) => ({
      clause,
      action: frame.compiled.action.id,
      score: rounded(frame.score) ?? 0,
      unexplained: frame.unexplained.map((token) => token.text),
      missing: frame.questions.map((question) => question.input),
      why: whyLost(frame, chosen),
    }));
}

function whyLost(frame: Frame, chosen: Frame | undefined): string {
  if (!isCovered(frame))
    return frame.compiled.isRead ? 'it leaves too many words unexplained' : 'it would change something, and not every word is explained';
  if (chosen === undefined) return frame.questions.length > 0 ? 'it lacks an input' : 'the sentence as a whole is not read this way';
  if (frame.score < chosen.score) return `its score is lower than ${chosen.score.toFixed(2)}`;
  return 'another cut of the sentence explains more';
}

/** Evidence of the steps where there is a plan, else of the best attempt. */
function wordsOf(tokens: readonly Token[], result: TurnResult, found: Interpretation): Explanation['words'] {
  const known = new Map<number, { word: WordEvidence; action: string; value: Json }>();
  const add = (words: readonly WordEvidence[], action: string, values: (input: string) => Json): void => {
    for (const word of words) {
      const before = known.get(word.start);
      if (before === undefined || isWeak(before.word)) known.set(word.start, { word, action, value: values(inputOf(word) ?? '') });
    }
  };
  if (result.status === 'plan')
    for (const { evidence: words, action, input } of result.steps) add(words, action, (name) => input[name] ?? null);
  else for (const draft of draftsOf(found)) add(evidence(draft), draft.compiled.action.id, (name) => draft.filled.get(name)?.value ?? null);
  for (const { draft } of found.composed.scopes) add(evidence(draft), '', (name) => draft.filled.get(name)?.value ?? null);
  const dropped = new Set(found.composed.dropped.flatMap((clause) => clause.tokens));
  const isUndo = result.status === 'undo';
  return tokens.map((token) => {
    const found = known.get(token.start);
    const role = isUndo || dropped.has(token) ? 'explained' : roleOf(found?.word, token);
    const input = found === undefined || role !== 'input' ? undefined : inputOf(found.word);
    return {
      text: token.text,
      start: token.start,
      end: token.end,
      role,
      action: role === 'action' ? (found?.action ?? null) : null,
      input: input ?? null,
      value: input === undefined ? null : (found?.value ?? null),
    };
  });
}

function draftsOf({ composed }: Interpretation): Draft[] {
  return [...composed.steps.map(({ frame }) => frame.draft), ...(composed.miss?.frame === undefined ? [] : [composed.miss.frame.draft])];
}

function isWeak({ as }: WordEvidence): boolean {
  return as === 'general' || as === 'unexplained';
}

function inputOf({ as }: WordEvidence): string | undefined {
  return as.startsWith('input:') ? as.slice('input:'.length) : undefined;
}

/** Words between two clauses join them and say nothing else. */
function roleOf(word: WordEvidence | undefined, token: Token): WordRole {
  if (word === undefined)
    return token.kind === 'punct' || /^(?:and|then|&|plus|so|but|also|because|since)$/.test(token.word) ? 'general' : 'unexplained';
  if (word.as === 'also') return 'explained';
  if (inputOf(word) !== undefined) return 'input';
  return word.as === 'action' || word.as === 'general' ? word.as : 'unexplained';
}

/** All guards that the words set off; the one that the refusal names is the one that stops it. */
function guardsOf({ polite }: Reading, tokens: readonly Token[], result: TurnResult): Explanation['guards'] {
  const hits = findGuards(
    tokens,
    tokens.map((token) => polite.has(token)),
  );
  const told = hits.map((hit) => ({
    code: hit.code,
    text: tokens
      .slice(hit.from, hit.to)
      .map((token) => token.text)
      .join(' '),
    stops: result.status === 'refuse' && result.code === hit.code && result.message === guardMessage(hit),
  }));
  return told.filter(({ code, text }, at) => told.findIndex((other) => other.code === code && other.text === text) === at);
}

function nearest(
  actions: readonly CompiledAction[],
  others: Explanation['others'],
  suggestions: readonly string[],
): Explanation['nearest'] {
  const byExample = suggestions.flatMap((example) => actions.filter(({ action }) => action.language.examples[0] === example));
  const byReading = others.flatMap(({ action }) => actions.filter((compiled) => compiled.action.id === action));
  const found = [...new Set([...byExample, ...byReading])].slice(0, MOST_OTHERS);
  return found.flatMap(({ action }) => action.language.examples.slice(0, 1).map((example) => ({ action: action.id, example })));
}
