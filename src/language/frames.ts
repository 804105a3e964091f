/** A clause read as one action: triggers, inputs, and how much of it that explains. */
import type { JsonObject, Question } from '#kit';
import { accepts, claim, type ClauseView, createDraft, type Draft, isGeneral, question, type Reading, viewClause } from './draft.ts';
import { fillAmount } from './fill-amounts.ts';
import { fillCount } from './fill-counts.ts';
import { askDescribed, fillMainAtEnd, fillMainKnown, fillMainLeft, fillMainMarked } from './fill-main.ts';
import { fillKeyAtEnd, fillCalled, fillEnvironment, fillPersonLeft, fillPlace, type NameSlot } from './fill-names.ts';
import { fillQuoted, fillTextAfter, findTextMarkers, type TextMarker } from './fill-text.ts';
import { choiceOptions, fillChoice, fillDuration, fillFlag, fillKind, fillPattern, fillPatternAtEnd } from './fill-values.ts';
import { fillPronoun } from './fill-pronoun.ts';
import { ground } from './ground.ts';
import { fillOptions, fillReferences, parseValue } from './options.ts';
import type { Token } from './tokens.ts';
import { claimAlso, claimNouns, findTriggers, type Trigger } from './triggers.ts';
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

/** A change is taken only when every content word is explained. */
const READ_COVERAGE = 0.8;

export function isCovered({ compiled, coverage, unexplained }: Frame): boolean {
  if (!compiled.isRead) return coverage === 1;
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
    options.granted === true ? [{ parts: [], slots: [] }] : compiled.lines.filter((line) => canMatch(line, view.present, options.borrow));
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
  return compiled.slots.flatMap(({ slot }) => (slot.type === 'text' ? findTextMarkers(draft, slot) : []));
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
  fillPronoun(draft, options.refer);
  options.carry?.(draft, 'after');
  const hasSlots = line.slots.every((input) => isSaid(draft, line, input));
  if (!hasSlots || (line.slots.length > 0 && !compiled.isRead && !isAboutSystem(draft))) return undefined;
  return finish(draft, line, triggers);
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
  if (!draft.reading.names.open || main === undefined || main.strength !== 'left' || isPlaced) return true;
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

function slotOfMain({ main, slots }: CompiledAction): NameSlot | undefined {
  const slot = slots.find(({ input }) => input === main)?.slot;
  return slot?.type === 'name' ? slot : undefined;
}

/** Sure forms first, then places, then what stands beside a noun, then what could be nearly anything. */
function fillSlots(draft: Draft, marker: TextMarker | undefined): void {
  const { slots, main, action } = draft.compiled;
  const needOne = action.language.needOne ?? [];
  const places = slots.flatMap(({ input, slot }) => (slot.type === 'name' && input !== main ? [{ input, slot }] : []));
  const mainSlot = slotOfMain(draft.compiled);
  for (const { input, slot } of places) if (slot.nouns.length > 0 && !draft.filled.has(input)) fillPlace(draft, input, slot, 'noun');
  for (const { input, slot } of places) if (slot.of === 'project') fillKeyAtEnd(draft, input, slot);
  for (const { input, slot, optional } of slots)
    if (slot.type === 'pattern' && slot.upper === true && !optional) fillPatternAtEnd(draft, input, slot);
  if (marker !== undefined && main !== undefined && mainSlot !== undefined) fillMainAtEnd(draft, main, mainSlot);
  // "… with impact 2" behind a text is no part of it.
  if (marker !== undefined)
    for (const { input, slot, optional } of slots)
      if (slot.type === 'count' && optional && !needOne.includes(input)) fillCount(draft, input, slot, true);
  if (marker !== undefined) fillTextFrom(draft, marker);
  for (const { input, slot, marks, optional } of slots)
    if (slot.type === 'pattern' && !draft.filled.has(input)) fillPattern(draft, input, slot, marks, optional);
  for (const { input, slot } of slots) if (slot.type === 'duration' && !draft.filled.has(input)) fillDuration(draft, input);
  for (const { input, slot } of slots) if (slot.type === 'flag' && !draft.filled.has(input)) fillFlag(draft, input, slot);
  for (const { input, slot } of slots) if (slot.type === 'kind' && !draft.filled.has(input)) fillKind(draft, input, slot);
  for (const { input, slot } of slots) if (slot.type === 'amount' && !draft.filled.has(input)) fillAmount(draft, input, slot);
  for (const { input, slot, optional } of slots)
    if (slot.type === 'count' && !draft.filled.has(input) && !draft.problems.has(input))
      fillCount(draft, input, slot, optional && !needOne.includes(input));
  for (const { input, slot, optional } of slots)
    if (slot.type === 'choice' && !draft.filled.has(input)) fillChoice(draft, input, slot, optional);
  if (main !== undefined && mainSlot !== undefined) {
    fillMainKnown(draft, main, knownTypes(draft, mainSlot));
    fillMainMarked(draft, main, mainSlot);
  }
  for (const { input, slot } of places)
    fillPlace(draft, input, slot, mainSlot === undefined || draft.filled.has(main ?? '') ? 'any' : 'preposition');
  for (const { input, slot, optional } of slots)
    if (slot.type === 'text' && !draft.filled.has(input)) fillQuoted(draft, input, slot, optional);
}

/** The text slot that this marker belongs to. */
function fillTextFrom(draft: Draft, marker: TextMarker): void {
  const fitting = draft.compiled.slots.flatMap(({ input, slot }) =>
    slot.type === 'text' && !draft.filled.has(input) && findTextMarkers(draft, slot).some((candidate) => candidate.at === marker.at)
      ? [{ input, slot }]
      : [],
  );
  // "add a comment … saying": of two texts the one whose own word is there.
  const isNamed = (after: readonly string[]) =>
    after.some((phrase) => draft.words.some((word, at) => word === phrase && (at < marker.at || at >= marker.at + marker.length)));
  const chosen = fitting.find(({ slot }) => isNamed(slot.after)) ?? fitting[0];
  if (chosen !== undefined) fillTextAfter(draft, chosen.input, marker);
}

/** Types of the inventory that an object of this slot can be. */
function knownTypes(draft: Draft, slot: NameSlot): string[] {
  if (slot.of !== 'resource') return slot.of === 'workload' ? ['workload', 'pod'] : [slot.of];
  const kindSlot = draft.compiled.slots.find((candidate) => candidate.slot.type === 'kind');
  const kind = kindSlot === undefined ? undefined : draft.filled.get(kindSlot.input)?.value;
  if (typeof kind !== 'string') return ['workload', 'pod', 'node'];
  return /^(?:Deployment|StatefulSet|DaemonSet|ReplicaSet)$/.test(kind) ? ['workload'] : [kind.toLowerCase()];
}

function fillLeftovers(draft: Draft): void {
  const { main, slots } = draft.compiled;
  const mainSlot = slots.find(({ input }) => input === main);
  if (main !== undefined && mainSlot !== undefined) fillMainLeft(draft, main, mainSlot.optional);
  claimNouns(draft);
  for (const { input, slot } of slots) {
    if (slot.type !== 'name' || input === main) continue;
    fillPlace(draft, input, slot, 'any');
    if (slot.of === 'namespace') fillEnvironment(draft, input);
    if (slot.of === 'person') fillPersonLeft(draft, input);
  }
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
  const questions = [
    ...draft.problems.values(),
    ...missing.map(({ input: name, slot }) => question(draft, name, undefined, choiceOptions(slot))),
  ];
  const needOne = compiled.action.language.needOne ?? [];
  const [firstNeeded] = needOne;
  if (firstNeeded !== undefined && needOne.every((name) => input[name] === undefined && !draft.problems.has(name)))
    questions.push(question(draft, firstNeeded));
  if (questions.length === 0 && compiled.action.acceptsAll?.(input) === false)
    questions.push(question(draft, firstNeeded ?? compiled.slots[0]?.input ?? ''));
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
