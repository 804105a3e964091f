/** Refusals, and what is offered instead. */
import type { RefusalCode, RefusedSentence } from './types.ts';
import type { Frame } from './frames.ts';
import { offers } from './propose/offer.ts';
import type { Speller } from './spelling.ts';
import type { Token } from './tokens.ts';
import type { CompiledAction } from './vocabulary.ts';
import { isGeneral, type Reading } from './draft.ts';

export function refuse(code: RefusalCode, message: string, unexplained: string[] = [], suggestions: string[] = []): RefusedSentence {
  return { status: 'refuse', code, message, unexplained: unexplained.slice(0, 20).map((text) => text.slice(0, 100)), suggestions };
}

/** Names the words that nothing explains, and the actions whose words come nearest. */
export function notUnderstood(
  reading: Reading,
  actions: readonly CompiledAction[],
  tokens: readonly Token[],
  miss: Frame | undefined,
  speller: Speller,
): RefusedSentence {
  const words = miss?.unexplained ?? tokens.filter((token) => !isGeneral(reading, true, token));
  const altered = words.find((token) => token.altered);
  if (altered !== undefined) {
    return refuse('LOOKALIKE', `"${altered.text}" is written with characters that only look like plain letters. Type it again.`, [
      altered.text,
    ]);
  }
  const { proposer } = reading;
  const suggestions =
    proposer === undefined ? nearestActions(reading, actions, tokens, miss) : offers(proposer, { reading, actions, tokens, miss });
  const slip = words.map((token) => speller.offer(token)).find((word) => word !== undefined);
  const tail = slip === undefined ? '' : ` Did you mean "${slip}"?`;
  const unknown = words.map((token) => token.text);
  if (unknown.length === 0) return refuse('NOT_UNDERSTOOD', `This names nothing to do.${tail}`, [], suggestions);
  const listed = unknown
    .slice(0, 8)
    .map((word) => `"${word.slice(0, 60)}"`)
    .join(', ');
  return refuse('NOT_UNDERSTOOD', `Not understood: ${listed}.${tail}`, unknown, suggestions);
}

/** An example of the nearest actions: the best miss, then those that share most words. */
function nearestActions(reading: Reading, actions: readonly CompiledAction[], tokens: readonly Token[], miss: Frame | undefined): string[] {
  const present = new Set(tokens.flatMap((token) => (isGeneral(reading, true, token) ? [] : [token.word])));
  const ranked = actions
    .map(({ action, also }) => ({
      action,
      shared: [...present].filter((word) => also.has(word)).length + (miss?.compiled.action === action ? 100 : 0),
    }))
    .filter(({ shared }) => shared > 0)
    .toSorted((left, right) => right.shared - left.shared || (left.action.id < right.action.id ? -1 : 1));
  return ranked.slice(0, 3).flatMap(({ action }) => action.language.examples.slice(0, 1));
}
