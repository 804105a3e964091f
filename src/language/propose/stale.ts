/** Whether the weights were trained on the vocabulary that the declarations have now. */
import { createHash } from 'node:crypto';
import type { LanguageAction } from '../types.ts';
import { decodeWeights } from './weights.ts';

/** Counts up when training or features change, so that weights of before are stale. */
const REVISION = 1;

/** sha-256 of everything in the declarations that training reads. */
export function vocabularyHash(actions: readonly LanguageAction[]): Uint8Array {
  const vocabulary = actions
    .map(({ id, language, inputs, destructive }) => ({ id, language, inputs, destructive: destructive === true }))
    .toSorted((left, right) => (left.id < right.id ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify({ revision: REVISION, vocabulary }))
    .digest();
}

/** A note for people; undefined where the weights are fresh. Stale weights still propose the actions that they know. */
export function staleNote(bytes: Uint8Array | undefined, actions: readonly LanguageAction[]): string | undefined {
  const decoded = bytes === undefined ? undefined : decodeWeights(bytes);
  if (decoded === undefined) return 'the proposer has no weights; run: npm run language:train';
  if (Buffer.from(vocabularyHash(actions)).equals(decoded.vocabulary)) return undefined;
  const known = new Set(decoded.weights.classes.map(({ id }) => id));
  const missing = actions.filter(({ id }) => !known.has(id)).length;
  return `the weights of the proposer are older than the declarations (${missing} actions unknown to it); run: npm run language:train`;
}
