/** Names as the API server and its controllers make them up. */
import { randomBytes } from 'node:crypto';
import type { JsonObject } from './json.ts';

/** No vowels, nothing that looks like something else. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Five letters as generated names have. */
export function randomSuffix(length = 5): string {
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

/** Of a template: the same for the same text, up to ten letters. */
export function hashOf(template: JsonObject): string {
  let hash = 0x811c9dc5; // FNV-1a, 32 bits
  for (const byte of Buffer.from(JSON.stringify(template))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return [...String(hash)].map((digit) => alphabet[(digit.codePointAt(0) ?? 0) % alphabet.length]).join('');
}
