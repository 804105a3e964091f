/** Which actions a clause can be about at all, by its words: most of the catalogue is left out before any careful look. */
import type { CompiledAction, TriggerLine } from './vocabulary.ts';

interface CandidateIndex {
  byWord: ReadonlyMap<string, readonly CompiledAction[]>;
  /** Actions with a line that has no word part. */
  always: readonly CompiledAction[];
}

const indexes = new WeakMap<readonly CompiledAction[], CandidateIndex>();

export function candidates(actions: readonly CompiledAction[], present: ReadonlySet<string>): Iterable<CompiledAction> {
  const index = indexes.get(actions) ?? makeIndex(actions);
  const found = new Set(index.always);
  for (const word of present) for (const action of index.byWord.get(word) ?? []) found.add(action);
  return found;
}

function makeIndex(actions: readonly CompiledAction[]): CandidateIndex {
  const byWord = new Map<string, Set<CompiledAction>>();
  const always = new Set<CompiledAction>();
  for (const action of actions) {
    for (const line of action.lines) {
      const words = firstWords(line);
      if (words === undefined) always.add(action);
      for (const word of words ?? []) byWord.set(word, (byWord.get(word) ?? new Set()).add(action));
    }
  }
  const index = { byWord: new Map([...byWord].map(([word, set]) => [word, [...set]])), always: [...always] };
  indexes.set(actions, index);
  return index;
}

/** Of the part with the fewest alternatives: one of these words must be in the clause. */
function firstWords({ parts }: TriggerLine): string[] | undefined {
  const [smallest] = parts.toSorted((left, right) => left.length - right.length);
  return smallest?.flatMap(([first]) => first ?? []);
}
