/** "the past fifteen minutes", `30m`, "half an hour" to ISO 8601 durations. */
import { numberAt } from './numbers.ts';
import type { Token } from './tokens.ts';

interface DurationSpan {
  at: number;
  length: number;
  /** Such as PT30M. */
  value: string;
}

type Unit = 'S' | 'M' | 'H' | 'D' | 'W' | 'month';

const UNITS: Record<string, Unit> = {
  s: 'S',
  sec: 'S',
  secs: 'S',
  second: 'S',
  seconds: 'S',
  m: 'M',
  min: 'M',
  mins: 'M',
  minute: 'M',
  minutes: 'M',
  h: 'H',
  hr: 'H',
  hrs: 'H',
  hour: 'H',
  hours: 'H',
  d: 'D',
  day: 'D',
  days: 'D',
  w: 'W',
  wk: 'W',
  wks: 'W',
  week: 'W',
  weeks: 'W',
  month: 'month',
  months: 'month',
};
const LEADS = new Set(['last', 'past', 'previous', 'recent', 'these', 'this']);

export const DURATION_WORDS: readonly string[] = [
  ...Object.keys(UNITS).filter((word) => word.length > 3),
  'last',
  'past',
  'half',
  'quarter',
];

export function durationAt(tokens: readonly Token[], at: number): DurationSpan | undefined {
  const word = (offset: number) => tokens[at + offset]?.word ?? '';
  if (tokens[at]?.kind === 'quoted') return undefined;
  if (word(0) === 'yesterday' || word(0) === 'today') return { at, length: 1, value: 'P1D' };
  const lead = leadLength(tokens, at);
  const amount = amountAt(tokens, at + lead);
  if (amount !== undefined) {
    const isAgo = word(lead + amount.length) === 'ago';
    return { at, length: lead + amount.length + (isAgo ? 1 : 0), value: amount.value };
  }
  const unit = lead > 0 ? UNITS[word(lead)] : undefined;
  return unit === undefined || word(lead).length < 3 ? undefined : { at, length: lead + 1, value: iso(1, unit) };
}

/** "the last", "past", "the": what may stand before an amount. */
function leadLength(tokens: readonly Token[], at: number): number {
  const first = tokens[at]?.word ?? '';
  const second = tokens[at + 1]?.word ?? '';
  if (first === 'the' && LEADS.has(second)) return 2;
  return LEADS.has(first) ? 1 : 0;
}

function amountAt(tokens: readonly Token[], at: number): { length: number; value: string } | undefined {
  const word = (offset: number) => tokens[at + offset]?.word ?? '';
  const short = shortForm(word(0));
  if (short !== undefined && tokens[at]?.kind === 'word') return { length: 1, value: short };
  if (word(0) === 'half') {
    const gap = word(1) === 'a' || word(1) === 'an' ? 2 : 1;
    const unit = UNITS[word(gap)];
    if (unit !== undefined) return { length: gap + 1, value: iso(0.5, unit) };
  }
  if (word(0) === 'quarter' && word(1) === 'of' && word(2) === 'an' && word(3) === 'hour') return { length: 4, value: 'PT15M' };
  if ((word(0) === 'a' || word(0) === 'an') && UNITS[word(1)] !== undefined && word(1).length > 2) {
    const isMore = word(2) === 'and' && word(3) === 'a' && word(4) === 'half';
    return { length: isMore ? 5 : 2, value: iso(isMore ? 1.5 : 1, UNITS[word(1)] ?? 'H') };
  }
  if (word(0) === 'couple' || (word(0) === 'a' && word(1) === 'couple')) {
    const gap = (word(0) === 'a' ? 2 : 1) + (word(word(0) === 'a' ? 2 : 1) === 'of' ? 1 : 0);
    const unit = UNITS[word(gap)];
    return unit === undefined ? undefined : { length: gap + 1, value: iso(2, unit) };
  }
  const number = numberAt(tokens, at);
  const unit = number === undefined || number.vague || number.value <= 0 ? undefined : UNITS[word(number.length)];
  return unit === undefined || number === undefined ? undefined : { length: number.length + 1, value: iso(number.value, unit) };
}

/** `30m`, `1h30m`, `1.5h`, `PT1H`, `30mins`. */
function shortForm(word: string): string | undefined {
  if (/^p(?!$)(?:\d+d)?(?:t(?!$)(?:\d+h)?(?:\d+m)?(?:\d+s)?)?$/.test(word)) return word.toUpperCase();
  const composed = /^(\d+)h(\d+)m?(?:in)?$/.exec(word);
  if (composed !== null) return `PT${composed[1]}H${composed[2]}M`;
  const single = /^(\d+(?:\.\d+)?)-?([a-z]+)$/.exec(word);
  const unit = single === null ? undefined : UNITS[single[2] ?? ''];
  return unit === undefined || single === null ? undefined : iso(Number(single[1]), unit);
}

function iso(amount: number, unit: Unit): string {
  if (unit === 'W') return `P${Math.round(amount * 7)}D`;
  if (unit === 'month') return `P${Math.round(amount * 30)}D`;
  if (unit === 'D') return Number.isInteger(amount) ? `P${amount}D` : `PT${Math.round(amount * 24)}H`;
  if (Number.isInteger(amount)) return `PT${amount}${unit}`;
  return unit === 'H' ? `PT${Math.round(amount * 60)}M` : `PT${Math.round(amount * (unit === 'M' ? 60 : 1))}S`;
}
