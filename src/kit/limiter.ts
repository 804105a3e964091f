import { AppError } from './errors.ts';

/** Lets at most `max` calls run at once; the others wait in order. One whose signal aborts while it waits is INTERRUPTED and gives up its turn. */
export function createLimiter(max: number): <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T> {
  let active = 0;
  const waiting: (() => void)[] = [];

  function turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(start), 1);
        reject(interrupted());
      };
      waiting.push(start);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  return async (work, signal) => {
    if (signal.aborted) throw interrupted();
    if (active >= max) await turn(signal);
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

function interrupted(): AppError {
  return new AppError('Stopped before the request left', {
    code: 'INTERRUPTED',
    hint: 'Ask again when you want it.',
    details: { unclear: false },
  });
}
