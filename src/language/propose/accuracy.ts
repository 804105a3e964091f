/** How often the likeliest class is the right one: what decides whether weights may be written at all. */
import type { LanguageAction } from '../types.ts';
import { classesOf, type CorpusOptions, corpusOf, createVectorizer } from './corpus.ts';
import { createModel, NONE } from './model.ts';
import { decodeWeights } from './weights.ts';

/** Weights with less, on sentences that they were trained on, are not used. */
export const LEAST_ACCURACY = 0.8;

export interface Accuracy {
  /** Sentences of actions. */
  right: number;
  total: number;
  /** Sentences of "none". */
  noneRight: number;
  none: number;
}

export function accuracyOf(bytes: Uint8Array, actions: readonly LanguageAction[], options: CorpusOptions): Accuracy {
  const decoded = decodeWeights(bytes);
  const found: Accuracy = { right: 0, total: 0, noneRight: 0, none: 0 };
  if (decoded === undefined) return found;
  const model = createModel(decoded.weights);
  const classes = classesOf(actions);
  const vectorize = createVectorizer(actions);
  for (const { text, label, isNot } of corpusOf(actions, options)) {
    if (isNot) continue;
    const [best] = model.rank(vectorize(text));
    const isRight = best?.action === classes[label] ? 1 : 0;
    if (classes[label] === NONE) {
      found.none += 1;
      found.noneRight += isRight;
    } else {
      found.total += 1;
      found.right += isRight;
    }
  }
  return found;
}

export function isAccurate({ right, total, noneRight, none }: Accuracy): boolean {
  return total > 0 && right / total >= LEAST_ACCURACY && noneRight / Math.max(none, 1) >= LEAST_ACCURACY;
}
