/** Trains the proposer on the declarations: `npm run language:train`. With `--check` it only says whether the weights are stale. */
import { writeFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { integrations, plannedActions } from '#integrations';
import { languageActions } from '#language';
import { plannedRunbooks } from '#runbooks';
import { type Accuracy, accuracyOf, isAccurate, LEAST_ACCURACY } from '../src/language/propose/accuracy.ts';
import { corpusOf } from '../src/language/propose/corpus.ts';
import { readWeights, WEIGHTS_FILE } from '../src/language/propose/proposer.ts';
import { staleNote } from '../src/language/propose/stale.ts';
import { train, TRAINING } from '../src/language/propose/train.ts';

const actions = languageActions([...integrations.flatMap((integration) => integration.actions), ...plannedActions, ...plannedRunbooks]);

function line(name: string, { right, total, noneRight, none }: Accuracy): void {
  const share = (part: number, whole: number) => `${part} of ${whole} (${((100 * part) / Math.max(whole, 1)).toFixed(1)} %)`;
  console.log(`${name.padEnd(48)} actions ${share(right, total)}, none ${share(noneRight, none)}`);
}

function main(): void {
  const started = performance.now();
  const bytes = train(actions, TRAINING);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const kB = (count: number) => (count / 1000).toFixed(1);
  console.log(`${actions.length} actions, ${corpusOf(actions, TRAINING).length} sentences, trained in ${seconds} s`);
  console.log(`weights.bin: ${kB(bytes.length)} kB, compressed ${kB(brotliCompressSync(bytes).length)} kB`);
  const inSample = accuracyOf(bytes, actions, TRAINING);
  line('in-sample: the sentences of the training', inSample);
  const without = train(actions, { ...TRAINING, examples: 'kept' });
  line(
    'held out: an example of each action never seen',
    accuracyOf(without, actions, { ...TRAINING, seed: TRAINING.seed + 1, examples: 'heldOut' }),
  );
  if (isAccurate(inSample)) {
    writeFileSync(WEIGHTS_FILE, bytes);
    return;
  }
  console.log(`not written: less than ${100 * LEAST_ACCURACY} % in-sample`);
  process.exitCode = 1;
}

if (process.argv.includes('--check')) {
  const note = staleNote(readWeights(), actions);
  console.log(note === undefined ? 'the weights of the proposer are fresh' : `note: ${note}`);
} else {
  main();
}
