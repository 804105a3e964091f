/** Which number belongs to which input, and what is wrong with it. */
import type { Slot } from '#kit';
import { accepts, anyPhraseAt, ask, claim, type Draft, fill, isFree, phraseBefore, question } from './draft.ts';
import { isFreeSpan } from './fill-values.ts';
import { isBound, numberAt, type NumberSpan } from './numbers.ts';

type CountSlot = Extract<Slot, { type: 'count' }>;

interface Candidate extends NumberSpan {
  /** A noun or preposition of the slot is beside it. */
  marked: boolean;
  /** Index of the noun that it claims, -1 for none. */
  noun: number;
  /** It counts steps, as in "one version back". */
  isSteps?: boolean;
}

export function fillCount(draft: Draft, input: string, slot: CountSlot, optional: boolean): void {
  if (slot.pairedWith !== undefined && fillPair(draft, input, slot, slot.pairedWith)) return;
  const candidates = findCandidates(draft, slot);
  const marked = candidates.filter((candidate) => candidate.marked);
  // An optional number needs its noun; the one number of a sentence is the required one, and a second one is a question.
  const isOnly = draft.compiled.slots.filter((other) => other.slot.type === 'count').length === 1;
  const usable = optional || (marked.length > 0 && !isOnly) ? marked : candidates;
  const isStart = (candidate: Candidate) =>
    (draft.words[candidate.at - 1] === 'from' && slot.after?.includes('from') !== true) ||
    // "3 -> 5"
    (/^(?:->|→)$/.test(draft.words[candidate.at + candidate.length] ?? '') && candidates.some(({ at }) => at > candidate.at));
  const goals = usable.filter((candidate) => !isStart(candidate));
  const [first, ...others] = goals;
  if (first === undefined) return;
  for (const candidate of candidates) if (isStart(candidate)) claimCandidate(draft, candidate, input, 'mark');
  const rivals = others.filter((other) => other.value !== first.value);
  if (rivals.length > 0) {
    const options = [first, ...rivals].map((candidate) => String(candidate.value));
    for (const candidate of goals) claimCandidate(draft, candidate, input, 'input');
    draft.problems.set(input, question(draft, input, 'There are several numbers.', options));
    return;
  }
  for (const other of others) claimCandidate(draft, other, input, 'mark');
  takeNumber(draft, input, slot, first);
}

/** Exactly two plain numbers, in the order of the inputs, where no word says otherwise. */
function fillPair(draft: Draft, input: string, slot: CountSlot, other: string): boolean {
  const second = draft.compiled.slots.find((one) => one.input === other)?.slot;
  if (second?.type !== 'count' || draft.filled.has(other)) return false;
  // "8080:80"
  const joined = draft.tokens.findIndex(({ text }, at) => isFree(draft, at) && /^\d{1,5}:\d{1,5}$/.test(text));
  const [left, right] = (draft.tokens[joined]?.text ?? '').split(':').map(Number);
  if (left !== undefined && right !== undefined && joined >= 0 && accepts(draft, input, left) && accepts(draft, other, right)) {
    fill(draft, input, left, joined, 1, 'marked');
    fill(draft, other, right, joined, 1, 'marked');
    return true;
  }
  const spans = draft.tokens.flatMap((_, at) => {
    const span = isFree(draft, at) ? numberAt(draft.tokens, at) : undefined;
    const isShare =
      span !== undefined && ((draft.words[at] ?? '').endsWith('%') || /^(?:%|percent)$/.test(draft.words[at + span.length] ?? ''));
    return span === undefined || isShare ? [] : [span];
  });
  const [first, last] = spans;
  if (first === undefined || last === undefined || spans.length !== 2) return false;
  const link = draft.words.slice(first.at + first.length, last.at);
  const isPair = link.length <= 7 && link.some((word) => /^(?:to|and|->|→|-|–)$/.test(word)) && !link.includes(',');
  // A noun may say that it is the other way round: "80 to 8080 locally".
  const isTurned = nounBeside(draft, slot, last) >= 0 || (nounBeside(draft, second, first) >= 0 && nounBeside(draft, second, last) < 0);
  if (!isPair || isTurned || problemOf(slot, { ...first, marked: true, noun: -1 }) !== undefined) return false;
  if (problemOf(second, { ...last, marked: true, noun: -1 }) !== undefined) return false;
  fill(draft, input, first.value, first.at, first.length, 'marked');
  fill(draft, other, last.value, last.at, last.length, 'marked');
  if (/^(?:between|from)$/.test(draft.words[first.at - 1] ?? '') && isFree(draft, first.at - 1))
    claim(draft, first.at - 1, 1, `mark:${input}`);
  return true;
}

/** The one plain number that nothing else explains. */
export function fillBareCount(draft: Draft, input: string, slot: CountSlot): void {
  const spans = draft.tokens.flatMap((token, at) =>
    token.kind === 'number' && isFree(draft, at) ? (numberAt(draft.tokens, at) ?? []) : [],
  );
  const [only, ...others] = spans;
  if (only === undefined || others.length > 0 || only.vague || only.relative) return;
  takeNumber(draft, input, slot, { ...only, marked: false, noun: -1 });
}

function takeNumber(draft: Draft, input: string, slot: CountSlot, candidate: Candidate): void {
  // "one revision back" is the one before, which needs no number.
  if (candidate.isSteps && candidate.value === 1) return claimCandidate(draft, candidate, input, 'mark');
  const problem = problemOf(slot, candidate);
  if (problem === undefined) fill(draft, input, candidate.value, candidate.at, candidate.length, candidate.marked ? 'marked' : 'left');
  else ask(draft, input, question(draft, input, problem), candidate.at, candidate.length);
  claimCandidate(draft, candidate, input, 'input');
}

function problemOf(slot: CountSlot, { value, vague, relative }: Candidate): string | undefined {
  if (relative) return 'A change by an amount is not supported: say the number to reach.';
  if (vague) return 'The number has to be exact.';
  if (!Number.isInteger(value) || value < slot.min || value > slot.max)
    return `${value} is out of bounds: a whole number from ${slot.min} to ${slot.max} is possible.`;
  return undefined;
}

function claimCandidate(draft: Draft, { at, length, noun }: Candidate, input: string, as: 'input' | 'mark'): void {
  claim(draft, at, length, `${as}:${input}`);
  for (const index of [at - 1, at - 2]) {
    if (
      isFree(draft, index) &&
      /^(?:least|most|about|around|roughly|maybe|perhaps|approximately|more|less|fewer|than|by|minimum|maximum)$/.test(
        draft.words[index] ?? '',
      )
    )
      claim(draft, index, 1, `mark:${input}`);
  }
  if (/^(?:percent|%|more|fewer|less|additional|extra)$/.test(draft.words[at + length] ?? '') && isFree(draft, at + length))
    claim(draft, at + length, 1, `mark:${input}`);
  if (noun >= 0 && isFree(draft, noun)) claim(draft, noun, 1, `mark:${input}`);
}

function findCandidates(draft: Draft, slot: CountSlot): Candidate[] {
  const found: Candidate[] = [];
  for (let at = 0; at < draft.tokens.length; at += 1) {
    const token = draft.tokens[at];
    const isPolite = token !== undefined && draft.reading.polite.has(token);
    const isOpen = isFree(draft, at) || (token?.kind === 'word' && slot.words?.[token.word] !== undefined && draft.owners[at] === 'action');
    const span = isOpen && !isPolite ? (wordAt(draft, slot, at) ?? numberAt(draft.tokens, at)) : undefined;
    if (span === undefined || (!isFreeSpan(draft, at, span.length) && draft.owners[at] !== 'action')) continue;
    const noun = nounBeside(draft, slot, span);
    // "min 3" and "at least 3" are exact where the least is what is asked for.
    const bound = draft.words[at - 1] ?? '';
    const isOwnBound =
      isBound(bound) && (slot.nouns.includes(bound) || (slot.after ?? []).some((phrase) => phrase.split(' ').at(-1) === bound));
    // "one version back" counts, "version 1" names.
    const isSteps = noun > at && /^(?:revisions?|versions?|releases?|steps?|generations?)$/.test(draft.words[noun] ?? '');
    const isGoal = phraseBefore(draft, at, slot.after ?? []) >= 0;
    const isWord = token?.kind === 'word' && slot.words?.[token.word] !== undefined;
    // "critical incidents": in a read the word alone is enough.
    if (isWord && noun < 0 && !isGoal && !/\d/.test(token.word) && !draft.compiled.isRead) continue;
    const isPlainOne = draft.words[at] === 'one' && noun < 0 && !isGoal;
    if (isPlainOne || (span.vague && Number.isNaN(span.value) && noun < 0 && !isGoal)) continue;
    const isUnit =
      slot.nouns.includes('percent') &&
      ((draft.words[at] ?? '').endsWith('%') || /^(?:%|percent)$/.test(draft.words[at + span.length] ?? ''));
    found.push({
      ...span,
      vague: span.vague && !(isOwnBound && !Number.isNaN(span.value)),
      relative: (span.relative && !isUnit) || isSteps,
      marked: noun >= 0 || isGoal || isWord,
      noun,
      isSteps,
    });
    at += span.length - 1;
  }
  return found;
}

/** `high`, `p1`: a word of the slot that stands for a number. */
function wordAt(draft: Draft, { words }: CountSlot, at: number): NumberSpan | undefined {
  const token = draft.tokens[at];
  const value = token?.kind === 'word' ? words?.[token.word] : undefined;
  return value === undefined ? undefined : { at, length: 1, value, vague: false, relative: false };
}

/** "5 replicas", "50 log lines", "revision 3", "replicas to 3", "replicas: 3". */
function nounBeside(draft: Draft, slot: Pick<CountSlot, 'nouns'>, { at, length }: NumberSpan): number {
  for (const gap of [0, 1]) {
    const index = at + length + gap;
    const between = draft.words[at + length];
    if (gap === 1 && (/^(?:and|or|to|,|->|→)$/.test(between ?? '') || numberAt(draft.tokens, at + length) !== undefined)) break;
    if (anyPhraseAt(draft, index, slot.nouns) > 0) return index;
  }
  for (let index = at - 1; index >= Math.max(0, at - 4); index -= 1) {
    if (anyPhraseAt(draft, index, slot.nouns) > 0) return index;
    const isObject = (draft.owners[index] ?? '').startsWith('input:') || /^[A-Z]+-?\d+$/.test(draft.tokens[index]?.text ?? '');
    if (!isObject && !/^(?:to|is|are|of|=|:|number|no|at|the|by|least|most|as|port)$/.test(draft.words[index] ?? '')) break;
  }
  return -1;
}
