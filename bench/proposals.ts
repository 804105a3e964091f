/** What is offered for sentences that are refused, measured on other people's sentences: `node bench/proposals.ts [-o json] [--list]`. */
import { existsSync, readFileSync } from 'node:fs';
import { integrations, plannedActions } from '#integrations';
import { openNames } from '#inventory';
import {
  createLanguage,
  createProposer,
  type Labelled,
  parseLabelled,
  type LanguageAction,
  languageActions,
  type UnderstoodSentence,
} from '#language';
import { plannedRunbooks } from '#runbooks';
import { createVectorizer } from '../src/language/propose/corpus.ts';
import { createModel, NONE } from '../src/language/propose/model.ts';
import { createRandom } from '../src/language/propose/random.ts';
import { readWeights } from '../src/language/propose/proposer.ts';
import { sampleValue } from '../src/language/propose/samples.ts';
import { staleNote } from '../src/language/propose/stale.ts';
import { decodeWeights } from '../src/language/propose/weights.ts';

const SHARED = new URL('../../shared/language/', import.meta.url);
const FILES = ['people.tsv', 'third-party.tsv', 'traps.tsv'];

interface Offers {
  sentences: number;
  offered: number;
  top1: number;
  top3: number;
}

interface Unwanted {
  sentences: number;
  offered: number;
  /** A change is among the offers, or a destructive one. */
  change: number;
  destructive: number;
}

interface Figures {
  /** Not understood, and one of its actions exists. */
  right: Offers;
  /** Not understood, and to be refused whatever happens. */
  refusals: Unwanted;
  /** Not understood, and its action does not exist. */
  others: Unwanted;
  /** Refused by a guard: an offer would be a fault. */
  guarded: Unwanted;
  /** Understood as one step; the first word that selected the action is replaced by one that nobody knows. */
  unknownVerb: Offers;
  /** Every sentence whose first action exists, as if the engine had refused it: the model alone. */
  alone: Offers;
}

const actions = languageActions([...integrations.flatMap((integration) => integration.actions), ...plannedActions, ...plannedRunbooks]);
const byId = new Map(actions.map((action) => [action.id, action]));

const plain = createLanguage(actions);
const names = openNames({ environments: [] });

/** The action that a suggestion leads to when somebody says it, with something put in where it is open. */
function actionOf(suggestion: string): LanguageAction | undefined {
  const random = createRandom(1);
  const slots = new Map(
    actions.flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([input, { slot }]) => (slot === undefined ? [] : [[input, slot] as const])),
    ),
  );
  const said = suggestion.replaceAll(/\{(\w+)\}/g, (open, input: string) => {
    const slot = slots.get(input);
    return slot === undefined ? open : sampleValue(slot, random);
  });
  const result = plain.understand(said, { names, now: new Date(0) });
  return result.status === 'plan' ? byId.get(result.steps[0]?.action ?? '') : exampleOf(suggestion);
}

/** The action that has this example. */
function exampleOf(suggestion: string): LanguageAction | undefined {
  return actions.find(({ language }) =>
    language.examples.some((example) => {
      const [first = ''] = example.split('{');
      return first.length > 5 && suggestion.startsWith(first);
    }),
  );
}

function expectedActions({ expected }: Labelled): string[] {
  return expected.flatMap((one) => (one.kind === 'steps' ? one.steps.map(({ action }) => action) : [])).filter((id) => byId.has(id));
}

function measure(labelled: readonly Labelled[], list: boolean): Figures {
  const language = createLanguage(actions, createProposer());
  const unwanted = (): Unwanted => ({ sentences: 0, offered: 0, change: 0, destructive: 0 });
  const offers = (): Offers => ({ sentences: 0, offered: 0, top1: 0, top3: 0 });
  const figures: Figures = {
    right: offers(),
    refusals: unwanted(),
    others: unwanted(),
    guarded: unwanted(),
    unknownVerb: offers(),
    alone: alone(labelled),
  };
  for (const one of labelled) {
    const result = language.understand(one.sentence, { names, now: new Date(0) });
    const wanted = expectedActions(one);
    if (result.status === 'plan') {
      const strange = withoutVerb(one.sentence, result, wanted);
      const again = strange === undefined ? undefined : language.understand(strange, { names, now: new Date(0) });
      if (again?.status !== 'refuse' || again.code !== 'NOT_UNDERSTOOD') continue;
      if (list) console.log(`REPLACED\t${strange}\t${one.label}\t${again.suggestions.join(' | ')}`);
      addOffers(figures.unknownVerb, again.suggestions.map(actionOf), wanted);
    }
    if (result.status !== 'refuse') continue;
    const found = result.suggestions.map(actionOf);
    if (list) console.log(`${result.code}\t${one.sentence}\t${one.label}\t${result.suggestions.join(' | ')}`);
    if (result.code !== 'NOT_UNDERSTOOD') addUnwanted(figures.guarded, found);
    else if (one.class.startsWith('no-') || one.label === 'refuse') addUnwanted(figures.refusals, found);
    else if (wanted.length === 0) addUnwanted(figures.others, found);
    else addOffers(figures.right, found, wanted);
  }
  return figures;
}

/** Undefined unless the engine read it rightly as one step. */
function withoutVerb(
  sentence: string,
  { steps }: Extract<UnderstoodSentence, { status: 'plan' }>,
  wanted: readonly string[],
): string | undefined {
  const [step, ...more] = steps;
  const verb = step?.evidence.find((word) => word.as === 'action');
  if (step === undefined || verb === undefined || more.length > 0 || !wanted.includes(step.action)) return undefined;
  return `${sentence.slice(0, verb.start)}grimble${sentence.slice(verb.end)}`;
}

function addOffers(counts: Offers, found: readonly (LanguageAction | undefined)[], wanted: readonly string[]): void {
  counts.sentences += 1;
  counts.offered += found.length > 0 ? 1 : 0;
  counts.top1 += wanted.includes(found[0]?.id ?? '') ? 1 : 0;
  counts.top3 += found.some((action) => wanted.includes(action?.id ?? '')) ? 1 : 0;
}

function addUnwanted(counts: Unwanted, found: readonly (LanguageAction | undefined)[]): void {
  counts.sentences += 1;
  counts.offered += found.length > 0 ? 1 : 0;
  counts.change += found.some((action) => action?.permission !== 'read') ? 1 : 0;
  counts.destructive += found.some((action) => action?.destructive === true) ? 1 : 0;
}

function alone(labelled: readonly Labelled[]): Offers {
  const figures: Offers = { sentences: 0, offered: 0, top1: 0, top3: 0 };
  const decoded = decodeWeights(readWeights() ?? new Uint8Array());
  if (decoded === undefined) return figures;
  const model = createModel(decoded.weights);
  const vectorize = createVectorizer(actions);
  for (const one of labelled) {
    const wanted = expectedActions(one);
    if (wanted.length === 0) continue;
    const ranked = model.rank(vectorize(one.sentence));
    const best = ranked.filter(({ action }) => action !== NONE).slice(0, 3);
    figures.sentences += 1;
    figures.offered += ranked[0]?.action === NONE ? 0 : 1;
    figures.top1 += wanted.includes(best[0]?.action ?? '') ? 1 : 0;
    figures.top3 += best.some(({ action }) => wanted.includes(action)) ? 1 : 0;
  }
  return figures;
}

function print({ right, refusals, others, guarded, unknownVerb, alone: model }: Figures): void {
  const rowOf = (name: string, { sentences, offered, top1, top3 }: Offers) =>
    console.log(`${name.padEnd(44)} ${sentences} sentences: offered ${offered}, first right ${top1}, right among three ${top3}`);
  const badOf = (name: string, { sentences, offered, change, destructive }: Unwanted) =>
    console.log(`${name.padEnd(44)} ${sentences} sentences: offered ${offered}, a change ${change}, a destructive one ${destructive}`);
  rowOf('not understood, the action exists', right);
  badOf('not understood, must be refused', refusals);
  badOf('not understood, the action does not exist', others);
  badOf('refused by a guard', guarded);
  rowOf('understood, but with an unknown verb instead', unknownVerb);
  rowOf('the model alone, all sentences', model);
}

function main(): void {
  if (!existsSync(SHARED)) {
    console.log("skipped: proposals on other people's sentences, because ../shared/language is absent");
    return;
  }
  const note = staleNote(readWeights(), actions);
  const labelled = FILES.flatMap((file) => parseLabelled(file, readFileSync(new URL(file, SHARED), 'utf8')));
  const figures = measure(labelled, process.argv.includes('--list'));
  if (process.argv.includes('json'))
    console.log(JSON.stringify({ schemaVersion: 1, actions: actions.length, stale: note !== undefined, ...figures }));
  else {
    if (note !== undefined) console.log(`note: ${note}`);
    print(figures);
  }
}

main();
