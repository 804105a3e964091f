/** A sentence or a typed call, from asking the daemon to the exit code. Light: loaded with every sentence; what is rare is loaded when it happens. */
import type { DoFrame, DoRequest, DoResult } from '#kit/api';
import { AppError, exitCodes } from '#kit/errors';
import { fromBody } from './api.ts';
import type { Asked } from './asked.ts';
import type { Context } from './context.ts';
import type { SocketReply } from './socket-http.ts';
import { cleanText } from '#kit/clean';

/** Reads are printed; a change is shown and asked for; a question is put. Gives the exit code. `early`: see Api.stream. */
export async function doRequest(context: Context, asked: Asked, early?: Promise<SocketReply | undefined>): Promise<number> {
  const result = await ask(context, asked, early);
  switch (result.status) {
    case 'done':
      context.io.out(forPerson(context, result.text));
      return exitCodes.done;
    case 'plan':
      return (await import('./change.ts')).handleChange(context, result, (again) => doRequest(context, again));
    case 'clarify':
      return (await import('./clarify.ts')).handleQuestion(context, asked, result.questions, (again) => doRequest(context, again));
    case 'refuse':
      return (await import('./refusal.ts')).reportRefusal(context, asked.sentence ?? '', result);
  }
}

async function ask(context: Context, asked: Asked, early?: Promise<SocketReply | undefined>): Promise<DoResult> {
  const { io, globals } = context;
  const planner = asked.sentence === undefined || globals.planner === undefined ? {} : { planner: globals.planner };
  const body: DoRequest = { ...asked, ...planner, origin: context.origin(), output: globals.output, ...inConversation(context, asked) };
  for await (const frame of context.api.stream<DoFrame>({ method: 'POST', path: '/v1/do', body }, early)) {
    switch (frame.type) {
      case 'progress':
        if (!globals.quiet) io.err(`${cleanText(frame.text)}\n`);
        break;
      case 'output':
        io.out(forPerson(context, frame.text));
        break;
      case 'result':
        return frame.result;
      case 'error':
        throw fromBody(frame.error);
    }
  }
  throw new AppError('The daemon ended its answer without a result', {
    code: 'DAEMON_UNAVAILABLE',
    hint: 'Ask again; what happened is in: devos daemon logs',
  });
}

/** `--fresh` forgets what was said before this request, and not its own answers. */
function inConversation({ conversation, globals }: Context, { answers }: Asked): Pick<DoRequest, 'conversation' | 'fresh'> {
  if (conversation === undefined) return {};
  return { conversation, ...(globals.fresh && answers === undefined ? { fresh: true } : {}) };
}

/** Machine formats are left as they are: their own escaping holds. */
function forPerson(context: Context, text: string): string {
  return context.globals.output === 'table' || context.globals.output === 'name' ? cleanText(text) : text;
}
