/** Names: of places (namespace, cluster, project, person …) and of the object itself. */
import { accepts, anyPhraseAt, claim, type Draft, fill, type FillStrength, isFree, phraseBefore } from './draft.ts';
import { kindOf } from './fill-values.ts';
import { type Candidate, candidateAt, type NameSlot, phraseTo } from './name-candidates.ts';
import { ME } from './words.ts';

const NONE: readonly string[] = [];
const NAMED: readonly string[] = [
  'called',
  'named',
  'call it',
  'name it',
  'under the name',
  'with the name',
  'by the name',
  'by the name of',
];
const PREPOSITIONS: readonly string[] = ['in', 'on', 'from', 'at'];
const ENVIRONMENT_NOUNS: readonly string[] = ['environment', 'env'];
const ARTICLES = /^(?:the|a|an|my|our|in|of|for|from|on|to|this|that|me|your)$/;
const PLACING = /^(?:in|on|to|from|at|of|for|with|as|by)$/;
/** After these a place is only one reading: "logs from web-app". */
export const WEAK = /^(?:on|from)$/;

/** "the service called restart": whatever word it is. */
export function fillCalled(draft: Draft, input: string): void {
  for (let at = 1; at < draft.tokens.length; at += 1) {
    const marker = phraseBefore(draft, at, NAMED);
    if (marker < 0) continue;
    const candidate = candidateAt(draft, input, at, { anyWord: true });
    if (candidate === undefined) continue;
    fill(draft, input, candidate.value, candidate.at, candidate.length, 'stated');
    claim(draft, marker, candidate.at - marker, `mark:${input}`);
    return;
  }
}

/** A place: beside its noun, or after one of its prepositions. `any` allows those that may mean the object as well. */
export function fillPlace(draft: Draft, input: string, slot: NameSlot, by: 'noun' | 'preposition' | 'any'): void {
  if (draft.filled.has(input)) return;
  const found = ownGroup(draft, slot) ?? placeBesideNoun(draft, input, slot) ?? knownPlace(draft, input, slot);
  if (found !== undefined) return take(draft, input, found, 'marked');
  const follower = placeBeforePhrase(draft, input, slot);
  if (follower !== undefined) return take(draft, input, follower, 'marked');
  const after = slot.after ?? NONE;
  if (by === 'noun' || draft.view.near(after).length === 0) return;
  let best: Marked | undefined;
  for (let at = 1; at < draft.tokens.length; at += 1) {
    const start = phraseBefore(draft, at, after);
    // "scale in cart": the preposition belongs to the verb.
    const verbToken = draft.tokens[at - 1];
    const verb = (verbToken === undefined ? undefined : draft.reading.spelled.get(verbToken)) ?? verbToken?.word ?? '';
    const isNamedVerb = after.includes(verb) && !PLACING.test(verb);
    const isVerb =
      (draft.owners[at - 1] === 'action' && !isNamedVerb) ||
      (by !== 'any' && WEAK.test(draft.words[start] ?? '') && anyPhraseAt(draft, start, after) === 1);
    const candidate = start < 0 || isVerb ? undefined : (personAt(draft, slot, at) ?? candidateAt(draft, input, at));
    // "in cart logs": what stands before the action's own noun is its object.
    const isObject = draft.owners[at + 1] === 'action' && draft.compiled.main !== undefined && !draft.filled.has(draft.compiled.main);
    if (candidate === undefined || isObject || kindOf(draft, at) !== undefined || isOtherType(draft, slot, candidate)) continue;
    if (best === undefined || candidate.quality > best.quality) best = { ...candidate, noun: start, nounLength: at - start };
  }
  if (best !== undefined) take(draft, input, best, 'marked');
}

function placeBesideNoun(draft: Draft, input: string, slot: NameSlot): Marked | undefined {
  const isNear = draft.view.near(slot.nouns).length > 0 || (slot.of === 'namespace' && draft.view.near(ENVIRONMENT_NOUNS).length > 0);
  if (!isNear) return undefined;
  const nouns = useNouns(draft, slot) ? slot.nouns : NONE;
  const nounAt = (at: number): number =>
    anyPhraseAt(draft, at, nouns) ||
    (slot.of === 'namespace' && environmentAt(draft, at - 1) ? anyPhraseAt(draft, at, ENVIRONMENT_NOUNS) : 0);
  return besideNoun(draft, input, nounAt);
}

/** "web can't reach redis" */
function placeBeforePhrase(draft: Draft, input: string, slot: NameSlot): Marked | undefined {
  const before = slot.before ?? NONE;
  if (draft.view.near(before).length === 0) return undefined;
  for (let at = 0; at < draft.tokens.length - 1; at += 1) {
    const candidate = anyPhraseAt(draft, at + 1, before) > 0 ? candidateAt(draft, input, at) : undefined;
    if (candidate !== undefined) return { ...candidate, noun: at, nounLength: 0 };
  }
  return undefined;
}

/** "… in OPS" at the end of a clause: a key in capitals is no part of a free text. */
export function fillKeyAtEnd(draft: Draft, input: string, slot: NameSlot): void {
  const at = draft.tokens.findLastIndex((token) => token.kind !== 'punct' && !draft.reading.polite.has(token));
  const token = draft.tokens[at];
  const isKey = token !== undefined && /^[A-Z][A-Z0-9]+$/.test(token.text) && /\p{Ll}/u.test(draft.reading.sentence);
  if (!isKey || draft.filled.has(input) || draft.words[at - 1] !== 'in' || !(slot.after ?? []).includes('in') || !isFree(draft, at)) return;
  if (accepts(draft, input, token.text)) fill(draft, input, token.text, at, 1, 'marked');
}

/** "describe namespace prod" is about a namespace, not in one. */
function useNouns(draft: Draft, slot: NameSlot): boolean {
  if (slot.of !== 'namespace') return true;
  const kindSlot = draft.compiled.slots.find((candidate) => candidate.slot.type === 'kind');
  if (kindSlot?.slot.type !== 'kind' || kindSlot.slot.workloadsOnly || draft.filled.has(kindSlot.input)) return true;
  if (!accepts(draft, kindSlot.input, 'Namespace')) return true;
  const kinds = draft.tokens.flatMap((_, at) => (isFree(draft, at) ? (kindOf(draft, at) ?? []) : []));
  const hasKind = kinds.some(({ kind }) => kind !== 'Namespace');
  // "a label on namespace qa" is about the namespace, where nothing else is named.
  const places = hasKind || draft.compiled.isRead ? /^(?:in|from|of|on)$/ : /^(?:in|from|of)$/;
  const isScope = draft.words.some(
    (word, at) => places.test(word) && draft.words.slice(at + 1, at + 4).some((later) => slot.nouns.includes(later)),
  );
  return isScope || kinds.some(({ kind }) => kind !== 'Namespace');
}

/** "on kube-eu1": a name that only this type has, after any preposition of place. */
function knownPlace(draft: Draft, input: string, slot: NameSlot): Marked | undefined {
  const { names } = draft.reading;
  if (!names.knows(slot.of) || slot.of === 'namespace') return undefined;
  for (let at = 1; at < draft.tokens.length; at += 1) {
    const start = phraseBefore(draft, at, PREPOSITIONS);
    const candidate = start < 0 ? undefined : candidateAt(draft, input, at);
    const text = String(candidate?.value ?? '');
    if (candidate === undefined || names.findSure(slot.of, text).length === 0 || names.findSure('namespace', text).length > 0) continue;
    return { ...candidate, noun: start, nounLength: at - start };
  }
  return undefined;
}

/** In a live inventory a word that is a known name of another type, and not of this one, belongs there. */
function isOtherType(draft: Draft, slot: NameSlot, { value }: Candidate): boolean {
  const { names } = draft.reading;
  const text = String(value);
  if (
    slot.of !== 'namespace' ||
    !names.knows('namespace') ||
    names.findSure('namespace', text).length > 0 ||
    names.environment(text) !== undefined
  )
    return false;
  return names.findSure('workload', text).length > 0 || names.findSure('cluster', text).length > 0;
}

/** "our team": the group of the one who asks. */
function ownGroup(draft: Draft, slot: NameSlot): Marked | undefined {
  if (slot.of !== 'group') return undefined;
  const at = draft.words.findIndex(
    (word, index) =>
      /^(?:my|our)$/.test(word) && /^(?:team|group|squad|crew)$/.test(draft.words[index + 1] ?? '') && isFree(draft, index + 1),
  );
  return at < 0 ? undefined : { value: 'my team', at, length: 2, quality: 3, noun: at, nounLength: 0 };
}

function personAt(draft: Draft, slot: NameSlot, at: number): Candidate | undefined {
  if (slot.of !== 'person') return undefined;
  if (/^(?:team|group|squad|crew|queue)$/.test(draft.words[at + 1] ?? '')) return undefined;
  return ME.has(draft.words[at] ?? '') ? { value: 'me', at, length: 1, quality: 3 } : undefined;
}

export function environmentAt(draft: Draft, at: number): boolean {
  return draft.reading.names.environment(draft.words[at] ?? '') !== undefined;
}

interface Marked extends Candidate {
  noun: number;
  nounLength: number;
}

/** "the web-app deployment", "deployment web-app". `nounAt` gives the length of a noun at an index, 0 for none. */
export function besideNoun(draft: Draft, input: string, nounAt: (at: number) => number): Marked | undefined {
  let best: (Marked & { rank: number }) | undefined;
  for (let noun = 0; noun < draft.tokens.length; noun += 1) {
    const nounLength = nounAt(noun);
    if (nounLength === 0) continue;
    const isArticled = noun >= 2 ? ARTICLES.test(draft.words[noun - 2] ?? '') || draft.owners[noun - 2] === 'action' : true;
    const before = phraseTo(draft, input, noun) ?? candidateAt(draft, input, noun - 1);
    // "the hpa of web-app" is called so; "the pods of web-app" that are deleted are not.
    const links =
      draft.compiled.isRead && draft.words[noun - 1] !== 'a' ? /^(?:called|named|name|=|:|'s|of)$/ : /^(?:called|named|name|=|:|'s)$/;
    const linked = links.test(draft.words[noun + nounLength] ?? '') ? 1 : 0;
    const after = candidateAt(draft, input, noun + nounLength + linked);
    const options = [
      ...(before === undefined ? [] : [{ ...before, rank: before.quality + (isArticled ? 0.5 : -0.5) }]),
      ...(after === undefined ? [] : [{ ...after, rank: after.quality }]),
    ];
    for (const option of options) {
      const rank = option.rank + (isKnown(draft, input, option) ? 4 : 0);
      if (best === undefined || rank > best.rank)
        best = { ...option, rank, noun, nounLength: nounLength + (option.at > noun ? linked : 0) };
    }
    noun += nounLength - 1;
  }
  return best;
}

function isKnown(draft: Draft, input: string, { value }: Candidate): boolean {
  const slot = draft.compiled.slots.find((candidate) => candidate.input === input)?.slot;
  return slot?.type === 'name' && draft.reading.names.findSure(slot.of, String(value)).length > 0;
}

export function take(draft: Draft, input: string, found: Marked, strength: FillStrength): void {
  fill(draft, input, found.value, found.at, found.length, strength);
  for (let index = found.noun; index < found.noun + found.nounLength; index += 1)
    if (isFree(draft, index)) claim(draft, index, 1, `mark:${input}`);
  // "in namespace shop", "in the staging environment"
  for (const index of [found.at + 1])
    if (/^(?:environment|env)$/.test(draft.words[index] ?? '') && isFree(draft, index)) claim(draft, index, 1, `mark:${input}`);
}

/** An environment word that nothing else took: "staging pods". In a change only beside a named object. */
export function fillEnvironment(draft: Draft, input: string): void {
  const { compiled, filled } = draft;
  if (filled.has(input) || (!compiled.isRead && (compiled.main === undefined || !filled.has(compiled.main)))) return;
  for (let at = 0; at < draft.tokens.length; at += 1) {
    const candidate = environmentAt(draft, at) ? candidateAt(draft, input, at) : undefined;
    if (candidate !== undefined) return fill(draft, input, candidate.value, at, 1, 'marked');
  }
}

/** "my tickets", "which bugs does Tomasz have": the person of a question. */
export function fillPersonLeft(draft: Draft, input: string, slot: NameSlot): void {
  if (draft.filled.has(input)) return;
  const self = slot.self ?? NONE;
  const own = draft.tokens.findIndex((_, at) => anyPhraseAt(draft, at, self) > 0 && (isFree(draft, at) || draft.owners[at] === 'action'));
  if (own >= 0) return void draft.filled.set(input, { value: 'me', strength: 'left', tokens: draft.tokens.slice(own, own + 1) });
  if (!draft.compiled.isRead) return;
  for (let at = 0; at < draft.tokens.length; at += 1) {
    const token = draft.tokens[at];
    if (token === undefined || token.kind !== 'word') continue;
    const isMine = /^(?:my|mine)$/.test(token.word) && isFree(draft, at);
    const isAsker = /^(?:i|me)$/.test(token.word) && /^(?:do|did|have|am)$/.test(draft.words[at - 1] ?? '') && isFree(draft, at);
    if (isMine || isAsker) return fill(draft, input, 'me', at, 1, 'left');
    // "what did anna work on"
    const isDoer = /^(?:work|working|do|doing|have|report|reported|create|created|own|close|closed|finish|finished)$/.test(
      draft.words[at + 1] ?? '',
    );
    const isNamed = /^\p{Lu}[\p{Ll}\d._-]*$/u.test(token.text) || isDoer;
    const isPerson = at > 0 && isNamed && /^(?:does|did|has|is|by|of|for)$/.test(draft.words[at - 1] ?? '');
    const candidate = isPerson ? candidateAt(draft, input, at) : undefined;
    if (candidate !== undefined) return fill(draft, input, candidate.value, at, 1, 'left');
  }
}
