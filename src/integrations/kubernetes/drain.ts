/** Takes the pods off a cordoned node by evictions, as fast as their disruption budgets allow, and accounts for each. */
import { AppError } from '#kit';
import { pause } from './changes.ts';
import type { Cluster } from './cluster.ts';
import { mapLimited } from './map-limited.ts';
import { type Leaving, partPods, podsOnNode } from './node-pods.ts';
import { isTimeout } from './wait-for-rollout.ts';
import { counted } from './words.ts';

export interface DrainOptions {
  signal: AbortSignal;
  progress: (text: string) => void;
  /** How long budgets are waited for. */
  waitMs: number;
  everyMs: number;
  /** Pods whose loss was planned; others that would be lost are left alone. */
  mayLose: readonly string[];
}

export interface DrainAccount {
  /** Evicted, or gone by themselves. */
  left: string[];
  remaining: { pod: string; why: string }[];
}

/** Each opens a request; budgets are counted by the server, so that the order does not matter. */
const atOnce = 8;
/** The server may be away for a moment; longer, and the caller should know. */
const maxFailedRounds = 4;

/** Ends when all have left, or at the end of the time with the reason of each that did not. What fails otherwise is thrown, with the account. */
export async function evictPods(cluster: Cluster, node: string, options: DrainOptions): Promise<DrainAccount> {
  const { signal, progress, waitMs, everyMs } = options;
  const end = performance.now() + waitMs;
  const left = new Set<string>();
  const why = new Map<string, string>();
  let failedRounds = 0;
  let said = '';
  while (!signal.aborted) {
    const round = await evictRound(cluster, node, left, options).catch((error: unknown): Round => ({ why: [...why], failure: error }));
    if (signal.aborted && round.failure !== undefined) break;
    why.clear();
    for (const [pod, reason] of round.why) why.set(pod, reason);
    failedRounds = round.failure === undefined ? 0 : failedRounds + 1;
    if (round.failure !== undefined && (!isPassing(round.failure) || failedRounds >= maxFailedRounds))
      throw withAccount(round.failure, accountOf(left, why));
    if (why.size === 0 && failedRounds === 0) return accountOf(left, why);
    const text = waitText(left, why);
    if (failedRounds === 0 && text !== said) progress(text);
    said = text;
    if (performance.now() >= end) return accountOf(left, why);
    await pause(Math.min(everyMs, Math.max(0, end - performance.now())), signal);
  }
  if (isTimeout(signal.reason)) return accountOf(left, why);
  throw withAccount(signal.reason, accountOf(left, why));
}

interface Round {
  /** Why each pod that is still there is. */
  why: [pod: string, why: string][];
  /** What says something about the server and not about a pod. */
  failure?: unknown;
}

/** After a failure nothing more is sent, and what is under way is waited for, so that the account is exact. */
async function evictRound(cluster: Cluster, node: string, left: Set<string>, { signal, mayLose }: DrainOptions): Promise<Round> {
  const { leaving } = partPods(await podsOnNode(cluster, node, signal));
  const round: Round = { why: [] };
  await mapLimited(leaving, atOnce, async (one) => {
    if (round.failure !== undefined) {
      round.why.push([one.title, 'it was not tried any more']);
      return;
    }
    if (one.loss !== '' && !mayLose.includes(one.title)) {
      round.why.push([one.title, `${one.loss}, and it was not part of the plan`]);
      return;
    }
    try {
      const why = await evictOne(cluster, one, signal);
      if (why === undefined) left.add(one.title);
      else round.why.push([one.title, why]);
    } catch (error) {
      round.failure ??= error;
      round.why.push([one.title, 'whether it was evicted is not known']);
    }
  });
  return round;
}

async function evictOne(cluster: Cluster, { pod }: Leaving, signal: AbortSignal): Promise<string | undefined> {
  const { name, namespace, uid } = pod.metadata;
  try {
    // The uid: a StatefulSet's next pod has the same name.
    await cluster.evict(namespace ?? 'default', name, { uid: uid ?? undefined }, signal);
    return undefined;
  } catch (error) {
    const reason = whyKept(error);
    if (reason === undefined) throw error;
    return reason;
  }
}

/** Undefined for what says nothing about the pod. */
export function whyKept(error: unknown): string | undefined {
  if (!AppError.isInstance(error)) return undefined;
  const { code, details } = error;
  if (code === 'CONFLICT') return typeof details['budget'] === 'string' && details['budget'] !== '' ? details['budget'] : error.message;
  if (code === 'REMOTE_LIMITED') return 'the server limits the rate of requests';
  // The answer where two budgets hold the same pod.
  return details['status'] === 500 && typeof details['said'] === 'string' ? details['said'] : undefined;
}

function isPassing(error: unknown): boolean {
  return AppError.isInstance(error) && ['REMOTE_UNAVAILABLE', 'TIMEOUT', 'REMOTE_LIMITED'].includes(error.code);
}

function accountOf(left: ReadonlySet<string>, why: ReadonlyMap<string, string>): DrainAccount {
  return {
    left: [...left].filter((pod) => !why.has(pod)).toSorted(),
    remaining: [...why].map(([pod, reason]) => ({ pod, why: reason })).toSorted((one, other) => (one.pod < other.pod ? -1 : 1)),
  };
}

function waitText(left: ReadonlySet<string>, why: ReadonlyMap<string, string>): string {
  const [first] = why;
  const waiting = first === undefined ? '' : `; waiting for ${counted(why.size, 'pod')}, such as ${first[0]}: ${first[1]}`;
  return `${counted(left.size, 'pod')} evicted${waiting}`;
}

/** What left stays away: the error says exactly what, and what did not. */
function withAccount(error: unknown, { left, remaining }: DrainAccount): unknown {
  if (!AppError.isInstance(error)) return error;
  const rest = remaining.map(({ pod }) => pod);
  return new AppError(
    `${error.message} (evicted: ${left.join(', ') || 'none'}; still there when last seen: ${rest.join(', ') || 'not known'})`,
    {
      code: error.code,
      hint: `The node stays cordoned, and asking again goes on from here. ${error.hint}`,
      details: { ...error.details, evicted: left, remaining: rest },
      cause: error,
    },
  );
}
