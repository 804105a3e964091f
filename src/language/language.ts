/** Sentence to bound steps. See readme.md for the order of things. */
import { z } from 'zod';
import { type Declaration, inputMeta } from '#kit';
import { answer } from './decide.ts';
import { explain } from './explain.ts';
import { kindWords } from './kinds.ts';
import { NUMBER_WORDS } from './numbers.ts';
import { DURATION_WORDS } from './durations.ts';
import { compilePhrases, phraseWords, politeTokens, politeWords } from './polite.ts';
import { refuse } from './refuse.ts';
import { screenSentence } from './screen.ts';
import type { Proposer } from './propose/proposer.ts';
import { createSpeller } from './spelling.ts';
import { tokenize } from './tokens.ts';
import { converse } from './turns/converse.ts';
import type { TurnEngine } from './turns/read.ts';
import type { Language, LanguageAction } from './types.ts';
import { compileAction, type CompiledAction, type Phrase, toPhrase, triggerWords, vocabularyWords } from './vocabulary.ts';
import { GENERAL, GENERAL_IN_READS, NEVER_NAMES, CHANGE_VERBS, READ_VERBS, SYSTEM_WORDS } from './words.ts';

/** Quoted text counts as one. What is longer is no request, and would take long to read. */
const MOST_TOKENS = 250;

/** The parts of actions that understanding needs. */
export function languageActions(actions: readonly Declaration[]): LanguageAction[] {
  return actions.map((action) => {
    const fields = action.input instanceof z.ZodObject ? (action.input.shape as Record<string, z.ZodType>) : {}; // zod types a shape of unknown fields as any
    return {
      id: action.id,
      permission: action.permission,
      language: action.language,
      inputs: inputMeta(action.input),
      destructive: action.usualSafety === 'destructive',
      accepts: (input, value) => fields[input]?.safeParse(value).success ?? false,
      acceptsAll: (input) => action.input.safeParse(input).success,
      wrongInput: (input) => {
        const name = action.input.safeParse(input).error?.issues[0]?.path[0];
        return typeof name === 'string' ? name : undefined;
      },
    };
  });
}

/** An engine for these actions. Making it compiles their vocabulary once; understanding is pure. The proposer only words refusals. */
export function createLanguage(actions: readonly LanguageAction[], proposer?: Proposer): Language {
  const compiled = actions.map((action) => compileAction(action));
  const phrases = compilePhrases();
  const usual = new Set([...politeWords(), ...GENERAL]);
  const known = new Set([
    ...vocabularyWords(compiled),
    ...kindWords(),
    ...NUMBER_WORDS,
    ...DURATION_WORDS,
    ...usual,
    ...GENERAL_IN_READS,
    ...NEVER_NAMES,
    ...CHANGE_VERBS,
    ...READ_VERBS,
    ...SYSTEM_WORDS,
    ...phraseWords(phrases),
  ]);
  const speller = createSpeller(known, usual);
  const scopeAction = placeAction(compiled);
  const triggers = triggerWords(compiled);
  const phraseLists = new WeakMap<readonly string[], readonly Phrase[]>();
  const phrasesOf = (texts: readonly string[]): readonly Phrase[] => {
    const made = phraseLists.get(texts) ?? texts.map((text) => toPhrase(text));
    phraseLists.set(texts, made);
    return made;
  };

  const prepare: TurnEngine['prepare'] = (sentence, { names, answers = {}, last }) => {
    const text = answers['sentence'] ?? sentence;
    const screened = screenSentence(text);
    if (screened !== undefined) return { refused: screened };
    const tokens = tokenize(text);
    if (tokens.length > MOST_TOKENS) {
      const message = `The sentence has ${tokens.length} words and marks; at most ${MOST_TOKENS} are read. Say what to do, and put a long text in quotes.`;
      return { refused: refuse('TOO_LARGE', message) };
    }
    const spelled = new Map(
      tokens.flatMap((token) => {
        const word = speller.correct(token);
        return word === undefined ? [] : [[token, word] as const];
      }),
    );
    const isPolite = politeTokens(phrases, tokens, (token) => spelled.get(token) ?? token.word);
    const polite = new Set(tokens.filter((_, at) => isPolite[at]));
    const action = answers['action'];
    const chosen: Record<string, string> = action === undefined ? {} : { action };
    const reading = { sentence: text, names, answers: chosen, polite, spelled, triggers, phrasesOf, proposer };
    return { interpreter: { reading, actions: compiled, scopeAction, last, answers }, tokens };
  };
  const engine: TurnEngine = { actions: compiled, speller, prepare };

  return {
    understand(sentence, options) {
      const prepared = prepare(sentence, options);
      return 'refused' in prepared ? prepared.refused : answer(prepared.interpreter, prepared.tokens, speller);
    },
    converse: (sentence, conversation, options) => converse(engine, sentence, conversation, options),
    explain: (sentence, options) => explain(engine, sentence, options),
  };
}

/** A clause that only says where ("in namespace payments, …") is read with the places of any action. */
function placeAction(actions: readonly CompiledAction[]): CompiledAction {
  const places = ['namespace', 'cluster'].flatMap((place) => {
    const holder = actions.find(({ slots }) => slots.some(({ input, slot }) => input === place && slot.type === 'name'));
    return holder === undefined ? [] : [{ place, holder }];
  });
  const inputs = Object.fromEntries(
    places.flatMap(({ place, holder }) => {
      const meta = holder.action.inputs[place];
      return meta === undefined ? [] : [[place, meta]];
    }),
  );
  const accepts: LanguageAction['accepts'] = (input, value) =>
    places.find(({ place }) => place === input)?.holder.action.accepts?.(input, value) ?? true;
  return compileAction({ id: 'places', permission: 'write', language: { triggers: [], examples: [] }, inputs, accepts });
}
