/** Logs as they come, across restarts of a container and new pods of a workload, until the signal aborts or nothing is left to follow. */
import { AppError } from '#kit';
import { pause } from './changes.ts';
import type { Cluster } from './cluster.ts';
import { compareTime, lineText, type LogLine, parseLine } from './log-lines.ts';
import type { Pod } from './schema.ts';

export interface FollowOptions {
  cluster: Cluster;
  namespace: string;
  /** Which pods there are now; asked again and again. */
  pods: () => Promise<Pod[]>;
  containerOf: (pod: Pod) => string;
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
  let isFirst = true;
  while (!signal.aborted && failures.length === 0) {
    const pods = await options.pods().catch((error: unknown) => {
      if (signal.aborted || isPassing(error)) return undefined;
      throw error;
    });
    for (const pod of pods ?? []) {
      const id = pod.metadata.uid ?? pod.metadata.name;
      if (followed.has(id) || active.size >= maxFollowed) continue;
      active.add(id);
      const several = () => followed.size > 1 || (pods?.length ?? 0) > 1;
      const write = (line: LogLine) => {
        written += 1;
        options.output(`${lineText(line, several())}\n`);
      };
      followed.set(
        id,
        followOne(pod, isFirst, write, options)
          .catch((error: unknown) => void failures.push(error))
          .finally(() => active.delete(id)),
      );
    }
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
  write: (line: LogLine) => void,
  { cluster, namespace, containerOf, tail, sinceSeconds, signal, everyMs = 2000 }: FollowOptions,
): Promise<void> {
  const { name, uid } = pod.metadata;
  const container = containerOf(pod);
  let last = '';
  let atLast = new Set<string>();
  for (let life = 0; !signal.aborted; life += 1) {
    if (life > 0) {
      await pause(everyMs / 2, signal);
      const now = await cluster
        .find({ group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true }, namespace, name, signal)
        .catch(() => pod);
      if (signal.aborted || now === undefined || hasGone(now, uid)) return;
    }
    // What is asked for by time comes once more with its whole second: those lines are known.
    const from = last === '' ? { tailLines: isFirst ? tail : undefined, sinceSeconds } : { sinceTime: `${last.slice(0, 19)}Z` };
    try {
      for await (const raw of cluster.log(namespace, name, { container, follow: true, timestamps: true, ...from }, signal)) {
        const line = parseLine(raw, name, container);
        const order = line.at === '' || last === '' ? 1 : compareTime(line.at, last);
        if (order < 0 || (order === 0 && atLast.has(line.text))) continue;
        if (order !== 0) atLast = new Set();
        atLast.add(line.text);
        if (line.at !== '') last = line.at;
        write(line);
      }
    } catch (error) {
      if (signal.aborted || (AppError.isInstance(error) && error.code === 'NOT_FOUND')) return;
      // A container that is still starting answers 400.
      if (!isPassing(error) && !(AppError.isInstance(error) && error.code === 'INPUT_INVALID')) throw error;
    }
  }
}

function hasGone(pod: unknown, uid: string | null | undefined): boolean {
  if (typeof pod !== 'object' || pod === null) return true;
  const { metadata, status } = pod as Pick<Pod, 'metadata' | 'status'>; // as the API declares a Pod; both are looked at with care
  return (uid !== undefined && metadata?.uid !== uid) || status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function isPassing(error: unknown): boolean {
  return AppError.isInstance(error) && ['REMOTE_UNAVAILABLE', 'TIMEOUT', 'REMOTE_LIMITED'].includes(error.code);
}
