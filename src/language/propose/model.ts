/** The trained weights in the form that ranking needs. */
import { BUCKETS, type Vector } from './features.ts';
import type { Weights } from './weights.ts';

/** The class of everything that no action does. */
export const NONE = 'none';

export interface Ranked {
  action: string;
  /** Share of the softmax over all actions and "none". */
  share: number;
}

export interface Model {
  /** Every class, the likeliest first. */
  rank: (vector: Vector) => Ranked[];
}

export function createModel({ classes }: Weights): Model {
  // By bucket, so that a sentence touches only the weights of its own words.
  const starts = new Int32Array(BUCKETS + 1);
  for (const { weights } of classes) for (const { bucket } of weights) starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0);
  const next = starts.slice();
  const owners = new Uint16Array(starts[BUCKETS] ?? 0);
  const values = new Float32Array(owners.length);
  for (const [index, { weights }] of classes.entries()) {
    for (const { bucket, weight } of weights) {
      const at = next[bucket] ?? 0;
      next[bucket] = at + 1;
      owners[at] = index;
      values[at] = weight;
    }
  }
  return {
    rank(vector) {
      const logits = Float32Array.from(classes, ({ bias }) => bias);
      for (const [at, bucket] of vector.buckets.entries()) {
        const value = vector.values[at] ?? 0;
        for (let index = starts[bucket] ?? 0; index < (starts[bucket + 1] ?? 0); index += 1) {
          const owner = owners[index] ?? 0;
          logits[owner] = (logits[owner] ?? 0) + value * (values[index] ?? 0);
        }
      }
      softmax(logits);
      return classes
        .map(({ id }, index): Ranked => ({ action: id, share: logits[index] ?? 0 }))
        .toSorted((left, right) => right.share - left.share || (left.action < right.action ? -1 : 1));
    },
  };
}

/** Turns sums into shares, in place. */
export function softmax(logits: Float32Array): void {
  let most = -Infinity;
  for (const logit of logits) most = Math.max(most, logit);
  let sum = 0;
  for (let index = 0; index < logits.length; index += 1) {
    const value = Math.exp((logits[index] ?? 0) - most);
    logits[index] = value;
    sum += value;
  }
  for (let index = 0; index < logits.length; index += 1) logits[index] = (logits[index] ?? 0) / sum;
}
