/** What was not understood, and what may have been meant. */
import type { Refusal } from '#kit/api';
import { commandNames } from './arguments.ts';
import type { Context } from './context.ts';
import { reportProblem } from './report.ts';
import { nearest } from '#kit/suggest';

export async function reportRefusal({ io, globals }: Context, sentence: string, refusal: Refusal): Promise<number> {
  const { code, message, unexplained, suggestions } = refusal;
  return reportProblem(io, globals.output, {
    code,
    message,
    hint: hintFor(sentence, code, suggestions),
    docs: `docs/reference/errors.md#${code.toLowerCase()}`,
    details: { unexplained, suggestions },
  });
}

function hintFor(sentence: string, code: string, suggestions: string[]): string {
  const words = sentence.split(/\s+/);
  // A few words, the first one near a command: a slip of the finger rather than a sentence.
  const command = words.length <= 3 ? nearest(words[0] ?? '', commandNames) : undefined;
  if (command !== undefined) return `Did you mean: devos ${[command, ...words.slice(1)].join(' ')}`;
  const quoted = suggestions.map((suggestion) => `devos "${suggestion}"`);
  if (quoted.length === 0) return 'What can be said is listed by: devos actions';
  const isWhen = code === 'CONDITIONAL' || code === 'SCHEDULED';
  return `${isWhen ? 'When the time has come: ' : 'Did you mean: '}${quoted.join('   or   ')}`;
}
