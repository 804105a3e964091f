/** A sentence of a conversation: an answer, a correction, something that goes on from before, or a request of its own. */
import type { Question } from '#kit';
import { answer } from '../decide.ts';
import type { Interpreter } from '../interpret.ts';
import type { Token } from '../tokens.ts';
import type { UnderstandOptions } from '../types.ts';
import { bareAnswer } from './answers.ts';
import { hasContent, readMarks } from './markers.ts';
import { readSentence, type TurnEngine } from './read.ts';
import { liveConversation, withResult } from './state.ts';
import type { Conversation, OpenQuestion, Turn, Turned } from './types.ts';

/** Pure: the conversation that is given stays as it is; the one that comes back has this sentence in it. */
export function converse(engine: TurnEngine, sentence: string, given: Conversation, options: UnderstandOptions): Turned {
  const conversation = liveConversation(given, options.now);
  const { sentence: said, answers, before, asked } = request(engine, sentence, conversation, options);
  const { result, partial, usesOpen } = readSentence(engine, said, before, { ...options, answers });
  if (result.status === 'undo') return { result, conversation: { ...conversation, at: options.now.getTime() } };
  return {
    result,
    conversation: withResult({ ...conversation, turns: before.turns }, result, {
      sentence: said,
      answers,
      now: options.now,
      base: usesOpen ? before.open : undefined,
      choice: asked === undefined ? undefined : choiceOf(asked, answers),
      partial,
      isChange: (action) => engine.actions.find((compiled) => compiled.action.id === action)?.isRead === false,
    }),
  };
}

interface Request {
  sentence: string;
  answers: Readonly<Record<string, string>>;
  /** The conversation that the sentence is read in. */
  before: Conversation;
  /** The question that is answered. */
  asked: OpenQuestion | undefined;
}

/** Which sentence is read, in which state: a bare answer reads the one again that asked. */
function request(engine: TurnEngine, sentence: string, conversation: Conversation, options: UnderstandOptions): Request {
  const { open, turns } = conversation;
  const given = options.answers ?? {};
  const asBefore = (asked: OpenQuestion): Conversation => ({
    ...withoutOpen(conversation),
    ...(asked.base === undefined ? {} : { open: asked.base }),
  });
  if (Object.keys(given).length > 0) {
    const asked = open?.sentence === sentence ? open : undefined;
    return asked === undefined
      ? { sentence, answers: given, before: conversation, asked }
      : { sentence, answers: { ...asked.answers, ...given }, before: asBefore(asked), asked };
  }
  const choice = turns.at(-1)?.choice;
  const plain: Request = { sentence, answers: {}, before: conversation, asked: undefined };
  if (open === undefined && choice === undefined) return plain;
  const prepared = engine.prepare(sentence, options);
  if ('refused' in prepared) return plain;
  const { polite } = prepared.interpreter.reading;
  const marks = readMarks(prepared.tokens, polite);
  const other = choice?.options.length === 2 ? choice.options.find((option) => option !== choice.chosen) : undefined;
  if (marks.form === 'other' && !hasContent(marks.rest) && choice !== undefined && other !== undefined) {
    const { asked } = choice;
    const earlier = { ...asBefore(asked), turns: turns.slice(0, -1) };
    return { sentence: asked.sentence, answers: { ...asked.answers, [choice.key]: other }, before: earlier, asked };
  }
  const question = open?.questions[0];
  if (open === undefined || question === undefined || question.input === 'sentence') return plain;
  const isCorrection = marks.form === 'correct' && marks.replaced.length === 0;
  const text = bareAnswer(
    question,
    nounsOf(engine, question),
    isCorrection || marks.form === 'amend' ? marks.rest : prepared.tokens,
    isCorrection ? '' : sentence,
  );
  if (text === undefined || isRequest(engine, prepared)) return plain;
  const answered: Request = {
    sentence: open.sentence,
    answers: { ...open.answers, [question.input]: text },
    before: asBefore(open),
    asked: open,
  };
  return fits(engine, answered, question, options) ? answered : plain;
}

/** A sentence that is understood by itself is no answer. */
function isRequest({ speller }: TurnEngine, { interpreter, tokens }: { interpreter: Interpreter; tokens: Token[] }): boolean {
  return answer({ ...interpreter, last: undefined }, tokens, speller).status === 'plan';
}

/** An answer that its slot cannot take is none: it may correct something else. */
function fits(engine: TurnEngine, { sentence, answers, before }: Request, { input }: Question, options: UnderstandOptions): boolean {
  const { result } = readSentence(engine, sentence, before, { ...options, answers });
  if (result.status === 'plan') return true;
  return (
    result.status === 'clarify' &&
    !result.questions.some((question) => question.input === input && /cannot be used there/.test(question.ask))
  );
}

function withoutOpen({ turns, at }: Conversation): Conversation {
  return { turns, at };
}

function choiceOf(asked: OpenQuestion, answers: Readonly<Record<string, string>>): Turn['choice'] {
  const [question] = asked.questions;
  const chosen = question === undefined ? undefined : answers[question.input];
  if (question === undefined || chosen === undefined || question.options.length < 2) return undefined;
  return { asked, key: question.input, options: question.options, chosen };
}

/** "5 replicas": nouns that may stand beside the number that is asked for. */
function nounsOf({ actions }: TurnEngine, { input }: Question): Set<string> {
  const name = input.replace(/^\d+\./, '');
  return new Set(
    actions.flatMap(({ slots }) => slots.flatMap(({ input: other, slot }) => (other === name && slot.type === 'count' ? slot.nouns : []))),
  );
}
