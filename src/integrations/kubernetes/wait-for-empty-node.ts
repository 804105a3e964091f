/** Whether the pods of a drained node are really gone: an eviction that was accepted only begins it. */
import type { VerifyResult } from '#kit';
import { pause } from './changes.ts';
import type { Cluster } from './cluster.ts';
import { valueAt } from './objects.ts';
import { partPods, podsOnNode } from './node-pods.ts';
import { resourceOf } from './resources.ts';
import { isTimeout } from './wait-for-rollout.ts';
import { counted } from './words.ts';

export interface Drained {
  name: string;
  evicted: string[];
  /** Whom the drain could not take, and why. */
  remaining: { pod: string; why: string }[];
}

const shown = 10;

const emptyWords = (staying: number): string =>
  staying === 0 ? 'empty' : `empty but for ${counted(staying, 'pod')} of DaemonSets or of the node itself`;

export async function waitForEmptyNode(
  cluster: Cluster,
  { name, remaining }: Drained,
  { signal, progress, everyMs = 2000 }: { signal: AbortSignal; progress: (text: string) => void; everyMs?: number },
): Promise<VerifyResult> {
  let last = 'nothing was read back';
  while (!signal.aborted) {
    const [pods, node] = await Promise.all([
      podsOnNode(cluster, name, signal),
      cluster.find(resourceOf('Node'), undefined, name, signal),
    ]).catch((error: unknown) => {
      if (signal.aborted) return [undefined, undefined] as const;
      throw error;
    });
    if (pods === undefined) break;
    if (node === undefined) return { ok: false, message: `Node ${name} is gone` };
    if (valueAt(node, ['spec', 'unschedulable']) !== true) return { ok: false, message: 'it takes new pods again: somebody uncordoned it' };
    const { leaving, staying, ending } = partPods(pods);
    if (leaving.length + ending.length === 0) return { ok: true, message: emptyWords(staying.length) };
    const text = ending.length === 0 ? '' : `${counted(ending.length, 'pod')} still ending`;
    const account = leaving
      .slice(0, shown)
      .map(({ title }) => `${title} (${remaining.find(({ pod }) => pod === title)?.why ?? 'it came after the drain'})`);
    const more = leaving.length > shown ? `, and ${leaving.length - shown} more` : '';
    const stuck = leaving.length === 0 ? '' : `${counted(leaving.length, 'pod')} did not leave: ${account.join(', ')}${more}`;
    last = [stuck, text].filter((part) => part !== '').join('; ');
    if (leaving.length > 0 && ending.length === 0) return { ok: false, message: `${last}. Drain it again to go on` };
    progress(`Node ${name}: ${last}`);
    await pause(everyMs, signal);
  }
  if (!isTimeout(signal.reason)) throw signal.reason;
  return { ok: false, message: `not done in time: ${last}` };
}
