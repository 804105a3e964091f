/** Logs as they come, across restarts of a container and new pods of a workload, until the signal aborts or nothing is left to follow. */
import { AppError, type JsonObject } from '#kit';
import { pause } from './changes.ts';
import type { Cluster } from './cluster.ts';
import { compareTime, lineParser, lineText, type LogLine } from './log-lines.ts';
import { parsePods, restartsOf } from './pods.ts';
import type { Pod } from './schema.ts';

export interface FollowOptions {
  cluster: Cluster;
  namespace: string;
  /** Which pods there are now; asked again and again. */
  pods: () => Promise<Pod[]>;
  containerOf: (pod: Pod) => string;
  /** What is not shown of a pod, said once. */
  omitted?: (pod: Pod) => string | undefined;
  tail: number;
  sinceSeconds?: number | undefined;
  output: (text: string) => void;
  signal: AbortSignal;
  everyMs?: number;
}

/** Each holds a connection. */
const maxFollowed = 32;

/** How many lines were written. */
export async function followLogs(options: FollowOptions): Promise<number> {
  const { signal, everyMs = 2000 } = options;
  const followed = new Map<string, Promise<void>>();
  const active = new Set<string>();
  const failures: unknown[] = [];
  let written = 0;
  const mark = (text: string) => options.output(`(${text})\n`);
  let isFirst = true;
  let unfollowed = 0;
  while (!signal.aborted && failures.length === 0) {
    const pods = await options.pods().catch((error: unknown) => {
      if (signal.aborted || isPassing(error)) return undefined;
      throw error;
    });
    let waiting = 0;
    for (const pod of pods ?? []) {
      const id = pod.metadata.uid ?? pod.metadata.name;
      if (followed.has(id)) continue;
      if (active.size >= maxFollowed) {
        waiting += 1;
        continue;
      }
      active.add(id);
      const omitted = options.omitted?.(pod);
      if (omitted !== undefined) mark(omitted);
      const several = () => followed.size > 1 || (pods?.length ?? 0) > 1;
      const write = (line: LogLine) => {
        written += 1;
        options.output(`${lineText(line, several())}\n`);
      };
      followed.set(
        id,
        followOne(pod, isFirst, { line: write, mark }, options)
          .catch((error: unknown) => void failures.push(error))
          .finally(() => active.delete(id)),
      );
    }
    if (waiting > unfollowed) mark(`${waiting} more pods are not followed: ${maxFollowed} at once are the most`);
    unfollowed = waiting;
    isFirst = false;
    // Every pod has ended, and no new one came.
    if (pods !== undefined && active.size === 0 && pods.every((pod) => isEnded(pod))) break;
    await pause(everyMs, signal);
  }
  await Promise.allSettled(followed.values());
  if (failures.length > 0 && !signal.aborted) throw failures[0];
  return written;
}

function isEnded({ status }: Pod): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed';
}

/** One container of one pod. A stream ends when the container does; its next life is followed from the last line on. */
async function followOne(
  pod: Pod,
  isFirst: boolean,
  write: Writers,
  { cluster, namespace, containerOf, tail, sinceSeconds, signal, everyMs = 2000 }: FollowOptions,
): Promise<void> {
  const { name, uid } = pod.metadata;
  const container = containerOf(pod);
  let last = '';
  let atLast = new Set<string>();
  let restarts = restartsOf(pod);
  let isBroken = false;
  for (let life = 0; !signal.aborted; life += 1) {
    if (life > 0) {
      await pause(everyMs / 2, signal);
      const now = await cluster
        .find({ group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true }, namespace, name, signal)
        .catch(() => unknownYet);
      if (signal.aborted || now === undefined || hasGone(now, uid)) return;
      const [again] = parsePods([now]);
      const count = again === undefined ? restarts : restartsOf(again);
      if (count > restarts) write.mark(restartText(name, count, isBroken));
      restarts = Math.max(restarts, count);
    }
    isBroken = false;
    const parse = lineParser(name, container);
    // What is asked for by time comes once more with its whole second: those lines are known.
    const from = last === '' ? { tailLines: isFirst ? tail : undefined, sinceSeconds } : { sinceTime: `${last.slice(0, 19)}Z` };
    try {
      for await (const raw of cluster.log(namespace, name, { container, follow: true, timestamps: true, ...from }, signal)) {
        const line = parse(raw);
        const order = line.at === '' || last === '' ? 1 : compareTime(line.at, last);
        if (order < 0 || (order === 0 && atLast.has(line.text))) continue;
        if (order !== 0) atLast = new Set();
        atLast.add(line.text);
        if (line.at !== '') last = line.at;
        write.line(line);
      }
    } catch (error) {
      isBroken = true;
      if (signal.aborted || (AppError.isInstance(error) && error.code === 'NOT_FOUND')) return;
      // A container that is still starting answers 400.
      if (!isPassing(error) && !(AppError.isInstance(error) && error.code === 'INPUT_INVALID')) throw error;
    }
  }
}

interface Writers {
  line: (line: LogLine) => void;
  /** What a reader should know of the gaps. */
  mark: (text: string) => void;
}

/** A pod that could not be read at the moment. */
const unknownYet: JsonObject = { metadata: {} };

function restartText(pod: string, count: number, isBroken: boolean): string {
  return `${pod} was restarted, ${count} times in all${isBroken ? '; lines before that may be missing' : ''}`;
}

function hasGone(pod: unknown, uid: string | null | undefined): boolean {
  if (typeof pod !== 'object' || pod === null) return true;
  const { metadata, status } = pod as Pick<Pod, 'metadata' | 'status'>; // as the API declares a Pod; both are looked at with care
  if (pod === unknownYet) return false;
  return (uid !== undefined && metadata?.uid !== uid) || status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function isPassing(error: unknown): boolean {
  return AppError.isInstance(error) && ['REMOTE_UNAVAILABLE', 'TIMEOUT', 'REMOTE_LIMITED'].includes(error.code);
}
