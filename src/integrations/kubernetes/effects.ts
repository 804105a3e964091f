/** A change is made exactly once for a key: the key is written with it, under the version that was read. */
import { AppError, type JsonObject } from '#kit';
import { pause } from './changes.ts';
import type { Cluster, Patch } from './cluster.ts';
import { type FoundObject, toObject } from './objects.ts';
import { type Resource, resourceOf } from './resources.ts';
import { isJsonObject } from './schema.ts';
import { fieldManager } from './writes.ts';
import { type FoundWorkload, toWorkload } from './workloads.ts';

/** Holds the key of the last change that DevOS made to the object. */
export const effectAnnotation = 'devos.io/effect';
/** Keys before that one, newest first: a later change must not make an earlier one look as if it never was. */
const earlierAnnotation = 'devos.io/earlier-effects';
const keptKeys = 8;
/** Status updates of a busy rollout change the version too, so that a few misses are normal. */
const maxAttempts = 12;

/** A workload, or any other object. */
interface Changeable {
  kind: string;
  resource: Resource;
  namespace: string | undefined;
  name: string;
  object: { metadata: { annotations?: Record<string, string> | null | undefined; resourceVersion?: string | null | undefined } };
}

export function hasEffect({ object }: Pick<Changeable, 'object'>, key: string): boolean {
  const annotations = object.metadata.annotations ?? {};
  return annotations[effectAnnotation] === key || (annotations[earlierAnnotation] ?? '').split(',').includes(key);
}

export function effectAnnotations({ object }: Pick<Changeable, 'object'>, key: string): Record<string, string> {
  const annotations = object.metadata.annotations ?? {};
  const before = [annotations[effectAnnotation] ?? '', ...(annotations[earlierAnnotation] ?? '').split(',')]
    .filter((one) => one !== '')
    .slice(0, keptKeys);
  return { [effectAnnotation]: key, ...(before.length === 0 ? {} : { [earlierAnnotation]: before.join(',') }) };
}

/**
 * When DevOS last changed it, by the server's clock: ours may differ. Undefined where the server does not tell.
 * Whole seconds, so that what is as old may be of before.
 */
export function changedAt({ metadata }: { metadata: Record<string, unknown> }): Date | undefined {
  const owners = Array.isArray(metadata['managedFields']) ? metadata['managedFields'] : [];
  const times = owners.flatMap((owner: unknown) => {
    if (!isJsonObject(owner) || owner['manager'] !== fieldManager || typeof owner['time'] !== 'string') return [];
    const at = Date.parse(owner['time']);
    return Number.isNaN(at) ? [] : [at];
  });
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}

export interface Change<T> {
  key: string;
  /** Throws PLAN_STALE where the object is no longer what the plan was made for. */
  check: (now: T) => void;
  /** The patch; its metadata must carry these annotations and this version. */
  patch: (now: T, metadata: { annotations: Record<string, string>; resourceVersion: string }) => Patch;
}

/** `made` is false where the change with this key was there already. Throws PLAN_STALE, CONFLICT, and what the server refuses. */
export async function changeOnce(
  cluster: Cluster,
  { kind, namespace, name }: Pick<FoundWorkload, 'kind' | 'namespace' | 'name'>,
  change: Change<FoundWorkload>,
  signal: AbortSignal,
): Promise<{ workload: FoundWorkload; made: boolean }> {
  const parse = (raw: JsonObject) => toWorkload(cluster, kind, raw);
  const { now, made } = await changeParsed(cluster, { kind, name, namespace, resource: resourceOf(kind) }, parse, change, signal);
  return { workload: now, made };
}

/** The same for any object. */
export async function changeObjectOnce(
  cluster: Cluster,
  target: Pick<FoundObject, 'kind' | 'resource' | 'namespace' | 'name'>,
  change: Change<FoundObject>,
  signal: AbortSignal,
): Promise<{ now: FoundObject; made: boolean }> {
  return changeParsed(cluster, target, (raw) => toObject(cluster, target.resource, target.namespace, raw), change, signal);
}

async function changeParsed<T extends Changeable>(
  cluster: Cluster,
  target: Pick<FoundObject, 'kind' | 'resource' | 'namespace' | 'name'>,
  parse: (raw: JsonObject) => T,
  change: Change<T>,
  signal: AbortSignal,
): Promise<{ now: T; made: boolean }> {
  for (let attempt = 1; ; attempt += 1) {
    const raw = await cluster.find(target.resource, target.namespace, target.name, signal);
    if (raw === undefined) throw stale(target, 'it is gone');
    const now = parse(raw);
    if (hasEffect(now, change.key)) return { now, made: false };
    change.check(now);
    const patch = change.patch(now, {
      annotations: effectAnnotations(now, change.key),
      resourceVersion: now.object.metadata.resourceVersion ?? '',
    });
    const patched = await cluster
      .patch(now.resource, now.namespace, now.name, patch, signal)
      .catch((error: unknown) => onConflict(error, attempt));
    if (patched !== undefined) return { now: parse(patched), made: true };
    await pause(20 * attempt, signal);
  }
}

/** Somebody, mostly a controller, was faster: look again. */
function onConflict(error: unknown, attempt: number): JsonObject | undefined {
  if (AppError.isInstance(error) && error.code === 'CONFLICT' && attempt < maxAttempts) return undefined;
  throw error;
}

export function stale({ kind, name }: { kind: string; name: string }, what: string): AppError {
  return new AppError(`${kind} ${name} is no longer as it was when the plan was made: ${what}`, {
    code: 'PLAN_STALE',
    hint: 'Nothing was changed. Ask again to get a new plan.',
    details: { changed: [what] },
  });
}
