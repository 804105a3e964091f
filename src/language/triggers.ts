/** The words of a clause that select an action, and those that the action merely explains. */
import { anyPhraseAt, claim, type Draft, isFree } from './draft.ts';
import type { Token } from './tokens.ts';
import { phraseAt, type Phrase, type TriggerLine } from './vocabulary.ts';
import { CHANGE_VERBS, READ_VERBS } from './words.ts';

export interface Trigger {
  at: number;
  length: number;
  /** The words had to be corrected. */
  isSpelled: boolean;
}

/** One place for each part of the line; undefined where a part is missing. */
export function findTriggers(draft: Draft, line: TriggerLine, borrow?: ReadonlySet<string>): Trigger[] | undefined {
  const found: Trigger[] = [];
  for (const alternatives of line.parts) {
    let best: Trigger | undefined;
    const last = line.isOrdered ? found.at(-1) : undefined;
    const from = last === undefined ? 0 : last.at + last.length;
    for (const phrase of alternatives) {
      for (let at = from; at + phrase.length <= draft.tokens.length; at += 1) {
        if (!isFree(draft, at) || found.some((other) => at < other.at + other.length && other.at < at + phrase.length)) continue;
        if (!phraseAt(draft.tokens, at, phrase, draft.reading.spelled)) continue;
        const isSpelled = phrase.some((word, offset) => draft.words[at + offset] !== word);
        if (
          best === undefined ||
          Number(isSpelled) < Number(best.isSpelled) ||
          (isSpelled === best.isSpelled && (phrase.length > best.length || (phrase.length === best.length && at < best.at)))
        )
          best = { at, length: phrase.length, isSpelled };
      }
    }
    if (best !== undefined) found.push(best);
    // A verb is never borrowed.
    else if (!isBorrowed(alternatives, borrow)) return undefined;
  }
  return found.length === 0 && line.parts.length > 0 ? undefined : found;
}

function isBorrowed(alternatives: readonly Phrase[], borrow: ReadonlySet<string> | undefined): boolean {
  if (borrow === undefined || alternatives.some(([first]) => CHANGE_VERBS.has(first ?? '') || READ_VERBS.has(first ?? ''))) return false;
  return alternatives.some((phrase) => phrase.length > 0 && phrase.every((word) => borrow.has(word)));
}

/** "it" stands for the object as long as nothing else names one. */
function isReference({ compiled, filled }: Draft, { word }: Token): boolean {
  if (!/^(?:it|its|them)$/.test(word)) return false;
  const isOpen = (input: string): boolean => !filled.has(input);
  if (compiled.main !== undefined) return isOpen(compiled.main);
  return compiled.slots.some(({ input, slot, optional }) => slot.type === 'pattern' && slot.upper === true && !optional && isOpen(input));
}

/** "the replicas", "the ticket": what is left of the nouns after the name was found. */
export function claimNouns(draft: Draft): void {
  for (let at = 0; at < draft.tokens.length; at += 1) {
    const length = draft.owners[at] === undefined ? anyPhraseAt(draft, at, draft.compiled.nouns) : 0;
    for (let index = at; index < at + length; index += 1) if (draft.owners[index] === undefined) claim(draft, index, 1, 'also');
  }
}

/** Words that the action explains, and what points at an object without naming it: "the one that keeps crashing". */
export function claimAlso(draft: Draft): void {
  for (let at = 0; at < draft.tokens.length; at += 1) {
    const token = draft.tokens[at];
    if (token === undefined || token.kind === 'quoted' || isReference(draft, token)) continue;
    const keys = [token.word, draft.reading.spelled.get(token) ?? token.word];
    for (const phrase of keys.flatMap((key) => draft.compiled.also.get(key) ?? [])) {
      if (!phraseAt(draft.tokens, at, phrase, draft.reading.spelled)) continue;
      for (let index = at; index < at + phrase.length; index += 1) if (draft.owners[index] === undefined) claim(draft, index, 1, 'also');
    }
  }
  const one = draft.words.findIndex(
    (word, at) => /^ones?$/.test(word) && isFree(draft, at) && /^(?:that|which|who|of|with)$/.test(draft.words[at + 1] ?? ''),
  );
  if (one < 0 || draft.compiled.main === undefined || draft.filled.has(draft.compiled.main)) return;
  const to = draft.words[one + 1] === 'of' ? one + 1 : draft.tokens.length;
  for (let index = one; index < to; index += 1) if (isFree(draft, index)) claim(draft, index, 1, `mark:${draft.compiled.main}`);
}
