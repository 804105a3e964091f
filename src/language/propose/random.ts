/** A seeded generator: the same seed gives the same numbers everywhere, as only 32-bit whole numbers are used. */

export interface Random {
  /** From 0 up to, but not including, `limit`. */
  below: (limit: number) => number;
  chance: (share: number) => boolean;
  /** Undefined only for an empty list. */
  pick: <T>(list: readonly T[]) => T | undefined;
  word: (list: readonly string[]) => string;
  shuffle: (list: Int32Array) => void;
}

/** mulberry32 */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
  const below = (limit: number) => (limit <= 0 ? 0 : next() % limit);
  return {
    below,
    chance: (share) => next() < share * 2 ** 32,
    pick: (list) => list[below(list.length)],
    word: (list) => list[below(list.length)] ?? '',
    shuffle(list) {
      for (let last = list.length - 1; last > 0; last -= 1) {
        const other = below(last + 1);
        const kept = list[last] ?? 0;
        list[last] = list[other] ?? 0;
        list[other] = kept;
      }
    },
  };
}
