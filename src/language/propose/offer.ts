/** "Did you mean …?": the likeliest actions for a refused sentence, each as a sentence that a person could say. */
import type { Slot } from '#kit';
import { isGeneral, type Reading } from '../draft.ts';
import type { Frame } from '../frames.ts';
import { findGuards, type GuardHit } from '../guards.ts';
import { kindAt } from '../kinds.ts';
import { tokenize, type Token } from '../tokens.ts';
import type { CompiledAction } from '../vocabulary.ts';
import { BLANKET, CHANGE_VERBS, DESTRUCTIVE_VERBS, READ_VERBS, SYSTEM_WORDS } from '../words.ts';
import { maskTokens } from './mask.ts';
import { NONE } from './model.ts';
import { phrase, valueTokens } from './phrase.ts';
import type { Proposer } from './proposer.ts';

/** Read off the sentences that it was measured on; see docs/decisions/0008-trained-proposer.md. */
const LEAST_SHARE = 0.2;
const MOST_OFFERS = 3;
/** Tokens; whoever says more does not make a request. */
const LONGEST_REQUEST = 120;
const LONGEST_KEY = 40;
/** What the engine read it as, nearly, comes before others that are as likely. */
const MISS_BONUS = 0.2;

export interface Refused {
  reading: Reading;
  actions: readonly CompiledAction[];
  tokens: readonly Token[];
  /** The engine's nearest reading. */
  miss: Frame | undefined;
}

/** At most three sentences; none where nothing is likely. Changes are not offered where any guard would look up. */
export function offers(proposer: Proposer, refused: Refused): string[] {
  const { reading, tokens } = refused;
  const found: string[] = [];
  for (const compiled of proposals(proposer, refused)) {
    const text = phrase(reading, tokens, compiled);
    if (text !== undefined && !found.includes(text) && isAnchored(refused, text)) found.push(text);
  }
  return found;
}

/** It takes up something of what was said besides "show" and "all", and is not the same again. */
function isAnchored({ reading, tokens }: Refused, offer: string): boolean {
  const said = new Set(tokens.flatMap((token) => [token.word, reading.spelled.get(token) ?? token.word]));
  const taken = tokenize(offer).filter(
    (token) => token.kind === 'quoted' || !(isGeneral(reading, true, token) || READ_VERBS.has(token.word) || BLANKET.has(token.word)),
  );
  return taken.some(({ word }) => said.has(word)) && offer !== reading.sentence.trim();
}

/** The actions to offer, best first. */
export function proposals(proposer: Proposer, refused: Refused): CompiledAction[] {
  const { reading, actions, tokens, miss } = refused;
  if (tokens.length > LONGEST_REQUEST) return [];
  const hits = guardHits(reading);
  if (hits.some(({ when }) => when === 'always')) return [];
  const words = contentWords(refused);
  const named = knownNames(refused);
  const ids = new Map(actions.map((compiled) => [compiled.action.id, compiled]));
  return proposer
    .rank(maskOf(refused, named))
    .filter(({ action }) => action !== NONE)
    .filter(({ share }) => share >= LEAST_SHARE)
    .map(({ action, share }) => ({ action, share: share + (miss?.compiled.action.id === action ? MISS_BONUS : 0) }))
    .toSorted((left, right) => right.share - left.share)
    .flatMap(({ action }) => ids.get(action) ?? [])
    .filter(
      (compiled) => (hits.length === 0 || compiled.isRead) && isSpokenOf(refused, words, named, compiled) && !isOtherwise(words, compiled),
    )
    .slice(0, MOST_OFFERS);
}

/** Of the whole sentence: what forbids or postpones often stands in a clause of its own. */
function guardHits({ sentence, polite }: Reading): GuardHit[] {
  const politeStarts = new Set([...polite].map(({ start }) => start));
  const tokens = tokenize(sentence);
  return findGuards(
    tokens,
    tokens.map(({ start }) => politeStarts.has(start)),
  );
}

function maskOf({ reading, tokens }: Refused, named: ReadonlySet<Token>): string[] {
  return maskTokens(tokens, {
    isPolite: (token) => reading.polite.has(token),
    spelled: (token) => reading.spelled.get(token),
    isName: (token) => !reading.triggers.has(token.word) && named.has(token),
  });
}

/** Tokens that are names of the inventory, of any type that some action can be about. */
function knownNames({ reading: { names }, actions, tokens }: Refused): Set<Token> {
  if (names.open) return new Set();
  const types = new Set(actions.flatMap(({ slots }) => slots.flatMap(({ slot }) => (slot.type === 'name' ? [slot.of] : []))));
  const known = [...types].filter((of) => names.knows(of));
  return new Set(tokens.filter(({ text }) => known.some((of) => names.findSure(of, text).length > 0)));
}

/** As written and as spelling reads them; without what is quoted or says nothing. */
function contentWords({ reading, tokens }: Refused): string[] {
  return tokens.flatMap((token) =>
    token.kind === 'quoted' || isGeneral(reading, false, token) ? [] : [token.word, reading.spelled.get(token) ?? token.word],
  );
}

/** A word of the action is in the sentence; for a destructive one a word that selects it, and selects no read. */
function isSpokenOf(refused: Refused, words: readonly string[], named: ReadonlySet<Token>, compiled: CompiledAction): boolean {
  const { reading, actions, tokens } = refused;
  const { action, also, nouns, slots } = compiled;
  if (action.destructive !== true)
    return words.some((word) => also.has(word) || nouns.includes(word)) || slots.some(({ slot }) => isValueSaid(slot, words, tokens));
  const own = selecting(compiled);
  const ofReads = new Set(actions.flatMap((other) => (other.isRead ? [...selecting(other)] : [])));
  const values = valueTokens(reading, tokens, compiled);
  return tokens.some((token) => {
    const isName = values.has(token) || token.kind === 'quoted' || named.has(token);
    const word = own.has(token.word) ? token.word : (reading.spelled.get(token) ?? token.word);
    return !isName && !isGeneral(reading, false, token) && own.has(word) && !ofReads.has(word);
  });
}

/** A kind, one of the values of a choice, or something of the form of its keys. */
function isValueSaid(slot: Slot, words: readonly string[], tokens: readonly Token[]): boolean {
  if (slot.type === 'kind') return words.some((_, at) => kindAt(words, at) !== undefined);
  if (slot.type === 'choice') return Object.values(slot.values).some((forms) => forms.some((form) => words.includes(form)));
  if (slot.type !== 'pattern' || slot.upper !== true) return false;
  const pattern = new RegExp(`^(?:${slot.pattern})$`, 'i');
  return tokens.some(({ kind, text }) => kind === 'word' && text.length <= LONGEST_KEY && /\d/.test(text) && pattern.test(text));
}

/** The first words of the phrases that select an action. */
function selecting({ lines }: CompiledAction): Set<string> {
  return new Set(lines.flatMap(({ parts }) => parts.flat().flatMap(([first]) => first ?? [])));
}

/** The sentence names other systems only, or wants something changed that this action does not do. */
function isOtherwise(words: readonly string[], { also, isRead }: CompiledAction): boolean {
  const systems = words.filter((word) => SYSTEM_WORDS.has(word));
  if (systems.length > 0 && !systems.some((word) => also.has(word))) return true;
  return words.some((word) => !also.has(word) && (DESTRUCTIVE_VERBS.has(word) || (isRead && CHANGE_VERBS.has(word))));
}
