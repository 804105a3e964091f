/** What may follow on the line: `devos __complete -- word …`, the last word being typed. Never starts the daemon and never complains. */
import type { RunView } from '#kit/api';
import { exitCodes } from '#kit/errors';
import { commandNames, isCommandName } from './arguments.ts';
import { commandTable } from './command-table.ts';
import type { Context } from './context.ts';

/** A shell waits for us after each Tab. */
const timeoutMs = 400;
const formats = ['table', 'json', 'yaml', 'jsonl', 'name'];

export async function complete(context: Context, rest: string[]): Promise<number> {
  const words = rest[0] === '--' ? rest.slice(1) : rest;
  const current = words.at(-1) ?? '';
  const candidates = await findCandidates(context, words.slice(0, -1), current);
  for (const candidate of candidates) if (candidate.startsWith(current)) context.io.out(`${candidate}\n`);
  return exitCodes.done;
}

async function findCandidates(context: Context, before: string[], current: string): Promise<string[]> {
  if (before.at(-1) === '-o' || before.at(-1) === '--output') return formats;
  if (before.at(-1) === '--planner') return ['llm', 'offline'];
  const [name, ...given] = before;
  if (name === undefined)
    return current.startsWith('-')
      ? ['-o', '--json', '--no-input', '--quiet', '--fresh', '--planner', '--help', '--version']
      : [...commandNames];
  if (!isCommandName(name)) return [];
  const command = await commandTable[name].load();
  if (current.startsWith('-'))
    return [...Object.keys(command.flags), 'json', 'no-input', 'quiet', 'fresh', 'help', 'output'].map((flag) => `--${flag}`);
  const live = await findLive(context, name, given).catch(() => []);
  return given.length === 0 ? [...(command.words ?? []), ...live] : live;
}

/** Names that exist now, from a daemon that runs anyway. */
async function findLive({ api }: Context, name: string, given: string[]): Promise<string[]> {
  const signal = AbortSignal.timeout(timeoutMs);
  const runs = async (): Promise<RunView[]> => api.get<RunView[]>('/v1/runs?limit=50', signal);
  if (name === 'undo') return (await runs()).filter((run) => run.canUndo).map((run) => run.id);
  if (name === 'approve' || name === 'deny') return (await runs()).filter((run) => run.state === 'waiting').map((run) => run.planId);
  if (name === 'runs' && given.length === 1)
    return (await runs()).filter((run) => given[0] !== 'cancel' || run.endedAt === null).map((run) => run.id);
  if ((name === 'run' || name === 'actions') && given.length === 0)
    return (await api.get<{ id: string }[]>('/v1/actions', signal)).map((action) => action.id);
  return [];
}
