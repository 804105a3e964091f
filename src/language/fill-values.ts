/** Values that are known by their form: keys, durations, numbers, kinds, choices, flags. */
import type { Slot } from '#kit';
import { accepts, anyPhraseAt, ask, claim, type Draft, fill, isFree, isGeneral, phraseBefore, question } from './draft.ts';
import { durationAt } from './durations.ts';
import { kindAt } from './kinds.ts';
import { upperIf } from './options.ts';
import { phraseAt, toPhrase } from './vocabulary.ts';
import { NEVER_NAMES } from './words.ts';

type SlotOf<T extends Slot['type']> = Extract<Slot, { type: T }>;

/** Issue keys, numbers of tickets, URLs: the first one beside its noun, else the first that can be nothing else. */
export function fillPattern(draft: Draft, input: string, slot: SlotOf<'pattern'>, nouns: readonly string[], optional: boolean): void {
  const shape = new RegExp(`^(?:${slot.pattern})$`, 'i');
  if (slot.terms === true && fillTerms(draft, input, slot, shape)) return;
  if (slot.keyed !== undefined && fillKeyed(draft, input, slot.keyed, shape)) return;
  if (slot.upper === true && fillFromAddress(draft, input, slot)) return;
  // A shape that any word has says nothing by itself.
  const isLoose = shape.test('x');
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
    if (!isMarked && !shape.test(token.text)) continue;
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
  // `description='my text'`: the inner quotes are the shell's.
  const text = written(draft, slot, best.at).replace(/=(['"])(.*)\1$/, '=$2');
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
  const text = tokens[at]?.text ?? '';
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

function claimNounBefore(draft: Draft, at: number, nouns: readonly string[], input: string): void {
  const start = phraseBefore(draft, at, nouns);
  if (start < 0) return;
  for (let index = start; index < at; index += 1) if (isFree(draft, index)) claim(draft, index, 1, `mark:${input}`);
}

export function fillDuration(draft: Draft, input: string): void {
  for (let at = 0; at < draft.tokens.length; at += 1) {
    const token = draft.tokens[at];
    const isPolite = token !== undefined && draft.reading.polite.has(token);
    const span = isFree(draft, at) && !isPolite ? durationAt(draft.tokens, at) : undefined;
    if (span === undefined || !isFreeSpan(draft, at, span.length)) continue;
    fill(draft, input, span.value, at, span.length, 'marked');
    const before = draft.words[at - 1] ?? '';
    if (/^(?:since|over|during|within|for|in|of|from|past|last)$/.test(before) && isFree(draft, at - 1))
      claim(draft, at - 1, 1, `mark:${input}`);
    return;
  }
}

/** "… timeouts in the last hour": a time at the very end is no part of a text before it. */
export function fillDurationAtEnd(draft: Draft, input: string): void {
  const last = draft.tokens.findLastIndex((token) => token.kind !== 'punct' && !draft.reading.polite.has(token));
  for (let at = Math.max(1, last - 5); at <= last && !draft.filled.has(input); at += 1) {
    const span = isFree(draft, at) ? durationAt(draft.tokens, at) : undefined;
    if (span === undefined || at + span.length - 1 !== last || !isFreeSpan(draft, at, span.length)) continue;
    fill(draft, input, span.value, at, span.length, 'marked');
    if (/^(?:since|over|during|within|for|in|of|from|past|last)$/.test(draft.words[at - 1] ?? '') && isFree(draft, at - 1))
      claim(draft, at - 1, 1, `mark:${input}`);
  }
}

/** A word may select the action and say a value as well: "create a bug". */
function isOpenSpan(draft: Draft, at: number, length: number): boolean {
  for (let index = at; index < at + length; index += 1) if (!isFree(draft, index) && draft.owners[index] !== 'action') return false;
  return at + length <= draft.tokens.length;
}

export function isFreeSpan(draft: Draft, at: number, length: number): boolean {
  for (let index = at; index < at + length; index += 1) if (!isFree(draft, index)) return false;
  return true;
}

/** The kind of the object; other kind words stay free, to be nouns of a name or explained words. */
export function fillKind(draft: Draft, input: string, slot: SlotOf<'kind'>, optional: boolean): void {
  // "status of pod web-0" says the kind with the word that selects; "is the deployment done" need not mean one.
  const isOpen = optional ? isFreeSpan : isOpenSpan;
  for (let at = 0; at < draft.tokens.length; at += 1) {
    // "deploy it" is a request, "deploy in shop" names deployments.
    const isVerb = at === 0 && draft.words[0] === 'deploy' && /^(?:it|them|this|that|the|a|an|my|our)$/.test(draft.words[1] ?? '');
    const found = isOpen(draft, at, 1) && !isVerb && draft.tokens[at]?.kind === 'word' ? kindOf(draft, at) : undefined;
    if (found === undefined || !isOpen(draft, at, found.length)) continue;
    // "delete web-0 from the service" says where from, not what; a label is removed from what the action is about.
    const isSource =
      !draft.compiled.isRead &&
      !draft.compiled.slots.some((other) => other.slot.type === 'pattern' && other.slot.removal !== undefined) &&
      /^from$/.test(draft.words[at - 1] === 'the' ? (draft.words[at - 2] ?? '') : (draft.words[at - 1] ?? ''));
    if (isSource && found.kind !== 'Namespace') continue;
    if ((slot.workloadsOnly && !found.workload) || !accepts(draft, input, found.kind)) continue;
    fill(draft, input, found.kind, at, found.length, 'marked');
    return;
  }
}

/** The kind word that begins here, as written or as spelling reads it. */
export function kindOf(draft: Draft, at: number): ReturnType<typeof kindAt> {
  const written = kindAt(draft.words, at);
  if (written !== undefined) return written;
  const token = draft.tokens[at];
  const spelled = token === undefined ? undefined : draft.reading.spelled.get(token);
  return spelled === undefined ? undefined : kindAt([spelled], 0);
}

export function fillFlag(draft: Draft, input: string, slot: SlotOf<'flag'>): void {
  for (let at = 0; at < draft.tokens.length; at += 1) {
    const length = anyPhraseAt(draft, at, slot.phrases);
    if (length === 0 || !isOpenSpan(draft, at, length)) continue;
    fill(draft, input, true, at, length, 'marked');
    return;
  }
}

interface ChoiceSpan {
  value: string;
  at: number;
  length: number;
  /** One of the words before it introduces it. */
  marked: boolean;
}

export function fillChoice(draft: Draft, input: string, slot: SlotOf<'choice'>, optional: boolean): void {
  const after = slot.after ?? [];
  let best: ChoiceSpan | undefined;
  for (const found of findChoices(draft, slot, after)) {
    const isFirst =
      best !== undefined && found.marked === best.marked && (found.at < best.at || (found.at === best.at && found.length > best.length));
    if (best === undefined || Number(found.marked) > Number(best.marked) || isFirst) best = found;
  }
  if (best === undefined) return fillOpenChoice(draft, input, after, optional);
  if (!accepts(draft, input, best.value)) return;
  fill(draft, input, best.value, best.at, best.length, 'marked');
  claimNounBefore(draft, best.at, after, input);
  // "a postgres database": the same again in other words.
  for (const { value, at, length } of findChoices(draft, slot, after))
    if (value === best.value && isFreeSpan(draft, at, length)) claim(draft, at, length, `mark:${input}`);
}

function findChoices(draft: Draft, slot: SlotOf<'choice'>, after: readonly string[]): ChoiceSpan[] {
  const found: ChoiceSpan[] = [];
  for (const [value, words] of Object.entries(slot.values)) {
    const own = value.toLowerCase();
    const [first = ''] = own.split(' ');
    // The value itself counts where it is introduced: "to open" is a status, "open OPS-1" is none.
    const isOwn = !words.includes(own);
    const phrases = draft.view.present.has(first) && isOwn ? [...draft.view.near(words), toPhrase(own)] : draft.view.near(words);
    for (const [at, token] of draft.tokens.entries()) {
      const isQuote = token.kind === 'quoted' && (token.word === own || words.includes(token.word)) && isOpenSpan(draft, at, 1);
      if (isQuote) found.push({ value, at, length: 1, marked: true });
      for (const phrase of phrases) {
        if (!phraseAt(draft.tokens, at, phrase, draft.reading.spelled) || !isOpenSpan(draft, at, phrase.length)) continue;
        // "open a bug" begins with what to do.
        if (at === 0 && draft.compiled.isRead && /^an?$/.test(draft.words[phrase.length] ?? '')) continue;
        const marked = phraseBefore(draft, at, after) >= 0;
        if (marked || after.length === 0 || !(isOwn && phrase.join(' ') === own)) found.push({ value, at, length: phrase.length, marked });
      }
    }
  }
  return found;
}

/** Where the schema takes other values than those listed: quoted text, or a few words to the end of the clause. */
function fillOpenChoice(draft: Draft, input: string, after: readonly string[], optional: boolean): void {
  if (after.length === 0 || !accepts(draft, input, 'some other value')) return;
  for (let at = 1; at < draft.tokens.length; at += 1) {
    const token = draft.tokens[at];
    if (token === undefined || phraseBefore(draft, at, after) < 0) continue;
    let to = at;
    while (to < draft.tokens.length && to - at < 3 && draft.owners[to] === undefined && isPlainWord(draft, to)) to += 1;
    const isRest = draft.tokens.slice(to).every((other) => isGeneral(draft.reading, draft.compiled.isRead, other));
    if (token.kind !== 'quoted' && (optional || to === at || !isRest)) continue;
    const value =
      token.kind === 'quoted'
        ? token.text
        : draft.tokens
            .slice(at, to)
            .map((word) => word.text)
            .join(' ');
    if (!accepts(draft, input, value)) continue;
    fill(draft, input, value, at, token.kind === 'quoted' ? 1 : to - at, token.kind === 'quoted' ? 'stated' : 'marked');
    return claimNounBefore(draft, at, after, input);
  }
}

function isPlainWord(draft: Draft, at: number): boolean {
  const token = draft.tokens[at];
  return token !== undefined && token.kind === 'word' && !token.altered && /^\p{L}+$/u.test(token.text) && kindOf(draft, at) === undefined;
}

/** The question that a list of options would answer. */
export function choiceOptions(slot: Slot | undefined): string[] {
  const values = slot?.type === 'choice' ? Object.keys(slot.values) : [];
  return values.slice(0, 12);
}
