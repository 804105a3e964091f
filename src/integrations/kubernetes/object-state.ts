/** What an object is apart from what servers keep for themselves: to compare, to keep, and to bring back. */
import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '#kit';
import canonicalize from 'canonicalize';
import { isJsonObject } from './schema.ts';

const serverMetadata = new Set([
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'creationTimestamp',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]);
const ownAnnotation = /^(?:devos\.io\/|deployment\.kubernetes\.io\/revision$|kubectl\.kubernetes\.io\/last-applied-configuration$)/;

/** Without status, bookkeeping and our own marks. */
export function plainObject({ status: _status, ...object }: JsonObject): JsonObject {
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  const annotations = isJsonObject(metadata['annotations']) ? metadata['annotations'] : {};
  const kept = Object.entries(annotations).filter(([key]) => !ownAnnotation.test(key));
  const { annotations: _annotations, ...rest } = Object.fromEntries(Object.entries(metadata).filter(([key]) => !serverMetadata.has(key)));
  return { ...object, metadata: { ...rest, ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }) } };
}

/** Twelve characters that change with anything but status; `not there`. */
export function stateOf(object: JsonObject | undefined): string {
  if (object === undefined) return 'not there';
  return createHash('sha256')
    .update(canonicalize(plainObject(object)) ?? '')
    .digest('hex')
    .slice(0, 12);
}

/** The merge patch (RFC 7396) that makes `from` into `to`; undefined where nothing differs. Lists are sent whole. */
export function patchBetween(from: JsonObject, to: JsonObject): JsonObject | undefined {
  const patch: JsonObject = {};
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [before, after] = [from[key], to[key]];
    if (after === undefined) patch[key] = null;
    else if (isJsonObject(before) && isJsonObject(after)) {
      const inner = patchBetween(before, after);
      if (inner !== undefined) patch[key] = inner;
    } else if (!isSame(before, after)) patch[key] = after;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function isSame(left: Json | undefined, right: Json): boolean {
  return left !== undefined && canonicalize(left) === canonicalize(right);
}
