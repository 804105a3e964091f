/** LimitRanges of a namespace: what a container gets that says nothing, and the refusal of one that asks for too much or too little. */
import { cpuOf, memoryOf } from './controllers/quantities.ts';
import { type Json, type JsonObject, list, put, record, text } from './json.ts';
import { kindNamed } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { ApiError } from './status.ts';

const names = ['cpu', 'memory'] as const;
type Name = (typeof names)[number];
const amountOf = (name: Name, amount: string): number => (name === 'cpu' ? cpuOf(amount) : memoryOf(amount));

interface Limits {
  max: JsonObject;
  min: JsonObject;
  limits: JsonObject;
  requests: JsonObject;
}

/** Changes `pod`: limits and requests of containers that have none. Throws 403. Only limits of type Container are known. */
export function applyLimitRanges(store: ObjectStore, namespace: string, pod: JsonObject): void {
  const all = store.list(kindNamed('LimitRange'), namespace).flatMap((range) =>
    list(range, 'spec', 'limits')
      .filter((item) => text(item, 'type') === 'Container')
      .map(limitsOf),
  );
  if (all.length === 0) return;
  const containers = list(pod, 'spec', 'containers').map((container) => all.reduce(withDefaults, record(container)));
  put(pod, ['spec', 'containers'], containers);
  const wrong = containers.flatMap((container) => all.flatMap((limits) => names.flatMap((name) => refusals(limits, container, name))));
  if (wrong.length === 0) return;
  const podName = text(pod, 'metadata', 'name');
  const why = wrong.length === 1 ? (wrong[0] ?? '') : `[${wrong.join(', ')}]`;
  throw new ApiError(403, 'Forbidden', `pods "${podName}" is forbidden: ${why}`, { name: podName, kind: 'pods' });
}

/** As the API server completes it: a maximum is the default limit, a default limit or a minimum the default request. */
function limitsOf(item: Json): Limits {
  const [max, min] = [record(item, 'max'), record(item, 'min')];
  const limits = { ...max, ...record(item, 'default') };
  return { max, min, limits, requests: { ...min, ...limits, ...record(item, 'defaultRequest') } };
}

function withDefaults(container: JsonObject, { limits, requests }: Limits): JsonObject {
  const resources = record(container, 'resources');
  const own = record(resources, 'limits');
  // A limit without a request is a request of as much: that is filled in before.
  return {
    ...container,
    resources: {
      ...resources,
      limits: { ...limits, ...own },
      requests: { ...requests, ...own, ...record(resources, 'requests') },
    },
  };
}

function refusals({ max, min }: Limits, container: JsonObject, name: Name): string[] {
  const amount = (part: 'limits' | 'requests'): string => String(record(container, 'resources', part)[name] ?? '0');
  const [most, least] = [max[name], min[name]];
  return [
    ...(most !== undefined && amountOf(name, amount('limits')) > amountOf(name, String(most))
      ? [`maximum ${name} usage per Container is ${String(most)}, but limit is ${amount('limits')}`]
      : []),
    ...(least !== undefined && amountOf(name, amount('requests')) < amountOf(name, String(least))
      ? [`minimum ${name} usage per Container is ${String(least)}, but request is ${amount('requests')}`]
      : []),
  ];
}
