/** Like Promise.all over a map, but with so many at once; results in the order of the items. The first failure ends it. */
export async function mapLimited<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>();
  const left = items.entries();
  async function worker(): Promise<void> {
    // One iterator for all workers: each takes the next item.
    for (const [index, item] of left) results.set(index, await work(item));
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return [...results.entries()].toSorted(([left], [right]) => left - right).map(([, result]) => result);
}
