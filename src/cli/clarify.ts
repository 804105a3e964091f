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
  return again({ ...asked, answers: { ...asked.answers, [question.input]: chosen } });
}

/** A number picks an option, unless the options are numbers themselves; anything else is the answer. Nothing, `exit` or `cancel` is none. */
export function chooseAnswer(question: Question, typed: string): string | undefined {
  const text = typed.trim();
  if (question.options.includes(text)) return text;
  if (text === '' || /^(?:exit|quit|q|cancel|never ?mind)$/i.test(text)) return undefined;
  return /^[1-9]\d*$/.test(text) ? (question.options[Number(text) - 1] ?? text) : text;
}

export function describeQuestion({ ask, options }: Question): string {
  return `${cleanText(ask)}\n${options.map((option, index) => `  ${index + 1}  ${cleanText(option)}\n`).join('')}`;
}

async function printQuestions({ io, globals }: Context, questions: Question[]): Promise<number> {
  if (globals.output !== 'table' && globals.output !== 'name') {
    await printValue(io, globals.output, { schemaVersion: 1, status: 'clarify', questions });
    return exitCodes.usage;
  }
  for (const question of questions) io.err(describeQuestion(question));
  io.err('hint: say it again with the answer in the sentence; nothing was planned and nothing was changed\n');
  return exitCodes.usage;
}
