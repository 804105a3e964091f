/** One attempt to read a clause as one action: who owns which word, and which inputs are filled. */
import type { Json, Question } from '#kit';
import type { Names } from '#inventory';
import type { Proposer } from './propose/proposer.ts';
import type { Token } from './tokens.ts';
import { phraseAt, type CompiledAction, type Phrase } from './vocabulary.ts';
import { GENERAL, GENERAL_IN_READS } from './words.ts';

/** What stays the same over all clauses of one sentence. */
export interface Reading {
  sentence: string;
  names: Names;
  /** Answers of a person that hold for this reading; those for one step are put in when that step is read again. */
  answers: Readonly<Record<string, string>>;
  /** Words that are nothing but politeness. */
  polite: ReadonlySet<Token>;
  /** Words that select some action: as the name of an object they are less likely. */
  triggers: ReadonlySet<string>;
  /** Words of each phrase of a list of the vocabulary; made once for each list. */
  phrasesOf: (texts: readonly string[]) => readonly Phrase[];
  /** What spelling reads a word as, besides as it is written. */
  spelled: ReadonlyMap<Token, string>;
  /** Ranks what may have been meant where nothing is understood. */
  proposer?: Proposer | undefined;
}

/** How sure the place of a value is: an option or "called X"; a noun or preposition beside it; only what is left over. */
export type FillStrength = 'stated' | 'marked' | 'left';

interface Filled {
  value: Json;
  strength: FillStrength;
  /** The tokens of the value itself. */
  tokens: Token[];
}

export interface Draft {
  reading: Reading;
  view: ClauseView;
  compiled: CompiledAction;
  tokens: readonly Token[];
  words: readonly string[];
  /** By token: `action`, `also`, `general`, `input:replicas`, `mark:replicas`; undefined is unexplained. */
  owners: (string | undefined)[];
  filled: Map<string, Filled>;
  /** Values that were said but cannot stand: each is a question instead. */
  problems: Map<string, Question>;
  notes: string[];
  /** Inputs that an earlier request gave, not this sentence. */
  carried: string[];
  /** Taken off the score. */
  penalty: number;
}

/** A clause as all readings of it share it. */
export interface ClauseView {
  /** Its words, as written and as spelling reads them. */
  present: ReadonlySet<string>;
  /** Of a list of the vocabulary the phrases that can stand in this clause at all: mostly none. */
  near: (texts: readonly string[]) => readonly Phrase[];
}

export function viewClause(reading: Reading, tokens: readonly Token[]): ClauseView {
  const present = wordsOf(reading, tokens);
  const lists = new Map<readonly string[], readonly Phrase[]>();
  const near = (texts: readonly string[]): readonly Phrase[] => {
    const known = lists.get(texts);
    if (known !== undefined) return known;
    const found = reading.phrasesOf(texts).filter(([first]) => first !== undefined && present.has(first));
    lists.set(texts, found);
    return found;
  };
  return { present, near };
}

export function createDraft(reading: Reading, compiled: CompiledAction, tokens: readonly Token[], view: ClauseView): Draft {
  const owners = tokens.map((token) => (isGeneral(reading, compiled.isRead, token) ? 'general' : undefined));
  return {
    reading,
    view,
    compiled,
    tokens,
    words: tokens.map((token) => token.word),
    owners,
    filled: new Map(),
    problems: new Map(),
    notes: [],
    carried: [],
    penalty: 0,
  };
}

/** The words of a clause, as written and as spelling reads them. */
function wordsOf(reading: Reading, tokens: readonly Token[]): Set<string> {
  const words = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'quoted') continue;
    words.add(token.word);
    const spelled = reading.spelled.get(token);
    if (spelled !== undefined) words.add(spelled);
  }
  return words;
}

/** Carries no content: politeness, punctuation, articles; in a read also pronouns and auxiliary verbs. */
export function isGeneral(reading: Reading, isRead: boolean, token: Token): boolean {
  if (token.kind === 'quoted') return false;
  if (token.kind === 'punct' || reading.polite.has(token) || GENERAL.has(token.word)) return true;
  const spelled = reading.spelled.get(token);
  if (spelled !== undefined && (GENERAL.has(spelled) || spelled === 'thanks' || spelled === 'could' || spelled === 'would')) return true;
  return isRead && (GENERAL_IN_READS.has(token.word) || (spelled !== undefined && GENERAL_IN_READS.has(spelled)));
}

/** Not yet taken: unexplained, or a general word. */
export function isFree(draft: Draft, at: number): boolean {
  const owner = draft.owners[at];
  return at >= 0 && at < draft.tokens.length && (owner === undefined || owner === 'general');
}

export function claim(draft: Draft, at: number, length: number, owner: string): void {
  for (let index = at; index < at + length; index += 1) draft.owners[index] = owner;
}

export function fill(draft: Draft, input: string, value: Json, at: number, length: number, strength: FillStrength): void {
  draft.filled.set(input, { value, strength, tokens: draft.tokens.slice(at, at + length) });
  claim(draft, at, length, `input:${input}`);
}

/** Explained as meant for an input that a person still has to say. */
export function ask(draft: Draft, input: string, question: Question, at: number, length: number): void {
  if (!draft.problems.has(input)) draft.problems.set(input, question);
  claim(draft, at, length, `input:${input}`);
}

export function question(draft: Draft, input: string, problem?: string, options: string[] = []): Question {
  const asked = draft.compiled.action.inputs[input]?.ask ?? `Which ${input}?`;
  return { input, ask: problem === undefined ? asked : `${problem} ${asked}`, options };
}

/** Length of the first of these phrases that stands here; 0 where none does. */
export function anyPhraseAt(draft: Draft, at: number, phrases: readonly string[]): number {
  let longest = 0;
  for (const phrase of draft.view.near(phrases)) {
    if (phrase.length > longest && phraseAt(draft.tokens, at, phrase, draft.reading.spelled)) longest = phrase.length;
  }
  return longest;
}

/** The phrase that ends just before this token, articles in between left out: its first index, or -1. */
export function phraseBefore(draft: Draft, at: number, phrases: readonly string[]): number {
  if (draft.view.near(phrases).length === 0) return -1;
  let end = at;
  while (end > 0 && /^(?:the|a|an|our|my|this|=|:)$/.test(draft.words[end - 1] ?? '')) end -= 1;
  for (let start = Math.max(0, end - 4); start < end; start += 1) if (anyPhraseAt(draft, start, phrases) === end - start) return start;
  return -1;
}

/** The noun in front of a value that was just filled. */
export function claimNounBefore(draft: Draft, at: number, nouns: readonly string[], input: string): void {
  const start = phraseBefore(draft, at, nouns);
  if (start < 0) return;
  for (let index = start; index < at; index += 1) if (isFree(draft, index)) claim(draft, index, 1, `mark:${input}`);
}

/** Whether the action's own schema takes this value. */
export function accepts(draft: Draft, input: string, value: Json): boolean {
  return draft.compiled.action.accepts?.(input, value) ?? true;
}
