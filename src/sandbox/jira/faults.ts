/** What goes wrong on request. */

export type FaultKind =
  /** 429 with Retry-After, nothing done. */
  | 'limited'
  /** 503, nothing done. */
  | 'unavailable'
  /** 500, nothing done. */
  | 'error'
  /** It is done, and the answer is 500. */
  | 'error-after'
  /** The connection ends before anything is done. */
  | 'cut'
  /** It is done, and the connection ends without an answer. */
  | 'cut-after'
  /** Nothing is done and nothing is ever answered. */
  | 'hang'
  /** It is done, and nothing is ever answered. */
  | 'hang-after'
  /** It is done, and the answer is no JSON. */
  | 'wrong-json'
  /** 401, as with an expired token. */
  | 'unauthorized'
  /** 403, nothing done. */
  | 'forbidden';

export interface Fault {
  kind: FaultKind;
  /** Any method or path unless given; `path` is a part of the address without its query. */
  method?: string;
  path?: string;
  /** How often: 1 unless given. */
  times?: number;
  /** For `limited`; 1 unless given. */
  retryAfterSeconds?: number;
}

export interface Faults {
  add: (fault: Fault) => void;
  clear: () => void;
  /** Issues made from now on are missing from search, as while the vendor's index lags; reading by key works. */
  lagSearch: (lags: boolean) => void;
}

export interface FaultBox extends Faults {
  take: (method: string, path: string) => Fault | undefined;
  isLagging: () => boolean;
}

export function createFaults(): FaultBox {
  let waiting: { fault: Fault; left: number }[] = [];
  let lags = false;
  return {
    add(fault) {
      waiting.push({ fault, left: fault.times ?? 1 });
    },
    clear() {
      waiting = [];
      lags = false;
    },
    lagSearch(value) {
      lags = value;
    },
    isLagging: () => lags,
    take(method, path) {
      const hit = waiting.find(({ fault, left }) => left > 0 && (fault.method ?? method) === method && path.includes(fault.path ?? ''));
      if (hit === undefined) return undefined;
      hit.left -= 1;
      return hit.fault;
    },
  };
}
