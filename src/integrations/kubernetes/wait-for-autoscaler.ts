/** Whether an autoscaler works on its target: it can reach it, it can measure, and the replicas are within its bounds. */
import { cleanLine, type VerifyResult } from '#kit';
import { pause } from './changes.ts';
import type { Cluster } from './cluster.ts';
import { type FoundObject, readObject, valueAt } from './objects.ts';
import { resourceOf } from './resources.ts';
import { isTimeout } from './wait-for-rollout.ts';
import { counted } from './words.ts';

export interface AutoscalerTarget {
  kind: string;
  name: string;
  min: number;
  max: number;
}

/**
 * Waits until it has raised too few replicas; lowering takes it five minutes, so that this is only said.
 * Not being able to measure is said too, and is no failure of the change: it keeps the bounds all the same.
 */
export async function waitForAutoscaler(
  cluster: Cluster,
  found: FoundObject,
  target: AutoscalerTarget,
  { signal, progress, everyMs = 1000 }: { signal: AbortSignal; progress: (text: string) => void; everyMs?: number },
): Promise<VerifyResult> {
  const kind = target.kind === 'StatefulSet' || target.kind === 'ReplicaSet' ? target.kind : 'Deployment';
  let last = 'nothing was read back';
  while (!signal.aborted) {
    const [now, workload] = await Promise.all([
      readObject(cluster, found.resource, found.namespace, found.name, signal),
      cluster.find(resourceOf(kind), found.namespace, target.name, signal),
    ]).catch((error: unknown) => {
      if (signal.aborted) return ['stopped', undefined] as const;
      throw error;
    });
    if (now === 'stopped') break;
    if (now === undefined) return { ok: false, message: `${found.kind} ${found.name} is gone` };
    const able = conditionOf(now, 'AbleToScale');
    if (able?.status === 'False') return { ok: false, message: `it cannot scale: ${able.message}` };
    const replicas = Number(valueAt(workload, ['spec', 'replicas']) ?? 1);
    const message = `${counted(replicas, 'replica')}, kept between ${target.min} and ${target.max}`;
    if (replicas === 0 || replicas >= target.min) return { ok: true, message: `${message}${notes(now, replicas, target)}` };
    if (message !== last) progress(`HorizontalPodAutoscaler ${found.name}: ${message}`);
    last = message;
    await pause(everyMs, signal);
  }
  if (!isTimeout(signal.reason)) throw signal.reason;
  return { ok: false, message: `not done in time: ${last}` };
}

function notes(found: FoundObject, replicas: number, { max }: AutoscalerTarget): string {
  const active = conditionOf(found, 'ScalingActive');
  return [
    replicas === 0 ? '; it rests at 0 replicas' : '',
    replicas > max ? `; it lowers them to ${max} within minutes` : '',
    active?.status === 'False' && replicas > 0 ? `; it cannot measure yet: ${active.message}` : '',
  ].join('');
}

function conditionOf(found: FoundObject, type: string): { status: string; message: string } | undefined {
  const conditions = valueAt(found.raw, ['status', 'conditions']);
  const one = (Array.isArray(conditions) ? conditions : []).find((candidate) => valueAt(candidate, ['type']) === type);
  if (one === undefined) return undefined;
  return { status: String(valueAt(one, ['status']) ?? ''), message: cleanLine(String(valueAt(one, ['message']) ?? '')).slice(0, 300) };
}
