/** A change of what is there instead of a number to reach: "by 2", "50 % more", "double". */
import type { Slot } from '#kit';
import { anyPhraseAt, ask, claim, type Draft, fill, isFree, question } from './draft.ts';
import { isFreeSpan } from './fill-values.ts';
import { numberAt, type NumberSpan } from './numbers.ts';

type AmountSlot = Extract<Slot, { type: 'amount' }>;

const FACTORS: ReadonlyMap<string, string> = new Map([
  ['double', '*2'],
  ['doubled', '*2'],
  ['twice', '*2'],
  ['triple', '*3'],
  ['tripled', '*3'],
  ['quadruple', '*4'],
  ['halve', '/2'],
  ['halved', '/2'],
]);
const UP = /^(?:up|more|add|added|increase|increment|raise|bump|boost|grow|extra|additional|extend|expand|higher|upscale|another)$/;
const DOWN = /^(?:down|fewer|less|remove|reduce|decrease|decrement|lower|shrink|cut|trim|drop|downscale|smaller)$/;
const ADDS = /^(?:add|remove)$/;
/** Words beside an amount that say nothing more than it does. */
const FILLERS = /^(?:by|another|extra|additional|more|fewer|less|percent|%|times|factor|a|as|many|much|of|again|in|half)$/;

export function fillAmount(draft: Draft, input: string, slot: AmountSlot): void {
  const factor = findFactor(draft);
  if (factor !== undefined) {
    fill(draft, input, factor.value, factor.at, factor.length, 'marked');
    return claimAround(draft, input, slot, factor);
  }
  const span = findAmount(draft);
  if (span === undefined) return;
  const sign = signOf(draft);
  const isFactor =
    /^(?:times|x)$/.test(draft.words[span.at + span.length] ?? '') ||
    /\d+x$/.test(draft.words[span.at] ?? '') ||
    isByFactor(draft, span.at);
  const problem = problemOf(span, isFactor ? '*' : sign);
  if (problem !== undefined) {
    ask(draft, slot.instead, question(draft, slot.instead, problem), span.at, span.length);
    return claimAround(draft, input, slot, span);
  }
  const isPercent = (draft.words[span.at] ?? '').endsWith('%') || /^(?:%|percent)$/.test(draft.words[span.at + span.length] ?? '');
  const value = isFactor ? `*${span.value}` : `${sign ?? ''}${span.value}${isPercent ? '%' : ''}`;
  fill(draft, input, value, span.at, span.length, 'marked');
  claimAround(draft, input, slot, span);
}

function problemOf({ value, vague }: NumberSpan, sign: string | undefined): string | undefined {
  if (vague || !Number.isInteger(value) || value < 1 || value > 1000) return 'The amount has to be exact.';
  return sign === undefined ? 'It is not clear whether up or down.' : undefined;
}

function findFactor({ words, tokens, owners }: Draft): { value: string; at: number; length: number } | undefined {
  for (const [at, word] of words.entries()) {
    if (tokens[at]?.kind !== 'word') continue;
    const factor = FACTORS.get(word);
    if (factor !== undefined && (owners[at] === 'action' || owners[at] === undefined)) return { value: factor, at, length: 1 };
    if (word === 'half' && /^(?:in|by)$/.test(words[at - 1] ?? '') && words[at + 1] !== 'a') return { value: '/2', at, length: 1 };
  }
  return undefined;
}

/** A number that is said as an amount, or that stands behind "add" and "remove". */
function findAmount(draft: Draft): NumberSpan | undefined {
  const adds = draft.words.some((word, at) => ADDS.test(word) && draft.owners[at] === 'action');
  for (let at = 0; at < draft.tokens.length; at += 1) {
    if (!isFree(draft, at)) continue;
    const span = numberAt(draft.tokens, at);
    if (span !== undefined && isFreeSpan(draft, at, span.length)) {
      const isMore = /^(?:another|extra|additional)$/.test(draft.words[at - 1] ?? '');
      if (span.relative || isMore || (adds && draft.words[at - 1] !== 'to')) return span;
      at += span.length - 1;
    } else if (draft.words[at] === 'another' && adds) return { at, length: 1, value: 1, vague: false, relative: true };
  }
  return undefined;
}

function signOf({ words }: Draft): string | undefined {
  const up = words.some((word) => UP.test(word));
  const down = words.some((word) => DOWN.test(word));
  if (up === down) return undefined;
  return up ? '+' : '-';
}

function isByFactor({ words }: Draft, at: number): boolean {
  return words[at - 1] === 'of' && words[at - 2] === 'factor';
}

function claimAround(draft: Draft, input: string, slot: AmountSlot, { at, length }: { at: number; length: number }): void {
  for (let index = at - 1; index >= at - 4 && FILLERS.test(draft.words[index] ?? ''); index -= 1)
    if (isFree(draft, index)) claim(draft, index, 1, `mark:${input}`);
  let index = at + length;
  for (; FILLERS.test(draft.words[index] ?? '') && index < at + length + 3; index += 1)
    if (isFree(draft, index)) claim(draft, index, 1, `mark:${input}`);
  const noun = anyPhraseAt(draft, index, slot.nouns);
  for (let offset = 0; offset < noun; offset += 1) if (isFree(draft, index + offset)) claim(draft, index + offset, 1, `mark:${input}`);
}
