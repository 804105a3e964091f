/** Breaks workloads in a cluster's recent past, so that they show what a real cluster shows some time later. */
import type { ObjectStore } from '../object-store.ts';
import { brokenPlacing } from './placing.ts';
import { brokenPods } from './pods.ts';
import { brokenRunning } from './running.ts';
import { brokenNamespace, type BrokenWorkload, createWorld } from './world.ts';

export type { BrokenWorkload } from './world.ts';

/** Everything that can be broken on request, one thing each. */
export const brokenWorkloads: readonly BrokenWorkload[] = [...brokenPods, ...brokenPlacing, ...brokenRunning];

const minute = 60_000;

/** `ids`: of brokenWorkloads. The time of the store is in the past; `liveUntil` moves it, and it ends at `now`. */
export function breakWorkloads(store: ObjectStore, ids: readonly string[], now: number, liveUntil: (end: number) => void): void {
  const chosen = ids.map(breakWorkload);
  const world = createWorld(store);
  liveUntil(now - 45 * minute);
  world.add('Namespace', { metadata: { name: brokenNamespace } });
  world.add('ServiceAccount', { metadata: { name: 'default' } });
  for (const one of chosen) one.make(world);
  liveUntil(now - 30 * minute);
  for (const one of chosen) one.later?.(world);
  liveUntil(now);
}

export function breakWorkload(id: string): BrokenWorkload {
  const found = brokenWorkloads.find((one) => one.id === id);
  if (found === undefined) throw new Error(`the sandbox cannot break ${id}; it can: ${brokenWorkloads.map((one) => one.id).join(', ')}`);
  return found;
}
