/** `devos explain`: how a sentence is read. Nothing is planned, and a daemon is used only where one runs. */
import type { DoRequest, Explanation } from '#kit/api';
import { AppError, exitCodes } from '#kit/errors';
import { nobodyListens } from '../api.ts';
import type { Arguments, Command } from '../command.ts';
import type { Context } from '../context.ts';
import { describeExplanation } from '../explanation.ts';
import { isOutdated } from '../place.ts';
import { printValue } from '../print.ts';

export const explainCommand: Command = {
  usage: ['explain "<sentence>" [-o json]', 'explain --offline "<sentence>"'],
  flags: { offline: { type: 'boolean', help: 'names are taken as given, also where a daemon runs' } },
  startsDaemon: false,
  run,
};

async function run(context: Context, { words, on }: Arguments): Promise<number> {
  const sentence = words.join(' ').trim();
  if (sentence === '')
    throw new AppError('devos explain needs a sentence', { code: 'USAGE', hint: 'Try: devos explain "scale web-app to 5 replicas"' });
  const known = on['offline'] === true || isOutdated(context.state) ? undefined : await askDaemon(context, sentence);
  const explanation = known ?? (await explainOffline(sentence));
  const { output, quiet } = context.globals;
  if (output !== 'table' && output !== 'name') await printValue(context.io, output, explanation);
  else {
    context.io.out(describeExplanation(explanation));
    if (known === undefined && !quiet) context.io.err('names were taken as given: nothing was looked up\n');
  }
  return explanation.status === 'plan' || explanation.status === 'undo' ? exitCodes.done : exitCodes.usage;
}

/** Undefined where none runs. */
async function askDaemon({ api, conversation, globals, origin }: Context, sentence: string): Promise<Explanation | undefined> {
  const carried = conversation === undefined || globals.fresh ? {} : { conversation };
  try {
    return await api.post<Explanation>('/v1/explain', { sentence, origin: origin(), output: 'json', ...carried } satisfies DoRequest);
  } catch (error) {
    if (nobodyListens(error) || (AppError.isInstance(error) && error.code === 'DAEMON_UNAVAILABLE')) return undefined;
    throw error;
  }
}

async function explainOffline(sentence: string): Promise<Explanation> {
  return (await (await import('#server')).offlinePlanner()).explain(sentence);
}
