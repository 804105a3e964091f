/** An object is made exactly once for a key: its name is known beforehand, and it carries the key. */
import { AppError, type JsonObject } from '#kit';
import type { Cluster } from './cluster.ts';
import { effectAnnotation, hasEffect } from './effects.ts';
import { type FoundObject, readObject, toObject } from './objects.ts';
import { qualified, type Resource } from './resources.ts';
import { isJsonObject } from './schema.ts';

export interface NewObject {
  resource: Resource;
  namespace: string | undefined;
  name: string;
  /** With kind, version and spec; the name is put in here. */
  body: JsonObject;
}

/** Asks the server whether it would be accepted. */
export async function tryCreate(cluster: Cluster, made: NewObject, signal: AbortSignal): Promise<JsonObject> {
  return cluster.create(made.resource, made.namespace, named(made, {}), { dryRun: true }, signal).catch((error: unknown) => {
    throw isConflict(error) ? exists(made, cluster) : error;
  });
}

/** `made` is false where the object with this key was there already. Throws CONFLICT where the name belongs to somebody else's. */
export async function createObjectOnce(
  cluster: Cluster,
  made: NewObject,
  key: string,
  signal: AbortSignal,
): Promise<{ now: FoundObject; made: boolean }> {
  const { resource, namespace, name } = made;
  const before = await findMade(cluster, made, key, signal);
  if (before !== undefined) return { now: before, made: false };
  try {
    const raw = await cluster.create(resource, namespace, named(made, { [effectAnnotation]: key }), {}, signal);
    return { now: toObject(cluster, resource, namespace, raw), made: true };
  } catch (error) {
    if (!isConflict(error)) throw error;
    const found = await readObject(cluster, resource, namespace, name, signal);
    if (found !== undefined && hasEffect(found, key)) return { now: found, made: false };
    throw exists(made, cluster);
  }
}

/** The object that was made with this key; undefined where there is none. */
export async function findMade(
  cluster: Cluster,
  { resource, namespace, name }: Omit<NewObject, 'body'>,
  key: string,
  signal: AbortSignal,
): Promise<FoundObject | undefined> {
  const found = await readObject(cluster, resource, namespace, name, signal);
  return found !== undefined && hasEffect(found, key) ? found : undefined;
}

/** Says where it is, and how to look at it. */
export function exists({ resource, namespace, name }: Omit<NewObject, 'body'>, { target }: Pick<Cluster, 'target'>): AppError {
  const place = namespace === undefined ? '' : ` -n ${namespace}`;
  const where = namespace === undefined ? '' : ` in the namespace ${namespace}`;
  return new AppError(`There is a ${resource.kind} ${name} already${where}`, {
    code: 'CONFLICT',
    hint: `Look at it first: kubectl get ${qualified(resource)} ${name} -o yaml${place} --context ${target.context}`,
    details: { kind: resource.kind, name, unclear: false },
  });
}

function isConflict(error: unknown): boolean {
  return AppError.isInstance(error) && error.code === 'CONFLICT';
}

function named({ name, body }: NewObject, annotations: Record<string, string>): JsonObject {
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  const own = isJsonObject(metadata['annotations']) ? metadata['annotations'] : {};
  const all = { ...own, ...annotations };
  return { ...body, metadata: { ...metadata, name, ...(Object.keys(all).length === 0 ? {} : { annotations: all }) } };
}
