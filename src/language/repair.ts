/** "restart cart, no, I meant web-app": what was said last of the same sort takes the place of what was said before. */
import type { Token } from './tokens.ts';
import { GENERAL } from './words.ts';

type Repair =
  | { status: 'none' }
  | { status: 'repaired'; tokens: Token[]; note: string }
  | { status: 'unclear'; text: string }
  | { status: 'takenBack'; text: string };

/** Each marker as words; a comma or dots may stand before and after it. */
const MARKERS: readonly (readonly string[])[] = [
  'no wait',
  'no , wait',
  'wait no',
  'wait , no',
  'scratch that',
  'strike that',
  'forget that',
  'i mean',
  'i meant',
  'no i mean',
  'no i meant',
  'no , i mean',
  'no , i meant',
  'actually no',
  'actually',
  'make that',
  'make it',
  'or rather',
  'oops',
  'ooops',
  'whoops',
  'sorry',
  'excuse me',
  'pardon',
  'correction',
  'rather',
  'hold on',
  'oh hold on',
  'hang on',
  'oh wait',
  'wait',
  'no',
  'nope',
  'err',
  'er',
  'never mind',
  'nevermind',
  'on second thought',
  'on second thoughts',
  'change of plan',
  'change of plans',
].map((text) => text.split(' '));
const NEGATES = /^(?:not|never|stop|leave|cancel|nothing|still|isn't|forget|nevermind|\w*n't)$/;
const NO = /^(?:no|nope|nah|never)$/;
const PREPOSITION = /^(?:in|to|for|on|from|at|by|of|into)$/;

/** The words before a marker, where there is one. */
export function beforeMarker(tokens: readonly Token[]): readonly Token[] {
  const marker = findMarker(tokens);
  return marker === undefined ? tokens : tokens.slice(0, marker.from);
}

export function findRepair(tokens: readonly Token[], isValue: (token: Token) => boolean): Repair {
  const marker = findMarker(tokens);
  // "nope, no alert needed": nothing was said yet that could be taken back.
  if (marker === undefined || tokens.slice(0, marker.from).every((token) => token.kind === 'punct' || NO.test(token.word)))
    return { status: 'none' };
  const left = tokens.slice(0, marker.from);
  const right = tokens.slice(marker.to);
  const text = tokens
    .slice(marker.from, marker.to)
    .map((token) => token.text)
    .join(' ');
  if (right.some((token) => NEGATES.test(token.word) && token.kind !== 'quoted') || right.every((token) => token.kind === 'punct'))
    return { status: 'takenBack', text: text.replace(/^[,.…\s]+/, '') };
  const start = right.findIndex((token) => !GENERAL.has(token.word) && token.kind !== 'punct');
  const value = right[start];
  if (value === undefined || start > 2) return { status: 'unclear', text };
  const preposition = right.slice(0, start).find((token) => PREPOSITION.test(token.word))?.word;
  const target = findTarget(left, value, preposition, isValue);
  if (target < 0) return { status: 'unclear', text };
  const repaired = [...left.slice(0, target), value, ...left.slice(target + 1), ...right.slice(start + 1)];
  return { status: 'repaired', tokens: repaired, note: `"${value.text}" takes the place of "${left[target]?.text ?? ''}".` };
}

function findMarker(tokens: readonly Token[]): { from: number; to: number } | undefined {
  for (let at = 1; at < tokens.length; at += 1) {
    if (tokens[at - 1]?.kind !== 'punct' && !/^(?:i|no)$/.test(tokens[at]?.word ?? '')) continue;
    const lengths = MARKERS.filter((words) =>
      words.every((word, offset) => tokens[at + offset]?.word === word && tokens[at + offset]?.kind !== 'quoted'),
    ).map((words) => words.length);
    const length = Math.max(0, ...lengths);
    if (length === 0) continue;
    const isParted = tokens[at - 1]?.kind === 'punct' && !/^(?:'s|:)$/.test(tokens[at - 1]?.word ?? '');
    const word = tokens[at]?.word ?? '';
    // "no" alone has to stand between commas: "with no downtime" takes nothing back.
    if (/^(?:no|sorry|actually|rather|wait|i)$/.test(word) && length === 1 && !isParted) continue;
    if (!isParted && length === 1) continue;
    let from = at;
    let to = at + length;
    while (from > 0 && tokens[from - 1]?.kind === 'punct') from -= 1;
    while (tokens[to]?.kind === 'punct') to += 1;
    return { from, to };
  }
  return undefined;
}

/** The last word of the same sort: a number for a number, else what stands after the same preposition, else the last value. */
function findTarget(left: readonly Token[], value: Token, preposition: string | undefined, isValue: (token: Token) => boolean): number {
  const isNumber = value.kind === 'number';
  const sameSort = (token: Token, at: number): boolean => {
    if (isNumber) return token.kind === 'number';
    if (token.kind === 'number' || token.kind === 'punct' || GENERAL.has(token.word)) return false;
    return preposition === undefined ? isValue(token) : left[at - 1]?.word === preposition;
  };
  return left.findLastIndex((token, at) => sameSort(token, at));
}
