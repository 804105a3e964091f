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
  /** It is done, but only after a while. A mode: every matching request, until it is cleared. */
  'slow',
  /** Every so many requests one is 503 or cut, and the others are well. A mode like `slow`. */
  'flaky',
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  kind: FaultKind;
  /** Any unless given; `path` is a part of the address without its query. */
  method?: string;
  path?: string;
  /** How often; 1 unless given, and without end for the modes. */
  times?: number;
  /** For `limited`; 1 unless given. */
  retryAfterSeconds?: number;
  /** For `slow`; 1,000 unless given. */
  delayMs?: number;
  /** For `flaky`: every so many matching requests, 2 unless given; and how they fail, `unavailable` unless given. */
  every?: number;
  as?: 'unavailable' | 'cut';
}

export interface Faults {
  add: (fault: Fault) => void;
  clear: () => void;
}

/** For one request: what goes wrong, and how long it waits before anything. */
export interface Taken {
  fault: Fault | undefined;
  delayMs: number;
}

export interface FaultBox extends Faults {
  take: (method: string, path: string) => Taken;
}

interface Waiting {
  fault: Fault;
  left: number;
  /** Matching requests of a `flaky` so far. */
  seen: number;
}

const modes: FaultKind[] = ['slow', 'flaky'];

export function createFaults(): FaultBox {
  let waiting: Waiting[] = [];
  return {
    add: (fault) => void waiting.push({ fault, left: fault.times ?? (modes.includes(fault.kind) ? Infinity : 1), seen: 0 }),
    clear() {
      waiting = [];
    },
    take(method, path) {
      const hits = waiting.filter(({ fault, left }) => left > 0 && (fault.method ?? method) === method && path.includes(fault.path ?? ''));
      const slow = hits.find(({ fault }) => fault.kind === 'slow');
      if (slow !== undefined) slow.left -= 1;
      return { delayMs: slow === undefined ? 0 : (slow.fault.delayMs ?? 1000), fault: nextOf(hits) };
    },
  };
}

/** A fault that was asked for once goes before one that comes and goes. */
function nextOf(hits: Waiting[]): Fault | undefined {
  const once = hits.find(({ fault }) => !modes.includes(fault.kind));
  if (once !== undefined) {
    once.left -= 1;
    return once.fault;
  }
  const flaky = hits.find(({ fault }) => fault.kind === 'flaky');
  if (flaky === undefined) return undefined;
  flaky.seen += 1;
  if (flaky.seen % (flaky.fault.every ?? 2) !== 0) return undefined;
  flaky.left -= 1;
  return { ...flaky.fault, kind: flaky.fault.as ?? 'unavailable' };
}
