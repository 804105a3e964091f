/** The way back of changes to several objects: what was new goes, what was changed gets its former values, what was deleted is made again. */
import { AppError, diffLines, type JsonObject } from '#kit';
import { z } from 'zod';
import type { Cluster } from './cluster.ts';
import { createObjectOnce, exists, findMade, tryCreate } from './create-once.ts';
import { changeObjectOnce, hasEffect } from './effects.ts';
import { readObject } from './objects.ts';
import { isJsonObject } from './schema.ts';

const anObject = z.custom<JsonObject>((value) => isJsonObject(value));
const place = { kind: z.string(), name: z.string(), namespace: z.string().nullable() };
export const Former = z.discriminatedUnion('way', [
  /** It was not there before. `uid`: only this very object; null where it is not known. */
  z.object({ way: z.literal('delete'), ...place, uid: z.string().nullable() }),
  /** Merge patch with the former values. */
  z.object({ way: z.literal('patch'), ...place, uid: z.string().nullable(), patch: anObject }),
  /** The manifest of before. */
  z.object({ way: z.literal('create'), ...place, object: anObject }),
]);
export type Former = z.infer<typeof Former>;

/** Throws INPUT_INVALID where it is not what DevOS wrote. */
export function readFormer(text: string): Former[] {
  const parsed = z.array(Former).safeParse(parse(text));
  if (parsed.success) return parsed.data;
  throw new AppError('This is not what DevOS wrote for the way back', { code: 'INPUT_INVALID', hint: 'Use: devos undo' });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told by the caller
  }
}

export interface PlannedRestore {
  diff: string[];
  /** Titles with the uid that is there now. */
  precondition: JsonObject;
}

export const titleOfFormer = ({ kind, name, namespace }: Former): string => `${kind} ${name}${namespace === null ? '' : ` (${namespace})`}`;

export async function planRestore(cluster: Cluster, all: readonly Former[], signal: AbortSignal): Promise<PlannedRestore> {
  const diff: string[] = [];
  const precondition: JsonObject = {};
  for (const former of all) {
    const found = await find(cluster, former, signal);
    precondition[titleOfFormer(former)] = found.now?.object.metadata.uid ?? 'not there';
    diff.push(...(await linesOf(cluster, former, found, signal)));
  }
  return { diff, precondition };
}

async function find(cluster: Cluster, { kind, name, namespace }: Former, signal: AbortSignal) {
  const resource = await cluster.resource(kind, signal);
  return { resource, namespace: namespace ?? undefined, now: await readObject(cluster, resource, namespace ?? undefined, name, signal) };
}

type Found = Awaited<ReturnType<typeof find>>;

async function linesOf(cluster: Cluster, former: Former, { resource, namespace, now }: Found, signal: AbortSignal): Promise<string[]> {
  const title = titleOfFormer(former);
  if (former.way === 'create') {
    const made = { resource, namespace, name: former.name, body: former.object };
    if (now !== undefined) throw exists(made, cluster);
    await tryCreate(cluster, made, signal);
    return [`+ ${title}  as it was recorded`];
  }
  if (now === undefined) return [`  ${title}  is gone already`];
  if (former.uid !== null && former.uid !== now.object.metadata.uid)
    return [`  ${title}  was made anew by somebody else; it is left alone`];
  if (former.way === 'delete') {
    await cluster.remove(resource, namespace, former.name, { dryRun: true, uid: now.object.metadata.uid ?? undefined }, signal);
    return [`- ${title}`];
  }
  const tried = await cluster.patch(resource, namespace, former.name, { type: 'merge', body: former.patch, dryRun: true }, signal);
  const lines = diffLines(title, now.raw, tried);
  return lines.length === 0 ? [`  ${title}  has its former values already`] : lines;
}

export type Did = 'deleted' | 'changed' | 'created' | 'unchanged';

/** Once for the key. */
export async function restoreOne(cluster: Cluster, former: Former, key: string, signal: AbortSignal): Promise<Did> {
  const { resource, namespace, now } = await find(cluster, former, signal);
  if (former.way === 'create') {
    const made = { resource, namespace, name: former.name, body: former.object };
    if ((await findMade(cluster, made, key, signal)) !== undefined) return 'created';
    await createObjectOnce(cluster, made, key, signal);
    return 'created';
  }
  if (now === undefined || (former.uid !== null && former.uid !== now.object.metadata.uid)) return 'unchanged';
  if (former.way === 'delete') {
    const gone = await cluster.remove(resource, namespace, former.name, { uid: now.object.metadata.uid ?? undefined }, signal);
    return gone ? 'deleted' : 'unchanged';
  }
  const { patch } = former;
  const { made } = await changeObjectOnce(
    cluster,
    now,
    { key, check: () => undefined, patch: (_now, metadata) => ({ type: 'merge', body: withMarks(patch, metadata) }) },
    signal,
  );
  return made ? 'changed' : 'unchanged';
}

/** What was done of it for this key; undefined where it is left to do. Nothing tells who deleted what is gone: then it counts as done. */
export async function wasRestored(cluster: Cluster, former: Former, key: string, signal: AbortSignal): Promise<Did | undefined> {
  const { now } = await find(cluster, former, signal);
  const isAnother = now !== undefined && former.way !== 'create' && former.uid !== null && former.uid !== now.object.metadata.uid;
  if (former.way === 'delete') return now === undefined || isAnother ? 'deleted' : undefined;
  if (now === undefined || isAnother) return former.way === 'create' ? undefined : 'unchanged';
  if (!hasEffect(now, key)) return undefined;
  return former.way === 'create' ? 'created' : 'changed';
}

function withMarks(
  patch: JsonObject,
  { annotations, resourceVersion }: { annotations: Record<string, string>; resourceVersion: string },
): JsonObject {
  const own = isJsonObject(patch['metadata']) ? patch['metadata'] : {};
  const inner = isJsonObject(own['annotations']) ? own['annotations'] : {};
  return { ...patch, metadata: { ...own, annotations: { ...inner, ...annotations }, resourceVersion } };
}
