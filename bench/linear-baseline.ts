/** A baseline: softmax regression over hashed word and character n-grams of masked text, trained in the run from the declarations alone. */
import type { Answer, LanguageAction } from '#language';

/** A class of its own for what is no order; its sentences are the counter-examples that ask or forbid. */
const NONE = 'none';
const NO_ORDER = /^(?:should|how|what|who|when|why|did|do not|don't|never|is|are|was|could|would|explain|please don't)\b/i;
const bits = 16;
const epochs = 12;
const rate = 1;
const perLine = 12;

const sampleNames = ['web-app', 'cart', 'payment-service', 'checkout', 'orders-api', 'search', 'worker-3', 'billing'];
const samples: Record<string, string[]> = {
  name: sampleNames,
  count: ['5', '3', '12', 'two'],
  kind: ['pods', 'deployment', 'services', 'nodes', 'jobs', 'deployments', 'pod', 'events'],
  text: ['the login issue', 'database connection errors', '"search is slow"'],
  duration: ['the last hour', '30m', 'the past 2 days'],
  pattern: ['OPS-12', 'DEV-7', 'INC0012345'],
  none: sampleNames,
};

export interface LinearBaseline {
  /** Its best action; a refusal where that is less likely than `atLeast`, or no order. */
  answer: (sentence: string, atLeast: number) => Answer;
  sentences: number;
  classes: number;
}

export function trainLinear(actions: readonly LanguageAction[]): LinearBaseline {
  const random = mulberry(7);
  const sentences = actions.flatMap((action) => generate(action, random));
  const classes = [...new Set(sentences.map(({ action }) => action))];
  const data = sentences.map(({ text, action }) => ({ features: featuresOf(text), label: classes.indexOf(action) }));
  // By feature, then class, so that what is read together lies together.
  const weights = new Float32Array(2 ** bits * classes.length);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (let left = data.length; left > 0; left -= 1) {
      const at = Math.floor(random() * left);
      const [one, last] = [data[at], data[left - 1]];
      if (one === undefined || last === undefined) continue;
      [data[at], data[left - 1]] = [last, one];
      learn(weights, classes.length, one, rate / (1 + epoch / 3));
    }
  }
  return {
    sentences: sentences.length,
    classes: classes.length,
    answer(sentence, atLeast) {
      const likely = probabilities(weights, classes.length, featuresOf(sentence));
      const best = likely.indexOf(Math.max(...likely));
      const action = classes[best] ?? NONE;
      if (action === NONE || (likely[best] ?? 0) < atLeast) return { status: 'refuse', code: 'NOT_UNDERSTOOD', message: 'not sure' };
      return { status: 'plan', steps: [{ action, input: {} }] };
    },
  };
}

interface Sample {
  text: string;
  action: string;
}

/** Examples several times with other values, and each trigger line with words drawn from its parts. */
function generate(action: LanguageAction, random: () => number): Sample[] {
  const { id, inputs, language } = action;
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
  const value = (input: string): string => {
    const slot = inputs[input]?.slot;
    if (slot?.type === 'choice') return pick(Object.values(slot.values).flat());
    if (slot?.type === 'flag') return pick(slot.phrases);
    return pick(samples[slot?.type ?? 'none'] ?? []);
  };
  const fill = (text: string): string => text.replaceAll(/\{(\w+)\}/g, (_, input: string) => value(input));
  const repeated = (make: () => string, label: string): Sample[] =>
    Array.from({ length: perLine }, () => ({ text: make(), action: label }));
  const also = (language.also ?? '').split('|');
  const fromLine = (line: string): string => {
    const parts = line
      .replace(/^\^/, '')
      .split('&')
      .map((part) => fill(pick(part.trim().split('|'))));
    // Half of them with a word that the action explains, and a name.
    return random() < 0.5 ? parts.join(' ') : [parts[0], pick(also), ...parts.slice(1), pick(sampleNames)].join(' ');
  };
  const against = (language.counterExamples ?? []).filter((text) => NO_ORDER.test(text));
  return [
    ...language.examples.flatMap((text) => repeated(() => fill(text), id)),
    ...language.triggers.flatMap((line) => repeated(() => fromLine(line), id)),
    ...against.flatMap((text) => repeated(() => fill(text), NONE)),
  ];
}

/** Names, numbers, keys and quoted text say which object, not which action. */
function mask(sentence: string): string {
  return sentence
    .replaceAll(/"[^"]*"|“[^”]*”/g, ' QUOTED ')
    .replaceAll(/\b(?:inc|chg)\d+\b/gi, ' RECORD ')
    .replaceAll(/\b[A-Z][A-Z0-9]+-\d+\b/g, ' ISSUE ')
    .replaceAll(/\b\d+[smhd]?\b/g, ' NUMBER ')
    .replaceAll(/\b\w+(?:[-./]\w+)+\b/g, ' NAME ')
    .toLowerCase()
    .replaceAll(/[^a-z']+/g, ' ')
    .trim();
}

/** Positions, each once: words, pairs of words, and 3 to 5 characters in a row. */
function featuresOf(sentence: string): number[] {
  const text = mask(sentence);
  const words = text.split(' ');
  const found = new Set(words.map((word) => hash(`w ${word}`)));
  for (let at = 1; at < words.length; at += 1) found.add(hash(`p ${words[at - 1]} ${words[at]}`));
  for (let size = 3; size <= 5; size += 1)
    for (let at = 0; at + size <= text.length + 2; at += 1) found.add(hash(`c ${` ${text} `.slice(at, at + size)}`));
  return [...found];
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value ^ (value >>> 15)) & (2 ** bits - 1);
}

function probabilities(weights: Float32Array, classes: number, features: readonly number[]): Float32Array {
  const scores = new Float32Array(classes);
  for (const feature of features)
    for (let at = 0; at < classes; at += 1) scores[at] = (scores[at] ?? 0) + (weights[feature * classes + at] ?? 0);
  const scale = 1 / Math.sqrt(features.length);
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp((score - most) * scale));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function learn(
  weights: Float32Array,
  classes: number,
  { features, label }: { features: readonly number[]; label: number },
  step: number,
): void {
  const changes = probabilities(weights, classes, features).map(
    (likely, at) => (step * ((at === label ? 1 : 0) - likely)) / Math.sqrt(features.length),
  );
  for (const feature of features)
    for (let at = 0; at < classes; at += 1) {
      const place = feature * classes + at;
      weights[place] = (weights[place] ?? 0) + (changes[at] ?? 0);
    }
}

/** The same numbers in every run. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
