/** `devos runs`: what ran, runs and waits. */
import type { RunView } from '#kit/api';
import { exitCodes } from '#kit/errors';
import { type Arguments, type Command, takeNumber, takeOnly, unknownWord } from '../command.ts';
import type { Context } from '../context.ts';
import { followRun } from '../follow.ts';
import { describeRun, printOutcome } from '../outcome.ts';
import { formatAge, printList, printValue } from '../print.ts';
import { self } from '../self.ts';

const words = ['list', 'show', 'cancel', 'resume'];

export const runsCommand: Command = {
  usage: ['runs [list] [--limit N]', 'runs show R-…', 'runs cancel R-…', 'runs resume R-…'],
  flags: { limit: { type: 'string', help: 'N  at most so many, newest first (20)' } },
  words,
  startsDaemon: true,
  run,
};

async function run(context: Context, given: Arguments): Promise<number> {
  const [word = 'list', ...rest] = given.words;
  switch (word) {
    case 'list':
      return list(context, takeNumber('runs', 'limit', given.text['limit'], 20));
    case 'show':
      return show(context, takeOnly('runs show', "a run's id, R-…", rest));
    case 'cancel':
    case 'resume':
      return steer(context, word, takeOnly(`runs ${word}`, "a run's id, R-…", rest));
    default:
      if (word.startsWith('R-') && rest.length === 0) return show(context, word);
      throw unknownWord('runs', word, words);
  }
}

async function list({ api, io, globals }: Context, limit: number): Promise<number> {
  const runs = await api.get<RunView[]>(`/v1/runs?limit=${limit}`);
  const now = new Date();
  await printList(io, globals.output, runs, {
    columns: ['RUN', 'STATE', 'WHAT', 'SAFETY', 'WHO', 'AGE', 'PLAN'],
    row: (view) => [
      view.id,
      view.state,
      view.steps.length === 1 ? (view.steps[0]?.description ?? view.title) : view.title,
      view.safety,
      view.who,
      formatAge(view.createdAt, now),
      view.planId,
    ],
    name: (view) => view.id,
    empty: 'No runs yet. Try: devos "show pods"',
  });
  return exitCodes.done;
}

async function show({ api, io, globals }: Context, runId: string): Promise<number> {
  const view = await api.get<RunView>(`/v1/runs/${encodeURIComponent(runId)}`);
  if (globals.output === 'table') io.out(`${describeRun(view)}${aboutRun(view)}`);
  else if (globals.output === 'name') io.out(`${view.id}\n`);
  else await printValue(io, globals.output, view);
  return exitCodes.done;
}

function aboutRun(view: RunView): string {
  const lines = [`  plan    ${view.planId}`, `  who     ${view.who}`, `  began   ${view.createdAt}`];
  if (view.endedAt !== null) lines.push(`  ended   ${view.endedAt}`);
  if (view.undoes !== null) lines.push(`  undoes  ${view.undoes}`);
  if (view.error !== null) lines.push(`  error   ${view.error.code}: ${view.error.message}`, `  hint    ${view.error.hint}`);
  if (view.canUndo) lines.push(`  undo    ${self()} undo ${view.id}`);
  if (view.state === 'waiting') lines.push(`  approve ${self()} approve ${view.planId}`);
  return `${lines.join('\n')}\n`;
}

/** Cancelling and resuming are watched to their end. */
async function steer(context: Context, verb: 'cancel' | 'resume', runId: string): Promise<number> {
  const view = await context.api.post<RunView>(`/v1/runs/${encodeURIComponent(runId)}/${verb}`, { origin: context.origin() });
  const ended = view.endedAt === null ? await followRun(context, view) : view;
  if (ended === 'interrupted') return exitCodes.interrupted;
  const exit = await printOutcome(context, ended);
  return verb === 'cancel' && ended.state === 'cancelled' ? exitCodes.done : exit;
}
