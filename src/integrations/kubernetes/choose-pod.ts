/** Which pod of several, and which of its containers: always the same one for the same cluster. */
import { AppError } from '#kit';
import { isReady } from './pods.ts';
import type { Pod } from './schema.ts';

/** The ready one that has been there longest. Undefined where none is ready. */
export function chooseReady(pods: Pod[]): Pod | undefined {
  return oldestFirst(pods).find((pod) => isReady(pod) && !pod.metadata.deletionTimestamp);
}

/** Runs at least in part: good enough to look into a pod that is not well. */
export function chooseRunning(pods: Pod[]): Pod | undefined {
  return oldestFirst(pods).find((pod) => pod.status.phase === 'Running' && !pod.metadata.deletionTimestamp);
}

function oldestFirst(pods: Pod[]): Pod[] {
  const key = ({ metadata }: Pod): string => `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
  return pods.toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
}

const defaultContainer = 'kubectl.kubernetes.io/default-container';

/** The one that was asked for, the pod's own default, or the first. Throws INPUT_INVALID where the pod has no such container. */
export function containerOf(pod: Pod, asked: string | undefined): string {
  const names = pod.spec.containers.map((one) => one.name);
  if (asked !== undefined && !names.includes(asked))
    throw new AppError(`The pod ${pod.metadata.name} has no container ${asked}`, {
      code: 'INPUT_INVALID',
      hint: `It has: ${names.join(', ')}`,
      details: { containers: names },
    });
  const usual = pod.metadata.annotations?.[defaultContainer];
  return asked ?? (usual !== undefined && names.includes(usual) ? usual : (names[0] ?? ''));
}
