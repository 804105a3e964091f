/** Waits until a workload is as it should be, saying how far it is and, where it does not get there, why not. */
import type { VerifyResult } from '#kit';
import { changesOf, pause } from './changes.ts';
import type { Cluster } from './cluster.ts';
import { changedAt } from './effects.ts';
import { podsOf, restartsOf, type Trouble, troubleOf, troubleText } from './pods.ts';
import { progressOf } from './rollout.ts';
import type { Pod } from './schema.ts';
import { type FoundWorkload, titleOfWorkload, toWorkload } from './workloads.ts';

export interface WaitOptions {
  signal: AbortSignal;
  progress: (text: string) => void;
  /** Pods that began from then on are those of the change; a restart among them counts against it. When DevOS changed it, unless given. */
  since?: Date | undefined;
  patience?: Patience;
}

/** How long each kind of trouble may last, without any progress, before it counts as final. */
export interface Patience {
  everyMs: number;
  imageMs: number;
  crashMs: number;
  scheduleMs: number;
  /** A container without a readiness probe counts as ready at once; so long it is watched before it is believed. */
  steadyMs: number;
}

const usual: Patience = { everyMs: 2000, imageMs: 30_000, crashMs: 60_000, scheduleMs: 180_000, steadyMs: 5000 };

/** Never ok without having read it back. Throws where it was stopped for another reason than time. */
export async function waitForRollout(cluster: Cluster, workload: FoundWorkload, options: WaitOptions): Promise<VerifyResult> {
  const { signal, progress } = options;
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const title = titleOfWorkload(workload);
  let last = { message: 'nothing was read back', ready: -1, at: workload };
  let said = '';
  const stuck = watchPods(cluster, () => last, both, options);
  const ended = (async (): Promise<VerifyResult> => {
    const ref = { resource: workload.resource, namespace: workload.namespace, name: workload.name };
    for await (const object of changesOf(cluster, ref, both)) {
      if (object === undefined) return { ok: false, message: `${title} is gone` };
      const now = toWorkload(cluster, workload.kind, object);
      const state = progressOf(workload.kind, now.object);
      last = { message: state.message, ready: state.ready, at: now };
      if (state.failed) return { ok: false, message: await withReason(cluster, now, state.message) };
      if (state.done) return await judge(cluster, now, state.message, options);
      if (state.message !== said) progress(`${title}: ${state.message}`);
      said = state.message;
    }
    return { ok: false, message: '' };
  })();
  try {
    const first = await Promise.race([ended, stuck]);
    if (!signal.aborted || first.ok) return first;
  } finally {
    stop.abort();
    await Promise.allSettled([ended, stuck]);
  }
  if (!isTimeout(signal.reason)) throw signal.reason;
  return { ok: false, message: `not done in time: ${await withReason(cluster, last.at, last.message)}` };
}

export function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError';
}

/** A rollout can be done while its pods crash: without a readiness probe a container counts as ready between two crashes. */
async function judge(
  cluster: Cluster,
  workload: FoundWorkload,
  message: string,
  { signal, since = changedAt(workload.object), patience = usual }: WaitOptions,
): Promise<VerifyResult> {
  const first = await podsOf(cluster, workload, signal);
  const unproven = first.filter((pod) => isNew(pod, since) && hasNoProbe(pod));
  if (unproven.length > 0) await pause(patience.steadyMs, signal);
  // Time is up: what was seen is all there is.
  const pods = unproven.length === 0 || signal.aborted ? first : await podsOf(cluster, workload, signal);
  const bad = pods.flatMap((pod) => {
    const trouble = troubleOf(pod);
    return trouble === undefined ? crashesOf(pod, since) : [troubleText(pod, trouble)];
  });
  return bad.length === 0 ? { ok: true, message } : { ok: false, message: `${message}, but ${bad.slice(0, 3).join(', ')}` };
}

function crashesOf(pod: Pod, since: Date | undefined): string[] {
  const restarts = restartsOf(pod);
  return isNew(pod, since) && restarts > 0 ? [`${pod.metadata.name} restarted ${restarts} times`] : [];
}

const isNew = (pod: Pod, since: Date | undefined): boolean =>
  since !== undefined && Date.parse(pod.metadata.creationTimestamp ?? '') >= since.getTime();

const hasNoProbe = ({ spec }: Pod): boolean => spec.containers.some(({ readinessProbe }) => !readinessProbe);

/** Answers only when a pod stays in trouble without progress; otherwise waits until it is stopped. */
async function watchPods(
  cluster: Cluster,
  last: () => { ready: number; at: FoundWorkload },
  signal: AbortSignal,
  { patience = usual }: WaitOptions,
): Promise<VerifyResult> {
  let [since, ready] = [performance.now(), -1];
  while (!signal.aborted) {
    await pause(patience.everyMs, signal);
    const now = last();
    if (signal.aborted) break;
    const pods = await podsOf(cluster, now.at, signal).catch(() => []);
    const troubled = pods.flatMap((pod) => {
      const trouble = troubleOf(pod);
      return trouble === undefined ? [] : [{ pod, trouble }];
    });
    const [first] = troubled;
    if (first === undefined || now.ready !== ready) [since, ready] = [performance.now(), now.ready];
    else if (performance.now() - since >= limitOf(first.trouble, patience))
      return {
        ok: false,
        message: `stuck: ${troubled
          .slice(0, 3)
          .map(({ pod, trouble }) => troubleText(pod, trouble))
          .join(', ')}`,
      };
  }
  return { ok: false, message: '' };
}

function limitOf({ reason }: Trouble, { imageMs, crashMs, scheduleMs }: Patience): number {
  if (/Image|Config/.test(reason)) return imageMs;
  return reason === 'Unschedulable' ? scheduleMs : crashMs;
}

/** The signal may be over; the reason is worth one more short look. */
async function withReason(cluster: Cluster, workload: FoundWorkload, message: string): Promise<string> {
  const pods = await podsOf(cluster, workload, AbortSignal.timeout(5000)).catch(() => []);
  const reasons = pods.flatMap((pod) => {
    const trouble = troubleOf(pod);
    return trouble === undefined ? [] : [troubleText(pod, trouble)];
  });
  return reasons.length === 0 ? message : `${message}: ${reasons.slice(0, 3).join(', ')}`;
}
