/** Values that are known by their words: durations, kinds, choices, flags. */
import type { Slot } from '#kit';
import { accepts, anyPhraseAt, claim, claimNounBefore, type Draft, fill, isFree, isGeneral, phraseBefore } from './draft.ts';
import { durationAt } from './durations.ts';
import { kindAt } from './kinds.ts';
import { phraseAt, toPhrase } from './vocabulary.ts';

type SlotOf<T extends Slot['type']> = Extract<Slot, { type: T }>;

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
    if (length === 0 || !isOpenSpan(draft, at, length) || holdsKind(draft, at, length)) continue;
    fill(draft, input, true, at, length, 'marked');
    return;
  }
}

/** "list all namespaces": the only kind that is said is what is asked for, and no scope. */
function holdsKind(draft: Draft, at: number, length: number): boolean {
  const isNeeded = draft.compiled.slots.some(({ input, slot, optional }) => slot.type === 'kind' && !optional && !draft.filled.has(input));
  if (!isNeeded) return false;
  const kinds = draft.tokens.flatMap((token, index) => (token.kind === 'word' && kindOf(draft, index) !== undefined ? [index] : []));
  // "…, all namespaces" behind a comma is a scope.
  const isAsked = draft.owners.some((owner, index) => owner === 'action' && (index < at || index >= at + length));
  return isAsked && kinds.length > 0 && kinds.every((index) => index >= at && index < at + length);
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
