/**
 * Random and mutated sentences by the million: nothing crashes, hangs or becomes a plan that it must not become.
 *
 *     node test/language/soak.ts [--sentences 1000000] [--seed 1] [--plant]
 *
 * Prints how many sentences were read. Exits 1 on the first counterexample, which fast-check has made small.
 * With `--plant` negations are taken out before reading: the run must then fail.
 */
import { parseArgs } from 'node:util';
import { integrations, plannedActions } from '#integrations';
import { openNames } from '#inventory';
import { inputMeta, type Slot } from '#kit';
import { createLanguage, languageActions, type UnderstoodSentence } from '#language';
import { plannedRunbooks } from '#runbooks';
import fc from 'fast-check';

const { values } = parseArgs({
  options: {
    sentences: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    plant: { type: 'boolean', default: false },
  },
});
/** A reading that takes longer is taken again, because the machine may have paused; three long ones are a hang. */
const longestMs = 50;
const batch = 500;

const actions = [...integrations.flatMap((integration) => integration.actions), ...plannedActions, ...plannedRunbooks];
const reads = new Set(actions.filter(({ permission }) => permission === 'read').map(({ id }) => id));
const language = createLanguage(languageActions(actions));
const options = { names: openNames({ environments: [] }), answers: {}, now: new Date(0) };

const seen = { count: 0, slow: 0, slowestMs: 0 };

function understand(text: string): UnderstoodSentence {
  const read = values.plant ? text.replace(/^(?:do not|don't|please don't|never) /, '') : text;
  for (let attempt = 1; ; attempt += 1) {
    const started = performance.now();
    const cpu = process.cpuUsage();
    const result = language.understand(read, options);
    const { user, system } = process.cpuUsage(cpu);
    // Of the clock and the processor's own time the smaller: a busy machine is no hang.
    const took = Math.min(performance.now() - started, (user + system) / 1000);
    seen.count += 1;
    if (took <= longestMs || seen.count < 2000) {
      if (seen.count >= 2000) seen.slowestMs = Math.max(seen.slowestMs, took);
      return result;
    }
    seen.slow += 1;
    if (attempt === 3) throw new Error(`took ${took.toFixed(0)} ms three times: ${JSON.stringify(text)}`);
  }
}

const summary = (result: UnderstoodSentence): string =>
  result.status === 'plan' ? result.steps.map(({ action, input }) => `${action} ${JSON.stringify(input)}`).join(' + ') : result.status;
const isChange = (result: UnderstoodSentence): boolean => result.status === 'plan' && result.steps.some(({ action }) => !reads.has(action));

function sampleOf(slot: Slot | undefined, name: string): string {
  const places: Record<string, string> = { namespace: 'shop', person: 'anna', project: 'OPS', cluster: 'kube-eu1' };
  if (slot?.type === 'name') return places[slot.of] ?? 'web-app';
  if (slot?.type === 'count') return String(Math.max(slot.min, 4));
  if (slot?.type === 'kind') return 'deployment';
  if (slot?.type === 'choice') return Object.values(slot.values).flat()[0] ?? name;
  if (slot?.type === 'duration') return 'the last hour';
  if (slot?.type === 'pattern') return slot.upper === true ? 'OPS-12' : 'app=web';
  return slot?.type === 'amount' ? 'by 2' : 'the slow search page';
}

/** The examples of every declaration, with something in each place. */
const examples = actions.flatMap((action) => {
  const inputs = inputMeta(action.input);
  return action.language.examples.map((text) => text.replaceAll(/\{(\w+)\}/g, (_, name: string) => sampleOf(inputs[name]?.slot, name)));
});
const planned = examples.filter((say) => understand(say).status === 'plan');
const words = [...new Set(examples.flatMap((say) => say.split(' ')))];

const example = fc.constantFrom(...examples);
const plan = fc.constantFrom(...planned);
const salad = fc
  .array(fc.constantFrom(...words, ',', 'and', 'or', 'not', 'then', '"', ':', '3', 'it', 'no,', 'all'), { maxLength: 25 })
  .map((list) => list.join(' '));
const joined = fc
  .tuple(example, fc.constantFrom(' and ', ', ', ' then ', '; ', '. ', ' or ', ', no, '), example)
  .map((parts) => parts.join(''));
/** Letters swapped, dropped, doubled; words dropped and moved. */
const mutated = fc
  .tuple(
    example,
    fc.array(fc.tuple(fc.nat(200), fc.constantFrom('swap', 'drop', 'double', 'cut', 'upper')), { minLength: 1, maxLength: 4 }),
  )
  .map(([say, changes]) => changes.reduce((text, [at, how]) => mutate(text, at, how), say));
const noise = fc.oneof(
  fc.string({ maxLength: 120 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
);

function mutate(text: string, at: number, how: string): string {
  const place = text.length === 0 ? 0 : at % text.length;
  const [head, here, tail] = [text.slice(0, place), text.slice(place, place + 1), text.slice(place + 1)];
  if (how === 'swap') return `${head}${tail.slice(0, 1)}${here}${tail.slice(1)}`;
  if (how === 'drop') return head + tail;
  if (how === 'double') return head + here + here + tail;
  if (how === 'upper') return head + here.toUpperCase() + tail;
  const list = text.split(' ');
  return list.filter((_, index) => index !== at % list.length).join(' ');
}

const same = (text: string, wanted: string, what: string): void => {
  const found = summary(understand(text));
  if (found !== wanted) throw new Error(`${what}: ${JSON.stringify(text)} is ${found} instead of ${wanted}`);
};

const properties: Record<string, fc.IRawProperty<unknown>> = {
  'any text is read, and read the same way twice': fc.property(fc.oneof(noise, salad, joined, mutated), (text) => {
    same(text, summary(understand(text)), 'two readings differ');
  }),
  'a negation in front makes no plan': fc.property(
    fc.oneof(example, joined, mutated, salad),
    fc.constantFrom('do not ', "don't ", "please don't ", 'never '),
    (text, front) => {
      const before = understand(text);
      const after = understand(front + text);
      if (before.status !== 'plan' && after.status === 'plan') throw new Error(`${JSON.stringify(front + text)} became ${summary(after)}`);
      if (isChange(after)) throw new Error(`${JSON.stringify(front + text)} changes: ${summary(after)}`);
    },
  ),
  'politeness, thanks and space change nothing': fc.property(
    plan,
    fc.constantFrom('please ', 'hi, ', 'could you please ', 'hey team, please ', ''),
    fc.constantFrom('', ' please', ', thanks', ', thank you!', '  '),
    (text, front, behind) => {
      const wanted = summary(understand(text));
      same(`${front}${text}${behind}`, wanted, 'politeness');
    },
  ),
  'capitals and space change nothing': fc.property(plan, fc.constantFrom('first', 'space', 'tab'), (text, how) => {
    const wanted = summary(understand(text));
    if (how === 'first') same(text.slice(0, 1).toUpperCase() + text.slice(1), wanted, 'capital');
    else if (!/["':`]/.test(text)) same(text.replaceAll(' ', how === 'tab' ? '\t' : '  '), wanted, 'space');
  }),
};

const target = Number(values.sentences);
const started = performance.now();
let seed = Number(values.seed);
let said = 0;
try {
  while (seen.count < target) {
    for (const property of Object.values(properties)) fc.assert(property, { numRuns: batch, seed });
    seed += 1;
    if (seen.count - said >= target / 10) {
      said = seen.count;
      console.log(`${seen.count} sentences, ${((performance.now() - started) / 1000).toFixed(0)} s`);
    }
  }
  console.log(
    `${seen.count} sentences from ${actions.length} actions, ${Object.keys(properties).length} properties, 0 counterexamples; longest ${seen.slowestMs.toFixed(1)} ms, ${seen.slow} read again because they took over ${longestMs} ms`,
  );
} catch (error) {
  console.log(`failed after ${seen.count} sentences, seed ${seed}`);
  console.log(error instanceof Error ? `${error.message.slice(0, 1500)}\n${String(error.cause)}` : String(error));
  process.exitCode = 1;
}
