/** JSON Patch (RFC 6902) and merge patch (RFC 7386). */
import { clone, isObject, type Json, type JsonObject, list as listAt, same, text } from './json.ts';
import { ApiError, badRequest } from './status.ts';

export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return clone(patch);
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

export function jsonPatch(target: JsonObject, patch: Json): JsonObject {
  if (!Array.isArray(patch)) throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  let result: Json = clone(target);
  for (const operation of patch) result = applyOperation(result, operation);
  if (!isObject(result)) throw badRequest('the patch left no object');
  return result;
}

/** Every failure is worded alike, as the API server words it. */
function refused(): ApiError {
  return new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

function applyOperation(target: Json, operation: Json): Json {
  const path = text(operation, 'path')
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const value = isObject(operation) ? operation['value'] : undefined;
  switch (text(operation, 'op')) {
    case 'add':
    case 'replace':
      return change(target, path, value ?? null, text(operation, 'op') === 'add');
    case 'remove':
      return change(target, path, undefined, false);
    case 'test':
      if (!same(read(target, path), value ?? null)) throw refused();
      return target;
    default:
      throw badRequest(`Unexpected kind: ${text(operation, 'op')}`);
  }
}

function read(target: Json, path: string[]): Json | undefined {
  let current: Json | undefined = target;
  for (const key of path) {
    if (Array.isArray(current)) current = current[Number(key)];
    else current = isObject(current) ? current[key] : undefined;
  }
  return current;
}

function change(target: Json, path: string[], value: Json | undefined, insert: boolean): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value ?? null;
  if (Array.isArray(target)) return changeItem(target, key, rest, value, insert);
  if (!isObject(target)) throw refused();
  if (rest.length > 0) {
    if (target[key] === undefined) throw refused();
    return { ...target, [key]: change(target[key], rest, value, insert) };
  }
  if (value === undefined || !insert) if (!Object.hasOwn(target, key)) throw refused();
  const { [key]: _old, ...others } = target;
  return value === undefined ? others : { ...target, [key]: value };
}

function changeItem(target: Json[], key: string, rest: string[], value: Json | undefined, insert: boolean): Json[] {
  const index = key === '-' ? target.length : Number(key);
  const items = listAt(target);
  const old = items[index];
  if (rest.length > 0) {
    if (old === undefined) throw refused();
    return items.with(index, change(old, rest, value, insert));
  }
  if (!Number.isInteger(index) || index < 0 || index > items.length || (!insert && old === undefined)) throw refused();
  if (value === undefined) return items.toSpliced(index, 1);
  return insert ? items.toSpliced(index, 0, value) : items.with(index, value);
}
