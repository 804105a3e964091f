/** What neighbouring steps of one sentence say about each other. */
import { isAside } from './asides.ts';
import type { Composed } from './compose.ts';
import type { Reading } from './draft.ts';
import { type Frame, matchFrame } from './frames.ts';
import { READ_VERBS } from './words.ts';

/** A clause without a verb must at least name an object or a number; free text alone says nothing. */
export function hasObject({ compiled, input }: Frame): boolean {
  return compiled.slots.some(({ input: name, slot, optional }) => {
    const isNeeded = !optional && (slot.type === 'pattern' || slot.type === 'name');
    return (isNeeded || slot.type === 'kind' || name === compiled.main) && input[name] !== undefined;
  });
}

/** The input that names what a step is about: a name, or a key. */
function objectOf({ compiled }: Frame): string | undefined {
  return compiled.main ?? compiled.slots.find(({ slot, optional }) => slot.type === 'pattern' && slot.upper === true && !optional)?.input;
}

/** "OPS-1 and OPS-2 to done": a bare object before a change is meant for that change. */
export function takeVerbFromNext({ steps }: Composed, reading: Reading): void {
  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1];
    if (next === undefined || next.frame.compiled.isRead || !step.frame.compiled.isRead || !/^(?:and|&|,|plus)(?: and)?$/.test(next.link))
      continue;
    const isBare = step.frame.draft.owners.every((owner) => owner === 'general' || owner?.startsWith('input:') === true);
    const frame = isBare ? matchFrame(reading, next.frame.compiled, step.tokens, { granted: true }) : undefined;
    if (frame !== undefined && frame.coverage === 1 && hasObject(frame)) steps[index] = { ...step, frame, isElliptic: true };
  }
}

/** "throughput and latency of cart in the last hour": one look, as long as the second asks for nothing else. */
export function joinReads(composed: Composed): void {
  for (let index = composed.steps.length - 1; index > 0; index -= 1) {
    const [step, next] = composed.steps.slice(index - 1, index + 1);
    if (step === undefined || next === undefined || !next.frame.compiled.isRead || step.frame.compiled !== next.frame.compiled) continue;
    const [left, right] = [step.frame.input, next.frame.input];
    // What was only assumed says nothing.
    const isSaid = (frame: Frame, name: string) => frame.draft.filled.get(name)?.tokens.length !== 0;
    const isLess = Object.entries(left).every(([name, value]) => right[name] === value || !isSaid(step.frame, name));
    const isMore = Object.entries(right).every(([name, value]) => left[name] === value || !isSaid(next.frame, name));
    if (isLess) composed.steps.splice(index - 1, 1);
    else if (isMore) composed.steps.splice(index, 1);
  }
}

/** "INC0012345 is a 1 in urgency and a 2 in impact": one change of one object, said in two parts. */
export function joinParts(composed: Composed): void {
  for (let index = composed.steps.length - 1; index > 0; index -= 1) {
    const [step, next] = composed.steps.slice(index - 1, index + 1);
    if (step === undefined || next === undefined || next.frame.compiled.isRead || step.frame.compiled !== next.frame.compiled) continue;
    const object = objectOf(step.frame) ?? '';
    const { [object]: same, ...rest } = next.frame.input;
    const isNew = Object.keys(rest).every((name) => step.frame.input[name] === undefined);
    const isWhole = next.frame.draft.problems.size === 0 && step.frame.draft.problems.size === 0;
    if (same === undefined || same !== step.frame.input[object] || Object.keys(rest).length === 0 || !isNew || !isWhole) continue;
    step.extra = { ...step.extra, ...rest, ...next.extra };
    step.more = [...(step.more ?? []), ...next.tokens];
    composed.steps.splice(index, 1);
  }
}

/** "mail-worker is stuck, restart it": a statement about what is then changed asks for no look at it. */
export function dropReason(composed: Composed): void {
  const [first, second] = composed.steps;
  if (first === undefined || second === undefined || !first.frame.compiled.isRead || second.frame.compiled.isRead) return;
  const object = first.frame.input[objectOf(first.frame) ?? ''];
  const isSame = object !== undefined && second.frame.input[objectOf(second.frame) ?? ''] === object;
  const asks = first.tokens.some(
    ({ word }, at) => READ_VERBS.has(word) || /^(?:why|what|how|\?)$/.test(word) || (at === 0 && /^(?:is|are)$/.test(word)),
  );
  if (!isSame || asks || !isAside(first.tokens, ',')) return;
  composed.steps.shift();
  composed.dropped.push({ tokens: first.tokens, isNegated: false });
}
