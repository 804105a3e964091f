/** Values that are known by their form: keys, selectors, images, addresses. */
import type { Slot } from '#kit';
import { accepts, anyPhraseAt, ask, claim, claimNounBefore, type Draft, fill, isFree, isGeneral, phraseBefore, question } from './draft.ts';
import { kindOf } from './fill-values.ts';
import { upperIf } from './options.ts';
import { NEVER_NAMES } from './words.ts';

type SlotOf<T extends Slot['type']> = Extract<Slot, { type: T }>;

/** Issue keys, numbers of tickets, URLs: the first one beside its noun, else the first that can be nothing else. */
export function fillPattern(draft: Draft, input: string, slot: SlotOf<'pattern'>, nouns: readonly string[], optional: boolean): void {
  const shape = new RegExp(`^(?:${slot.pattern})$`, 'i');
  if (slot.terms === true && fillTerms(draft, input, slot, shape)) return;
  if (slot.keyed !== undefined && fillKeyed(draft, input, slot.keyed, shape)) return;
  if (slot.upper === true && fillFromAddress(draft, input, slot)) return;
  // A shape that any word has says nothing by itself.
  const isLoose = ['x', 'name', 'name1'].some((word) => shape.test(word));
  let best: { at: number; rank: number } | undefined;
  for (const [at, token] of draft.tokens.entries()) {
    const text = written(draft, slot, at);
    if (!isFree(draft, at) || token.altered || !shape.test(text) || isGeneral(draft.reading, draft.compiled.isRead, token)) continue;
    const isWord = token.kind !== 'quoted' && /^[a-z]+$/i.test(token.text);
    // "container 'app'": its noun is not its value.
    if (isWord && (slot.nouns ?? []).includes(token.word) && phraseBefore(draft, at, slot.nouns ?? []) < 0) continue;
    // A shape may name a word itself, such as `latest`.
    const isListed = slot.pattern.split('|').includes(token.word);
    if (isWord && !isListed && (NEVER_NAMES.has(token.word) || kindOf(draft, at) !== undefined)) continue;
    const nounBefore = phraseBefore(draft, at, nouns) >= 0;
    const isPlainNumber = token.kind === 'number' && optional && !nounBefore && anyPhraseAt(draft, at + 1, slot.nouns ?? []) === 0;
    if (isPlainNumber) continue;
    const isMarked = nounBefore || (!nouns.includes(token.word) && anyPhraseAt(draft, at + 1, slot.nouns ?? []) > 0);
    // A bare key is one only where its noun says so.
    if (!isMarked && !shape.test(token.text.replace(/=(['"])(.*)\1$/, '=$2'))) continue;
    const isAsWritten = slot.upper !== true || token.text === token.text.toUpperCase();
    // `worker-3` has the shape of an issue key too: in small letters it needs a noun, or a change that asks for one.
    if (!isMarked && !isListed && (isWord || isLoose || (!isAsWritten && (draft.compiled.isRead || optional)))) continue;
    const rank = (isMarked ? 2 : 0) + (isAsWritten ? 1 : 0) + (nounBefore ? 0.5 : 0);
    if (best === undefined || rank > best.rank) best = { at, rank };
  }
  const token = best === undefined ? undefined : draft.tokens[best.at];
  if (!optional && best === undefined) return askQuoted(draft, input, slot);
  if (best === undefined || token === undefined) return;
  if (best.rank === 0) draft.penalty += 0.6;
  const text = written(draft, slot, best.at);
  fill(draft, input, upperIf(slot.upper, text), best.at, 1, best.rank >= 2 ? 'marked' : 'left');
  claimNounBefore(draft, best.at, nouns, input);
}

/** `https://acme.atlassian.net/browse/DEV-12`: a key within a pasted address. */
function fillFromAddress(draft: Draft, input: string, slot: SlotOf<'pattern'>): boolean {
  const inside = new RegExp(`[/=](${slot.pattern})(?=$|[/?&#])`);
  for (const [at, token] of draft.tokens.entries()) {
    const key = isFree(draft, at) && /^https?:\/\//i.test(token.text) ? inside.exec(token.text)?.[1] : undefined;
    if (key === undefined || !accepts(draft, input, key)) continue;
    fill(draft, input, key, at, 1, 'stated');
    return true;
  }
  return false;
}

/** `api=nginx:1.27`: a value, and what it belongs to. */
function fillKeyed(draft: Draft, input: string, keyed: string, shape: RegExp): boolean {
  for (const [at, token] of draft.tokens.entries()) {
    const [, key = '', value = ''] = /^([^=]+)=([^=]+)$/.exec(token.text) ?? [];
    if (!isFree(draft, at) || token.altered || !shape.test(value) || !accepts(draft, keyed, key) || draft.filled.has(keyed)) continue;
    fill(draft, input, value, at, 1, 'stated');
    draft.filled.set(keyed, { value: key, strength: 'stated', tokens: [token] });
    return true;
  }
  return false;
}

const TAKES = /^(?:remove|removes|drop|delete|strip|unset|clear|untaint|unlabel|erase|rid|rm)$/;
const GIVES = /^(?:add|set|put|apply|label|taint|annotate|tag|give|change|update|attach|stick|slap|with)$/;

/** "remove the label tier": the value as the system wants it said, where it is to go. The nearest verb before it counts. */
function written({ tokens, words }: Draft, { removal }: SlotOf<'pattern'>, at: number): string {
  // `description='my text'`: the inner quotes are the shell's.
  const text = (tokens[at]?.text ?? '').replace(/=(['"])(.*)\1$/, '=$2');
  if (removal === undefined || text.endsWith('-')) return text;
  const before = words.slice(0, at);
  // "remove the taint": behind a verb, the noun is none.
  const last = before.findLastIndex(
    (word, index) =>
      TAKES.test(word) ||
      (GIVES.test(word) && !/^(?:the|a|an|its|this|that)$/.test(before[index - 1] ?? '') && !TAKES.test(before[index - 1] ?? '')),
  );
  // "take the taint … off"
  const isTaken =
    /^takes?$/.test(words[before.findLastIndex((word) => /^takes?$/.test(word))] ?? '') &&
    words.slice(at).some((word) => /^(?:off|away|from)$/.test(word));
  if (!TAKES.test(words[last] ?? '') && !isTaken) return text;
  return `${removal === 'key' ? text.replace(/=.*$/, '') : text}-`;
}

const NOT = /^(?:not|no|without|isn't|aren't)$/;

/** "labelled app=v2 and not tier=web": several terms, each with its own sign. False where there is none. */
function fillTerms(draft: Draft, input: string, slot: SlotOf<'pattern'>, shape: RegExp): boolean {
  const found: { at: number; from: number; text: string }[] = [];
  for (const [at, token] of draft.tokens.entries()) {
    const text = written(draft, slot, at);
    if (!isFree(draft, at) || token.altered || !token.text.includes('=') || !shape.test(text)) continue;
    let from = at;
    while (isFree(draft, from - 1) && isTermWord(draft, slot, from - 1)) from -= 1;
    // What stands at the very beginning forbids the whole, and belongs to no term.
    while (from < at && (NOT.test(draft.words[from] ?? '') || /^(?:do|does)$/.test(draft.words[from] ?? '')) && isBeginning(draft, from))
      from += 1;
    const isNegated = draft.words.slice(from, at).some((word) => NOT.test(word)) && !text.includes('!=');
    found.push({ at, from, text: isNegated ? text.replace(/==?/, '!=') : text });
  }
  const value = found.map(({ text }) => text).join(',');
  if (found.length === 0 || !accepts(draft, input, value)) return false;
  for (const { from, at } of found) claim(draft, from, at + 1 - from, `input:${input}`);
  const own = found.flatMap(({ from, at }) => draft.tokens.slice(from, at + 1));
  draft.filled.set(input, { value, strength: 'marked', tokens: own });
  return true;
}

/** Nothing but general words stands before it. */
function isBeginning(draft: Draft, at: number): boolean {
  return draft.tokens.slice(0, at).every((token) => isGeneral(draft.reading, draft.compiled.isRead, token));
}

/** "that are not labelled with" before a term. */
function isTermWord(draft: Draft, slot: SlotOf<'pattern'>, at: number): boolean {
  const word = draft.words[at] ?? '';
  const isMark = [...(slot.nouns ?? []), ...(slot.after ?? [])].includes(word);
  return isMark || NOT.test(word) || /^(?:that|which|are|is|have|having|has|with|the|a|and|,|labelled|labeled)$/.test(word);
}

/** "the 'Login page' story": an object is meant, but its title is not its key. */
function askQuoted(draft: Draft, input: string, slot: SlotOf<'pattern'>): void {
  const isNoun = (at: number): boolean => anyPhraseAt(draft, at, slot.nouns ?? []) > 0;
  const at = draft.tokens.findIndex(
    (token, index) => token.kind === 'quoted' && isFree(draft, index) && (isNoun(index + 1) || isNoun(index - 1)),
  );
  if (at >= 0) ask(draft, input, question(draft, input), at, 1);
}

/** "add the labels a and b to OPS-7": a key at the very end, behind a preposition, is no part of a text before it. */
export function fillPatternAtEnd(draft: Draft, input: string, slot: SlotOf<'pattern'>): void {
  const at = draft.tokens.findLastIndex((token) => token.kind !== 'punct' && !draft.reading.polite.has(token));
  const token = draft.tokens[at];
  const isKey = token !== undefined && token.kind === 'word' && !token.altered && new RegExp(`^(?:${slot.pattern})$`).test(token.text);
  if (!isKey || draft.filled.has(input) || !isFree(draft, at) || !/^(?:to|on|for|in|of|from)$/.test(draft.words[at - 1] ?? '')) return;
  const others = draft.tokens.filter((other) => other !== token && new RegExp(`^(?:${slot.pattern})$`).test(other.text));
  if (others.length === 0) fill(draft, input, token.text, at, 1, 'marked');
}
