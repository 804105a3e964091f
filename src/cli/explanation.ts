/** An explanation as a person reads it: headings and plain tables, the same with and without a terminal. */
import type { Explanation } from '#kit/api';
import { cleanText } from '#kit/clean';
import { formatTable } from './print.ts';

export function describeExplanation(explanation: Explanation): string {
  const parts = [
    outcome(explanation),
    words(explanation),
    list(
      'carried over from an earlier request',
      explanation.carried.map(({ step, input, value }) => `step ${step}: ${input} ${shown(value)}`),
    ),
    list(
      'spelling, as one more way to read it',
      explanation.spelling.map(({ written, read }) => `${written} -> ${read}`),
    ),
    list(
      'guards whose words occur',
      explanation.guards.map(({ code, text, stops }) => `${code}  "${text}"${stops ? '  stops the sentence' : '  does not apply here'}`),
    ),
    others(explanation),
    list(
      'nearest actions',
      explanation.nearest.map(({ action, example }) => `${action}, as in: ${example}`),
    ),
    list('notes', explanation.notes),
  ];
  return `${cleanText(parts.filter((part) => part !== '').join('\n')).trimEnd()}\n`;
}

function outcome({ status, steps, questions, refusal }: Explanation): string {
  switch (status) {
    case 'plan':
      return `understood\n${steps.map(({ id, action, input, score }) => `  ${id}. ${action}  ${inputs(input)}${score === null ? '' : `  (score ${score})`}\n`).join('')}`;
    case 'undo':
      return 'understood\n  the last change of this conversation is put back\n';
    case 'clarify':
      return `asks\n${questions.map(({ ask, options }) => `  ${ask}${options.length === 0 ? '' : ` (${options.join(', ')})`}\n`).join('')}`;
    case 'refuse':
      return `refused: ${refusal?.code ?? ''}\n  ${refusal?.message ?? ''}\n`;
  }
}

function words({ words: all }: Explanation): string {
  if (all.length === 0) return '';
  const rows = all.map(({ text, role, action, input, value }) => [
    text,
    role,
    action ?? (input === null ? '' : `${input} = ${shown(value)}`),
  ]);
  return formatTable(['WORD', 'READ AS', 'FOR'], rows);
}

function others({ others: all }: Explanation): string {
  return list(
    'other readings, and why they lost',
    all.map(({ action, score, unexplained, missing, why }) => {
      const facts = [
        ...(unexplained.length === 0 ? [] : [`unexplained: ${unexplained.join(', ')}`]),
        ...(missing.length === 0 ? [] : [`missing: ${missing.join(', ')}`]),
      ];
      return `${action}  (score ${score})  ${[why, ...facts].join('; ')}`;
    }),
  );
}

function list(heading: string, lines: string[]): string {
  return lines.length === 0 ? '' : `${heading}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function inputs(input: Explanation['steps'][number]['input']): string {
  return Object.entries(input)
    .map(([name, value]) => `${name} ${shown(value)}`)
    .join(', ');
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
