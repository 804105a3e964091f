/** Ranks actions for a sentence that was refused. It only ranks: nothing that it says is ever carried out. */
import { readFileSync } from 'node:fs';
import { vectorOf } from './features.ts';
import { createModel, type Model, type Ranked } from './model.ts';
import { decodeWeights } from './weights.ts';

export interface Proposer {
  /** The likeliest actions, best first. Never throws; empty where there are no weights. */
  rank: (masked: readonly string[]) => Ranked[];
}

/** The weights are read when a refusal first needs them. */
export function createProposer(read: () => Uint8Array | undefined = readWeights): Proposer {
  let model: Model | undefined;
  let isRead = false;
  return {
    rank(masked) {
      if (!isRead) {
        isRead = true;
        const decoded = decodeWeights(read() ?? new Uint8Array());
        model = decoded === undefined ? undefined : createModel(decoded.weights);
      }
      return model?.rank(vectorOf(masked)) ?? [];
    },
  };
}

export const WEIGHTS_FILE = new URL('weights.bin', import.meta.url);

/** Undefined where they were never trained: refusals then come without offers. */
export function readWeights(): Uint8Array | undefined {
  try {
    return readFileSync(WEIGHTS_FILE);
  } catch {
    return undefined; // Whatever the reason, a refusal is no place to fail; `npm run check` names missing weights.
  }
}
