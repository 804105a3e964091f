/**
 * The command line's entry. What a sentence or a typed call needs to be sent is loaded first, and little; everything else is loaded
 * while the daemon works on the answer, or when a command needs it.
 */
import type { DoRequest } from '#kit/api';
import { type CommandLine, readCommandLine } from './arguments.ts';
import type { Asked } from './asked.ts';
import { findConversation, findPlace, isOutdated, makeOrigin } from './place.ts';
import { exchange, openSocket, type SocketReply } from './socket-http.ts';

async function main(argv: string[]): Promise<number> {
  const line = readCommandLine(argv);
  const asked = askedBy(line);
  if (asked === undefined) return (await import('./run-command.ts')).runCommand(line);
  const early = await sendEarly(line, asked);
  return (await import('./say.ts')).say(line, asked, early);
}

/** Undefined where the line is another command. */
function askedBy({ command, rest, globals, sentence }: CommandLine): Asked | undefined {
  if (globals.help || globals.version) return undefined;
  if (command === undefined) return sentence === '' ? undefined : { sentence };
  const [action = '-', ...flags] = rest;
  return command === 'run' && !/^(?:-|P-)/.test(action) ? { typed: { action, flags } } : undefined;
}

interface Early {
  reply: Promise<SocketReply>;
}

/** Undefined where it has to be said in the long way: no daemon runs, or one of other code. */
async function sendEarly({ globals }: CommandLine, asked: Asked): Promise<Early | undefined> {
  const { state, socket } = findPlace(process.env, process.cwd());
  if (isOutdated(state)) return undefined;
  const connection = await openSocket(socket).catch(() => undefined);
  if (connection === undefined) return undefined;
  const { output, planner } = globals;
  const conversation = findConversation(process.env);
  const body: DoRequest = {
    ...asked,
    origin: makeOrigin(process.env, process.cwd()),
    output,
    ...(asked.sentence === undefined || planner === undefined ? {} : { planner }),
    ...(conversation === undefined ? {} : { conversation }),
    ...(globals.fresh ? { fresh: true } : {}),
  };
  const reply = exchange(connection, { method: 'POST', path: '/v1/do', body });
  reply.catch(() => undefined); // whoever reads it will see it; until then it is not unhandled
  return { reply };
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // The line itself could not be read, so that no format is known but what stands on it.
  const asJson = process.argv.some((word) => word === '--json' || word === '-ojson' || word === 'json');
  const { reportError } = await import('./report.ts');
  const io = { out: (text: string) => process.stdout.write(text), err: (text: string) => process.stderr.write(text) };
  process.exitCode = await reportError(io, asJson ? 'json' : 'table', error);
}
