/** Numbers in figures and words. */
import { numberOf, type Token } from './tokens.ts';

export interface NumberSpan {
  at: number;
  length: number;
  value: number;
  /** Said vaguely or as a bound ("several", "at least 3"): a person has to say which number. */
  vague: boolean;
  /** "by 2", "50 %": a change of what is there, not a number to reach. */
  relative: boolean;
}

const UNITS: Record<string, number> = {
  zero: 0,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
};
const TENS: Record<string, number> = {
  twenty: 20,
  thirty: 30,
  forty: 40,
  fourty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};
const VAGUE = new Set([
  'several',
  'few',
  'handful',
  'some',
  'many',
  'multiple',
  'couple',
  'bunch',
  'lots',
  'plenty',
  'dozens',
  'hundreds',
  'tons',
  'loads',
  'enough',
]);
const BOUNDS = new Set([
  'least',
  'most',
  'about',
  'around',
  'roughly',
  'approximately',
  'approx',
  'maybe',
  'perhaps',
  'minimum',
  'maximum',
  'min',
  'max',
  'almost',
  'nearly',
  'circa',
]);

export const NUMBER_WORDS: readonly string[] = [
  ...Object.keys(UNITS),
  ...Object.keys(TENS),
  'dozen',
  'hundred',
  'thousand',
  'half',
  'minus',
  'several',
  'couple',
];

/** The number that begins at this token, if one does. */
export function numberAt(tokens: readonly Token[], at: number): NumberSpan | undefined {
  const word = (offset: number) => tokens[at + offset]?.word ?? '';
  const span = (length: number, value: number, vague = false): NumberSpan => ({
    at,
    length,
    value,
    vague: vague || isBounded(tokens, at),
    relative: isRelative(tokens, at, length),
  });
  const first = tokens[at];
  if (first === undefined || first.kind === 'quoted') return undefined;
  // `1.000` is one or a thousand, `4²` and full-width digits are not what they look like: a person has to say.
  if (first.kind === 'number') return span(1, numberOf(first), first.altered || /\.0+$/.test(first.word));
  if (/^\d+(?:\.\d+)?%$/.test(word(0)) || /^\d+x$/.test(word(0)))
    return { at, length: 1, value: Number.parseFloat(word(0)), vague: false, relative: true };
  if (word(0) === 'minus' || word(0) === 'negative') {
    const rest = numberAt(tokens, at + 1);
    return rest === undefined ? undefined : { ...rest, at, length: rest.length + 1, value: -rest.value };
  }
  if (word(0) === 'half' && word(1) === 'a' && word(2) === 'dozen') return span(3, 6);
  if (word(0) === 'a' && word(1) === 'dozen') return span(2, 12);
  if (word(0) === 'dozen') return span(1, 12);
  if (word(0) === 'hundred' || word(0) === 'thousand') return span(1, word(0) === 'hundred' ? 100 : 1000);
  if (word(0) === 'single' && /^(?:replica|instance|pod|copy|worker)$/.test(word(1))) return span(1, 1);
  if (word(0) === 'a' && (word(1) === 'handful' || word(1) === 'couple' || word(1) === 'few' || word(1) === 'bunch'))
    return span(word(2) === 'of' ? 3 : 2, Number.NaN, true);
  if (word(0) === 'a' && (word(1) === 'hundred' || word(1) === 'thousand')) return span(2, word(1) === 'hundred' ? 100 : 1000);
  if (VAGUE.has(word(0))) return span(1, Number.NaN, true);
  const words = wordNumber(tokens, at);
  return words === undefined ? undefined : span(words.length, words.value);
}

/** "twenty five", "one hundred and ten", "two dozen". */
function wordNumber(tokens: readonly Token[], at: number): { length: number; value: number } | undefined {
  let total = 0;
  let current: number | undefined;
  let length = 0;
  for (let index = at; index < tokens.length; index += 1) {
    const parts = (tokens[index]?.word ?? '').split('-');
    const next = parts.reduce<number | undefined>((sum, part) => addWord(sum, part), current);
    if (next === undefined || Number.isNaN(next)) {
      const isLink =
        tokens[index]?.word === 'and' && current !== undefined && current % 100 === 0 && isNumberWord(tokens[index + 1]?.word ?? '');
      if (!isLink) break;
      continue;
    }
    if (tokens[index]?.word === 'thousand') {
      total += next;
      current = 0;
    } else current = next;
    length = index - at + 1;
  }
  return current === undefined ? undefined : { length, value: total + current };
}

/** NaN where the word does not continue the number. */
function addWord(sum: number | undefined, word: string): number | undefined {
  const unit = UNITS[word];
  const ten = TENS[word];
  if (sum === undefined) return unit ?? ten;
  if (Number.isNaN(sum)) return sum;
  if (unit !== undefined) return (sum % 10 === 0 && sum % 100 >= 20 && unit < 10) || (sum > 0 && sum % 100 === 0) ? sum + unit : Number.NaN;
  if (ten !== undefined) return sum > 0 && sum % 100 === 0 ? sum + ten : Number.NaN;
  if (word === 'hundred') return sum * 100;
  if (word === 'thousand') return sum * 1000;
  return word === 'dozen' ? sum * 12 : Number.NaN;
}

function isNumberWord(word: string): boolean {
  return word in UNITS || word in TENS;
}

/** "at least", "min": a word that makes a number behind it a limit. */
export function isBound(word: string): boolean {
  return BOUNDS.has(word);
}

function isBounded(tokens: readonly Token[], at: number): boolean {
  return BOUNDS.has(tokens[at - 1]?.word ?? '') || /^(?:more|less|fewer|greater)$/.test(tokens[at - 2]?.word ?? '');
}

function isRelative(tokens: readonly Token[], at: number, length: number): boolean {
  const after = tokens[at + length]?.word ?? '';
  return (
    tokens[at - 1]?.word === 'by' || after === '%' || after === 'percent' || /^(?:more|fewer|less|additional|extra|times)$/.test(after)
  );
}
