/** ResourceQuotas: what a namespace uses of its pods, cpu and memory, and the refusal of a pod that would use too much. */
import { type Json, type JsonObject, list, record, text } from './json.ts';
import { cpuOf, cpuText, memoryOf, memoryText } from './controllers/quantities.ts';
import { kindNamed } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { ApiError } from './status.ts';

interface Resource {
  /** Of one pod. */
  of: (pod: JsonObject) => number;
  read: (amount: string) => number;
  write: (amount: number) => string;
  /** `limits.memory`: what every container has to name. */
  needs?: [part: 'requests' | 'limits', name: 'cpu' | 'memory'];
}

const plain = { read: Number, write: String };

function sumOf(part: 'requests' | 'limits', name: 'cpu' | 'memory'): Resource {
  const [read, write] = name === 'cpu' ? [cpuOf, cpuText] : [memoryOf, memoryText];
  return {
    of: (pod) => list(pod, 'spec', 'containers').reduce<number>((sum, one) => sum + read(amountIn(one, part, name)), 0),
    read,
    write,
    needs: [part, name],
  };
}

function amountIn(container: Json, part: 'requests' | 'limits', name: string): string {
  return String(record(container, 'resources', part)[name] ?? '0');
}

const resources: Record<string, Resource> = {
  pods: { of: () => 1, ...plain },
  'count/pods': { of: () => 1, ...plain },
  cpu: sumOf('requests', 'cpu'),
  memory: sumOf('requests', 'memory'),
  'requests.cpu': sumOf('requests', 'cpu'),
  'requests.memory': sumOf('requests', 'memory'),
  'limits.cpu': sumOf('limits', 'cpu'),
  'limits.memory': sumOf('limits', 'memory'),
};

/** Of everything in `hard` that is counted here. */
export function usedOf(store: ObjectStore, quota: JsonObject): JsonObject {
  const pods = store
    .list(kindNamed('Pod'), text(quota, 'metadata', 'namespace'))
    .filter((pod) => !['Succeeded', 'Failed'].includes(text(pod, 'status', 'phase')));
  return Object.fromEntries(
    Object.keys(record(quota, 'spec', 'hard')).flatMap((name) => {
      const resource = resources[name];
      return resource === undefined ? [] : [[name, resource.write(pods.reduce((sum, pod) => sum + resource.of(pod), 0))]];
    }),
  );
}

/** Throws 403. */
export function assertQuota(store: ObjectStore, namespace: string, pod: JsonObject): void {
  for (const quota of store.list(kindNamed('ResourceQuota'), namespace)) {
    const name = text(pod, 'metadata', 'name');
    const refuse = (why: string) => new ApiError(403, 'Forbidden', `pods "${name}" is forbidden: ${why}`, { name, kind: 'pods' });
    const hard = record(quota, 'spec', 'hard');
    const unnamed = Object.keys(hard).flatMap((key) => missingIn(pod, key));
    if (unnamed.length > 0) throw refuse(`failed quota: ${text(quota, 'metadata', 'name')}: must specify ${unnamed.join('; ')}`);
    const used = usedOf(store, quota);
    const over = Object.entries(hard).flatMap(([key, limit]) => {
      const resource = resources[key];
      if (resource === undefined) return [];
      const asked = resource.of(pod);
      const isOver = asked > 0 && resource.read(String(used[key] ?? '0')) + asked > resource.read(String(limit));
      return isOver ? [{ key, asked: resource.write(asked), used: String(used[key] ?? '0'), limit: String(limit) }] : [];
    });
    const shown = (field: 'asked' | 'used' | 'limit') => over.map((one) => `${one.key}=${one[field]}`).join(',');
    if (over.length > 0)
      throw refuse(
        `exceeded quota: ${text(quota, 'metadata', 'name')}, requested: ${shown('asked')}, used: ${shown('used')}, limited: ${shown('limit')}`,
      );
  }
}

/** `limits.cpu for: web,proxy`. */
function missingIn(pod: JsonObject, key: string): string[] {
  const needs = resources[key]?.needs;
  if (needs === undefined) return [];
  const bare = list(pod, 'spec', 'containers').filter((one) => record(one, 'resources', needs[0])[needs[1]] === undefined);
  return bare.length === 0 ? [] : [`${key} for: ${bare.map((one) => text(one, 'name')).join(',')}`];
}
