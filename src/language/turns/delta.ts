/** What a sentence changes of an earlier step: its words are read as that action, and the rest is carried over. */
import type { Json, Question } from '#kit';
import type { Reading } from '../draft.ts';
import { objectInput } from '../fill-pronoun.ts';
import { type Frame, matchFrame } from '../frames.ts';
import { numberAt } from '../numbers.ts';
import { tokenize, type Token } from '../tokens.ts';
import type { CompiledAction } from '../vocabulary.ts';
import { createCarry } from './carry.ts';
import { hasContent } from './markers.ts';
import type { TurnStep } from './types.ts';

export interface DeltaOptions {
  reading: Reading;
  compiled: CompiledAction;
  base: TurnStep;
  rest: readonly Token[];
  answers: Readonly<Record<string, string>>;
  /** "not cart": the value that is taken back. */
  replaced?: readonly Token[];
  /** "back": the changed values are those from before. */
  isBack?: boolean;
}

const PLACES = ['namespace', 'cluster'];
/** A bare word may be a place or a value: it is also read as if this stood before it. */
const LEADING = [undefined, 'in', 'to'] as const;

/** The frames that the words allow, best first; none where a word stays unexplained. */
export function readDelta(options: DeltaOptions): Frame[] {
  const { compiled, base, rest, replaced = [] } = options;
  const taken = replaced.length === 0 ? undefined : replacedInput(base, replaced);
  if (replaced.length > 0 && taken === undefined) return [];
  const object = objectInput({ compiled });
  const omit = new Set([...(taken === undefined ? [] : [taken]), ...(options.isBack === true ? changedInputs(base, object) : [])]);
  const isSaying = hasContent(rest);
  const found: Frame[] = [];
  for (const lead of LEADING) {
    if (lead !== undefined && !mayLead(lead, options)) continue;
    const tokens = lead === undefined ? rest : [...tokenize(lead), ...rest];
    for (const keepsObject of [true, false]) {
      if (lead !== undefined && !keepsObject) continue;
      const frame = read(options, tokens, createCarry(base, { keepsObject: keepsObject && taken !== object, omit }));
      if (frame === undefined || (isSaying && frame.coverage < 1)) continue;
      if (taken !== undefined && frame.input[taken] === base.input[taken] && !frame.draft.problems.has(taken)) continue;
      if (!saysText(frame)) found.push(frame);
    }
  }
  return distinct(found).toSorted((left, right) => left.questions.length - right.questions.length);
}

function read(
  { reading, compiled, base, answers }: DeltaOptions,
  tokens: readonly Token[],
  carry: ReturnType<typeof createCarry>,
): Frame | undefined {
  const refer = { system: base.action.split('.')[0] ?? '', input: { ...base.place, ...base.input }, isCarried: true } as const;
  return matchFrame({ ...reading, answers: { ...reading.answers, ...answers } }, compiled, tokens, {
    granted: true,
    refer,
    ...(carry === undefined ? {} : { carry }),
  });
}

/** A text takes whatever stands after its word, so that nothing of the sentence may become one unless it is quoted. */
function saysText({ compiled, draft }: Frame): boolean {
  return compiled.slots.some(({ input, slot }) => {
    const filled = draft.filled.get(input);
    return slot.type === 'text' && filled !== undefined && filled.strength !== 'stated' && filled.tokens.length > 0;
  });
}

/** "in" only before a place that is known, so that an unknown word stays an object; "to" only before a value. */
function mayLead(lead: 'in' | 'to', { reading: { names }, compiled, rest }: DeltaOptions): boolean {
  const [first] = rest;
  if (first === undefined || /^(?:in|on|at|to|for|from)$/.test(first.word)) return false;
  if (lead === 'to') {
    const words = rest.map((token) => token.word).join(' ');
    const isChoice = compiled.slots.some(({ slot }) => slot.type === 'choice' && Object.values(slot.values).flat().includes(words));
    return isChoice || numberAt(rest, 0) !== undefined;
  }
  return names.findSure('namespace', first.text).length > 0 || names.environment(first.word) !== undefined;
}

/** The input that holds what is taken back. */
function replacedInput(base: TurnStep, replaced: readonly Token[]): string | undefined {
  const words = replaced.filter((token) => !/^(?:in|on|to|for|the|from|at)$/.test(token.word)).map((token) => token.word);
  const values = [words.join(' '), words.join('-')];
  const known: [string, Json][] = Object.entries({ ...base.place, ...base.input });
  return known.find(([, value]) => values.includes(String(value).toLowerCase()))?.[0];
}

/** What the step changed: its values, but not which object and where. */
function changedInputs({ input }: TurnStep, object: string | undefined): string[] {
  return Object.keys(input).filter((name) => name !== object && name !== 'kind' && !PLACES.includes(name));
}

/** The same inputs and questions are the same reading. */
function distinct(frames: readonly Frame[]): Frame[] {
  const key = ({ input, questions }: Frame): string =>
    JSON.stringify([
      Object.entries(input).toSorted(([left], [right]) => (left < right ? -1 : 1)),
      questions.map((one: Question) => one.input),
    ]);
  return frames.filter((frame, index) => frames.findIndex((other) => key(other) === key(frame)) === index);
}

/** Whether only the place differs from the step before. */
export function isOnlyPlace({ draft }: Frame): boolean {
  return draft.owners.every(
    (owner) => owner === undefined || owner === 'general' || owner === 'also' || PLACES.some((place) => owner.endsWith(`:${place}`)),
  );
}
