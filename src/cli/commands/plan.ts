/** `devos plan`: what a sentence would do. Nothing runs; `--offline` does not even need the daemon. */
import type { DoRequest, Understood } from '#kit/api';
import { AppError, exitCodes, toAppError } from '#kit/errors';
import { describeQuestion } from '../clarify.ts';
import type { Arguments, Command } from '../command.ts';
import type { Context } from '../context.ts';
import { printValue } from '../print.ts';
import { reportRefusal } from '../refusal.ts';
import { exitOf } from '../report.ts';
import { cleanText } from '#kit/clean';

export const planCommand: Command = {
  usage: [
    'plan "<sentence>" [-o json] [--detailed-exitcode] [--planner llm|offline]',
    'plan --offline "<sentence>"',
    'plan --offline --stdin -o jsonl',
  ],
  flags: {
    offline: { type: 'boolean', help: 'understand only: names are taken as given, nothing is read' },
    stdin: { type: 'boolean', help: 'one sentence a line from standard input, one JSON line each to standard output' },
    'detailed-exitcode': { type: 'boolean', help: '0: nothing would change, 2: something would, 1: no plan' },
  },
  startsDaemon: ({ on }) => on['offline'] !== true,
  run,
};

/** Understands one sentence; `text` gives a plan as a person reads it. */
interface Planner {
  plan: (sentence: string) => Promise<Understood>;
  text: (understood: Extract<Understood, { status: 'plan' }>) => Promise<string>;
}

async function run(context: Context, { words, on }: Arguments): Promise<number> {
  if (on['offline'] === true && context.globals.planner === 'llm')
    throw new AppError('--offline asks nobody, and --planner llm asks a model', { code: 'USAGE', hint: 'Leave one of them out.' });
  const planner = on['offline'] === true ? await createOfflinePlanner() : createOnlinePlanner(context);
  if (on['stdin'] === true) return planLines(context, planner);
  const sentence = words.join(' ').trim();
  if (sentence === '')
    throw new AppError('devos plan needs a sentence', { code: 'USAGE', hint: 'Try: devos plan "scale web-app to 5 replicas"' });
  const understood = await planner.plan(sentence);
  await print(context, sentence, understood, planner);
  return on['detailed-exitcode'] === true ? detailedExit(understood) : exitOfUnderstood(understood);
}

function createOnlinePlanner(context: Context): Planner {
  const planner = context.globals.planner === undefined ? {} : { planner: context.globals.planner };
  return {
    plan: (sentence) =>
      context.api.post<Understood>('/v1/plans', {
        sentence,
        ...planner,
        origin: context.origin(),
        output: 'json',
        ...(context.conversation === undefined ? {} : { conversation: context.conversation, fresh: context.globals.fresh }),
      } satisfies DoRequest),
    text: ({ plan }) => context.api.text(`/v1/plans/${plan.id}/text`),
  };
}

async function createOfflinePlanner(): Promise<Planner> {
  const { offlinePlanner } = await import('#server');
  const planner = await offlinePlanner();
  return { plan: async (sentence) => planner.plan(sentence), text: async ({ plan }) => planner.text(plan) };
}

async function print(context: Context, sentence: string, understood: Understood, planner: Planner): Promise<void> {
  const { io, globals } = context;
  if (globals.output !== 'table' && globals.output !== 'name') return printValue(io, globals.output, understood);
  switch (understood.status) {
    case 'plan':
      if (!globals.quiet) for (const note of understood.notes) io.err(`${cleanText(note)}\n`);
      io.out(globals.output === 'name' ? `${understood.plan.id}\n` : cleanText(await planner.text(understood)));
      return;
    case 'clarify':
      for (const question of understood.questions) io.err(describeQuestion(question));
      return;
    case 'refuse':
      await reportRefusal(context, sentence, understood);
  }
}

function exitOfUnderstood(understood: Understood): number {
  if (understood.status === 'plan') return exitCodes.done;
  return understood.status === 'clarify' ? exitCodes.usage : exitOf(understood.code);
}

function detailedExit(understood: Understood): number {
  if (understood.status !== 'plan') return 1;
  return understood.plan.steps.some((step) => step.safety !== 'safe') ? 2 : 0;
}

/** Every line in gives one line out, whatever becomes of it, so that a reader can count. */
async function planLines({ io, globals }: Context, planner: Planner): Promise<number> {
  if (globals.output !== 'table' && globals.output !== 'jsonl') {
    throw new AppError(`--stdin writes one JSON line for each sentence, not ${globals.output}`, {
      code: 'USAGE',
      hint: 'Use: devos plan --stdin -o jsonl',
    });
  }
  for await (const line of io.lines()) io.out(`${JSON.stringify(await planLine(line, planner))}\n`);
  return exitCodes.done;
}

async function planLine(line: string, planner: Planner): Promise<Understood> {
  try {
    return await planner.plan(line);
  } catch (error) {
    const { code, message } = toAppError(error);
    if (code === 'DAEMON_UNAVAILABLE' || code === 'DATABASE_UNAVAILABLE') throw error;
    return { schemaVersion: 1, status: 'refuse', code, message, unexplained: [], suggestions: [] };
  }
}
