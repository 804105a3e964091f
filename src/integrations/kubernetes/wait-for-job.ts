/** Follows a job until it is over, or says why it does not run. */
import { cleanLine, type JsonObject, type VerifyResult } from '#kit';
import { pause } from './changes.ts';
import type { Cluster } from './cluster.ts';
import { eventsOf } from './events.ts';
import { valueAt } from './objects.ts';
import { controllerOf, parsePods, troubleOf, troubleText } from './pods.ts';
import { resourceOf } from './resources.ts';
import type { Pod } from './schema.ts';
import { isTimeout } from './wait-for-rollout.ts';

export interface JobRef {
  name: string;
  namespace: string;
  uid: string;
}

export interface JobWait {
  signal: AbortSignal;
  progress: (text: string) => void;
  everyMs?: number;
  /** How long its pods may be in trouble before that counts as final. */
  troubleMs?: number;
}

interface JobState {
  final?: VerifyResult;
  running: boolean;
  trouble: string;
  message: string;
}

/** Ok when it completed, and when it still runs at the end of the time. */
export async function waitForJob(cluster: Cluster, ref: JobRef, options: JobWait): Promise<VerifyResult> {
  const { signal, progress, everyMs = 1000, troubleMs = 30_000 } = options;
  let last: JobState = { running: false, trouble: '', message: 'nothing was read back' };
  let troubledAt: number | undefined;
  while (!signal.aborted) {
    const state = await readJob(cluster, ref, signal).catch((error: unknown) => {
      if (signal.aborted) return undefined;
      throw error;
    });
    if (state === undefined) break;
    if (state.final !== undefined) return state.final;
    if (state.message !== last.message) progress(`Job ${ref.name}: ${state.message}`);
    last = state;
    troubledAt = state.trouble === '' ? undefined : (troubledAt ?? performance.now());
    if (troubledAt !== undefined && performance.now() - troubledAt >= troubleMs) return { ok: false, message: `stuck: ${state.trouble}` };
    await pause(everyMs, signal);
  }
  if (!isTimeout(signal.reason)) throw signal.reason;
  if (last.running && last.trouble === '')
    return { ok: true, message: `it runs, and was not done in the time of this check: ${last.message}` };
  return { ok: false, message: `not done in time: ${last.message}` };
}

async function readJob(cluster: Cluster, { name, namespace, uid }: JobRef, signal: AbortSignal): Promise<JobState> {
  const job = await cluster.find(resourceOf('Job'), namespace, name, signal);
  if (job === undefined || (uid !== '' && valueAt(job, ['metadata', 'uid']) !== uid))
    return gone(cluster, { name, namespace, uid }, signal);
  const condition = endOf(job);
  if (condition?.type === 'Complete') return over(true, 'completed');
  const { items } = await cluster.list(resourceOf('Pod'), { namespace, selector: `job-name=${name}`, limit: 500 }, signal);
  const pods = parsePods(items).filter((pod) => controllerOf(pod)?.kind === 'Job');
  const trouble = troublesOf(pods);
  if (condition !== undefined) return over(false, `it failed: ${condition.message}${trouble === '' ? '' : `; ${trouble}`}`);
  if (valueAt(job, ['spec', 'suspend']) === true) return over(false, 'it is suspended, so that nothing runs (spec.suspend)');
  const running = pods.filter(({ status }) => status.phase === 'Running').length;
  const counts = `${running} of ${pods.length} pods run`;
  return {
    running: running > 0,
    trouble,
    message: `${pods.length === 0 ? 'no pod yet' : counts}${trouble === '' ? '' : `: ${trouble}`}`,
  };
}

/** A job may be set to be removed as soon as it is over; its events stay for an hour. */
async function gone(cluster: Cluster, { name, namespace, uid }: JobRef, signal: AbortSignal): Promise<JobState> {
  const events = await eventsOf(cluster, { kind: 'Job', name, namespace, uid }, signal);
  if (events.some(({ reason }) => reason === 'Completed')) return over(true, 'completed, and was removed since');
  const warning = events.findLast(({ type }) => type === 'Warning');
  if (warning !== undefined) return over(false, `it is gone; its last warning: ${warning.reason}: ${warning.message}`);
  return over(false, `Job ${name} is gone, and nothing tells whether it completed`);
}

const over = (ok: boolean, message: string): JobState => ({ final: { ok, message }, running: false, trouble: '', message });

function troublesOf(pods: Pod[]): string {
  return pods
    .flatMap((pod) => {
      const found = troubleOf(pod);
      return found === undefined ? [] : [troubleText(pod, found)];
    })
    .slice(0, 3)
    .join(', ');
}

function endOf(job: JsonObject): { type: string; message: string } | undefined {
  const conditions = valueAt(job, ['status', 'conditions']);
  for (const one of Array.isArray(conditions) ? conditions : []) {
    const type = valueAt(one, ['type']);
    if ((type === 'Complete' || type === 'Failed') && valueAt(one, ['status']) === 'True')
      return { type, message: cleanLine(String(valueAt(one, ['message']) ?? valueAt(one, ['reason']) ?? 'no reason is given')) };
  }
  return undefined;
}

export function isJobOver(job: JsonObject): boolean {
  return endOf(job) !== undefined;
}
