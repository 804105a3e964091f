/** `devos eval`: how well sentences of your own are understood. Offline: nothing is read but the files, and nothing runs. */
import { resolve } from 'node:path';
import { AppError, exitCodes } from '#kit/errors';
import { cleanText } from '#kit/clean';
import type { EvalFailure, EvalReport, Share } from '#server';
import type { Arguments, Command } from '../command.ts';
import type { Context } from '../context.ts';
import { formatFailure, formatReport } from '../eval-tables.ts';
import { fileLines } from '../file-lines.ts';
import { printValue } from '../print.ts';

export const evalCommand: Command = {
  usage: ['eval FILE… [--failures] [-o json]', 'eval FILE… --min-exact PERCENT --max-wrong PERCENT'],
  flags: {
    failures: { type: 'boolean', help: 'list each sentence that was not answered as expected' },
    'min-exact': { type: 'string', help: 'PERCENT  exit 1 where fewer of all sentences are answered as expected' },
    'max-wrong': { type: 'string', help: 'PERCENT  exit 1 where more of all sentences become a plan that is not right' },
  },
  startsDaemon: false,
  run,
};

interface Limit {
  flag: 'min-exact' | 'max-wrong';
  percent: number;
  /** Of the whole, in percent. */
  was: number;
  met: boolean;
}

async function run(context: Context, { words: files, text, on }: Arguments): Promise<number> {
  const minExact = takePercent('min-exact', text['min-exact']);
  const maxWrong = takePercent('max-wrong', text['max-wrong']);
  if (files.length === 0)
    throw new AppError('devos eval needs a file with labelled sentences', { code: 'USAGE', hint: 'See: devos help eval' });
  const output = createOutput(context, on['failures'] === true);
  const report = await evaluate(context, files, output.failure);
  const checked = checkLimits(report, minExact, maxWrong);
  await output.report(report, checked);
  for (const limit of checked) if (!limit.met && !isForMachines(context)) context.io.err(`${describeLimit(limit)}\n`);
  return checked.every(({ met }) => met) ? exitCodes.done : exitCodes.failed;
}

async function evaluate({ cwd }: Context, files: string[], onFailure: (failure: EvalFailure) => void): Promise<EvalReport> {
  const { offlineEvaluator } = await import('#server');
  const evaluator = await offlineEvaluator();
  for (const file of files) {
    let line = 0;
    for await (const text of fileLines(resolve(cwd, file), file)) {
      line += 1;
      const failure = evaluator.score(file, text, line);
      if (failure !== undefined) onFailure(failure);
    }
    if (!evaluator.report().files.some(({ name }) => name === file))
      throw new AppError(`${file} holds no labelled sentence`, {
        code: 'INPUT_INVALID',
        hint: 'Write one a line: the sentence, a tab, the expected answer. See docs/guides/measure.md',
        details: { file },
      });
  }
  return evaluator.report();
}

interface Output {
  failure: (failure: EvalFailure) => void;
  report: (report: EvalReport, limits: Limit[]) => Promise<void>;
}

/** Only one JSON or YAML value has to wait for the end; the other formats print each failure as it is found. */
function createOutput({ io, globals }: Context, listsFailures: boolean): Output {
  const format = globals.output;
  const failures: EvalFailure[] = [];
  switch (format) {
    case 'json':
    case 'yaml':
      return {
        failure: (failure) => void failures.push(failure),
        report: (report, limits) => printValue(io, format, { ...report, limits, failures }),
      };
    case 'jsonl':
      return {
        failure: (failure) => io.out(`${JSON.stringify({ schemaVersion: 1, type: 'failure', ...failure })}\n`),
        report: (report, limits) => printValue(io, format, { type: 'report', ...report, limits }),
      };
    case 'name':
      return { failure: ({ file, line }) => io.out(`${cleanText(file)}:${line}\n`), report: async () => undefined };
    case 'table':
      return {
        failure: (failure) => (listsFailures ? io.out(formatFailure(failure)) : undefined),
        async report(report) {
          io.out(formatReport(report));
          if (!globals.quiet && report.unknown.length > 0) io.err(describeUnknown(report.unknown));
        },
      };
  }
}

function describeUnknown(unknown: EvalReport['unknown']): string {
  const shown = unknown.slice(0, 5).map(({ name }) => name);
  const more = unknown.length - shown.length;
  return cleanText(`note: labels name what the catalogue lacks: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}\n`);
}

const isForMachines = ({ globals }: Context): boolean => globals.output !== 'table' && globals.output !== 'name';

function checkLimits({ total }: EvalReport, minExact: number | undefined, maxWrong: number | undefined): Limit[] {
  const [exact, wrong] = [percentOf(total.exact), percentOf(total.anyWrongPlan)];
  return [
    ...(minExact === undefined ? [] : [{ flag: 'min-exact' as const, percent: minExact, was: exact, met: exact >= minExact }]),
    ...(maxWrong === undefined ? [] : [{ flag: 'max-wrong' as const, percent: maxWrong, was: wrong, met: wrong <= maxWrong }]),
  ];
}

/** Unrounded, so that 89.996 is not 90. */
const percentOf = ({ count, of }: Share): number => (100 * count) / of;

function describeLimit({ flag, percent, was }: Limit): string {
  const words = flag === 'min-exact' ? 'as expected, fewer than' : 'became a plan that is not right, more than';
  return `${was.toFixed(2)} % of the sentences ${flag === 'min-exact' ? 'were ' : ''}${words} --${flag} ${percent}`;
}

function takePercent(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const percent = /^\d{1,3}(?:\.\d+)?%?$/.test(text) ? Number(text.replace('%', '')) : Number.NaN;
  if (percent <= 100) return percent;
  throw new AppError(`--${flag} takes a percentage from 0 to 100, not ${JSON.stringify(text)}`, {
    code: 'USAGE',
    hint: `Try: --${flag} ${flag === 'min-exact' ? '90' : '0.5'}`,
  });
}
