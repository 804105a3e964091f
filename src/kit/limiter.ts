/** Lets at most `max` calls run at once; the others wait in order. */
export function createLimiter(max: number): <T>(work: () => Promise<T>) => Promise<T> {
  let active = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (active >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    else active += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place is handed over, so that no newcomer can take it in between.
      if (next === undefined) active -= 1;
      else next();
    }
  };
}
