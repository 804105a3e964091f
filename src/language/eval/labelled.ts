/** Labelled sentences: `sentence TAB expected [TAB class or source …]`, one a line. The format is in docs/guides/measure.md. */
import { AppError, type JsonObject } from '#kit';

export interface ExpectedStep {
  action: string;
  /** Only the inputs that matter; others may be anything. */
  input: JsonObject;
}

export type Expected =
  | { kind: 'steps'; steps: ExpectedStep[] }
  /** Any question counts, whatever it asks first. */
  | { kind: 'clarify' }
  | { kind: 'refuse' }
  /** An operation that the catalogue lacks: a refusal, a question, or a plan of that family only. */
  | { kind: 'missing'; family: string };

export interface Labelled {
  line: number;
  sentence: string;
  /** The expected answer as it is written. */
  label: string;
  class: string;
  /** Equally right answers. */
  expected: Expected[];
}

/** Where a line stands, for errors. */
export interface LinePlace {
  file: string;
  line: number;
}

/** The sentences of a whole file; throws INPUT_INVALID with file and line. */
export function parseLabelled(file: string, text: string): Labelled[] {
  return text.split('\n').flatMap((line, index) => parseLabelledLine(line, { file, line: index + 1 }) ?? []);
}

/** Undefined for an empty line and for a remark, which begins with `# `. Throws INPUT_INVALID with file and line. */
export function parseLabelledLine(text: string, place: LinePlace): Labelled | undefined {
  const line = (place.line === 1 ? text.replace(/^\uFEFF/, '') : text).replace(/\r$/, '');
  if (line.trim() === '' || line.startsWith('# ') || line === '#') return undefined;
  const [sentence = '', ...cells] = line.split('\t');
  const [label, kind = ''] = cells.map((cell) => cell.trim());
  if (label === undefined)
    throw malformed(place, 'no tab', 'Write the sentence, one tab, then the expected answer. A remark begins with "# ".');
  if (sentence.trim() === '') throw malformed(place, 'no sentence before the tab', 'Write the sentence first. A remark begins with "# ".');
  if (label === '') throw malformed(place, 'no expected answer after the tab', 'Write an action, clarify:input, or refuse.');
  const expected = splitOutside(label, ' || ').map((one) => parseExpected(one.trim(), place));
  return { line: place.line, sentence, label, class: kind, expected };
}

const STEP = /^([a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*){1,2})(\{.*\})?$/s;

function parseExpected(text: string, place: LinePlace): Expected {
  if (text === 'refuse') return { kind: 'refuse' };
  if (/^clarify(?::|$)/.test(text)) return { kind: 'clarify' };
  const family = /^missing:\s*([a-z][A-Za-z0-9]*)/.exec(text)?.[1];
  if (family !== undefined) return { kind: 'missing', family };
  return { kind: 'steps', steps: splitOutside(text, ' + ').map((part) => parseStep(part.trim(), place)) };
}

function parseStep(text: string, place: LinePlace): ExpectedStep {
  const [, action, input] = STEP.exec(text) ?? [];
  if (action === undefined)
    throw malformed(
      place,
      `${quoted(text)} is no expected answer`,
      'It is action.id{"input": value}, clarify:input, refuse, a runbook or missing:family.…; steps are joined by " + ", equally right answers by " || ".',
    );
  if (input === undefined) return { action, input: {} };
  try {
    const parsed: JsonObject = JSON.parse(input); // begins and ends with a brace: an object or an error
    return { action, input: parsed };
  } catch (error) {
    throw malformed(
      place,
      `the inputs of ${action} are no JSON: ${quoted(input)}`,
      'Write them as {"name": "web-app", "replicas": 5}.',
      error,
    );
  }
}

function malformed({ file, line }: LinePlace, problem: string, hint: string, cause?: unknown): AppError {
  return new AppError(`${file}, line ${line}: ${problem}`, { code: 'INPUT_INVALID', hint, details: { file, line }, cause });
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** Parts at a separator that stands outside of JSON: a text may hold ` + ` itself. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let inString = false;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = depth > 0;
    else if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    else if (depth === 0 && text.startsWith(separator, at)) {
      parts.push(text.slice(from, at));
      from = at + separator.length;
      at = from - 1;
    }
  }
  return [...parts, text.slice(from)];
}
