/** How sentences with expected answers are scored: exact, wrong plan, asked, refused. */
import type { JsonObject } from '#kit';
import type { UnderstoodSentence } from '#language';

export interface ExpectedStep {
  action: string;
  input: JsonObject;
}

export type Expected = { kind: 'steps'; steps: ExpectedStep[] } | { kind: 'clarify' } | { kind: 'refuse' } | { kind: 'other' };

export interface Labelled {
  sentence: string;
  /** Equally right answers. */
  expected: Expected[];
  label: string;
  class: string;
}

const STEP = /^([a-z]+(?:\.[a-zA-Z]+){2})(\{.*\})?$/;

export function parseLabelled(file: string): Labelled[] {
  return file
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [sentence = '', label = '', kind = ''] = line.split('\t');
      return { sentence, label, class: kind, expected: label.split(' || ').map((one) => parseExpected(one)) };
    });
}

function parseExpected(text: string): Expected {
  if (text === 'refuse') return { kind: 'refuse' };
  if (text.startsWith('clarify:')) return { kind: 'clarify' };
  const steps: ExpectedStep[] = [];
  for (const part of text.split(' + ')) {
    const found = STEP.exec(part.trim());
    if (found === null) return { kind: 'other' };
    const input: unknown = found[2] === undefined ? {} : JSON.parse(found[2]);
    steps.push({ action: found[1] ?? '', input: input as JsonObject }); // the file's own JSON, always an object
  }
  return { kind: 'steps', steps };
}

export type Verdict = 'exact' | 'wrong' | 'asked' | 'refused';

export function verdict(expected: readonly Expected[], result: UnderstoodSentence): Verdict {
  if (expected.some((one) => isMet(one, result))) return 'exact';
  if (result.status === 'plan') return 'wrong';
  return result.status === 'clarify' ? 'asked' : 'refused';
}

function isMet(expected: Expected, result: UnderstoodSentence): boolean {
  if (expected.kind === 'refuse') return result.status === 'refuse';
  if (expected.kind === 'clarify') return result.status === 'clarify';
  if (expected.kind !== 'steps' || result.status !== 'plan' || result.steps.length !== expected.steps.length) return false;
  return expected.steps.every((step, index) => {
    const made = result.steps[index];
    return made?.action === step.action && Object.entries(step.input).every(([name, value]) => same(value, made.input[name]));
  });
}

function same(left: unknown, right: unknown): boolean {
  return plain(left) === plain(right);
}

function plain(value: unknown): string {
  return String(value ?? '')
    .trim()
    .replaceAll(/^["'`]|["'`]$/g, '')
    .replace(/^(?:the|a|an) /i, '')
    .replaceAll(/^[#@]/g, '')
    .trim()
    .toLowerCase();
}
