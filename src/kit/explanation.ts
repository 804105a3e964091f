/** How a sentence was read, as `POST /v1/explain` tells it. */
import type { JsonObject, Json } from './action.ts';
import type { Question, Refusal } from './api.ts';

/** `explained` decides nothing (a noun, or a word that only goes on from before); `general` carries no content. */
export type WordRole = 'action' | 'input' | 'explained' | 'general' | 'unexplained';

/** How a sentence is read, and why not otherwise. */
export interface Explanation {
  schemaVersion: 1;
  sentence: string;
  status: 'plan' | 'clarify' | 'refuse' | 'undo';
  words: { text: string; start: number; end: number; role: WordRole; action: string | null; input: string | null; value: Json }[];
  steps: { id: string; action: string; input: JsonObject; score: number | null }[];
  /** What an earlier request gave. */
  carried: { step: string; input: string; value: Json }[];
  questions: Question[];
  /** Guards whose words occur; only those that stop the sentence matter for it. */
  guards: { code: string; text: string; stops: boolean }[];
  /** A correction is one more reading of a word: the word as written stays. */
  spelling: { written: string; read: string }[];
  /** Readings that lost, best first, at most three for a clause. */
  others: { clause: string; action: string; score: number; unexplained: string[]; missing: string[]; why: string }[];
  refusal: Refusal | null;
  /** Of a refusal: what comes nearest, with a sentence that is understood. */
  nearest: { action: string; example: string }[];
  notes: string[];
}
