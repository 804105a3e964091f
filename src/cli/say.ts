/** A typed sentence or call, from its first answer to the exit code. Light: loaded with every sentence, while the daemon works on it. */
import type { CommandLine } from './arguments.ts';
import type { Asked } from './asked.ts';
import { createContext } from './context.ts';
import { createIo } from './io.ts';
import { isOutdated } from './place.ts';
import { doRequest } from './sentence.ts';
import type { SocketReply } from './socket-http.ts';

/** `early` is there where it is on its way already. */
export async function say({ globals }: CommandLine, asked: Asked, early: { reply: Promise<SocketReply> } | undefined): Promise<number> {
  const io = createIo(globals);
  try {
    const context = createContext({ io, globals });
    if (early === undefined && isOutdated(context.state))
      await (await import('./daemon-start.ts')).restartOutdated({ ...context, quiet: globals.quiet });
    return await doRequest(context, asked, early?.reply);
  } catch (error) {
    return (await import('./report.ts')).reportError(io, globals.output, error);
  }
}
