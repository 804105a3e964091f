/** Puts the values of an earlier step into the slots of a new one: as values, each accepted by the slot, never as text that is read. */
import type { Json } from '#kit';
import { accepts, type Draft } from '../draft.ts';
import { objectInput } from '../fill-pronoun.ts';
import type { FrameOptions } from '../frames.ts';
import type { TurnStep } from './types.ts';

interface CarryOptions {
  /** The object is that of the earlier step, so that no word of the sentence is taken for it. */
  keepsObject: boolean;
  /** Inputs that are not carried: what is taken back, and what "back" changes. */
  omit: ReadonlySet<string>;
}

export function createCarry(base: TurnStep, { keepsObject, omit }: CarryOptions): FrameOptions['carry'] {
  const put = (draft: Draft, input: string, value: Json | undefined): void => {
    const isSlot = draft.compiled.slots.some((slot) => slot.input === input);
    if (!isSlot || value === undefined || omit.has(input) || draft.filled.has(input) || draft.problems.has(input)) return;
    if (!accepts(draft, input, value)) return;
    draft.filled.set(input, { value, strength: 'marked', tokens: [] });
    draft.carried.push(input);
  };
  return (draft, when) => {
    const object = objectInput({ compiled: draft.compiled });
    if (when === 'before') {
      // A text begins after nearly any word: what was written is carried as it is, or said in quotes.
      for (const { input, slot } of draft.compiled.slots) if (slot.type === 'text') put(draft, input, base.input[input]);
      if (keepsObject && object !== undefined) put(draft, object, base.input[object]);
      return;
    }
    if (object !== undefined) put(draft, object, base.input[object]);
    const isSame = object === undefined || draft.filled.get(object)?.value === base.input[object];
    const moves = draft.filled.has('namespace') || draft.filled.has('cluster');
    putPlaces(draft, base, isSame, put);
    for (const { input, slot } of draft.compiled.slots) {
      // Containers and looked-up kinds belong to the object and its place.
      const isOwn = slot.type === 'kind' || (slot.type === 'name' && slot.of === 'container');
      const isThere = isSame && (!isOwn || !moves);
      if (!isPlace(input) && (isThere || (base.said.includes(input) && !(isOwn && !isSame && slot.type === 'name'))))
        put(draft, input, base.input[input]);
    }
  };
}

function isPlace(input: string): boolean {
  return input === 'namespace' || input === 'cluster';
}

/** The same object is where it was; another one is looked for where a place was said; a new place is one of its own. */
function putPlaces(
  draft: Draft,
  base: TurnStep,
  isSame: boolean,
  put: (draft: Draft, input: string, value: Json | undefined) => void,
): void {
  const { filled, reading } = draft;
  const known = { ...base.place, ...base.input };
  const isPlaceSaid = base.said.includes('namespace') || base.said.includes('cluster');
  const namespace = filled.get('namespace')?.value;
  if (namespace === undefined && !filled.has('cluster')) {
    if (!isSame && !isPlaceSaid) return;
    put(draft, 'namespace', isSame ? known['namespace'] : base.input['namespace']);
    put(draft, 'cluster', isSame ? known['cluster'] : base.input['cluster']);
    return;
  }
  if (base.said.includes('namespace')) put(draft, 'namespace', base.input['namespace']);
  const environment = typeof namespace === 'string' ? reading.names.environment(namespace) : undefined;
  // An environment of the configuration brings its own cluster, and the one from before may have come from another environment.
  const bringsCluster = environment?.ruled === true && environment.clusters.length > 0;
  if (base.said.includes('cluster') && !bringsCluster) put(draft, 'cluster', base.input['cluster']);
}
