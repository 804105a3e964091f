/** One question at a time: put to the person where one is there, printed otherwise. */
import type { Question } from '#kit/api';
import { exitCodes } from '#kit/errors';
import type { Again, Asked } from './asked.ts';
import type { Context } from './context.ts';
import { printValue } from './print.ts';
import { cleanText } from '#kit/clean';

/** More questions than an action has inputs means that the answers lead nowhere. */
const maxQuestions = 12;

export async function handleQuestion(context: Context, asked: Asked, questions: Question[], again: Again): Promise<number> {
  const { io, globals } = context;
  const question = questions[0];
  if (question === undefined || !io.interactive || Object.keys(asked.answers ?? {}).length >= maxQuestions)
    return printQuestions(context, questions);
  const answer = await io.ask(
    question.options.length === 0 ? `${cleanText(question.ask)} ` : `${describeQuestion(question)}number or answer: `,
  );
  const chosen = chooseAnswer(question, answer ?? '');
  if (chosen === undefined) {
    if (!globals.quiet) io.err('No answer: nothing was planned and nothing was changed.\n');
    return exitCodes.usage;
  }
  // "no, I meant staging" is about the request, not an answer to this question; the daemon knows what it goes on from.
  if (context.conversation !== undefined && isCorrection(question, chosen)) return again({ sentence: chosen });
  return again({ ...asked, answers: { ...asked.answers, [question.input]: chosen } });
}

/** A number picks an option, unless the options are numbers themselves; anything else is the answer. Nothing, `exit` or `cancel` is none. */
export function chooseAnswer(question: Question, typed: string): string | undefined {
  const text = typed.trim();
  if (question.options.includes(text)) return text;
  if (text === '' || /^(?:exit|quit|q|cancel|never ?mind)$/i.test(text)) return undefined;
  return /^[1-9]\d*$/.test(text) ? (question.options[Number(text) - 1] ?? text) : text;
}

/** A correction begins like one, and is none of the options. */
function isCorrection({ options }: Question, typed: string): boolean {
  const begins = /^(?:(?:no|nope|sorry|actually|wait)\s*,|(?:no )?i mean(?:t)?\b|not \S.*(?:,| but )|(?:no )?the other one)/i;
  return !options.includes(typed) && begins.test(typed);
}

export function describeQuestion({ ask, options }: Question): string {
  return `${cleanText(ask)}\n${options.map((option, index) => `  ${index + 1}  ${cleanText(option)}\n`).join('')}`;
}

async function printQuestions({ io, globals, conversation }: Context, questions: Question[]): Promise<number> {
  if (globals.output !== 'table' && globals.output !== 'name') {
    await printValue(io, globals.output, { schemaVersion: 1, status: 'clarify', questions });
    return exitCodes.usage;
  }
  for (const question of questions) io.err(describeQuestion(question));
  const how = conversation === undefined ? 'say it again with the answer in the sentence' : 'answer with the next sentence';
  io.err(`hint: ${how}; nothing was planned and nothing was changed\n`);
  return exitCodes.usage;
}
