/** A text that a simple regular expression matches, for training: literals, classes, groups, alternatives, repetition. */
import type { Random } from './random.ts';

const DIGITS = '0123456789';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const MOST_REPEATS = 4;

/** Undefined where the expression uses more than this understands. */
export function samplePattern(source: string, random: Random): string | undefined {
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const { text } = alternatives(source, 0, random);
    try {
      if (text !== '' && new RegExp(`^(?:${source})$`, 'i').test(text)) return text;
    } catch {
      return undefined; // Not an expression of this engine: the declaration's own tests say so.
    }
  }
  return undefined;
}

interface Part {
  text: string;
  next: number;
}

function alternatives(source: string, from: number, random: Random): Part {
  const options: string[] = [];
  let at = from;
  let current = '';
  while (at < source.length && source[at] !== ')') {
    if (source[at] === '|') {
      options.push(current);
      current = '';
      at += 1;
      continue;
    }
    const part = repeated(source, at, random);
    current += part.text;
    at = Math.max(part.next, at + 1);
  }
  options.push(current);
  return { text: random.word(options), next: at + 1 };
}

function repeated(source: string, from: number, random: Random): Part {
  const first = atom(source, from, random);
  const found = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(source.slice(first.next, first.next + 12));
  if (found === null) return first;
  const [whole, mark, low, comma, high] = found;
  const least = mark === undefined ? Number(low) : Number(mark === '+');
  const usual = mark === '?' ? 1 : least + MOST_REPEATS;
  const most = mark === undefined ? highest(least, comma, high) : usual;
  const times = least + random.below(Math.min(most, least + MOST_REPEATS) - least + 1);
  let text = '';
  for (let time = 0; time < times; time += 1) text += atom(source, from, random).text;
  return { text, next: first.next + whole.length };
}

function highest(least: number, comma: string | undefined, high: string | undefined): number {
  if (comma === '') return least;
  return high === undefined || high === '' ? least + MOST_REPEATS : Number(high);
}

function atom(source: string, from: number, random: Random): Part {
  const char = source[from] ?? '';
  if (char === '(') {
    const mark = /^\(\?(?::|<\w+>)/.exec(source.slice(from))?.[0];
    const isLook = /^\(\?<?[=!]/.test(source.slice(from));
    const group = alternatives(source, from + (mark?.length ?? (isLook ? 3 : 1)), random);
    return isLook ? { text: '', next: group.next } : group;
  }
  if (char === '[') return charClass(source, from, random);
  if (char === '\\') return { text: escaped(source[from + 1] ?? '', random), next: from + 2 };
  if (char === '.') return { text: random.word([...LETTERS]), next: from + 1 };
  return { text: char === '^' || char === '$' ? '' : char, next: from + 1 };
}

function escaped(char: string, random: Random): string {
  if (char === 'd') return random.word([...DIGITS]);
  if (char === 'w') return random.word([...LETTERS]);
  if (char === 's') return ' ';
  return /[bBAzZ]/.test(char) ? '' : char;
}

function charClass(source: string, from: number, random: Random): Part {
  const end = source.indexOf(']', from + 2);
  const inside = source.slice(from + 1, end < 0 ? source.length : end);
  const next = end < 0 ? source.length : end + 1;
  if (inside.startsWith('^')) return { text: random.word([...LETTERS]), next };
  const ranges = [...inside.matchAll(/(\\.|[^\\])-([^\\\]])|\\(.)|(.)/g)];
  const [, low, high, escape, single] = random.pick(ranges) ?? [];
  if (low !== undefined && high !== undefined) {
    const first = low.charCodeAt(low.length - 1);
    return { text: String.fromCharCode(first + random.below(high.charCodeAt(0) - first + 1)), next };
  }
  return { text: escape === undefined ? (single ?? '') : escaped(escape, random), next };
}
