/** Time, memory and accuracy of understanding. `node bench/language.ts [-o json]`; `--first` is what a fresh process runs. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { integrations, plannedActions } from '#integrations';
import { createNames, type Names, openNames } from '#inventory';
import type { LiveName } from '#kit';
import { createLanguage, type Language, languageActions } from '#language';
import { plannedRunbooks } from '#runbooks';
import { parse } from 'yaml';
import { type Labelled, parseLabelled, verdict } from './language-score.ts';

const SHARED = new URL('../../shared/language/', import.meta.url);
const FIXTURES = new URL('../src/language/__fixtures__/', import.meta.url);
const FILES = ['people.tsv', 'third-party.tsv', 'traps.tsv'];
const NOW = new Date(0);

interface Timing {
  names: number;
  sentences: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

const actions = languageActions([...integrations.flatMap((integration) => integration.actions), ...plannedActions, ...plannedRunbooks]);

function ownSentences(): string[] {
  return ['requests.yaml', 'refusals.yaml'].flatMap((file) => {
    const entries: unknown = parse(readFileSync(new URL(file, FIXTURES), 'utf8'));
    return Array.isArray(entries) ? entries.map((entry: { say: string }) => entry.say) : [];
  });
}

function sharedSentences(): Labelled[] {
  if (!existsSync(SHARED)) return [];
  return FILES.flatMap((file) => parseLabelled(readFileSync(new URL(file, SHARED), 'utf8')));
}

/** Workloads over 300 namespaces, with words that sentences use too. */
function manyNames(count: number): Names {
  const parts = ['payment', 'order', 'user', 'search', 'cart', 'ledger', 'mailer'];
  const roles = ['api', 'worker', 'web', 'cron', 'gateway'];
  const names = Array.from({ length: count }, (_, index): LiveName => ({
    of: 'workload',
    kind: 'Deployment',
    namespace: `team-${index % 300}`,
    name: `${parts[index % parts.length]}-${roles[index % roles.length]}-${index}`,
  }));
  const namespaces = Array.from({ length: 300 }, (_, index): LiveName => ({ of: 'namespace', name: `team-${index}` }));
  return createNames({ names: [...names, ...namespaces], defaults: { namespace: 'team-0' }, environments: [] });
}

function time(language: Language, sentences: readonly string[], names: Names, count: number): Timing {
  const took: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    for (const sentence of sentences) {
      const started = performance.now();
      language.understand(sentence, { names, now: NOW });
      // The first two rounds warm the compiler up.
      if (round > 1) took.push(performance.now() - started);
    }
  }
  took.sort((left, right) => left - right);
  const at = (share: number) => round(took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0);
  return { names: count, sentences: sentences.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

const round = (value: number) => Math.round(value * 100) / 100;

interface FirstParse {
  importMs: number;
  createMs: number;
  parseMs: number;
  heapMb: number;
}

/** Measured in a process that has done nothing else. */
function firstParse(importMs: number): FirstParse {
  const before = process.memoryUsage().heapUsed;
  let started = performance.now();
  const language = createLanguage(actions);
  const createMs = performance.now() - started;
  started = performance.now();
  language.understand('scale the web-app deployment to 5 replicas in shop', { names: openNames({ environments: [] }), now: NOW });
  return {
    importMs: round(importMs),
    createMs: round(createMs),
    parseMs: round(performance.now() - started),
    heapMb: round((process.memoryUsage().heapUsed - before) / 2 ** 20),
  };
}

interface Accuracy {
  /** Sentences with an expected plan of which every action exists. */
  plans: { total: number; exact: number; wrong: number; asked: number; refused: number };
  /** Sentences of the class `ask-…` whose family of actions may exist; a plan that changes something is wrong. */
  asks: { total: number; exact: number; changing: number };
  /** Sentences of the class `no-…`: how many became a plan that changes something. */
  traps: { total: number; changing: number };
  /** All others, which have no action yet: how many became a plan, and one that changes something. */
  others: { total: number; planned: number; changing: number };
}

function measure(language: Language, labelled: readonly Labelled[]): Accuracy {
  const ids = new Set(actions.map(({ id }) => id));
  const reads = new Set(actions.filter(({ permission }) => permission === 'read').map(({ id }) => id));
  const accuracy: Accuracy = {
    plans: { total: 0, exact: 0, wrong: 0, asked: 0, refused: 0 },
    asks: { total: 0, exact: 0, changing: 0 },
    traps: { total: 0, changing: 0 },
    others: { total: 0, planned: 0, changing: 0 },
  };
  const names = openNames({ environments: [] });
  for (const { sentence, expected, class: kind } of labelled) {
    const result = language.understand(sentence, { names, now: NOW });
    const found = verdict(expected, result);
    const changing = result.status === 'plan' && result.steps.some(({ action }) => !reads.has(action)) ? 1 : 0;
    const isPossible = expected.some((one) => one.kind === 'steps' && one.steps.every(({ action }) => ids.has(action)));
    if (kind.startsWith('no-')) {
      accuracy.traps.total += 1;
      accuracy.traps.changing += changing;
    }
    if (isPossible) {
      accuracy.plans.total += 1;
      accuracy.plans[found] += 1;
    } else if (kind.startsWith('ask-')) {
      accuracy.asks.total += 1;
      accuracy.asks.exact += found === 'exact' ? 1 : 0;
      accuracy.asks.changing += changing;
    } else if (!kind.startsWith('no-')) {
      accuracy.others.total += 1;
      accuracy.others.planned += result.status === 'plan' && found !== 'exact' ? 1 : 0;
      accuracy.others.changing += found === 'exact' ? 0 : changing;
    }
  }
  return accuracy;
}

function print(first: FirstParse, timings: readonly Timing[], accuracy: Accuracy | undefined): void {
  console.log(
    `first parse in a fresh process: imports ${first.importMs} ms, vocabulary ${first.createMs} ms, parse ${first.parseMs} ms, heap +${first.heapMb} MB`,
  );
  console.log('names    sentences  p50 ms  p99 ms  max ms');
  for (const { names, sentences, p50Ms, p99Ms, maxMs } of timings)
    console.log(
      `${String(names).padEnd(8)} ${String(sentences).padEnd(10)} ${String(p50Ms).padEnd(7)} ${String(p99Ms).padEnd(7)} ${maxMs}`,
    );
  if (accuracy === undefined) {
    console.log("skipped: accuracy on other people's sentences, because ../shared/language is absent");
    return;
  }
  const { plans, asks, traps, others } = accuracy;
  const share = (part: number, total: number) => `${part} of ${total} (${total === 0 ? 0 : round((100 * part) / total)} %)`;
  console.log(
    `sentences whose actions exist: exact ${share(plans.exact, plans.total)}, wrong ${share(plans.wrong, plans.total)}, asked ${plans.asked}, refused ${plans.refused}`,
  );
  console.log(`to be asked about: asked ${share(asks.exact, asks.total)}, a changing plan ${share(asks.changing, asks.total)}`);
  console.log(`traps that must change nothing: a changing plan ${share(traps.changing, traps.total)}`);
  console.log(
    `sentences for actions that do not exist yet: some other plan ${share(others.planned, others.total)}, a changing one ${share(others.changing, others.total)}`,
  );
}

function main(): void {
  if (process.argv.includes('--first')) {
    console.log(JSON.stringify(firstParse(performance.now())));
    return;
  }
  const shared = sharedSentences();
  const sentences = [...ownSentences(), ...shared.map(({ sentence }) => sentence)];
  const answer: unknown = JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--first'], { encoding: 'utf8' }));
  const first = answer as FirstParse; // our own output of a moment ago
  const language = createLanguage(actions);
  const timings = [
    time(language, sentences, openNames({ environments: [] }), 0),
    time(language, sentences, manyNames(1000), 1000),
    time(language, sentences, manyNames(50_000), 50_000),
  ];
  const accuracy = shared.length === 0 ? undefined : measure(language, shared);
  if (process.argv.includes('json'))
    console.log(
      JSON.stringify({ schemaVersion: 1, first, timings, rssMb: round(process.memoryUsage().rss / 2 ** 20), accuracy: accuracy ?? null }),
    );
  else print(first, timings, accuracy);
}

main();
