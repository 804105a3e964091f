/** Masked words to a sparse vector: words, pairs of words, the first word, and pieces of words, all hashed. */
import { GENERAL } from '../words.ts';

/** Hash space; a power of two. */
export const BUCKETS = 1 << 16;

export interface Vector {
  /** Ascending, each once. */
  buckets: Int32Array;
  /** Of length 1 together. */
  values: Float32Array;
}

/** A longer text says no more about what is wanted. */
const MOST_WORDS = 60;
const GENERAL_WEIGHT = 0.25;
const PAIR_WEIGHT = 0.7;
const FIRST_WEIGHT = 0.6;
const PIECES_WEIGHT = 0.8;

export function vectorOf(masked: readonly string[]): Vector {
  const words = masked.slice(0, MOST_WORDS);
  const found = new Map<number, number>();
  const add = (text: string, weight: number) => {
    const bucket = hash(text);
    found.set(bucket, (found.get(bucket) ?? 0) + weight);
  };
  const content = words.filter((word) => !GENERAL.has(word));
  for (const word of words) add(`w ${word}`, GENERAL.has(word) ? GENERAL_WEIGHT : 1);
  for (const [at, word] of content.entries()) add(`p ${content[at - 1] ?? '^'} ${word}`, PAIR_WEIGHT);
  if (content[0] !== undefined) add(`f ${content[0]}`, FIRST_WEIGHT);
  for (const word of content) {
    const pieces = piecesOf(word);
    for (const piece of pieces) add(`c ${piece}`, PIECES_WEIGHT / Math.sqrt(pieces.length));
  }
  return normalised(found);
}

/** Three and four letters in a row, so that "restarting" is near "restart" and a slip is near the word. */
function piecesOf(word: string): string[] {
  if (word.startsWith('<') || word.length < 4) return [];
  const padded = `_${word}_`;
  const pieces: string[] = [];
  for (const length of [3, 4]) for (let at = 0; at + length <= padded.length; at += 1) pieces.push(padded.slice(at, at + length));
  return pieces;
}

function normalised(found: ReadonlyMap<number, number>): Vector {
  const buckets = Int32Array.from(found.keys()).toSorted();
  const values = new Float32Array(buckets.length);
  let squares = 0;
  for (const value of found.values()) squares += value * value;
  const length = Math.sqrt(squares) || 1;
  for (const [at, bucket] of buckets.entries()) values[at] = (found.get(bucket) ?? 0) / length;
  return { buckets, values };
}

/** FNV-1a, 32 bits, folded into the hash space. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return ((value >>> 16) ^ value) & (BUCKETS - 1);
}
