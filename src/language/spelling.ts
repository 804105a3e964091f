/** Slips of the keyboard. A correction is one more reading of a word, never a replacement: the word as written stays. */
import { DESTRUCTIVE_VERBS, SPELLING_STOP } from './words.ts';
import type { Token } from './tokens.ts';

export interface Speller {
  /** What the token was probably meant to be; undefined where it is known or nothing is near. */
  correct: (token: Token) => string | undefined;
  /** A destructive verb that was probably meant: to offer, never to act on. */
  offer: (token: Token) => string | undefined;
}

/** `usual` are the short general words that are corrected from three letters on. */
export function createSpeller(known: ReadonlySet<string>, usual: ReadonlySet<string>): Speller {
  const byFirst = Map.groupBy(
    [...known].filter((word) => word.length >= 4 && /^[a-z-]+$/.test(word)),
    (word) => word[0] ?? '',
  );
  const short = [...usual].filter((word) => word.length === 3);

  function nearest(token: Token): string | undefined {
    const { word } = token;
    if (token.kind !== 'word' || known.has(word) || !/^[a-z]+$/.test(word) || word.length > 20) return undefined;
    if (word.length === 3) return short.find((candidate) => isSwap(word, candidate));
    if (word.length < 4 || SPELLING_STOP.has(word)) return undefined;
    let best: string | undefined;
    // Two slips only in long words: `checkout` is no `checkup`.
    let bestDistance = word.length >= 8 ? 3 : 2;
    for (const candidate of byFirst.get(word[0] ?? '') ?? []) {
      // Four letters are too few for more than a swap: `cart` is no slip of `card`.
      if (word.length === 4 && !isSwap(word, candidate)) continue;
      if (Math.abs(candidate.length - word.length) > 2 || isInflection(word, candidate)) continue;
      const distance = editDistance(word, candidate, bestDistance);
      if (distance > 1 && candidate.length < 8) continue;
      const isFirstOfEquals = distance === bestDistance && best !== undefined && candidate < best;
      if (distance < bestDistance || isFirstOfEquals) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  return {
    offer(token) {
      const word = nearest(token);
      return word !== undefined && DESTRUCTIVE_VERBS.has(word) ? word : undefined;
    },
    correct(token) {
      const word = nearest(token);
      return word === undefined || DESTRUCTIVE_VERBS.has(word) ? undefined : word;
    },
  };
}

/** "restarted" and "scaling" are other words, not slips of "restart" and "scale". */
function isInflection(word: string, known: string): boolean {
  const stem = known.replace(/e$/, '');
  if (word.startsWith(stem) && /^(?:e?s|e?d|ing|ers?|er|able|ings|ly|ment|e)$/.test(word.slice(stem.length))) return true;
  const wordStem = word.replace(/e$/, '');
  return known.startsWith(wordStem) && /^(?:e?s|e?d|ing|ers?|er|able|ly|ment|e|n|en|t)$/.test(known.slice(wordStem.length));
}

function isSwap(left: string, right: string): boolean {
  if (left.length !== right.length || left === right) return false;
  return [...left].toSorted().join('') === [...right].toSorted().join('') && (left[0] === right[0] || left.at(-1) === right.at(-1));
}

/** Optimal string alignment: added, left out, changed, or two neighbours swapped. Stops counting at `limit`. */
export function editDistance(left: string, right: string, limit: number): number {
  let before: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= right.length; column += 1) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1;
      let distance = Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + cost);
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1])
        distance = Math.min(distance, (before[column - 2] ?? 0) + 1);
      current.push(distance);
      least = Math.min(least, distance);
    }
    if (least > limit) return limit + 1;
    before = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}
