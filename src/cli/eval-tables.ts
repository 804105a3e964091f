/** A report of `devos eval` as a person reads it. */
import { cleanLine } from '#kit/clean';
import type { EvalFailure, EvalReport, Group, Measures, Share } from '#server';
import { formatTable } from './print.ts';

type MeasureName = Exclude<keyof Measures, 'sentences'>;

const rows: [MeasureName, string][] = [
  ['exact', 'exact'],
  ['exactPlan', '  exact plan, where one is right'],
  ['wrongInput', 'right actions, wrong input'],
  ['wrongPlan', 'wrong plan'],
  ['falseAccept', 'false accept'],
  ['falseAcceptModerate', '  moderate'],
  ['falseAcceptDestructive', '  destructive'],
  ['askedNotActed', 'asked instead of acted'],
  ['actedNotAsked', 'acted instead of asked'],
  ['refusedNotActed', 'refused instead of acted'],
  ['askedNotRefused', 'asked instead of refused'],
  ['refusedNotAsked', 'refused instead of asked'],
  ['anyWrongPlan', 'any plan that is not right'],
];

export function formatReport({ files, total, systems, classes }: EvalReport): string {
  const blocks = files.map((file) => formatMeasures(file.name, file));
  if (files.length > 1) blocks.push(formatMeasures('total', total));
  return [...blocks, formatGroups('system', systems), formatGroups('class', classes)].join('\n');
}

function formatMeasures(name: string, measures: Measures): string {
  const sentences = `${measures.sentences} ${measures.sentences === 1 ? 'sentence' : 'sentences'}`;
  return formatTable(
    [`${shortName(name)}: ${sentences}`, 'COUNT', 'OF', 'SHARE', '95 %'],
    rows.map(([key, words]) => [words, ...formatShare(measures[key])]),
  );
}

export function formatGroups(what: string, groups: Group[]): string {
  const columns = [
    'SENTENCES',
    'EXACT',
    'SHARE',
    '95 %',
    'WRONG INPUT',
    'WRONG PLAN',
    'FALSE ACCEPT',
    'DESTRUCTIVE',
    'ASKED',
    'ACTED',
    'REFUSED',
    'OTHER',
  ];
  return formatTable(
    [what.toUpperCase(), ...columns],
    groups.map((group) => {
      const [count = '', , share = '', interval = ''] = formatShare(group.exact);
      const counts = [
        group.wrongInput,
        group.wrongPlan,
        group.falseAccept,
        group.falseAcceptDestructive,
        group.askedNotActed,
        group.actedNotAsked,
        group.refusedNotActed,
      ].map((one) => one.count);
      const others = group.askedNotRefused.count + group.refusedNotAsked.count;
      return [shortName(group.name), String(group.sentences), count, share, interval, ...[...counts, others].map(String)];
    }),
  );
}

export function formatShare({ count, of, share, low, high }: Share): string[] {
  if (share === null || low === null || high === null) return [String(count), String(of), '-', '-'];
  return [String(count), String(of), `${percent(share)} %`, `${percent(low)}-${percent(high)}`];
}

const percent = (share: number): string => (share * 100).toFixed(1);

/** Both ends of a long name tell more than its beginning. */
function shortName(name: string): string {
  const clean = cleanLine(name);
  return clean.length > 48 ? `${clean.slice(0, 22)}…${clean.slice(-25)}` : clean;
}

export function formatFailure({ file, line, outcome, danger, sentence, expected, got }: EvalFailure): string {
  const head = `${file}:${line}  ${outcome}${danger === null ? '' : ` (${danger})`}`;
  return `${[head, `  sentence  ${sentence}`, `  expected  ${expected}`, `  got       ${got}`].map((text) => cleanLine(text)).join('\n')}\n\n`;
}
