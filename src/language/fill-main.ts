/** The object of an action: beside a noun, in the inventory, or what is left over in its place. */
import { anyPhraseAt, ask, claim, type Draft, fill, isFree, phraseBefore, question } from './draft.ts';
import { besideNoun, environmentAt, take, WEAK } from './fill-names.ts';
import { kindOf } from './fill-values.ts';
import { type Candidate, candidateAt, type NameSlot } from './name-candidates.ts';
import { phraseAt } from './vocabulary.ts';
import { ADJECTIVES, CHANGE_VERBS, EVERYDAY, READ_VERBS, STATE_VERBS } from './words.ts';

/** The object beside one of its nouns; every kind of object is a noun where the action takes a kind. */
export function fillMainMarked(draft: Draft, input: string, slot: NameSlot): void {
  if (draft.filled.has(input)) return;
  const takesKind = draft.compiled.slots.some((candidate) => candidate.slot.type === 'kind');
  const nounAt = (at: number): number => {
    const token = draft.tokens[at];
    if (
      token === undefined ||
      token.kind === 'quoted' ||
      /^(?:mark:namespace|input:namespace|mark:cluster)$/.test(draft.owners[at] ?? '') ||
      (draft.owners[at] === 'action' && ['workload', 'resource', 'pod'].includes(slot.of))
    )
      return 0;
    return Math.max(anyPhraseAt(draft, at, slot.nouns), takesKind || slot.of === 'resource' ? (kindOf(draft, at)?.length ?? 0) : 0);
  };
  const found = besideNoun(draft, input, nounAt);
  if (found !== undefined && !isExplained(draft, found.at)) return take(draft, input, found, 'marked');
  const after = slot.after ?? [];
  for (let at = 1; at < draft.tokens.length && after.length > 0; at += 1) {
    const noun = phraseBefore(draft, at, after);
    const candidate = noun < 0 || isExplained(draft, at) || kindOf(draft, at) !== undefined ? undefined : candidateAt(draft, input, at);
    if (candidate !== undefined && !isNoName(draft.words[at] ?? ''))
      return take(draft, input, { ...candidate, noun, nounLength: candidate.at - noun }, 'marked');
  }
}

/** "exec ls in pod web-0": the object at the very end, beside its noun, is no part of a text before it. */
export function fillMainAtEnd(draft: Draft, input: string, slot: NameSlot): void {
  const last = draft.tokens.findLastIndex((token) => token.kind !== 'punct' && !draft.reading.polite.has(token));
  const candidate = draft.filled.has(input) ? undefined : candidateAt(draft, input, last);
  const noun = candidate === undefined ? -1 : last - 1;
  const isPlaced =
    /^(?:in|inside|on|into|within|of|from)$/.test(draft.words[last - 2] ?? '') ||
    /^(?:in|inside|on|into|within|of|from)$/.test(draft.words[last - 3] ?? '');
  if (candidate === undefined || candidate.length > 1 || !isPlaced || anyPhraseAt(draft, noun, slot.nouns) === 0) return;
  take(draft, input, { ...candidate, noun, nounLength: 1 }, 'marked');
  if (/^(?:inside|into|within)$/.test(draft.words[noun - 1] ?? '') && isFree(draft, noun - 1)) claim(draft, noun - 1, 1, `mark:${input}`);
}

/** "restart the stuck pod": an object is meant, and which one has to be asked, whatever else the sentence says. */
export function askDescribed(draft: Draft, input: string, slot: NameSlot): void {
  if (draft.filled.has(input)) return;
  for (let at = 0; at < draft.tokens.length - 1; at += 1) {
    const isNoun = anyPhraseAt(draft, at + 1, slot.nouns) > 0 || kindOf(draft, at + 1) !== undefined;
    if (ADJECTIVES.has(draft.words[at] ?? '') && isNoun && isFree(draft, at)) return ask(draft, input, question(draft, input), at, 1);
  }
}

function isExplained(draft: Draft, at: number): boolean {
  const token = draft.tokens[at];
  // "the figma file Icons"
  const isTitle = token !== undefined && at > 0 && /^\p{Lu}\p{Ll}/u.test(token.text);
  return (
    token !== undefined &&
    !isTitle &&
    (draft.compiled.also.get(token.word) ?? []).some((phrase) => phraseAt(draft.tokens, at, phrase, draft.reading.spelled))
  );
}

/** A name of the inventory wherever it stands; the longest phrase first. */
export function fillMainKnown(draft: Draft, input: string, types: readonly string[]): void {
  const { names } = draft.reading;
  if (draft.filled.has(input)) return;
  for (let length = 4; length >= 1; length -= 1) {
    for (let at = 0; at + length <= draft.tokens.length; at += 1) {
      const span = draft.tokens.slice(at, at + length);
      const isUsable = span.every(
        (token, offset) =>
          (token.kind === 'word' || token.kind === 'quoted' || token.kind === 'number') &&
          !token.altered &&
          draft.owners[at + offset] === undefined,
      );
      if (!isUsable || (draft.words[at - 1] === 'in' && names.findSure('namespace', span[0]?.text ?? '').length > 0)) continue;
      const text = span.map((token) => token.text).join(' ');
      if (
        !types.some((of) => names.findSure(of, text).length > 0) &&
        !(draft.reading.names.services(text).length > 0 && isContent(draft, at))
      )
        continue;
      fill(draft, input, length === 1 ? text : text.replaceAll(' ', '-'), at, length, 'marked');
      return;
    }
  }
}

/** A service may be called like an ordinary word; where that word is explained otherwise, it is no name. */
function isContent(draft: Draft, at: number): boolean {
  return !isExplained(draft, at) && kindOf(draft, at) === undefined;
}

/** What is left over in the place of the object. */
export function fillMainLeft(draft: Draft, input: string, optional: boolean): void {
  if (draft.filled.has(input)) return;
  const slot = draft.compiled.slots.find((one) => one.input === input)?.slot;
  let best: (Candidate & { rank: number }) | undefined;
  for (let at = 0; at < draft.tokens.length; at += 1) {
    const candidate = candidateAt(draft, input, at);
    const before = draft.words[at - 1] ?? '';
    if (
      candidate === undefined ||
      (before === 'in' && draft.owners[at + 1] !== 'action' && draft.owners[at - 1] !== 'action') ||
      before === '-n' ||
      kindOf(draft, at) !== undefined ||
      isNoName(draft.words[at] ?? '')
    )
      continue;
    const isWeak = WEAK.test(before);
    // "restore my faith": what belongs to a person is named with its noun, or is none of our business.
    if (/^(?:my|your|his|her)$/.test(before) && draft.reading.names.open && !/[-\d._]/.test(draft.words[at] ?? '')) continue;
    // "teach me to …": a verb that nobody knows here.
    if (at === 0 && /^(?:me|us|him|her|them|you|everyone|everybody)$/.test(draft.words[1] ?? '')) continue;
    // "restarting frequently" says how.
    if (/^[a-z]{3,}ly$/.test(draft.words[at] ?? '') && draft.reading.names.open) continue;
    // An environment is where something is done, never what it is done to.
    if ((isWeak && optional) || environmentAt(draft, at)) continue;
    const isBeside = /^(?:of|for|'s)$/.test(before) || draft.owners[at - 1] === 'action' || draft.owners[at + 1] === 'action';
    const isNoun = anyPhraseAt(draft, at, draft.compiled.nouns) > 0;
    // "shoot a message to …": what begins a request is a verb, not the name of what it is about.
    const isVerb =
      at === 0 &&
      slot?.type === 'name' &&
      !['workload', 'resource', 'pod', 'node'].includes(slot.of) &&
      !draft.compiled.isRead &&
      /^[a-z]+$/.test(draft.tokens[0]?.text ?? '') &&
      !STATE_VERBS.has(draft.words[1] ?? '');
    if (isVerb) continue;
    const isOwnNoun = slot?.type === 'name' && anyPhraseAt(draft, at, slot.nouns) > 0;
    if (isOwnNoun && draft.reading.names.open && !draft.compiled.isRead && candidate.length === 1) continue;
    const rank = candidate.quality + (isBeside ? 1 : 0) - (isWeak ? 3 : 0) - (isNoun ? 2 : 0);
    if (best === undefined || rank > best.rank) best = { ...candidate, rank };
  }
  // An address can be nothing else.
  const isAddress = /^https?:/.test(String(best?.value ?? ''));
  if (best !== undefined) fill(draft, input, best.value, best.at, best.length, isAddress ? 'marked' : 'left');
}

function isNoName(word: string): boolean {
  return CHANGE_VERBS.has(word) || READ_VERBS.has(word) || EVERYDAY.has(word);
}
