/** What the clauses of one sentence share: "scale cart and web-app to 3", "… in the shop namespace". */
import type { JsonObject, Json, Question } from '#kit';
import type { Composed, Step } from './compose.ts';
import { accepts } from './draft.ts';
import type { Frame } from './frames.ts';

export interface BoundStep {
  step: Step;
  input: JsonObject;
  questions: Question[];
}

const PLACES = ['namespace', 'cluster'];

/** Fills what one clause says for the others. Every step is a copy; the frames stay as they are. */
export function shareInputs(composed: Composed, notes: string[]): BoundStep[] {
  const bound = composed.steps.map((step): BoundStep => ({ step, input: { ...step.frame.input }, questions: [...step.frame.questions] }));
  for (const target of bound) for (const [name, value] of Object.entries(target.step.extra ?? {})) setIfOpen(target, name, value);
  shareBackward(bound, notes);
  shareForward(bound, notes);
  for (const scope of composed.scopes) for (const target of bound) for (const place of PLACES) setIfOpen(target, place, scope.input[place]);
  sharePlaces(bound, notes);
  return bound;
}

/** Fills an input that is open, and takes its question away. True where it was filled. */
function setIfOpen({ step, input, questions }: BoundStep, name: string, value: Json | undefined): boolean {
  const { compiled, draft } = step.frame;
  const isInput = compiled.slots.some((slot) => slot.input === name);
  if (value === undefined || !isInput || input[name] !== undefined || draft.problems.has(name) || !accepts(draft, name, value))
    return false;
  input[name] = value;
  const needed = compiled.action.language.needOne ?? [];
  const open = questions.findIndex((question) => question.input === name || (needed.includes(name) && needed.includes(question.input)));
  if (open >= 0) questions.splice(open, 1);
  return true;
}

/** "scale cart and web-app to 3": what a clause lacks and the next one says. */
function shareBackward(bound: readonly BoundStep[], notes: string[]): void {
  for (let index = bound.length - 2; index >= 0; index -= 1) {
    const target = bound[index];
    const source = bound[index + 1];
    if (target === undefined || source === undefined) continue;
    for (const { input: name } of target.questions.slice()) {
      const isObject = name === target.step.frame.compiled.main;
      const isBare = Object.keys(target.input).length === 0;
      const needed = target.step.frame.compiled.action.language.needOne ?? [];
      if (needed.includes(name) && source.step.isElliptic && needed.some((one) => setIfOpen(target, one, source.input[one]))) continue;
      const mayShare = isObject
        ? isBare && sameSystem(target, source) && source.step.frame.compiled.main === name
        : source.step.isElliptic || (target.step.isElliptic && index === 0);
      if (!mayShare || !setIfOpen(target, name, source.input[name])) continue;
      if (isObject) for (const place of ['namespace', 'cluster', 'kind']) setIfOpen(target, place, source.input[place]);
      notes.push(`${name} ${String(source.input[name])} is taken for both steps.`);
    }
  }
}

/** "move DEV-1 to done and DEV-2": what a clause without a verb lacks and the one before says. */
function shareForward(bound: readonly BoundStep[], notes: string[]): void {
  for (let index = 1; index < bound.length; index += 1) {
    const target = bound[index];
    const source = bound[index - 1];
    if (target === undefined || source === undefined) continue;
    goOnWith(target, source, notes);
    if (!target.step.isElliptic) continue;
    for (const { input: name } of target.questions.slice()) {
      if (name === target.step.frame.compiled.main || !setIfOpen(target, name, source.input[name])) continue;
      notes.push(`${name} ${String(source.input[name])} is taken for both steps.`);
    }
    for (const { input: name, slot, optional } of source.step.frame.compiled.slots) {
      if (
        optional &&
        (slot.type === 'kind' || PLACES.includes(name)) &&
        setIfOpen(target, name, source.input[name]) &&
        PLACES.includes(name)
      )
        notes.push(placeNote(name, source.input[name]));
    }
  }
}

/** "restart cart then show rollout status", "assign DEV-1 to me and move to review": a step that names no object goes on with the one before. */
function goOnWith(target: BoundStep, source: BoundStep, notes: string[]): void {
  const { compiled, draft } = target.step.frame;
  if (compiled.action.destructive === true || !sameSystem(target, source) || target.step.isElliptic) return;
  const object = compiled.slots.find(
    ({ input, slot, optional }) =>
      !optional && (input === compiled.main ? compiled.isRead : slot.type === 'pattern' && slot.upper === true),
  )?.input;
  const same = source.step.frame.compiled.slots.some(({ input }) => input === object);
  if (object === undefined || !same || draft.filled.has(object) || !setIfOpen(target, object, source.input[object])) return;
  for (const place of PLACES) setIfOpen(target, place, source.input[place]);
  notes.push(`${object} ${String(source.input[object])} is taken for both steps.`);
}

function sameSystem(left: BoundStep, right: BoundStep): boolean {
  const system = ({ step }: BoundStep) => step.frame.compiled.action.id.split('.')[0];
  return system(left) === system(right);
}

/** A place at the very end, or before the first verb, belongs to every step that takes one and says none. */
function sharePlaces(bound: readonly BoundStep[], notes: string[]): void {
  const last = bound.at(-1);
  const first = bound[0];
  if (bound.length < 2 || first === undefined || last === undefined) return;
  shareTimes(bound, last);
  for (const place of PLACES) {
    const source = [
      stands(first.step.frame, place) === 'leading' ? first : undefined,
      stands(last.step.frame, place) === 'trailing' ? last : undefined,
    ].find((step) => step !== undefined);
    if (source === undefined) continue;
    const filled = bound.filter((target) => target !== source && setIfOpen(target, place, source.input[place]));
    if (filled.some((target) => !target.step.isElliptic && !source.step.isElliptic)) notes.push(placeNote(place, source.input[place]));
  }
}

/** "logs of cart and search from the last hour": the time at the end belongs to all of a list. */
function shareTimes(bound: readonly BoundStep[], last: BoundStep): void {
  const { compiled } = last.step.frame;
  for (const { input: name, slot } of compiled.slots) {
    if (slot.type !== 'duration' || stands(last.step.frame, name) !== 'trailing') continue;
    for (const target of bound)
      if (target.step.frame.compiled === compiled && last.step.isElliptic) setIfOpen(target, name, last.input[name]);
  }
}

function placeNote(place: string, value: Json | undefined): string {
  return `${place} ${String(value)} is taken for every step that names none.`;
}

/** Whether the words of a place come after everything else of its clause, or before its verb. */
function stands({ draft }: Frame, place: string): 'leading' | 'trailing' | undefined {
  const owned = (owner: string | undefined) => owner === `input:${place}` || owner === `mark:${place}`;
  const at = draft.owners.findIndex((owner) => owned(owner));
  if (at < 0 || !draft.filled.has(place)) return undefined;
  const later = draft.owners
    .slice(at)
    .some(
      (owner) =>
        owner !== undefined &&
        owner !== 'general' &&
        owner !== 'also' &&
        !owned(owner) &&
        !PLACES.some((other) => owner.endsWith(`:${other}`)),
    );
  if (!later) return 'trailing';
  const action = draft.owners.indexOf('action');
  return action < 0 || at < action ? 'leading' : undefined;
}
