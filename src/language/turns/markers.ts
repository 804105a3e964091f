/** The words that go on from an earlier request, apart from what they say anew. Small tables of words; no sentences. */
import type { Token } from '../tokens.ts';
import { GENERAL, ME } from '../words.ts';

export interface Marks {
  /**
   * `again`: the same once more, perhaps elsewhere; `correct`: in place of what was said; `back`: to what it was; `other`: not the one
   * that was taken; `undo`: the last change; `amend`: only a preposition or "and" goes on.
   */
  form: 'none' | 'again' | 'correct' | 'back' | 'other' | 'undo' | 'amend';
  /** What is said anew. */
  rest: Token[];
  /** The words that only go on. */
  marks: Token[];
  /** "not cart": what is taken back. */
  replaced: Token[];
  /** No word goes on, and it only begins as if one did: "in staging". */
  isBare: boolean;
  /** "what about orders", "and in staging?": it may only be asked about. */
  asks: boolean;
}

const phrases = (text: string): readonly (readonly string[])[] =>
  text
    .split('|')
    .map((phrase) => phrase.trim().split(' '))
    .toSorted((left, right) => right.length - left.length);

const AGAIN = phrases(
  'the same thing|same thing|the same|same|do the same|do the same thing|do that|do it|do this|again|once more|once again|one more time|repeat|repeat that|repeat it|retry|try again|try that again|likewise|ditto|as before|the same as before|same as before',
);
const ABOUT = phrases('what about|how about|and what about|and how about|what of');
const CORRECT = phrases(
  'no|nope|sorry|oops|whoops|wait|no wait|i mean|i meant|i did mean|i said|rather|actually|correction|make that|my mistake|my bad|wrong one',
);
const OTHER = phrases('the other one|the other|other one|the other of them|the other of the two');
const BACK = phrases(
  'back to what it was|back to how it was|back to before|back to the old value|back to normal|back down|back up|back again|back|to what it was|to how it was|as it was|as it was before|to what it was before|like it was|like before',
);
const UNDO = phrases('undo|revert|reverse|take back|roll back|rollback|take');
const UNDONE = phrases(
  'that|this|it|that one|that again|the last one|the last change|the last step|the last thing|last change|my last change|the change|that change|what you did|what you just did|what i did|what i just did|what we did|what we just did|that back|this back|it all|all of that|the last request',
);
const TAIL = phrases('too|as well|also|again|instead|please|then|once more|one more time');
const LEAD = phrases('and|now|then|also|so|ok|okay|but|well|hmm|oh|ah|yes|and now|and then');
const PREPOSITION = /^(?:in|on|at|to|for|from|with|of|into)$/;

export function readMarks(tokens: readonly Token[], polite: ReadonlySet<Token>): Marks {
  const said = tokens.filter((token) => !polite.has(token));
  const end = said.findLastIndex((token) => token.kind !== 'punct') + 1;
  let rest = said.slice(0, end);
  const marks: Token[] = said.slice(end);
  // "can you undo that?" asks for it; "and in staging?" may only ask.
  const isQuestion = marks.some((token) => token.word === '?') && polite.size === 0;
  const took = (from: number, length: number): void => {
    marks.push(...rest.slice(from, from + length));
    rest = [...rest.slice(0, from), ...rest.slice(from + length)];
  };
  const takeLead = (list: readonly (readonly string[])[]): boolean => {
    const length = lengthAt(rest, 0, list);
    if (length > 0) took(0, length);
    return length > 0;
  };
  const found: Pick<Marks, 'form' | 'asks' | 'replaced'> = { form: 'none', asks: isQuestion, replaced: [] };
  if (isUndo(rest)) return { form: 'undo', rest: [], marks: [...tokens], replaced: [], asks: isQuestion, isBare: false };
  let isLed = false;
  for (;;) {
    if (rest[0]?.kind === 'punct' && marks.length > 0) took(0, 1);
    else if (takeLead(CORRECT)) found.form = 'correct';
    else if (takeLead(OTHER)) found.form = 'other';
    else if (takeLead(ABOUT)) {
      found.asks = true;
      if (found.form === 'none') found.form = 'again';
    } else if (takeLead(AGAIN)) {
      if (found.form === 'none') found.form = 'again';
    } else if (takeLead(LEAD)) isLed = true;
    else break;
  }
  const replaced = takeReplaced(rest);
  if (replaced !== undefined) return { ...found, ...replaced, form: 'correct', isBare: false, marks: [...marks, ...replaced.marks] };
  const tail = tailLength(rest);
  if (tail > 0 && tail < rest.length) {
    isLed ||= /^(?:too|well|also|instead)$/.test(rest.at(-1)?.word ?? '');
    took(rest.length - tail, tail);
  }
  // "give it back to me" and "take me back" are about people.
  const back = rest.some((token) => ME.has(token.word)) ? -1 : rest.findIndex((_, at) => lengthAt(rest, at, BACK) > 0);
  if (back >= 0) {
    took(back, lengthAt(rest, back, BACK));
    found.form = 'back';
  }
  const isBare = found.form === 'none' && !isLed;
  if (found.form === 'none' && (isLed || PREPOSITION.test(rest[0]?.word ?? ''))) found.form = 'amend';
  return { ...found, rest, marks, isBare };
}

/** "not cart, search", "not 3 but 5", "search, not cart", "search instead of cart". */
function takeReplaced(rest: readonly Token[]): Pick<Marks, 'rest' | 'marks' | 'replaced'> | undefined {
  const parts = (from: number, at: number, to: number) => ({ replaced: rest.slice(from, at), rest: rest.slice(to) });
  if (rest[0]?.word === 'not') {
    const at = rest.findIndex((token, index) => index > 1 && (token.kind === 'punct' || token.word === 'but'));
    const to = at + 1 + (at > 0 && rest[at + 1]?.word === 'but' ? 1 : 0);
    if (at < 2 || to >= rest.length) return undefined;
    return { ...parts(1, at, to), marks: rest.slice(0, to) };
  }
  const not = rest.findIndex((token, at) => at > 0 && (token.word === 'not' || (token.word === 'instead' && rest[at + 1]?.word === 'of')));
  if (not < 1) return undefined;
  const start = not + (rest[not]?.word === 'not' ? 1 : 2);
  const end = rest[not - 1]?.kind === 'punct' ? not - 1 : not;
  if (start >= rest.length || end < 1 || (rest[not]?.word === 'not' && end === not)) return undefined;
  return { replaced: rest.slice(start), rest: rest.slice(0, end), marks: rest.slice(end) };
}

/** A verb that takes back, and nothing else that could be its object. */
function isUndo(tokens: readonly Token[]): boolean {
  const said = tokens.filter((token, at) => token.kind !== 'punct' && (at > 0 || !/^(?:now|and|then|ok|okay|so)$/.test(token.word)));
  const length = lengthAt(said, 0, UNDO);
  if (length === 0) return false;
  const object = lengthAt(said, length, UNDONE);
  const isTaking = said[0]?.word === 'take' && length === 1;
  if (isTaking) return said[object + length - 1]?.word === 'back' && object + length === said.length;
  return length + object === said.length && (object > 0 || /^(?:undo|revert)$/.test(said[0]?.word ?? '')) && !isRollout(said);
}

/** "undo that and restart cart": an undo is worked out from a run, so that it is no step beside others. */
export function holdsUndo(tokens: readonly Token[]): boolean {
  return tokens.some(
    ({ word, kind }, at) => kind === 'word' && /^(?:undo|revert|reverse)$/.test(word) && lengthAt(tokens, at + 1, UNDONE) > 0,
  );
}

/** "roll it back" and "roll back" are also what is done to a rollout, so that only "that" and the like point at the change. */
function isRollout(said: readonly Token[]): boolean {
  return (said[0]?.word ?? '').startsWith('roll') && said.at(-1)?.word === 'it';
}

export function lengthAt(tokens: readonly Token[], at: number, list: readonly (readonly string[])[]): number {
  return (
    list.find((phrase) => phrase.every((word, offset) => tokens[at + offset]?.word === word && tokens[at + offset]?.kind !== 'quoted'))
      ?.length ?? 0
  );
}

function tailLength(tokens: readonly Token[]): number {
  for (const phrase of TAIL) if (lengthAt(tokens, tokens.length - phrase.length, TAIL) === phrase.length) return phrase.length;
  return 0;
}

/** Whether anything but articles and marks is said. */
export function hasContent(tokens: readonly Token[]): boolean {
  return tokens.some((token) => token.kind === 'quoted' || (token.kind !== 'punct' && !GENERAL.has(token.word)));
}

export function textOf(tokens: readonly Token[]): string {
  return tokens.map((token) => token.text).join(' ');
}
