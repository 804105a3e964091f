/** Looks for itself what the cluster says: not what the run claims. */
import type { DoFrame } from '#kit/api';
import { AppError } from '#kit/errors';
import type { Context } from '../context.ts';

export interface Replicas {
  wanted: number;
  ready: number;
}

export async function readReplicas(context: Context, name: string): Promise<Replicas> {
  const call = { action: 'kubernetes.resources.list', input: { kind: 'Deployment' } };
  const body = { call, origin: context.origin(), output: 'json' };
  for await (const frame of context.api.stream<DoFrame>({ method: 'POST', path: '/v1/do', body })) {
    if (frame.type === 'error') throw new AppError(frame.error.message, { code: frame.error.code, hint: frame.error.hint });
    if (frame.type !== 'result' || frame.result.status !== 'done') continue;
    const found = findReplicas(JSON.parse(frame.result.text), name);
    if (found !== undefined) return found;
  }
  throw new AppError(`The cluster lists no deployment ${name}`, { code: 'NOT_FOUND', hint: 'See: devos demo do "show deployments"' });
}

export function findReplicas(value: unknown, name: string): Replicas | undefined {
  const items: unknown = isObject(value) ? value['items'] : value;
  if (!Array.isArray(items)) return undefined;
  for (const item of items) {
    if (!isObject(item) || !isObject(item['metadata']) || item['metadata']['name'] !== name) continue;
    const wanted = isObject(item['spec']) ? item['spec']['replicas'] : undefined;
    const ready = isObject(item['status']) ? (item['status']['readyReplicas'] ?? 0) : 0;
    if (typeof wanted === 'number' && typeof ready === 'number') return { wanted, ready };
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
