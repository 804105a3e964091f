/** Kubernetes' strategic merge patch: lists merge by the keys that the table of fields gives them. */
import { fieldIn } from './field-paths.ts';
import type { FieldType, ObjectType } from './field-schema.ts';
import { clone, isObject, type Json, type JsonObject, list, same } from './json.ts';
import { badRequest } from './status.ts';

export function strategicMerge(type: ObjectType, target: JsonObject, patch: JsonObject): JsonObject {
  return mergeObject({ is: 'object', type }, target, patch);
}

function mergeObject(type: FieldType, target: JsonObject, patch: JsonObject): JsonObject {
  switch (patch['$patch']) {
    case 'replace':
      return withoutDirectives(patch);
    case 'delete':
      return {};
    default:
  }
  const kept = patch['$retainKeys'];
  const result: JsonObject = Array.isArray(kept)
    ? Object.fromEntries(Object.entries(target).filter(([key]) => kept.includes(key)))
    : { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$deleteFromPrimitiveList/')) {
      const name = key.slice('$deleteFromPrimitiveList/'.length);
      const gone = Array.isArray(value) ? value : [];
      result[name] = list(result, name).filter((item) => !gone.includes(item));
    }
    if (key.startsWith('$')) continue;
    if (value === null) delete result[key];
    else result[key] = mergeValue(fieldIn(type, key)?.type, result[key], value);
  }
  for (const [key, order] of Object.entries(patch))
    if (key.startsWith('$setElementOrder/') && Array.isArray(order)) {
      const name = key.slice('$setElementOrder/'.length);
      const items = result[name];
      if (Array.isArray(items)) result[name] = ordered(fieldIn(type, name)?.type, items, order);
    }
  return result;
}

function mergeValue(type: FieldType | undefined, target: Json | undefined, patch: Json): Json {
  if (isObject(patch)) {
    const inner: FieldType = type ?? { is: 'map', of: { is: 'scalar', scalar: 'any' }, whole: false };
    return mergeObject(inner, isObject(target) ? target : {}, patch);
  }
  if (!Array.isArray(patch)) return patch;
  const before = Array.isArray(target) ? target : [];
  if (type?.is === 'set') return [...before, ...patch.filter((item) => !before.some((other) => same(other, item)))];
  const key = mergeKey(type);
  if (type?.is !== 'list' || key === undefined) return patch.map((item) => (isObject(item) ? withoutDirectives(item) : clone(item)));
  return mergeItems(type.of, key, before, patch);
}

/** Patches know one key only, also where apply knows several: `containerPort`, `port`, `topologyKey`. */
function mergeKey(type: FieldType | undefined): string | undefined {
  return type?.is === 'list' ? type.keys[0] : undefined;
}

function mergeItems(type: FieldType, key: string, target: Json[], patch: Json[]): Json[] {
  if (patch.some((item) => isObject(item) && item['$patch'] === 'replace' && Object.keys(item).length === 1))
    return patch.filter((item) => !isObject(item) || item['$patch'] === undefined).map(clone);
  const result = [...target];
  for (const item of patch) {
    if (!isObject(item) || item[key] === undefined)
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    const index = result.findIndex((other) => isObject(other) && same(other[key], item[key]));
    const before = result[index];
    if (item['$patch'] === 'delete') {
      if (index !== -1) result.splice(index, 1);
    } else if (!isObject(before)) result.push(withoutDirectives(item));
    else result[index] = mergeObject(type, before, item);
  }
  return result;
}

function ordered(type: FieldType | undefined, items: Json[], order: Json[]): Json[] {
  const key = mergeKey(type);
  const place = (item: Json): number => {
    const found = order.findIndex((wanted) =>
      key === undefined ? same(wanted, item) : isObject(wanted) && isObject(item) && same(wanted[key], item[key]),
    );
    return found === -1 ? order.length : found;
  };
  return items.toSorted((left, right) => place(left) - place(right));
}

function withoutDirectives(value: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key.startsWith('$') || inner === null) continue;
    if (isObject(inner)) result[key] = withoutDirectives(inner);
    else result[key] = Array.isArray(inner) ? inner.map((item) => (isObject(item) ? withoutDirectives(item) : clone(item))) : inner;
  }
  return result;
}
