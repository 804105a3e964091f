/** The last lines of containers in trouble, without credentials. */
import type { Cluster } from '../cluster.ts';
import { parseLine } from '../log-lines.ts';
import { isReady, restartsOf, troubleOf } from '../pods.ts';
import type { Pod } from '../schema.ts';
import type { Subject } from '../subject.ts';

const logTail = 40;
/** Logs are read of the pods in trouble, else of the newest. */
const maxLogs = 4;

/** By `pod/container`. */
export async function readLogs(cluster: Cluster, { pods, namespace }: Subject, signal: AbortSignal): Promise<Map<string, string[]>> {
  const troubled = pods.filter(
    (pod) => troubleOf(pod) !== undefined || (!isReady(pod) && pod.status.phase === 'Running') || restartsOf(pod) > 0,
  );
  const chosen = (troubled.length > 0 ? troubled : pods).slice(0, maxLogs);
  const read = await Promise.all(chosen.map(async (pod) => [pod, await readPodLog(cluster, namespace, pod, signal)] as const));
  return new Map(read.flatMap(([pod, { container, lines }]) => (lines.length === 0 ? [] : [[`${pod.metadata.name}/${container}`, lines]])));
}

/** The last life of a crashing container says why it ended; the present one has mostly just begun. */
async function readPodLog(
  cluster: Cluster,
  namespace: string,
  pod: Pod,
  signal: AbortSignal,
): Promise<{ container: string; lines: string[] }> {
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  const crashed = statuses.find((status) => status.state?.waiting?.reason === 'CrashLoopBackOff' && status.lastState?.terminated);
  const container = crashed?.name ?? troubleOf(pod)?.container ?? pod.spec.containers[0]?.name ?? '';
  const status = statuses.find((one) => one.name === container);
  const lines: string[] = [];
  // What has never run has no logs; the server would answer 400.
  if (crashed === undefined && (status === undefined || (status.state?.waiting && !status.lastState?.terminated)))
    return { container, lines };
  try {
    for await (const raw of cluster.log(
      namespace,
      pod.metadata.name,
      { container, tailLines: logTail, previous: crashed === undefined ? undefined : true },
      signal,
    ))
      lines.push(parseLine(raw, pod.metadata.name, container).text);
  } catch (error) {
    // No logs yet, or none that may be read: the other findings stand on their own.
    if (signal.aborted) throw error;
  }
  return { container, lines };
}
