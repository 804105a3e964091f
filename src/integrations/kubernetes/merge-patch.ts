/** JSON merge patches (RFC 7396): what they set, and what puts it back. */
import { AppError, cleanLine, type Json, type JsonObject } from '#kit';
import { valueAt } from './objects.ts';
import { isJsonObject } from './schema.ts';

export interface Leaf {
  path: string[];
  /** Null removes. */
  value: Json;
}

const mostLeaves = 200;
/** What the server keeps, and what says which object it is. */
const untouchable =
  /^(?:apiVersion|kind|status|metadata\.(?:name|namespace|uid|resourceVersion|managedFields|creationTimestamp|generation))(?:\.|$)/;

/** Throws INPUT_INVALID where it is no JSON object, sets nothing, or sets what it must not. */
export function readMergePatch(text: string): JsonObject {
  const parsed = parse(text);
  const example = `for example '{"spec":{"type":"NodePort"}}'`;
  if (!isJsonObject(parsed))
    throw new AppError(`The patch is no JSON object: ${cleanLine(text).slice(0, 80)}`, {
      code: 'INPUT_INVALID',
      hint: `Write a JSON merge patch, ${example}`,
    });
  const leaves = leavesOf(parsed);
  if (leaves.length === 0) throw new AppError('The patch sets nothing', { code: 'INPUT_INVALID', hint: `Write what it sets, ${example}` });
  const bad = leaves.find(({ path }) => untouchable.test(path.join('.')));
  if (bad !== undefined || leaves.length > mostLeaves)
    throw new AppError(bad === undefined ? `The patch sets more than ${mostLeaves} fields` : `${bad.path.join('.')} cannot be patched`, {
      code: 'INPUT_INVALID',
      hint: bad === undefined ? 'Apply a manifest instead: devos "apply FILE"' : 'Leave it out.',
    });
  return parsed;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told by the caller
  }
}

/** What is set: a list counts as one value. */
export function leavesOf(patch: JsonObject, path: string[] = []): Leaf[] {
  return Object.entries(patch).flatMap(([key, value]) => {
    const own = [...path, key];
    return isJsonObject(value) && Object.keys(value).length > 0 ? leavesOf(value, own) : [{ path: own, value }];
  });
}

/** The values at these places now; null where there is none. */
export function valuesAt(object: JsonObject, leaves: readonly Leaf[]): JsonObject {
  // A value of parsed JSON is JSON.
  return Object.fromEntries(leaves.map(({ path }) => [path.join('.'), (valueAt(object, path) ?? null) as Json]));
}

/** The merge patch that brings the values back that are there now. */
export function inverseOf(object: JsonObject, leaves: readonly Leaf[]): JsonObject {
  const back: JsonObject = {};
  for (const { path } of leaves) {
    let at = back;
    for (const key of path.slice(0, -1)) {
      const inner = at[key];
      at = at[key] = isJsonObject(inner) ? inner : {};
    }
    at[path.at(-1) ?? ''] = (valueAt(object, path) ?? null) as Json;
  }
  return back;
}
