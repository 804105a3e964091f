/** Training sentences, generated from the declarations alone: the same declarations and seed give the same sentences. */
import { compilePhrases, politeTokens } from '../polite.ts';
import { createSpeller } from '../spelling.ts';
import { tokenize } from '../tokens.ts';
import type { LanguageAction } from '../types.ts';
import { compileAction, type CompiledAction, vocabularyWords } from '../vocabulary.ts';
import { everydaySentence } from './everyday.ts';
import { vectorOf, type Vector } from './features.ts';
import { maskTokens } from './mask.ts';
import { NONE } from './model.ts';
import { paraphrase } from './paraphrase.ts';
import { createRandom, type Random } from './random.ts';
import { samplePhrase, sampleValue } from './samples.ts';

export interface TrainingSentence {
  text: string;
  /** Index of the class; for `not`, the class that it must not be. */
  label: number;
  isNot: boolean;
}

const NONE_PER_ACTION = 15;

export interface CorpusOptions {
  seed: number;
  /** Sentences from examples, and as many again from trigger lines, for each action. */
  perAction: number;
  /** Sentences of "none": so many, and a few more for each action. */
  none: number;
  /** Leaves an example of each action out, or makes sentences of those alone. */
  examples?: 'kept' | 'heldOut';
}

/** "none" comes before the actions. */
export function classesOf(actions: readonly LanguageAction[]): string[] {
  return [NONE, ...actions.map(({ id }) => id).toSorted()];
}

export function corpusOf(actions: readonly LanguageAction[], options: CorpusOptions): TrainingSentence[] {
  const random = createRandom(options.seed);
  const classes = classesOf(actions);
  const compiled = actions.map((action) => compileAction(action)).toSorted((left, right) => (left.action.id < right.action.id ? -1 : 1));
  const sentences: TrainingSentence[] = [];
  for (const one of compiled) {
    const label = classes.indexOf(one.action.id);
    for (let made = 0; made < options.perAction; made += 1) {
      sentences.push({ text: paraphrase(fromExample(one, options, random), random), label, isNot: false });
      if (options.examples !== 'heldOut') sentences.push({ text: paraphrase(fromTriggers(one, random), random), label, isNot: false });
    }
    const counter = options.examples === 'heldOut' ? [] : (one.action.language.counterExamples ?? []);
    for (const text of counter)
      for (let made = 0; made < 4; made += 1) sentences.push({ text: paraphrase(text, random), label, isNot: true });
  }
  const known = vocabularyWords(compiled);
  for (let made = 0; made < options.none + NONE_PER_ACTION * actions.length; made += 1)
    sentences.push({ text: everydaySentence(random, known), label: 0, isNot: false });
  return sentences.filter(({ text }) => text !== '');
}

/** The last of three or more examples is what a held-out figure is measured on. */
function examplesOf({ action }: CompiledAction, { examples: part }: CorpusOptions): readonly string[] {
  const { examples } = action.language;
  if (part === undefined || examples.length < 3) return part === 'heldOut' ? [] : examples;
  return part === 'heldOut' ? examples.slice(-1) : examples.slice(0, -1);
}

function fromExample(compiled: CompiledAction, options: CorpusOptions, random: Random): string {
  const example = random.word(examplesOf(compiled, options));
  const said = random.chance(0.4) ? swapTrigger(compiled, example, random) : example;
  return said.replaceAll(/\{(\w+)\}/g, (_, input: string) => valueOf(compiled, input, random));
}

function valueOf({ slots }: CompiledAction, input: string, random: Random): string {
  const slot = slots.find((candidate) => candidate.input === input)?.slot;
  return slot === undefined ? input : sampleValue(slot, random);
}

/** A trigger word of the example becomes another alternative of the same part. */
function swapTrigger({ lines }: CompiledAction, example: string, random: Random): string {
  const words = example.split(' ');
  const places = words.flatMap((word, at) =>
    lines.flatMap(({ parts }) =>
      parts.flatMap((part) => (part.some((phrase) => phrase.length === 1 && phrase[0] === word) ? [{ at, part }] : [])),
    ),
  );
  const place = random.pick(places);
  if (place === undefined) return example;
  words[place.at] = (random.pick(place.part) ?? []).join(' ');
  return words.join(' ');
}

/** A trigger line said with its nouns and inputs: what is needed always, the rest sometimes. */
function fromTriggers({ action, lines, slots }: CompiledAction, random: Random): string {
  const line = random.pick(lines);
  if (line === undefined) return '';
  const words = line.parts.map((part) => (random.pick(part) ?? []).join(' '));
  const needed = new Set([...line.slots, ...(action.language.needOne ?? []).slice(0, 1)]);
  const said = slots
    .filter(({ input, optional }) => needed.has(input) || random.chance(optional ? 0.15 : 0.8))
    .map(({ slot }) => samplePhrase(slot, random));
  const also = random.chance(0.3) ? [random.word((action.language.also ?? '').split('|')).trim()] : [];
  const parts = [...words, ...also, ...said];
  if (random.chance(0.2) && parts.length > 1) parts.push(parts.shift() ?? '');
  return parts.join(' ');
}

/** Turns text into vectors as understanding does: politeness left out, slips corrected. */
export function createVectorizer(actions: readonly LanguageAction[]): (text: string) => Vector {
  const phrases = compilePhrases();
  const speller = createSpeller(vocabularyWords(actions.map((action) => compileAction(action))), new Set());
  return (text) => {
    const tokens = tokenize(text);
    const polite = politeTokens(phrases, tokens, (token) => token.word);
    const isPolite = new Set(tokens.filter((_, at) => polite[at]));
    return vectorOf(
      maskTokens(tokens, { isPolite: (token) => isPolite.has(token), spelled: (token) => speller.correct(token), isName: () => false }),
    );
  };
}
