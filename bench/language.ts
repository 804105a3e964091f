/** Time, memory and accuracy of understanding, beside two baselines. `node bench/language.ts [FILE.tsv …] [-o json]`; `--first` is what a fresh process runs. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { integrations, plannedActions } from '#integrations';
import { createNames, type Names, openNames } from '#inventory';
import type { Declaration, LiveName } from '#kit';
import { createLanguage, type EvalReport, type Language, languageActions, parseLabelled, type Share } from '#language';
import { plannedRunbooks } from '#runbooks';
import { parse } from 'yaml';
import { formatGroups, formatShare } from '../src/cli/eval-tables.ts';
import { formatTable } from '../src/cli/print.ts';
import { compare, type Comparison, type Contender } from './language-compare.ts';

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

const declarations: readonly Declaration[] = [
  ...integrations.flatMap((integration) => integration.actions),
  ...plannedActions,
  ...plannedRunbooks,
];
const actions = languageActions(declarations);

function ownSentences(): string[] {
  return ['requests.yaml', 'refusals.yaml'].flatMap((file) => {
    const entries: unknown = parse(readFileSync(new URL(file, FIXTURES), 'utf8'));
    return Array.isArray(entries) ? entries.map((entry: { say: string }) => entry.say) : [];
  });
}

interface LabelledFile {
  name: string;
  text: string;
}

/** The files named on the line, else those beside the repository. */
function labelledFiles(): LabelledFile[] {
  const named = process.argv.slice(2).filter((word) => word.endsWith('.tsv'));
  if (named.length > 0) return named.map((path) => ({ name: basename(path), text: readFileSync(path, 'utf8') }));
  if (!existsSync(SHARED)) return [];
  return FILES.map((name) => ({ name, text: readFileSync(new URL(name, SHARED), 'utf8') }));
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

/** What is still used: a collection that happens in between would make it look like less. */
function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Measured in a process that has done nothing else. */
function firstParse(importMs: number): FirstParse {
  const before = heapUsed();
  let started = performance.now();
  const language = createLanguage(actions);
  const createMs = performance.now() - started;
  started = performance.now();
  language.understand('scale the web-app deployment to 5 replicas in shop', { names: openNames({ environments: [] }), now: NOW });
  return {
    importMs: round(importMs),
    createMs: round(createMs),
    parseMs: round(performance.now() - started),
    heapMb: round((heapUsed() - before) / 2 ** 20),
  };
}

interface Accuracy {
  report: EvalReport;
  comparison: Comparison;
}

/** The report is that of `devos eval`. */
async function measure(language: Language, files: readonly LabelledFile[]): Promise<Accuracy> {
  // Here, so that it is no part of what a fresh process imports.
  const { offlineEvaluator } = await import('#server');
  const evaluator = await offlineEvaluator();
  for (const { name, text } of files) for (const [at, line] of text.split('\n').entries()) evaluator.score(name, line, at + 1);
  const names = openNames({ environments: [] });
  const sentences = files.flatMap(({ name, text }) => parseLabelled(name, text));
  const understand = (sentence: string) => language.understand(sentence, { names, now: NOW });
  return { report: evaluator.report(), comparison: compare({ sentences, actions, declarations, understand }) };
}

function print({ first, timings, rssMb, accuracy }: Measured): void {
  console.log(
    `first parse in a fresh process: imports ${first.importMs} ms, vocabulary ${first.createMs} ms, parse ${first.parseMs} ms, heap +${first.heapMb} MB`,
  );
  console.log('names    sentences  p50 ms  p99 ms  max ms');
  for (const { names, sentences, p50Ms, p99Ms, maxMs } of timings)
    console.log(
      `${String(names).padEnd(8)} ${String(sentences).padEnd(10)} ${String(p50Ms).padEnd(7)} ${String(p99Ms).padEnd(7)} ${maxMs}`,
    );
  console.log(`memory: ${rssMb} MB in this process after that`);
  if (accuracy === undefined) {
    console.log("skipped: accuracy on other people's sentences and the comparison, because ../shared/language is absent");
    return;
  }
  const { report, comparison } = accuracy;
  const files = [...report.files, { name: 'total', ...report.total }];
  console.log(`\n${formatGroups('file', files)}\n${formatGroups('system', report.systems)}`);
  console.log(formatContenders(comparison.contenders));
  for (const note of comparison.notes) console.log(note);
}

function formatContenders(contenders: readonly Contender[]): string {
  const cells = (share: Share | null) => (share === null ? ['-', '-'] : formatShare(share).slice(2));
  const rows = contenders.map(({ name, rightAction, exactPlan, falseAccept, falseAcceptDestructive }) => [
    name,
    ...cells(rightAction),
    ...cells(exactPlan),
    String(falseAccept.count),
    ...cells(falseAccept),
    String(falseAcceptDestructive.count),
  ]);
  return formatTable(['', 'RIGHT ACTION', '95 %', 'WITH INPUTS', '95 %', 'FALSE ACCEPTS', 'SHARE', '95 %', 'DESTRUCTIVE'], rows);
}

interface Measured {
  first: FirstParse;
  timings: readonly Timing[];
  rssMb: number;
  accuracy: Accuracy | undefined;
}

async function main(): Promise<void> {
  if (process.argv.includes('--first')) {
    console.log(JSON.stringify(firstParse(performance.now())));
    return;
  }
  const files = labelledFiles();
  const labelled = files.flatMap(({ name, text }) => parseLabelled(name, text));
  const sentences = [...ownSentences(), ...labelled.map(({ sentence }) => sentence)];
  const answer: unknown = JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', fileURLToPath(import.meta.url), '--first'], { encoding: 'utf8' }),
  );
  const first = answer as FirstParse; // our own output of a moment ago
  const language = createLanguage(actions);
  const timings = [
    time(language, sentences, openNames({ environments: [] }), 0),
    time(language, sentences, manyNames(1000), 1000),
    time(language, sentences, manyNames(50_000), 50_000),
  ];
  const rssMb = round(process.memoryUsage().rss / 2 ** 20);
  const accuracy = files.length === 0 ? undefined : await measure(language, files);
  if (process.argv.includes('json')) console.log(JSON.stringify({ schemaVersion: 1, first, timings, rssMb, accuracy: accuracy ?? null }));
  else print({ first, timings, rssMb, accuracy });
}

await main();
