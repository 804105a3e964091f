/** A change is made exactly once for a key: the key is written with it, under the version that was read. */
import { AppError, type JsonObject } from '#kit';
import { pause } from './changes.ts';
import type { Cluster, Patch } from './cluster.ts';
import { type FoundWorkload, readWorkload, titleOfWorkload, toWorkload } from './workloads.ts';

/** Holds the key of the last change that DevOS made to the object. */
export const effectAnnotation = 'devos.io/effect';
/** Keys before that one, newest first: a later change must not make an earlier one look as if it never was. */
const earlierAnnotation = 'devos.io/earlier-effects';
const keptKeys = 8;
/** Status updates of a busy rollout change the version too, so that a few misses are normal. */
const maxAttempts = 12;

export function hasEffect({ object }: Pick<FoundWorkload, 'object'>, key: string): boolean {
  const annotations = object.metadata.annotations ?? {};
  return annotations[effectAnnotation] === key || (annotations[earlierAnnotation] ?? '').split(',').includes(key);
}

export function effectAnnotations({ object }: Pick<FoundWorkload, 'object'>, key: string): Record<string, string> {
  const annotations = object.metadata.annotations ?? {};
  const before = [annotations[effectAnnotation] ?? '', ...(annotations[earlierAnnotation] ?? '').split(',')]
    .filter((one) => one !== '')
    .slice(0, keptKeys);
  return { [effectAnnotation]: key, ...(before.length === 0 ? {} : { [earlierAnnotation]: before.join(',') }) };
}

export interface Change {
  key: string;
  /** Throws PLAN_STALE where the object is no longer what the plan was made for. */
  check: (now: FoundWorkload) => void;
  /** The patch; its metadata must carry these annotations and this version. */
  patch: (now: FoundWorkload, metadata: { annotations: Record<string, string>; resourceVersion: string }) => Patch;
}

/** `made` is false where the change with this key was there already. Throws PLAN_STALE, CONFLICT, and what the server refuses. */
export async function changeOnce(
  cluster: Cluster,
  target: Pick<FoundWorkload, 'kind' | 'namespace' | 'name'>,
  change: Change,
  signal: AbortSignal,
): Promise<{ workload: FoundWorkload; made: boolean }> {
  for (let attempt = 1; ; attempt += 1) {
    const now = await readWorkload(cluster, target.kind, target.namespace, target.name, signal);
    if (now === undefined) throw stale(target, 'it is gone');
    if (hasEffect(now, change.key)) return { workload: now, made: false };
    change.check(now);
    const patch = change.patch(now, {
      annotations: effectAnnotations(now, change.key),
      resourceVersion: now.object.metadata.resourceVersion ?? '',
    });
    const patched = await cluster
      .patch(now.resource, now.namespace, now.name, patch, signal)
      .catch((error: unknown) => onConflict(error, attempt));
    if (patched !== undefined) return { workload: toWorkload(cluster, target.kind, patched), made: true };
    await pause(20 * attempt, signal);
  }
}

/** Somebody, mostly a controller, was faster: look again. */
function onConflict(error: unknown, attempt: number): JsonObject | undefined {
  if (AppError.isInstance(error) && error.code === 'CONFLICT' && attempt < maxAttempts) return undefined;
  throw error;
}

export function stale(target: Pick<FoundWorkload, 'kind' | 'name'>, what: string): AppError {
  return new AppError(`${titleOfWorkload(target)} is no longer as it was when the plan was made: ${what}`, {
    code: 'PLAN_STALE',
    hint: 'Nothing was changed. Ask again to get a new plan.',
    details: { changed: [what] },
  });
}
