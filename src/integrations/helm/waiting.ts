/** Says how far a release has come while helm waits for it: helm itself says nothing until the end. */
import { setTimeout as wait } from 'node:timers/promises';
import { cleanLine, type JsonObject } from '#kit';
import type { HelmPlace } from './client.ts';
import { findRelease } from './releases.ts';
import type { Release } from './schema.ts';

const everyMs = 2000;

export interface Telling {
  progress: (text: string) => void;
  signal: AbortSignal;
  everyMs?: number;
}

/** Looks at the release every two seconds until `work` ends; a look that fails is only not told. */
export async function tellingProgress<T>(place: HelmPlace, release: string, telling: Telling, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const told = tell(place, release, { ...telling, signal: AbortSignal.any([telling.signal, over.signal]) });
  try {
    return await work();
  } finally {
    over.abort();
    await told;
  }
}

async function tell(place: HelmPlace, release: string, { progress, signal, everyMs: pace = everyMs }: Telling): Promise<void> {
  let last = '';
  while (!signal.aborted) {
    const isOver = await wait(pace, false, { signal }).catch(() => true);
    if (isOver) return;
    const text = await findRelease(place, release).then(readiness, () => '');
    if (text !== '' && text !== last) progress(text);
    last = text;
  }
}

/** `Deployment web: 1/2 ready, 1 updated`; nothing where helm does not tell of objects. */
export function readiness(release: Release | undefined): string {
  const objects = Object.entries(release?.info.resources ?? {}).flatMap(([group, all]) => (group.endsWith('(related)') ? [] : (all ?? [])));
  return objects.flatMap(workloadLine).join('; ');
}

function workloadLine(object: JsonObject): string[] {
  const kind = String(object['kind'] ?? '');
  if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind)) return [];
  const [metadata, spec, status] = [part(object, 'metadata'), part(object, 'spec'), part(object, 'status')];
  const isDaemon = kind === 'DaemonSet';
  const wanted = isDaemon ? status['desiredNumberScheduled'] : (spec['replicas'] ?? 1);
  const ready = (isDaemon ? status['numberReady'] : status['readyReplicas']) ?? 0;
  const updated = (isDaemon ? status['updatedNumberScheduled'] : status['updatedReplicas']) ?? 0;
  return [
    `${kind} ${cleanLine(String(metadata['name'] ?? ''))}: ${String(ready)}/${String(wanted ?? 0)} ready, ${String(updated)} updated`,
  ];
}

function part(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
