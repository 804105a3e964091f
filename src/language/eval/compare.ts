/** Whether an input is what a label asks for: forgiving in how it is written, strict in what it says. */
import type { Json } from '#kit';

/** An expected `null` asks for an input that is not given. */
export function isSameInput(expected: Json, got: Json | undefined): boolean {
  if (expected === null || got === undefined || got === null) return expected === null && (got === undefined || got === null);
  if (typeof expected === 'number' || typeof got === 'number') return numberOf(expected) === numberOf(got);
  const [left, right] = [structureOf(expected), structureOf(got)];
  if (left !== undefined && right !== undefined) return canonicalText(left) === canonicalText(right);
  if (left !== undefined || right !== undefined) return flatText(left ?? expected) === flatText(right ?? got);
  return plainText(String(expected)) === plainText(String(got));
}

/** NaN, which equals nothing, where it is no number. */
function numberOf(value: Json): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*[-+]?\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : Number.NaN;
}

type Structure = Json[] | { [key: string]: Json };

/** A list or object, also where it is written as JSON in a string, as a merge patch may be. */
function structureOf(value: Json): Structure | undefined {
  if (typeof value === 'object') return value ?? undefined;
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return undefined;
  try {
    const parsed: Json = JSON.parse(value);
    return typeof parsed === 'object' ? (parsed ?? undefined) : undefined;
  } catch {
    return undefined; // A text that happens to begin with a bracket.
  }
}

/** The same for the same content: keys in order, leaves as `isSameInput` reads them. */
function canonicalText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalText(item)}`).join(',')}}`;
  }
  const text = typeof value === 'string' ? plainText(value) : String(value);
  return JSON.stringify(text);
}

/** `app=web,tier=front` for an object and `a,b` for a list, in a fixed order: how people write them in one text. */
function flatText(value: Json): string {
  const parts = typeof value === 'string' ? value.split(',') : flatParts(value);
  return parts
    .map((part) => plainText(part))
    .toSorted()
    .join(',');
}

function flatParts(value: Json): string[] {
  if (Array.isArray(value)) return value.map((item) => leafText(item));
  if (typeof value === 'object' && value !== null) return Object.entries(value).map(([key, item]) => `${key}=${leafText(item)}`);
  return [String(value)];
}

const leafText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Without case, surrounding quotes, a leading article, `#` or `@`. */
function plainText(text: string): string {
  return text
    .trim()
    .replace(/^(["'`“‘«])(.*)["'`”’»]$/s, '$2')
    .trim()
    .replace(/^(?:the|a|an) /i, '')
    .replace(/^[#@]/, '')
    .trim()
    .toLowerCase();
}
