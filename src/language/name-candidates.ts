/** What could be a name, and how likely. */
import type { Json, Slot } from '#kit';
import { accepts, type Draft, isFree } from './draft.ts';
import { BLANKET, CHANGE_VERBS, EVERYDAY, NEVER_NAMES, OTHER_TOOLS, PROGRAMS, READ_VERBS, SYSTEM_WORDS } from './words.ts';

export type NameSlot = Extract<Slot, { type: 'name' }>;

/** Their nouns are common as names too: an app called "app". */
const KUBERNETES = new Set(['workload', 'resource', 'pod', 'namespace', 'cluster']);
export interface Candidate {
  value: Json;
  at: number;
  length: number;
  quality: number;
}

/** What could be a name here: a word that is not taken, has the form that the schema wants, and is no ordinary word. */
export function candidateAt(draft: Draft, input: string, at: number, options: { anyWord?: boolean } = {}): Candidate | undefined {
  const token = draft.tokens[at];
  if (token === undefined || token.altered || (draft.owners[at] !== undefined && !(options.anyWord === true && isFree(draft, at))))
    return undefined;
  if (token.kind === 'quoted') return accepts(draft, input, token.text) ? { value: token.text, at, length: 1, quality: 2 } : undefined;
  const isNumbered = token.kind === 'number' && numberedName(draft, input, at);
  if (isNumbered) return { value: token.text, at, length: 1, quality: 1 };
  if (token.kind !== 'word') return undefined;
  const isNever = token.text.length === 1 || (NEVER_NAMES.has(token.word) && !isBeforeNoun(draft, input, at)) || BLANKET.has(token.word);
  if (options.anyWord !== true && isNever) return undefined;
  // "Check cluster health" begins with what to do.
  if (at === 0 && options.anyWord !== true && (READ_VERBS.has(token.word) || CHANGE_VERBS.has(token.word) || PROGRAMS.has(token.word)))
    return undefined;
  // "the jenkins job" is Jenkins' own.
  if (
    options.anyWord !== true &&
    OTHER_TOOLS.has(token.word) &&
    /^(?:jobs?|pipelines?|builds?|repos?|dashboards?|monitors?|tokens?)$/.test(draft.words[at + 1] ?? '')
  )
    return undefined;
  const slot = draft.compiled.slots.find((one) => one.input === input)?.slot;
  const isSystemName = slot?.type === 'name' && slot.systems === true;
  // "the stack" is no stack called stack.
  const isOwnNoun = slot?.type === 'name' && !KUBERNETES.has(slot.of) && slot.nouns.includes(token.word);
  // "in PROJ project" has a key.
  const isKey = /^[A-Z][A-Z0-9]+$/.test(token.text) && slot?.type === 'name' && slot.nouns.includes(draft.words[at + 1] ?? '');
  if (isOwnNoun && !isKey && options.anyWord !== true && draft.reading.names.open) return undefined;
  // "in namespace ci": behind its own noun it is a name like any other.
  const isBehindNoun = slot?.type === 'name' && slot.of === 'namespace' && slot.nouns.includes(draft.words[at - 1] ?? '');
  const isSystem = SYSTEM_WORDS.has(token.word) && !isSystemName && !isBehindNoun;
  if (options.anyWord !== true && isSystem && draft.reading.names.open) return undefined;
  // "on my laptop" is no namespace.
  if (
    slot?.type === 'name' &&
    slot.of === 'namespace' &&
    EVERYDAY.has(token.word) &&
    !slot.nouns.includes(draft.words[at - 1] ?? '') &&
    draft.reading.names.open
  )
    return undefined;
  // "tag 2.4.1" is a version.
  if (slot?.type === 'name' && KUBERNETES.has(slot.of) && options.anyWord !== true && /^v?\d+(?:\.\d+)+$/.test(token.text))
    return undefined;
  // "who is assigned to INC0012345" names a record, no person.
  if (slot?.type === 'name' && slot.of === 'person' && /^(?:[A-Z]{2,}\d{4,}|[A-Z][A-Z0-9]+-\d+)$/.test(token.text)) return undefined;
  const written = accepts(draft, input, token.text);
  const value = written ? token.text : token.text.toLowerCase();
  // `CART` in a sentence without small letters, or `Cart`: a name that is written large. `INC0012345` is none.
  const isEnlarged = /^\p{Lu}[\p{Ll}\d._-]*$/u.test(token.text) || !/\p{Ll}/u.test(draft.reading.sentence);
  if (!written && (!isEnlarged || !accepts(draft, input, value))) return undefined;
  const shape = /[-\d._]/.test(token.text) ? 2 : 0;
  const quality = shape + (written ? 1 : 0);
  return titleAt(draft, input, at, quality) ?? { value, at, length: 1, quality };
}

/** "the status channel": between an article and its own noun even an ordinary word is a name. */
function isBeforeNoun(draft: Draft, input: string, at: number): boolean {
  const slot = draft.compiled.slots.find((one) => one.input === input)?.slot;
  const isBetween = /^(?:the|our)$/.test(draft.words[at - 1] ?? '') && /^(?:status|urgent|critical|open)$/.test(draft.words[at] ?? '');
  return isBetween && slot?.type === 'name' && !KUBERNETES.has(slot.of) && slot.nouns.includes(draft.words[at + 1] ?? '');
}

/** "sprint 14": a number that stands behind the noun of a name. */
function numberedName(draft: Draft, input: string, at: number): boolean {
  const slot = draft.compiled.slots.find((one) => one.input === input)?.slot;
  const isBeside = slot?.type === 'name' && !KUBERNETES.has(slot.of) && slot.nouns.includes(draft.words[at - 1] ?? '');
  return isBeside && accepts(draft, input, draft.tokens[at]?.text ?? '');
}

/** "Brand Kit", "Platform SRE": words that are written large in a row, where names may have several. */
function titleAt(draft: Draft, input: string, at: number, quality: number): Candidate | undefined {
  const isTitle = (index: number): boolean => {
    const token = draft.tokens[index];
    const isLarge = token?.kind === 'word' && /^\p{Lu}/u.test(token.text) && !token.altered;
    const slot = draft.compiled.slots.find((one) => one.input === input)?.slot;
    const isNoun = slot?.type === 'name' && slot.nouns.includes(token?.word ?? '');
    return isLarge && !isNoun && draft.owners[index] === undefined && !SYSTEM_WORDS.has(token.word);
  };
  if (!isTitle(at) || !/\p{Ll}/u.test(draft.reading.sentence) || !accepts(draft, input, 'Two Words')) return undefined;
  let [from, to] = [at, at + 1];
  // The first word of a sentence is written large anyway.
  while (from > 1 && isTitle(from - 1)) from -= 1;
  const isVersion = (index: number): boolean =>
    (draft.tokens[index]?.kind === 'number' || /^v\d+$/.test(draft.words[index] ?? '')) && draft.owners[index] === undefined;
  while (isTitle(to) || (to > from && isVersion(to) && isTitle(to - 1))) to += 1;
  if (to - from < 2) return undefined;
  const [first, last] = [draft.tokens[from], draft.tokens[to - 1]];
  const value =
    first === undefined || last === undefined ? '' : draft.reading.sentence.slice(first.start, last.end).replaceAll(/\s+/g, ' ');
  return accepts(draft, input, value) ? { value, at: from, length: to - from, quality: quality + 1 } : undefined;
}

/** "the release management channel", "to the service desk group": several small words between an article and the noun, where names may have several. */
export function phraseTo(draft: Draft, input: string, noun: number): Candidate | undefined {
  const slot = draft.compiled.slots.find((one) => one.input === input)?.slot;
  if (slot?.type !== 'name' || KUBERNETES.has(slot.of) || !slot.nouns.includes(draft.words[noun] ?? '')) return undefined;
  let from = noun;
  while (from > 0 && noun - from < 3 && isPhraseWord(draft, from - 1)) from -= 1;
  if (noun - from < 2 || !/^(?:the|our|my)$/.test(draft.words[from - 1] ?? '')) return undefined;
  const [first, last] = [draft.tokens[from], draft.tokens[noun - 1]];
  const value =
    first === undefined || last === undefined ? '' : draft.reading.sentence.slice(first.start, last.end).replaceAll(/\s+/g, ' ');
  return accepts(draft, input, value) ? { value, at: from, length: noun - from, quality: 2 } : undefined;
}

function isPhraseWord(draft: Draft, at: number): boolean {
  const token = draft.tokens[at];
  const isFreeWord = token?.kind === 'word' && !token.altered && draft.owners[at] === undefined && /^\p{L}[\p{L}\d-]*$/u.test(token.text);
  return (
    isFreeWord &&
    !NEVER_NAMES.has(token.word) &&
    !BLANKET.has(token.word) &&
    !SYSTEM_WORDS.has(token.word) &&
    !CHANGE_VERBS.has(token.word) &&
    !READ_VERBS.has(token.word)
  );
}
