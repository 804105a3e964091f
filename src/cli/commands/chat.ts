/** `devos chat`: one sentence after the other; each may go on from those before. */
import { exitCodes } from '#kit/errors';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { reportError } from '../report.ts';
import { doRequest } from '../sentence.ts';

export const chatCommand: Command = {
  usage: ['chat'],
  flags: {},
  startsDaemon: true,
  run,
};

async function run(context: Context): Promise<number> {
  const { io, globals } = context;
  // A conversation of its own: what was said in this terminal before is another matter.
  const conversation = `chat:${crypto.randomUUID()}`;
  const inChat: Context = { ...context, conversation, origin: () => ({ ...context.origin(), via: 'chat' }) };
  if (io.interactive && !globals.quiet)
    io.err('Say what you need, such as: show pods. Reads run at once; a change is shown first. End with: exit\n');
  let exit: number = exitCodes.done;
  for await (const line of io.interactive ? typed(context) : io.lines()) {
    const sentence = line.trim();
    if (sentence === 'exit' || sentence === 'quit') break;
    if (sentence !== '') exit = await say(inChat, sentence);
  }
  return io.interactive ? exitCodes.done : exit;
}

async function* typed({ io }: Context): AsyncGenerator<string> {
  for (;;) {
    const line = await io.ask('devos> ');
    if (line === undefined) return;
    yield line;
  }
}

/** An error is told and the talk goes on. */
async function say(context: Context, sentence: string): Promise<number> {
  try {
    return await doRequest(context, { sentence });
  } catch (error) {
    return reportError(context.io, context.globals.output, error);
  }
}
