/** Every input of an action, in the order of how surely its place is known. */
import type { Draft } from './draft.ts';
import { fillAmount } from './fill-amounts.ts';
import { fillBareCount, fillCount } from './fill-counts.ts';
import { fillMainAtEnd, fillMainKnown, fillMainLeft, fillMainMarked } from './fill-main.ts';
import { fillEnvironment, fillKeyAtEnd, fillPersonLeft, fillPlace } from './fill-names.ts';
import { fillPattern, fillPatternAtEnd } from './fill-patterns.ts';
import { fillQuoted, fillTextAfter, findTextMarkers, type TextMarker } from './fill-text.ts';
import { fillChoice, fillDuration, fillDurationAtEnd, fillFlag, fillKind } from './fill-values.ts';
import type { NameSlot } from './name-candidates.ts';
import { claimNouns } from './triggers.ts';
import type { CompiledAction } from './vocabulary.ts';

export function slotOfMain({ main, slots }: CompiledAction): NameSlot | undefined {
  const slot = slots.find(({ input }) => input === main)?.slot;
  return slot?.type === 'name' ? slot : undefined;
}

/** Sure forms first, then places, then what stands beside a noun, then what could be nearly anything. */
export function fillSlots(draft: Draft, marker: TextMarker | undefined): void {
  const { slots, main, action } = draft.compiled;
  const needOne = action.language.needOne ?? [];
  const places = slots.flatMap(({ input, slot }) => (slot.type === 'name' && input !== main ? [{ input, slot }] : []));
  const mainSlot = slotOfMain(draft.compiled);
  for (const { input, slot } of places)
    if ((slot.nouns.length > 0 || slot.before !== undefined) && !draft.filled.has(input)) fillPlace(draft, input, slot, 'noun');
  for (const { input, slot } of places) if (slot.of === 'project') fillKeyAtEnd(draft, input, slot);
  for (const { input, slot, optional } of slots)
    if (slot.type === 'pattern' && slot.upper === true && !optional) fillPatternAtEnd(draft, input, slot);
  if (marker !== undefined && main !== undefined && mainSlot !== undefined) fillMainAtEnd(draft, main, mainSlot);
  // "… with impact 2" behind a text is no part of it.
  if (marker !== undefined)
    for (const { input, slot, optional } of slots)
      if (slot.type === 'count' && optional && !needOne.includes(input)) fillCount(draft, input, slot, true);
  if (marker !== undefined) for (const { input, slot } of slots) if (slot.type === 'duration') fillDurationAtEnd(draft, input);
  if (marker !== undefined) fillTextFrom(draft, marker);
  for (const { input, slot, marks, optional } of slots)
    if (slot.type === 'pattern' && !draft.filled.has(input)) fillPattern(draft, input, slot, marks, optional);
  for (const { input, slot } of slots) if (slot.type === 'duration' && !draft.filled.has(input)) fillDuration(draft, input);
  for (const { input, slot } of slots) if (slot.type === 'flag' && !draft.filled.has(input)) fillFlag(draft, input, slot);
  for (const { input, slot, optional } of slots)
    if (slot.type === 'kind' && !draft.filled.has(input)) fillKind(draft, input, slot, optional);
  for (const { input, slot } of slots) if (slot.type === 'amount' && !draft.filled.has(input)) fillAmount(draft, input, slot);
  // "a 2 in impact": what a noun marks is for that input, before one without a noun takes it.
  const counts = slots.filter(({ slot }) => slot.type === 'count');
  if (counts.length > 1)
    for (const { input, slot } of counts)
      if (slot.type === 'count' && !draft.filled.has(input) && !draft.problems.has(input)) fillCount(draft, input, slot, true);
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
  const kind = slot.kind ?? (kindSlot === undefined ? undefined : draft.filled.get(kindSlot.input)?.value);
  if (typeof kind !== 'string') return ['workload', 'pod', 'node'];
  return /^(?:Deployment|StatefulSet|DaemonSet|ReplicaSet)$/.test(kind) ? ['workload'] : [kind.toLowerCase()];
}

export function fillLeftovers(draft: Draft): void {
  const { main, slots } = draft.compiled;
  for (const { input, slot } of slots) {
    if (slot.type === 'count' && slot.bare === true && !draft.filled.has(input) && !draft.problems.has(input))
      fillBareCount(draft, input, slot);
    if (slot.type === 'kind' && slot.assumed !== undefined && !draft.filled.has(input))
      draft.filled.set(input, { value: slot.assumed, strength: 'left', tokens: [] });
  }
  const mainSlot = slots.find(({ input }) => input === main);
  if (main !== undefined && mainSlot !== undefined) fillMainLeft(draft, main, mainSlot.optional);
  claimNouns(draft);
  for (const { input, slot } of slots) {
    if (slot.type !== 'name' || input === main) continue;
    fillPlace(draft, input, slot, 'any');
    if (slot.of === 'namespace') fillEnvironment(draft, input);
    if (slot.of === 'person') fillPersonLeft(draft, input, slot);
  }
}
