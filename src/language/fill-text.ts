/** Free text: quoted, or what follows one of its words to the end of the clause. */
import type { Slot } from '#kit';
import { SYSTEM_WORDS } from './words.ts';
import { accepts, anyPhraseAt, claim, type Draft, fill, isFree, phraseBefore } from './draft.ts';

type TextSlot = Extract<Slot, { type: 'text' }>;

/** Words that can mean nothing else than "here comes the text". After the others a guard still looks into it. */
const STRONG = /^(?::|-|titled|called|named|saying|says|entitled|with title|with the title|with summary|summary)$/;

export interface TextMarker {
  at: number;
  length: number;
}

/** Where a text may begin: each marker that something follows. */
export function findTextMarkers(draft: Draft, slot: TextSlot): TextMarker[] {
  const markers: TextMarker[] = [];
  for (let at = 0; at < draft.tokens.length - 1; at += 1) {
    const isQuoted = draft.tokens[at]?.kind === 'quoted';
    const length = isQuoted
      ? 0
      : anyPhraseAt(draft, at, slot.after) || (/^(?::|-|—|–)$/.test(draft.words[at] ?? '') && slot.after.includes(':') ? 1 : 0);
    const token = draft.tokens[at];
    const isPolite = token !== undefined && draft.reading.polite.has(token);
    // "splunk: find …" names the system first; the text comes later.
    const isTopic = token?.word === ':' && at <= 2 && SYSTEM_WORDS.has(draft.words[at - 1] ?? '');
    if (length > 0 && !isPolite && !isTopic && (isFree(draft, at) || draft.owners[at] === 'action')) markers.push({ at, length });
  }
  return markers.slice(0, 4);
}

/** Quoted text that nothing else took. A text beside others, such as a description, has to be introduced by one of its words. */
export function fillQuoted(draft: Draft, input: string, slot: TextSlot, optional: boolean): void {
  const isOne = !optional || draft.compiled.slots.filter((other) => other.slot.type === 'text').length === 1;
  for (const [at, token] of draft.tokens.entries()) {
    if (token.kind !== 'quoted' || draft.owners[at] !== undefined || !accepts(draft, input, token.text)) continue;
    const marker = phraseBefore(draft, at, slot.after);
    // "change the summary of OPS-1 to '…'": its word may stand further in front.
    if (!isOne && marker < 0 && draft.view.near(slot.after).length === 0) continue;
    fill(draft, input, token.text, at, 1, 'stated');
    for (let index = marker; index >= 0 && index < at; index += 1) if (isFree(draft, index)) claim(draft, index, 1, `mark:${input}`);
    return;
  }
}

export function fillTextAfter(draft: Draft, input: string, { at, length }: TextMarker): void {
  let from = at + length;
  // "when search 'x' …", "search splunk for 'x'": the marker next to the text is meant.
  for (;;) {
    const more =
      (SYSTEM_WORDS.has(draft.words[from] ?? '') || draft.compiled.also.has(draft.words[from] ?? '')) &&
      anyPhraseAt(draft, from + 1, afterOf(draft, input)) > 0
        ? 1
        : anyPhraseAt(draft, from, afterOf(draft, input));
    if (more === 0 || from + more >= draft.tokens.length) break;
    from += more;
  }
  from = quoteAfter(draft, from);
  let to = endOfText(draft, from);
  while (from < to && (/^(?:the|a|an|that|:|-)$/.test(draft.words[from] ?? '') || draft.tokens[from]?.kind === 'punct')) from += 1;
  const first = draft.tokens[from];
  if (first?.kind === 'quoted') to = from + 1;
  const last = draft.tokens[to - 1];
  if (first === undefined || last === undefined || to <= from) return;
  const value =
    first === last && first.kind === 'quoted' ? first.text : draft.reading.sentence.slice(first.start, last.end).replaceAll(/[ \t]+/g, ' ');
  // "run a command": its own word is no text.
  // "run something", "search splunk": that is no text yet.
  const isSystem = draft.tokens.slice(from, to).every(({ word }) => SYSTEM_WORDS.has(word));
  if (isSystem || /^(?:it|them|this|that|these|those|the same|something|anything|stuff|things?)$/i.test(value)) return;
  if (!accepts(draft, input, value) || afterOf(draft, input).includes(value.toLowerCase())) return;
  const weak = isLong(draft, input) ? 'left' : 'marked';
  if (draft.owners[at] === 'action') draft.penalty += 0.4;
  // Of two words that fit equally, the one nearer to the text.
  draft.penalty -= 0.01 * at;
  // A colon says plainly where the text begins.
  if (draft.words[at] === ':') draft.penalty -= 0.2;
  const strength = STRONG.test(draft.words.slice(at, at + length).join(' ')) || draft.words.slice(at, from).includes(':') ? 'stated' : weak;
  draft.filled.set(input, { value, strength, tokens: draft.tokens.slice(from, to) });
  for (let index = from; index < to; index += 1) if (isFree(draft, index)) claim(draft, index, 1, `input:${input}`);
  for (let index = at; index < from; index += 1) if (isFree(draft, index)) claim(draft, index, 1, `mark:${input}`);
}

/** "search in splunk the message 'x'": where only explained words stand before a quotation, that is the text. */
function quoteAfter(draft: Draft, from: number): number {
  const quote = draft.tokens.findIndex((token, at) => at >= from && token.kind === 'quoted');
  if (quote <= from || draft.words.slice(from, quote).includes(':')) return from;
  const isExplained = draft.tokens
    .slice(from, quote)
    .every((token, offset) => draft.owners[from + offset] !== undefined || draft.compiled.also.has(token.word));
  return isExplained ? quote : from;
}

function afterOf({ compiled }: Draft, input: string): readonly string[] {
  const slot = compiled.slots.find((one) => one.input === input)?.slot;
  return slot?.type === 'text' ? slot.after : [];
}

/** A summary may say anything; a short text such as a status is a value, and guards look into it as everywhere. */
function isLong(draft: Draft, input: string): boolean {
  return accepts(draft, input, 'x'.repeat(120));
}

/** What another input took at the end, and the prepositions before it, are no part of the text; nor is a closing "please". */
function endOfText(draft: Draft, from: number): number {
  const isPolite = (index: number) =>
    draft.tokens.slice(index, index + 1).some((token) => token.kind === 'punct' || draft.reading.polite.has(token));
  // A question is over at its mark.
  const mark = draft.tokens.findIndex((token, at) => at > from && token.kind === 'punct' && token.word === '?');
  let to = mark < 0 ? draft.tokens.length : mark;
  while (to > from && isPolite(to - 1)) to -= 1;
  // "… on SharePoint": where, not what.
  if (
    to - from > 2 &&
    SYSTEM_WORDS.has(draft.words[to - 1] ?? '') &&
    /^(?:in|on|at|from|to|into|via|with|using)$/.test(draft.words[to - 2] ?? '')
  )
    to -= 2;
  let end = to;
  while (end > from && /^(?:input|mark):/.test(draft.owners[end - 1] ?? '')) end -= 1;
  if (end === to) return to;
  while (
    end > from &&
    (isPolite(end - 1) ||
      (draft.owners[end - 1] === 'action' && end < to) ||
      (end < to && (draft.owners[end - 1] ?? '').startsWith('mark:')) ||
      (draft.owners[end - 1] === 'general' && /^(?:in|on|at|for|to|of|with|and|the|a|by|from)$/.test(draft.words[end - 1] ?? '')))
  )
    end -= 1;
  return end;
}
