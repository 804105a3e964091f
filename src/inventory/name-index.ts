import type { LiveName } from '#kit';
import type { MatchHow, NameMatch } from './types.ts';

const SCORES: Record<MatchHow, number> = { exact: 1, given: 1, normalised: 0.97, edit: 0.9, subset: 0.75 };

/** The longest text that can be a name at all; longer ones are not looked up. */
const LONGEST = 253;

/** Lower case, without what separates words: `Web_App` and `web app` are `webapp`. */
function normalise(text: string): string {
  return text.toLowerCase().replaceAll(/[\s._/-]+/g, '');
}

/** Only what could be a name written another way: `../web-app` and `web-app;` are no spellings of `web-app`. */
function isSpelling(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9\s._-]*[a-z0-9])?$/i.test(text);
}

function words(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s._/-]+/)
    .filter((word) => word !== '');
}

/** The names of one type, with one map for each way of looking. The maps for mistakes are made when first needed. */
export interface NameIndex {
  size: number;
  sure: (text: string) => NameMatch[];
  near: (text: string) => NameMatch[];
  subset: (text: string) => NameMatch[];
  /** Names that share a word or a beginning with the text, for suggestions. */
  similar: (text: string, limit: number) => string[];
}

export function createNameIndex(names: readonly LiveName[]): NameIndex {
  const exact = new Map<string, LiveName[]>();
  const normalised = new Map<string, LiveName[]>();
  for (const name of names) {
    add(exact, name.name, name);
    add(normalised, normalise(name.name), name);
  }
  let halves: Map<string, LiveName[]> | undefined;
  let byWord: Map<string, LiveName[]> | undefined;

  function sure(text: string): NameMatch[] {
    if (text.length > LONGEST) return [];
    const same = exact.get(text);
    if (same !== undefined) return matches(same, 'exact');
    const key = isSpelling(text) ? normalise(text) : '';
    return key === '' ? [] : matches(normalised.get(key) ?? [], 'normalised');
  }

  /** One edit leaves one half of a name as it was, so only names that share a half and the length are compared. */
  function near(text: string): NameMatch[] {
    const wanted = isSpelling(text) ? text.toLowerCase() : '';
    if (wanted.length < 3 || wanted.length > LONGEST) return [];
    halves ??= indexHalves(names);
    const found = new Set<LiveName>();
    for (let length = wanted.length - 1; length <= wanted.length + 1; length += 1) {
      for (const key of halfKeys(wanted, length)) {
        for (const name of halves.get(key) ?? []) if (isOneEdit(wanted, name.name.toLowerCase())) found.add(name);
      }
    }
    return matches([...found], 'edit');
  }

  function wordIndex(): Map<string, LiveName[]> {
    if (byWord === undefined) {
      byWord = new Map();
      for (const name of names) for (const word of new Set(words(name.name))) add(byWord, word, name);
    }
    return byWord;
  }

  /** Every word of the text is a word of the name. */
  function subset(text: string): NameMatch[] {
    const wanted = isSpelling(text) ? words(text) : [];
    const first = wanted[0];
    if (first === undefined || text.length > LONGEST) return [];
    const index = wordIndex();
    let fewest = index.get(first) ?? [];
    for (const word of wanted) {
      const holders = index.get(word) ?? [];
      if (holders.length < fewest.length) fewest = holders;
    }
    // A word that hundreds of names share says nothing about which one is meant.
    if (fewest.length > 200) return [];
    const found = fewest.filter((name) => wanted.every((word) => words(name.name).includes(word)));
    return matches(found, 'subset');
  }

  function similar(text: string, limit: number): string[] {
    const found = new Set<string>();
    const offer = (candidates: readonly LiveName[]) => {
      for (const candidate of candidates) if (found.size < limit) found.add(candidate.name);
    };
    offer(near(text).map((match) => match.name));
    for (const word of words(text)) offer(wordIndex().get(word) ?? []);
    return [...found];
  }

  return { size: names.length, sure, near, subset, similar };
}

function add(map: Map<string, LiveName[]>, key: string, name: LiveName): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [name]);
  else list.push(name);
}

function matches(names: readonly LiveName[], how: MatchHow): NameMatch[] {
  const sortKey = ({ name }: NameMatch) => `${name.name}\u0000${name.cluster ?? ''}\u0000${name.namespace ?? ''}\u0000${name.kind ?? ''}`;
  const found = names.map((name): NameMatch => ({ name, score: SCORES[how], how }));
  return found.length < 2 ? found : found.toSorted((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
}

function indexHalves(names: readonly LiveName[]): Map<string, LiveName[]> {
  const index = new Map<string, LiveName[]>();
  for (const name of names) for (const key of halfKeys(name.name.toLowerCase(), name.name.length)) add(index, key, name);
  return index;
}

/** Keys under which a text meets names of the given length: its first half, its last half. */
function halfKeys(text: string, length: number): [string, string] {
  const half = Math.max(1, Math.floor(length / 2) - 1);
  return [`<${length}:${text.slice(0, half)}`, `>${length}:${text.slice(Math.max(0, text.length - half))}`];
}

/** One letter added, left out, changed, or two neighbours swapped. Equal texts are no edit. */
export function isOneEdit(left: string, right: string): boolean {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  if (long.length - short.length > 1 || left === right) return false;
  let head = 0;
  while (head < short.length && short[head] === long[head]) head += 1;
  let tail = 0;
  while (tail < short.length - head && short[short.length - 1 - tail] === long[long.length - 1 - tail]) tail += 1;
  if (long.length > short.length) return head + tail >= short.length;
  const open = short.length - head - tail;
  return open === 1 || (open === 2 && short[head] === long[head + 1] && short[head + 1] === long[head]);
}
