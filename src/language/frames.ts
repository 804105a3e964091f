/** A clause read as one action: triggers, inputs, and how much of it that explains. */
import type { JsonObject, Question } from '#kit';
import { accepts, claim, type ClauseView, createDraft, type Draft, isGeneral, question, type Reading, viewClause } from './draft.ts';
import { askDescribed } from './fill-main.ts';
import { fillCalled } from './fill-names.ts';
import { findTextMarkers, type TextMarker } from './fill-text.ts';
import { choiceOptions } from './fill-values.ts';
import { fillPronoun } from './fill-pronoun.ts';
import { fillLeftovers, fillSlots, slotOfMain } from './fill-slots.ts';
import { ground } from './ground.ts';
import { fillOptions, fillReferences, parseValue } from './options.ts';
import type { Token } from './tokens.ts';
import { claimAlso, findTriggers, type Trigger } from './triggers.ts';
import type { CompiledAction, TriggerLine } from './vocabulary.ts';
import { CHANGE_VERBS, DESTRUCTIVE_VERBS, OTHER_TOOLS, SYSTEM_WORDS } from './words.ts';

export interface Frame {
  compiled: CompiledAction;
  draft: Draft;
  input: JsonObject;
  questions: Question[];
  unexplained: Token[];
  coverage: number;
  score: number;
}

const HARMLESS = /^(?:share|run|execute|open|export|save|compare|copy|verify|confirm|ensure|trigger|summarize|tell)$/;

/** A change is taken only when every content word is explained. */
const READ_COVERAGE = 0.8;

export function isCovered({ compiled, draft, coverage, unexplained }: Frame): boolean {
  if (!compiled.isRead) return coverage === 1;
  // "label the namespace …" begins with something to do: no read explains that away.
  const first = draft.owners.findIndex((owner) => owner !== 'general');
  const verb = draft.words[first] ?? '';
  if (draft.owners[first] === 'also' && CHANGE_VERBS.has(verb) && !HARMLESS.test(verb)) return compiled.isRead ? false : coverage === 1;
  // A few unknown words do no harm in a read, unless they ask for a change or name another system.
  return (
    coverage >= READ_COVERAGE &&
    !unexplained.some(
      ({ word }) => CHANGE_VERBS.has(word) || DESTRUCTIVE_VERBS.has(word) || SYSTEM_WORDS.has(word) || OTHER_TOOLS.has(word),
    )
  );
}

/** `granted`: the action is known from the clause before, so that no trigger is needed ("… and cart to 5"). */
export interface FrameOptions {
  granted?: boolean;
  /** What "it" stands for: the system and the inputs of the step before. */
  refer?: Refer;
  /** Words of the clause before, for one that points back: "disconnect the sonar mcp server, remove it". */
  borrow?: ReadonlySet<string>;
  /** Fills what an earlier request said: its object before anything else is read, the rest after. */
  carry?: (draft: Draft, when: 'before' | 'after') => void;
}

export interface Refer {
  /** Undefined for a subject: any action may be about it. */
  system: string | undefined;
  action?: string;
  /** What was spoken of, where no step was. */
  subject?: string;
  input: JsonObject;
  /** It comes from an earlier request of the conversation; `earlier` are those before, newest first. */
  isCarried?: true;
  earlier?: Refer[];
}

/** The best reading of the clause as this action; undefined where no trigger is present. */
export function matchFrame(
  reading: Reading,
  compiled: CompiledAction,
  tokens: readonly Token[],
  options: FrameOptions = {},
  view: ClauseView = viewClause(reading, tokens),
): Frame | undefined {
  let best: Frame | undefined;
  const lines: readonly TriggerLine[] =
    options.granted === true
      ? [{ parts: [], slots: [], isOrdered: false }]
      : compiled.lines.filter((line) => canMatch(line, view.present, options.borrow));
  if (lines.length === 0) return undefined;
  const markers = [undefined, ...textMarkers(reading, compiled, tokens, view)];
  for (const line of lines) {
    for (const marker of markers) {
      const frame = matchLine(reading, compiled, tokens, view, line, marker, options);
      if (frame !== undefined && (best === undefined || frame.score > best.score)) best = frame;
    }
  }
  return best;
}

/** A quick look before the careful one: each word part has a first word in the clause. */
function canMatch({ parts }: TriggerLine, present: ReadonlySet<string>, borrow?: ReadonlySet<string>): boolean {
  return parts.every((alternatives) =>
    alternatives.some(([first]) => first !== undefined && (present.has(first) || borrow?.has(first) === true)),
  );
}

function textMarkers(reading: Reading, compiled: CompiledAction, tokens: readonly Token[], view: ClauseView): TextMarker[] {
  if (!compiled.slots.some(({ slot }) => slot.type === 'text')) return [];
  const draft = createDraft(reading, compiled, tokens, view);
  // Texts of one action share most of their words: each place is tried once.
  const markers = compiled.slots.flatMap(({ slot }) => (slot.type === 'text' ? findTextMarkers(draft, slot) : []));
  return [...new Map(markers.map((marker) => [`${marker.at} ${marker.length}`, marker])).values()].slice(0, 6);
}

function matchLine(
  reading: Reading,
  compiled: CompiledAction,
  tokens: readonly Token[],
  view: ClauseView,
  line: TriggerLine,
  marker: TextMarker | undefined,
  options: FrameOptions,
): Frame | undefined {
  const draft = createDraft(reading, compiled, tokens, view);
  fillOptions(draft);
  fillReferences(draft);
  const mainSlot = slotOfMain(compiled);
  if (compiled.main !== undefined && mainSlot !== undefined) fillCalled(draft, compiled.main);
  options.carry?.(draft, 'before');
  const triggers = findTriggers(draft, line, options.borrow);
  if (triggers === undefined) return undefined;
  for (const { at, length } of triggers) claim(draft, at, length, 'action');
  fillSlots(draft, marker);
  claimAlso(draft);
  if (compiled.main !== undefined && mainSlot !== undefined && !compiled.isRead) askDescribed(draft, compiled.main, mainSlot);
  fillLeftovers(draft);
  claimValueWords(draft);
  fillPronoun(draft, options.refer);
  options.carry?.(draft, 'after');
  const hasSlots = line.slots.every((input) => isSaid(draft, line, input));
  if (!hasSlots || (line.slots.length > 0 && !compiled.isRead && !isAboutSystem(draft))) return undefined;
  return finish(draft, line, triggers);
}

/** "an nginx pod … with image nginx:1.27": a word that is part of another value says nothing more. */
function claimValueWords(draft: Draft): void {
  const parts = new Set(
    draft.compiled.slots.flatMap(({ input, slot }) =>
      slot.type === 'pattern'
        ? String(draft.filled.get(input)?.value ?? '')
            .toLowerCase()
            .split(/[/:@]/)
        : [],
    ),
  );
  for (const [at, { word, kind }] of draft.tokens.entries())
    if (kind === 'word' && draft.owners[at] === undefined && parts.has(word)) claim(draft, at, 1, 'also');
}

/** Of two inputs that a line asks for, a name may not be just any word that was left over: "show pods using kubectl". */
function isSaid({ filled, problems, compiled }: Draft, line: TriggerLine, input: string): boolean {
  const value = filled.get(input);
  const isAnyWord = value?.strength === 'left' && input === compiled.main && line.slots.length > 1;
  return problems.has(input) || (value !== undefined && !isAnyWord);
}

/** "bring 4 pizzas": a change that only a loose verb and a number speak for needs a known name, a noun or a name's form. */
function isAboutSystem(draft: Draft): boolean {
  const { filled, compiled } = draft;
  const main = compiled.main === undefined ? undefined : filled.get(compiled.main);
  const isPlaced = compiled.slots.some(({ input, slot }) => slot.type === 'name' && slot.of === 'environment' && filled.has(input));
  const isFormed = compiled.slots.some(({ input, slot, optional }) => slot.type === 'pattern' && !optional && filled.has(input));
  if (!draft.reading.names.open || main === undefined || main.strength !== 'left' || isPlaced || isFormed) return true;
  if (/[-\d._]/.test(String(main.value))) return true;
  const at = draft.tokens.findIndex((token) => token === main.tokens[0]);
  const isThing = /^(?:the|a|an|our|this|that)$/.test(draft.words[at - 1] ?? '');
  const hasNoun = compiled.slots.some(
    ({ slot }) => (slot.type === 'count' || slot.type === 'amount') && slot.nouns.some((noun) => draft.words.includes(noun)),
  );
  const isAmount = compiled.slots.some(({ input, slot }) => slot.type === 'amount' && filled.has(input));
  if (isThing || (isAmount && hasNoun)) return hasNoun;
  return compiled.slots.some(
    ({ input, slot }) => slot.type === 'count' && (filled.get(input)?.strength === 'marked' || draft.problems.has(input)),
  );
}

function finish(draft: Draft, line: TriggerLine, triggers: readonly Trigger[]): Frame {
  const { compiled } = draft;
  applyAnswers(draft);
  ground(draft, slotOfMain(compiled));
  const input: JsonObject = {};
  for (const { input: name } of compiled.slots) {
    const filled = draft.filled.get(name);
    if (filled !== undefined && !draft.problems.has(name)) input[name] = filled.value;
  }
  const missing = compiled.slots.filter(({ input: name, optional }) => !optional && input[name] === undefined && !draft.problems.has(name));
  const needOne = compiled.action.language.needOne ?? [];
  // "all pods labelled app=web" means those that the label finds.
  const chosen = needOne.filter((name) => input[name] !== undefined);
  if (chosen.some((name) => input[name] !== true)) for (const name of chosen) if (input[name] === true) delete input[name];
  const questions = [
    ...draft.problems.values(),
    ...missing.map(({ input: name, slot }) => question(draft, name, undefined, choiceOptions(slot))),
  ];
  const [firstNeeded] = needOne;
  if (firstNeeded !== undefined && needOne.every((name) => input[name] === undefined && !draft.problems.has(name)))
    questions.push(question(draft, firstNeeded));
  if (questions.length === 0 && compiled.action.acceptsAll?.(input) === false)
    questions.push(question(draft, compiled.action.wrongInput?.(input) ?? firstNeeded ?? compiled.slots[0]?.input ?? ''));
  const content = draft.tokens.flatMap((token, at) => (isGeneral(draft.reading, compiled.isRead, token) ? [] : [at]));
  const unexplained = content.flatMap((at) => (draft.owners[at] === undefined ? draft.tokens.slice(at, at + 1) : []));
  const coverage = content.length === 0 ? 0 : (content.length - unexplained.length) / content.length;
  const object = compiled.main === undefined ? undefined : draft.filled.get(compiled.main);
  const isVerbAsName =
    object !== undefined &&
    object.strength !== 'stated' &&
    object.tokens.some(({ word, kind }) => kind === 'word' && draft.reading.triggers.has(word));
  const lateness = Math.min(0.3, 0.02 * (triggers[0]?.at ?? 0));
  const spelled = triggers.filter((trigger) => trigger.isSpelled).length;
  const borrowed = line.parts.length - triggers.length;
  const specificity = line.parts.length * 1.2 - borrowed * 0.4 + line.slots.length - lateness - 0.3 * spelled;
  const score =
    specificity +
    0.5 * Object.keys(input).length +
    3 * coverage -
    unexplained.length -
    1.2 * missing.length -
    draft.penalty -
    (isVerbAsName ? 3 : 0);
  return { compiled, draft, input, questions: unique(questions), unexplained, coverage, score };
}

/** An answer stands above what the sentence says: the question was asked because of it. */
function applyAnswers(draft: Draft): void {
  for (const { input, slot } of draft.compiled.slots) {
    const answer = draft.reading.answers[input];
    if (answer === undefined) continue;
    const value = parseValue(slot, answer);
    if (value === undefined || !accepts(draft, input, value)) {
      draft.problems.set(input, question(draft, input, `"${answer.slice(0, 80)}" cannot be used there.`, choiceOptions(slot)));
      continue;
    }
    draft.problems.delete(input);
    draft.filled.set(input, { value, strength: 'stated', tokens: draft.filled.get(input)?.tokens ?? [] });
  }
}

function unique(questions: readonly Question[]): Question[] {
  return questions.filter((one, index) => questions.findIndex((other) => other.input === one.input) === index);
}
