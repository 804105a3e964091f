/** Words an offer: an example of the action with what the refused sentence says filled in. */
import type { Slot } from '#kit';
import type { Draft, Reading } from '../draft.ts';
import { isCovered, matchFrame } from '../frames.ts';
import { kindWords } from '../kinds.ts';
import { type Token, tokenize } from '../tokens.ts';
import type { CompiledAction } from '../vocabulary.ts';

const LONGEST_VALUE = 80;
/** An offer is shown in double quotes, to be copied into a shell. */
const UNSAFE = /["`{}$\\!\r\n]/;
const OPEN = /\{(\w+)\}/g;

interface Value {
  text: string;
  /** It stands beside a word of its input, or has the form of a name. */
  isSure: boolean;
}

type Values = ReadonlyMap<string, Value>;

/** The example that fits best; what the sentence does not say stays open as `{name}`. */
export function phrase(reading: Reading, tokens: readonly Token[], compiled: CompiledAction): string | undefined {
  const values = valuesFor(reading, tokens, compiled);
  // What was only left over may be no name at all: the offer without it is the second choice.
  const sure = new Map([...values].filter(([, { isSure }]) => isSure));
  for (const some of [values, sure]) {
    const text = bestExample(tokens, compiled, some);
    if (text !== undefined && (text.search(OPEN) >= 0 || isUnderstood(reading, compiled, text))) return text;
  }
  return bestExample(tokens, compiled, new Map());
}

/** What the sentence says for the inputs of the action, in the person's own words. */
function valuesFor(reading: Reading, tokens: readonly Token[], compiled: CompiledAction): Map<string, Value> {
  const values = new Map<string, Value>();
  const draft = draftOf(reading, tokens, compiled);
  for (const [input, { tokens: taken, strength }] of draft?.filled ?? []) {
    const [from, to] = [taken[0], taken.at(-1)];
    if (from === undefined || to === undefined || draft?.problems.has(input) === true) continue;
    const text = from === to ? from.text : reading.sentence.slice(from.start, to.end);
    if (text.trim() === '' || text.length > LONGEST_VALUE || UNSAFE.test(text)) continue;
    values.set(input, { text, isSure: strength !== 'left' || /[-\d._]/.test(text) });
  }
  return values;
}

/** The tokens that would be values of this action: a workload called "purge" asks for no purge. */
export function valueTokens(reading: Reading, tokens: readonly Token[], compiled: CompiledAction): Set<Token> {
  return new Set([...(draftOf(reading, tokens, compiled)?.filled.values() ?? [])].flatMap(({ tokens: taken }) => taken));
}

/** The sentence read as this action, although nothing in it selects the action. */
function draftOf(reading: Reading, tokens: readonly Token[], compiled: CompiledAction): Draft | undefined {
  // A sentence that is refused mostly begins with the verb that nobody knew: it is no name.
  const [first, ...rest] = tokens.filter((token) => token.kind !== 'punct' && !reading.polite.has(token));
  const isVerb = first?.kind === 'word' && /^[a-z]+$/i.test(first.text) && !compiled.also.has(first.word);
  return matchFrame({ ...reading, answers: {} }, compiled, isVerb ? rest : tokens, { granted: true })?.draft;
}

/** Most values filled in, fewest left open or made up, most words in common with the sentence; the first of equals. */
function bestExample(tokens: readonly Token[], compiled: CompiledAction, values: Values): string | undefined {
  const said = new Set(tokens.map(({ word }) => word));
  let best: { text: string; score: number } | undefined;
  for (const example of compiled.action.language.examples) {
    const { text, invented } = withSaidValues(example, compiled, values, said);
    const inputs = [...text.matchAll(OPEN)].map(([, input]) => input ?? '');
    const filled = inputs.filter((input) => values.has(input)).length;
    const words = text.replaceAll(OPEN, ' ').split(/[^\w=.-]+/);
    const common = words.filter((word) => said.has(word.toLowerCase())).length;
    const score = 2 * filled - 3 * (inputs.length - filled) + 0.5 * common - 0.1 * words.length - 3 * invented;
    if (best === undefined || score > best.score)
      best = { score, text: text.replaceAll(OPEN, (open, input: string) => values.get(input)?.text ?? open) };
  }
  return best?.text;
}

/** "move {issue} to done" for a sentence that says "in review": its own word takes the place of the example's. */
function withSaidValues(
  example: string,
  { slots }: CompiledAction,
  values: Values,
  said: ReadonlySet<string>,
): { text: string; invented: number } {
  let text = example;
  // `app=web`, or a number that nobody said.
  let invented = example.split(/\s+/).filter((word) => /[=\d]/.test(word) && !said.has(word)).length;
  for (const { input, slot } of slots) {
    const literal = findForm(text, formsOf(slot));
    const value = values.get(input)?.text;
    if (literal === undefined || literal.toLowerCase() === value?.toLowerCase()) continue;
    const isSameNumber = value?.endsWith('s') === literal.endsWith('s');
    if (value !== undefined && isSameNumber && slot.type !== 'flag') text = replaceForm(text, literal, value);
    else if (!literal.split(' ').every((word) => said.has(word.toLowerCase()))) invented += slot.type === 'flag' ? 1 : 0.5;
  }
  return { text, invented };
}

/** The words that say one of the values of a slot. Some parts of kinds are words of other things too. */
function formsOf(slot: Slot): readonly string[] {
  if (slot.type === 'choice') return Object.values(slot.values).flat();
  if (slot.type === 'flag') return slot.phrases;
  return slot.type === 'kind' ? kindWords().filter((word) => !/^(?:namespaces?|sets?|maps?|service)$/.test(word)) : [];
}

function replaceForm(text: string, literal: string, value: string): string {
  const replaced = text.replace(literal, () => value);
  return /^[aeio]/i.test(value) ? replaced.replace(`a ${value}`, () => `an ${value}`) : replaced;
}

/** The longest of these forms that stands in the text as words of its own. */
function findForm(text: string, forms: readonly string[]): string | undefined {
  const padded = ` ${text} `;
  const found = forms.filter((form) => padded.includes(` ${form} `)).toSorted((left, right) => right.length - left.length);
  return found[0];
}

/** The action's own vocabulary explains the offered sentence, so that saying it does not end in the next refusal. */
function isUnderstood(reading: Reading, compiled: CompiledAction, sentence: string): boolean {
  const plain: Reading = { ...reading, sentence, answers: {}, polite: new Set(), spelled: new Map() };
  const frame = matchFrame(plain, compiled, tokenize(sentence));
  return frame !== undefined && isCovered(frame) && frame.questions.length === 0;
}
