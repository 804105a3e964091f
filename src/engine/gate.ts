/** Stops durable work without lying about it: what is cut off by a stop never settles, as after a crash, so no outcome is recorded for it. */

export interface Gate {
  /** Aborts when the engine stops: pauses and checks end at once. A call on its way is left alone. */
  stopping: AbortSignal;
  pass: <T>(work: () => Promise<T>) => Promise<T>;
  /** Nothing begins any more; what is under way gets this long to be recorded. */
  close: (waitMs: number) => Promise<void>;
}

export function createGate(): Gate {
  const stop = new AbortController();
  const busy = new Set<Promise<unknown>>();
  return {
    stopping: stop.signal,
    async pass(work) {
      if (stop.signal.aborted) return never();
      const turn = work();
      busy.add(turn);
      try {
        return await turn;
      } catch (error) {
        if (stop.signal.aborted) return await never();
        throw error;
      } finally {
        busy.delete(turn);
      }
    },
    async close(waitMs) {
      stop.abort(new Error('the engine stops'));
      let timer: NodeJS.Timeout | undefined;
      const enough = new Promise((resolve) => (timer = setTimeout(resolve, waitMs)));
      await Promise.race([Promise.allSettled(busy), enough]);
      clearTimeout(timer);
    },
  };
}

const ignore = () => undefined;

export function never(): Promise<never> {
  return new Promise<never>(ignore);
}
