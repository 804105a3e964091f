/** "it", "its": the object of the step before, with its place. */
import type { JsonObject } from '#kit';
import { accepts, claim, type Draft, isFree } from './draft.ts';
import type { Frame, Refer } from './frames.ts';
import type { CarriedContext } from './types.ts';
import { PRONOUNS } from './words.ts';

const PLACES = ['namespace', 'cluster', 'kind'];

export function toRefer({ action, input }: { action: string; input: JsonObject }): Refer {
  return { system: systemOf(action), action, input };
}

/** What a pronoun can stand for that nothing in its own sentence explains: the newest request that fits. */
export function carriedRefer(last: CarriedContext | undefined): Refer | undefined {
  const [newest, ...earlier] = (last?.steps ?? []).map((step) => toRefer(step)).toReversed();
  return newest === undefined ? undefined : { ...newest, isCarried: true, ...(earlier.length === 0 ? {} : { earlier }) };
}

export function fillPronoun(draft: Draft, refer: Refer | undefined): void {
  fillSamePlace(draft, refer);
  const object = objectInput(draft, refer);
  if (object === undefined) return;
  const at = draft.words.findIndex((word, index) => PRONOUNS.has(word) && isFree(draft, index) && isAlone(draft, index));
  if (at < 0) return;
  // Without anything to point to, it is at least clear what has to be asked.
  claim(draft, at, 1, `mark:${object}`);
  const system = systemOf(draft.compiled.action.id);
  const source = [refer, ...(refer?.earlier ?? [])].find((one) => one?.system === system && one.input[object] !== undefined) ?? refer;
  const isSame = source?.system === system;
  const value = isSame ? source?.input[object] : subjectFor(draft, object, refer);
  if (source === undefined || value === undefined || !accepts(draft, object, value)) return;
  draft.filled.set(object, { value, strength: 'marked', tokens: draft.tokens.slice(at, at + 1) });
  const carried = [object];
  for (const place of PLACES) {
    const given = source.input[place];
    const isInput = draft.compiled.slots.some(({ input }) => input === place);
    if (!isInput || given === undefined || draft.filled.has(place) || !accepts(draft, place, given)) continue;
    draft.filled.set(place, { value: given, strength: 'marked', tokens: [] });
    carried.push(place);
  }
  if (refer?.isCarried === true) draft.carried.push(...carried);
}

/** What an earlier request gave, as it stands in the step; an answer that was given since is this request's own. */
export function carriedInputs({ draft, input }: Pick<Frame, 'draft' | 'input'>): string[] {
  return draft.carried.filter((name) => input[name] !== undefined && draft.filled.get(name)?.strength !== 'stated');
}

export function carriedNote(frame: Pick<Frame, 'draft' | 'input'>): string[] {
  const values = carriedInputs(frame).map((name) => `${name} ${String(frame.input[name])}`);
  return values.length === 0 ? [] : [`carried over from the last request: ${values.join(', ')}`];
}

/** The object is the main name, another needed name, a key such as an issue, or at last a name that may be left out. */
export function objectInput(draft: Pick<Draft, 'compiled'> & Partial<Pick<Draft, 'filled'>>, refer?: Refer): string | undefined {
  const { main, slots } = draft.compiled;
  const open = slots.filter(({ input }) => draft.filled?.has(input) !== true);
  const names = open.filter(
    ({ slot }) => slot.type === 'name' && slot.of !== 'namespace' && slot.of !== 'person' && slot.of !== 'environment',
  );
  const keys = open.filter(({ slot, optional }) => slot.type === 'pattern' && !optional);
  const needed = names.filter(({ optional }) => !optional);
  if (main !== undefined) return draft.filled?.has(main) === true ? undefined : main;
  const all = [...needed, ...keys, ...names].map(({ input }) => input);
  return all.find((input) => refer?.input[input] !== undefined) ?? [...needed, ...keys][0]?.input;
}

function systemOf(action: string): string {
  return action.split('.')[0] ?? '';
}

/** "this" before a noun points with the noun, and "that" may only join. */
function isAlone(draft: Draft, at: number): boolean {
  const word = draft.words[at] ?? '';
  return /^(?:it|its|them|they)$/.test(word) || at === draft.tokens.length - 1 || draft.tokens[at + 1]?.kind === 'punct';
}

/** What a statement before was about may be the object where that is a name. */
function subjectFor(draft: Draft, object: string, refer: Refer | undefined): string | undefined {
  const isName = draft.compiled.slots.some(({ input, slot }) => input === object && slot.type === 'name');
  if (!isName || refer?.subject === undefined) return undefined;
  // A sentence begins with a capital that the name does not have.
  return accepts(draft, object, refer.subject) ? refer.subject : refer.subject.toLowerCase();
}

/** "in that namespace": where the step before was, or what it made. */
function fillSamePlace(draft: Draft, refer: Refer | undefined): void {
  const at = draft.words.findIndex(
    (word, index) => /^(?:that|this|same|new)$/.test(word) && /^(?:namespace|ns)$/.test(draft.words[index + 1] ?? ''),
  );
  const isPlace = draft.compiled.slots.some(({ input, slot }) => input === 'namespace' && slot.type === 'name');
  if (at < 0 || !isPlace || draft.filled.has('namespace')) return;
  const made = refer?.action?.endsWith('.namespace.create') === true ? refer.input['name'] : refer?.input['namespace'];
  if (made === undefined || !accepts(draft, 'namespace', made)) return;
  draft.filled.set('namespace', { value: made, strength: 'marked', tokens: draft.tokens.slice(at, at + 2) });
  claim(draft, at, 2, 'input:namespace');
}
