/** The vocabulary of declarations, compiled once: trigger lines, explained words, and every word that spelling may correct to. */
import type { Slot } from '#kit';
import type { Token } from './tokens.ts';
import type { LanguageAction } from './types.ts';

/** One or more words in a row. */
export type Phrase = readonly string[];

export interface TriggerLine {
  /** Alternatives of each word part; all parts must be present. */
  parts: Phrase[][];
  /** Inputs that must be found in the sentence. */
  slots: string[];
  /** Its parts stand in this order. */
  isOrdered: boolean;
}

export interface CompiledAction {
  action: LanguageAction;
  isRead: boolean;
  lines: TriggerLine[];
  /** Words that are explained: `also`, and the words of every trigger. */
  also: ReadonlyMap<string, Phrase[]>;
  /** Nouns of its numbers, keys and object; explained too, unless one of them is the name itself. */
  nouns: readonly string[];
  /** Slots in declared order. */
  slots: { input: string; slot: Slot; optional: boolean; /** Nouns and prepositions together. */ marks: readonly string[] }[];
  /** The input that names the object: the first required name, or the first name that is no place or person. */
  main: string | undefined;
}

const PLACES = new Set(['namespace', 'cluster', 'person', 'container', 'project']);
/** Objects that an action may be about without needing one. */
const OBJECTS = new Set(['workload', 'resource', 'pod']);

export function compileAction(action: LanguageAction): CompiledAction {
  const slots = Object.entries(action.inputs).flatMap(([input, { slot, optional }]) =>
    slot === undefined ? [] : [{ input, slot, optional, marks: marksOf(slot) }],
  );
  const main = findMain(slots);
  const lines = action.language.triggers.flatMap((line) => compileLine(line));
  const also = new Map<string, Phrase[]>();
  const explain = (phrase: Phrase) => {
    const first = phrase[0];
    if (first !== undefined) also.set(first, [...(also.get(first) ?? []), phrase]);
  };
  for (const word of [...(action.language.also ?? '').split('|'), action.id.split('.')[0] ?? '']) explain(toPhrase(word));
  for (const { parts } of lines) for (const phrase of parts.flat()) explain(phrase);
  // "the replicas of web-app", "the issue": the nouns of what the action is about, where they are no name.
  const nouns = new Set<string>();
  for (const { input, slot } of slots) {
    if (slot.type === 'count' || slot.type === 'amount' || slot.type === 'pattern' || (slot.type === 'name' && input === main))
      for (const noun of slot.nouns ?? []) nouns.add(noun);
  }
  return { action, isRead: action.permission === 'read', lines, also, nouns: [...nouns], slots, main };
}

function marksOf(slot: Slot): string[] {
  if (slot.type === 'name' || slot.type === 'count' || slot.type === 'pattern') return [...(slot.nouns ?? []), ...(slot.after ?? [])];
  return [];
}

function findMain(slots: CompiledAction['slots']): string | undefined {
  const names = slots.flatMap(({ input, slot, optional }) =>
    slot.type === 'name' && !PLACES.has(slot.of) ? [{ input, of: slot.of, optional }] : [],
  );
  const place = slots.find(({ slot, optional }) => slot.type === 'name' && slot.of === 'cluster' && !optional);
  return (names.find(({ optional }) => !optional) ?? names.find(({ of }) => OBJECTS.has(of)) ?? place)?.input;
}

/** A leading `^` asks for the parts in their order. An input among the alternatives of a part makes a line of its own: `scheduling & node|{name}`. */
function compileLine(declared: string): TriggerLine[] {
  const isOrdered = declared.startsWith('^');
  const line = isOrdered ? declared.slice(1) : declared;
  return line.split('&').reduce<TriggerLine[]>(
    (lines, part) => {
      const alternatives = part.split('|').map((text) => text.trim());
      const slots = alternatives.flatMap((text) => /^\{(\w+)\}$/.exec(text)?.[1] ?? []);
      const phrases = alternatives
        .filter((text) => !/^\{\w+\}$/.test(text))
        .map(toPhrase)
        .filter((phrase) => phrase.length > 0);
      return lines.flatMap(({ parts, slots: before }) => [
        ...(phrases.length === 0 ? [] : [{ parts: [...parts, phrases], slots: before, isOrdered }]),
        ...slots.map((slot) => ({ parts, slots: [...before, slot], isOrdered })),
      ]);
    },
    [{ parts: [], slots: [], isOrdered }],
  );
}

export function toPhrase(text: string): Phrase {
  return text
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Whether these words stand here, as written or as spelling reads them. Quoted text is never vocabulary. */
export function phraseAt(tokens: readonly Token[], at: number, phrase: Phrase, spelled: ReadonlyMap<Token, string>): boolean {
  return phrase.length > 0 && phrase.every((word, offset) => wordIs(tokens[at + offset], word, spelled));
}

function wordIs(token: Token | undefined, word: string, spelled: ReadonlyMap<Token, string>): boolean {
  return token !== undefined && token.kind !== 'quoted' && (token.word === word || spelled.get(token) === word);
}

/** Single words that select an action. */
export function triggerWords(actions: readonly CompiledAction[]): Set<string> {
  const phrases = actions.flatMap(({ lines }) => lines.flatMap(({ parts }) => parts.flat()));
  return new Set(phrases.flatMap((phrase) => (phrase.length === 1 ? phrase : [])));
}

/** Every word that a declaration uses. */
export function vocabularyWords(actions: readonly CompiledAction[]): Set<string> {
  const words = new Set<string>();
  for (const { also, slots } of actions) {
    for (const phrases of also.values()) for (const phrase of phrases) for (const word of phrase) words.add(word);
    for (const { slot } of slots) for (const text of slotWords(slot)) for (const word of toPhrase(text)) words.add(word);
  }
  return words;
}

function slotWords(slot: Slot): string[] {
  if (slot.type === 'count') return [...marksOf(slot), ...Object.keys(slot.words ?? {})];
  if (slot.type === 'choice') return [...Object.values(slot.values).flat(), ...(slot.after ?? [])];
  if (slot.type === 'flag') return slot.phrases;
  if (slot.type === 'text') return slot.after;
  if (slot.type === 'amount') return slot.nouns;
  return marksOf(slot);
}
