/** Softmax regression by stochastic gradient descent: seeded, in one thread, so that the same sentences give the same weights. */
import type { LanguageAction } from '../types.ts';
import { classesOf, corpusOf, createVectorizer, type TrainingSentence } from './corpus.ts';
import { BUCKETS, type Vector } from './features.ts';
import { softmax } from './model.ts';
import { createRandom } from './random.ts';
import { vocabularyHash } from './stale.ts';
import { encodeWeights, type Weights } from './weights.ts';

export interface TrainOptions {
  seed: number;
  perAction: number;
  none: number;
  epochs: number;
  /** Weights kept over all classes, the largest; each takes about 2.5 bytes. */
  keep: number;
  /** Leaves an example of each action out, to measure on. */
  examples?: 'kept';
  /** For the test that a model without knowledge fails: which label a sentence gets instead. */
  relabel?: (label: number, classes: number) => number;
}

export const TRAINING: TrainOptions = { seed: 20_261_123, perAction: 80, none: 800, epochs: 6, keep: 48_000 };

const FIRST_RATE = 4;
const LAST_RATE = 0.4;

interface Example {
  vector: Vector;
  label: number;
  isNot: boolean;
}

/** The bytes of the weights file. */
export function train(actions: readonly LanguageAction[], options: TrainOptions = TRAINING): Uint8Array {
  const classes = classesOf(actions);
  const { relabel } = options;
  const sentences = corpusOf(actions, options).map((sentence): TrainingSentence =>
    relabel === undefined ? sentence : { ...sentence, label: relabel(sentence.label, classes.length) },
  );
  const vectorize = createVectorizer(actions);
  const examples = sentences.map(({ text, label, isNot }): Example => ({ vector: vectorize(text), label, isNot }));
  const dense = descend(examples, classes.length, options);
  return encodeWeights(vocabularyHash(actions), prune(dense, classes, options.keep));
}

interface Dense {
  /** Row of each bucket that occurs; -1 for the others. */
  rows: Int32Array;
  matrix: Float32Array;
  bias: Float32Array;
}

function descend(examples: readonly Example[], classes: number, { seed, epochs }: TrainOptions): Dense {
  const rows = rowsOf(examples);
  const used = rows.reduce((most, row) => Math.max(most, row + 1), 0);
  const dense: Dense = { rows, matrix: new Float32Array(used * classes), bias: new Float32Array(classes) };
  const random = createRandom(seed);
  const order = Int32Array.from(examples.keys());
  const logits = new Float32Array(classes);
  const steps = epochs * examples.length;
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    random.shuffle(order);
    for (const at of order) {
      const example = examples[at];
      if (example === undefined) continue;
      learn(dense, example, logits, FIRST_RATE + ((LAST_RATE - FIRST_RATE) * step) / steps);
      step += 1;
    }
  }
  return dense;
}

/** A bucket that only one sentence has says nothing about others. */
function rowsOf(examples: readonly Example[]): Int32Array {
  const counts = new Int32Array(BUCKETS);
  for (const { vector } of examples) for (const bucket of vector.buckets) counts[bucket] = (counts[bucket] ?? 0) + 1;
  let next = 0;
  return counts.map((count) => {
    if (count < 2) return -1;
    next += 1;
    return next - 1;
  });
}

function learn({ rows, matrix, bias }: Dense, { vector, label, isNot }: Example, logits: Float32Array, rate: number): void {
  const classes = logits.length;
  const { buckets, values } = vector;
  logits.set(bias);
  for (let at = 0; at < buckets.length; at += 1) {
    const start = (rows[buckets[at] ?? 0] ?? -1) * classes;
    const value = values[at] ?? 0;
    if (start >= 0)
      for (let index = 0; index < classes; index += 1) logits[index] = (logits[index] ?? 0) + value * (matrix[start + index] ?? 0);
  }
  softmax(logits);
  slope(logits, label, isNot);
  for (let index = 0; index < classes; index += 1) bias[index] = (bias[index] ?? 0) - rate * 0.1 * (logits[index] ?? 0);
  for (let at = 0; at < buckets.length; at += 1) {
    const start = (rows[buckets[at] ?? 0] ?? -1) * classes;
    const move = rate * (values[at] ?? 0);
    if (start >= 0)
      for (let index = 0; index < classes; index += 1) matrix[start + index] = (matrix[start + index] ?? 0) - move * (logits[index] ?? 0);
  }
}

/** Shares become the slope of the loss: "is this class", or "is any but this class". */
function slope(shares: Float32Array, label: number, isNot: boolean): void {
  const own = shares[label] ?? 0;
  if (!isNot) {
    shares[label] = own - 1;
    return;
  }
  const factor = -own / Math.max(1 - own, 0.05);
  for (let index = 0; index < shares.length; index += 1) shares[index] = (shares[index] ?? 0) * factor;
  shares[label] = own;
}

/** Keeps the largest weights; equal ones in order of class and bucket. */
function prune({ rows, matrix, bias }: Dense, classes: readonly string[], keep: number): Weights {
  const sizes = matrix.map((weight) => Math.abs(weight)).toSorted();
  const limit = Math.max(sizes[Math.max(0, sizes.length - keep)] ?? 0, 1e-6);
  let left = keep;
  const sparse = classes.map((id, index) => {
    const found: { bucket: number; weight: number }[] = [];
    for (const [bucket, row] of rows.entries()) {
      const weight = row < 0 ? 0 : (matrix[row * classes.length + index] ?? 0);
      if (Math.abs(weight) < limit || left === 0) continue;
      left -= 1;
      found.push({ bucket, weight });
    }
    return { id, bias: bias[index] ?? 0, weights: found };
  });
  return { classes: sparse };
}
