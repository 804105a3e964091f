/** What goes wrong on request. */
export const faultKinds = [
  /** 429 with Retry-After, nothing done. */
  'limited',
  /** 503, nothing done. */
  'unavailable',
  /** 500, nothing done. */
  'error',
  /** It is done, and the answer is 500. */
  'error-after',
  /** The connection ends before anything is done. */
  'cut',
  /** It is done, and the connection ends without an answer. */
  'cut-after',
  /** Nothing is done and nothing is ever answered. */
  'hang',
  /** It is done, and nothing is ever answered. */
  'hang-after',
  /** It is done, and the answer is no JSON. */
  'wrong-json',
  /** 401, as with an expired token. */
  'unauthorized',
  /** 403, nothing done. */
  'forbidden',
  /** 409, as if somebody else had written in between. */
  'conflict',
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  kind: FaultKind;
  /** Any unless given; `path` is a part of the address without its query. */
  method?: string;
  path?: string;
  /** How often; 1 unless given. */
  times?: number;
  /** For `limited`; 1 unless given. */
  retryAfterSeconds?: number;
}

export interface Faults {
  add: (fault: Fault) => void;
  clear: () => void;
}

export interface FaultBox extends Faults {
  take: (method: string, path: string) => Fault | undefined;
}

export function createFaults(): FaultBox {
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
