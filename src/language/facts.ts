/** What a sentence says, whatever was understood of it: what a proposal that somebody else made of it is judged by. */
import { readings } from './clauses.ts';
import { durationAt } from './durations.ts';
import { findGuards, guardMessage } from './guards.ts';
import { kindAt } from './kinds.ts';
import { numberAt } from './numbers.ts';
import { compilePhrases, politeTokens } from './polite.ts';
import { type Token, tokenize } from './tokens.ts';
import type { RefusalCode } from './types.ts';
import { READ_VERBS } from './words.ts';

const QUESTION = /^(?:what|which|who|whose|where|when|why|how|is|are|was|were|does|do|did|has|have|any)$/;

export interface SentenceFacts {
  /** The first guard that stands in the way of a change, wherever it stands outside of quotes. */
  guard?: { code: RefusalCode; message: string };
  /** Words outside of quotes, lower case, in their order. */
  words: string[];
  /** What could be a name: the words, and quoted text without spaces. */
  nameWords: string[];
  /** Exact numbers to reach; not those of durations, and not "by 2" or "several". */
  numbers: number[];
  /** ISO 8601. */
  durations: string[];
  /** Kubernetes kinds, such as Deployment. */
  kinds: string[];
  /** It begins as a question, or with a verb such as "show". */
  asksToSee: boolean;
  /** The most clauses that it can be cut into; at least 1. */
  clauses: number;
}

/** Pure, and throws on no text. */
export function readFacts(sentence: string): SentenceFacts {
  const tokens = tokenize(sentence);
  const spoken = tokens.filter(({ kind }) => kind !== 'quoted' && kind !== 'punct');
  const words = spoken.map(({ word }) => word);
  const polite = politeTokens(compilePhrases(), tokens, ({ word }) => word);
  const [hit] = findGuards(tokens, polite);
  const first = tokens.find((token, at) => token.kind !== 'punct' && polite[at] !== true)?.word ?? '';
  return {
    ...(hit === undefined ? {} : { guard: { code: hit.code, message: guardMessage(hit) } }),
    words,
    nameWords: tokens.filter(({ kind, word }) => kind !== 'punct' && (kind !== 'quoted' || !/\s/.test(word))).map(({ word }) => word),
    ...readAmounts(tokens),
    kinds: words.flatMap((_, at) => kindAt(words, at)?.kind ?? []),
    asksToSee: READ_VERBS.has(first) || QUESTION.test(first),
    clauses: Math.max(1, readings(tokens).at(-1)?.length ?? 1),
  };
}

function readAmounts(tokens: readonly Token[]): Pick<SentenceFacts, 'numbers' | 'durations'> {
  const numbers: number[] = [];
  const durations: string[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const duration = durationAt(tokens, at);
    const number = duration === undefined ? numberAt(tokens, at) : undefined;
    if (duration !== undefined) durations.push(duration.value);
    else if (number !== undefined && !number.vague && !number.relative) numbers.push(number.value);
    at += Math.max(1, duration?.length ?? number?.length ?? 1) - 1;
  }
  return { numbers, durations };
}
