/** What goes wrong on request. */
export type FaultKind =
  /** 429 with Retry-After, nothing done. */
  | 'limited'
  /** 503, nothing done. */
  | 'unavailable'
  /** It is done, and the answer is 500. */
  | 'error-after'
  /** The connection ends before anything is done. */
  | 'cut'
  /** It is done, and the connection ends without an answer. */
  | 'cut-after'
  /** Nothing is ever answered. */
  | 'hang'
  /** 401, as with an expired token. */
  | 'unauthorized'
  /** 409, as if somebody else had written in between. */
  | 'conflict';

export interface Fault {
  kind: FaultKind;
  /** Any unless given; `path` is a part of the address without its query. */
  method?: string;
  path?: string;
  /** How often; 1 unless given. */
  times?: number;
  retryAfterSeconds?: number;
}

export interface Faults {
  add: (fault: Fault) => void;
  clear: () => void;
  take: (method: string, path: string) => Fault | undefined;
}

export function createFaults(): Faults {
  let waiting: { fault: Fault; left: number }[] = [];
  return {
    add: (fault) => void waiting.push({ fault, left: fault.times ?? 1 }),
    clear() {
      waiting = [];
    },
    take(method, path) {
      const hit = waiting.find(({ fault, left }) => left > 0 && (fault.method ?? method) === method && path.includes(fault.path ?? ''));
      if (hit === undefined) return undefined;
      hit.left -= 1;
      return hit.fault;
    },
  };
}
