/** "5", "staging", "the second": bare words as the answer to the open question. */
import type { Question } from '#kit';
import { findGuards } from '../guards.ts';
import { numberAt } from '../numbers.ts';
import type { Token } from '../tokens.ts';
import { BLANKET, CHANGE_VERBS, GENERAL, NEVER_NAMES, READ_VERBS } from '../words.ts';

const ORDINALS: Readonly<Record<string, number>> = {
  first: 0,
  '1st': 0,
  second: 1,
  '2nd': 1,
  third: 2,
  '3rd': 2,
  fourth: 3,
  '4th': 3,
  fifth: 4,
  '5th': 4,
  sixth: 5,
  seventh: 6,
  eighth: 7,
};
const FILLER = /^(?:the|a|an|in|on|to|at|for|from|it|is|it's|use|take|make|one|option|number|please|ok|okay|yes|no|of|them)$/;
const LEAVES = /^(?:no|nope|none|neither|stop|cancel|abort|exit|quit|nothing|forget|never|nevermind|don't|not)$/;
/** More words than this are a sentence of their own. */
const MOST_WORDS = 3;

/** The answer that the words are, or undefined. `options` of a question are names from outside: they become a value, nothing reads them. */
export function bareAnswer(
  { options }: Question,
  nouns: ReadonlySet<string>,
  tokens: readonly Token[],
  sentence: string,
): string | undefined {
  const said = tokens.filter((token) => token.kind !== 'punct');
  const exact = options.find((option) => option.toLowerCase() === sentence.trim().toLowerCase());
  if (exact !== undefined) return exact;
  if (said.some((token) => token.kind !== 'quoted' && LEAVES.test(token.word)) || said.length === 0) return undefined;
  const words = said.filter((token) => token.kind === 'quoted' || !FILLER.test(token.word));
  const content = words.length > 0 ? words : said.filter((token) => token.word === 'one');
  const [only, second] = content;
  if (only === undefined) return undefined;
  const isAlone = second === undefined;
  const at = isAlone ? placeOf(only, said) : undefined;
  if (at !== undefined && options.length > 0) return options[at === -1 ? options.length - 1 : at];
  const named = options.filter((option) => content.map((token) => token.word).join('-') === option.toLowerCase());
  if (named.length === 1) return named[0];
  if (isGuarded(tokens) || content.length > MOST_WORDS) return undefined;
  if (only.kind === 'number' || (numberAt(said, 0) !== undefined && isAlone)) return numbered(options, only, content, nouns);
  if (content.some((token) => token.kind === 'word' && isSentence(token))) return undefined;
  return isAlone ? only.text : content.map((token) => token.text).join(' ');
}

/** A number picks an option, unless the options are numbers themselves. */
function numbered(options: readonly string[], only: Token, content: readonly Token[], nouns: ReadonlySet<string>): string | undefined {
  const picked = options.every((option) => !/^\d+$/.test(option)) && content.length === 1 ? options[Number(only.word) - 1] : undefined;
  if (picked !== undefined) return picked;
  const [, ...others] = content;
  // "5 replicas": the noun says what the number is for.
  return others.length <= 1 && others.every((token) => nouns.has(token.word)) ? only.text : undefined;
}

/** Place in the list of options; -1 is the last. */
function placeOf(token: Token, said: readonly Token[]): number | undefined {
  if (token.kind === 'quoted') return undefined;
  if (token.word === 'last' || token.word === 'latter') return -1;
  if (token.word === 'former') return 0;
  const isNumbered = said.some(({ word }) => /^(?:number|option)$/.test(word)) && token.kind === 'number';
  return isNumbered ? Number(token.word) - 1 : ORDINALS[token.word];
}

function isSentence({ word }: Token): boolean {
  return NEVER_NAMES.has(word) || BLANKET.has(word) || GENERAL.has(word) || CHANGE_VERBS.has(word) || READ_VERBS.has(word);
}

function isGuarded(tokens: readonly Token[]): boolean {
  return (
    findGuards(
      tokens,
      tokens.map(() => false),
    ).length > 0
  );
}
