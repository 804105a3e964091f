/** What was true when the plan was made against what is true now. */
import { cleanLine, type Json, type JsonObject } from '#kit';
import { canonicalJson } from './hash.ts';

const longest = 60;

/** Each difference in words: `replicas 3 → 4`. Empty only where both say exactly the same. */
export function preconditionChanges(before: JsonObject, now: JsonObject): string[] {
  return changesOf(before, now, '');
}

function changesOf(before: JsonObject, now: JsonObject, path: string): string[] {
  const changes: string[] = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const [old, current] = [own(before, key), own(now, key)];
    const name = path === '' ? key : `${path}.${key}`;
    if (isObject(old) && isObject(current)) changes.push(...changesOf(old, current, name));
    else if (text(old) !== text(current)) changes.push(`${cleanLine(name)} ${shown(old)} → ${shown(current)}`);
  }
  return changes;
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: Json | undefined): string {
  return value === undefined ? '' : canonicalJson(value);
}

function shown(value: Json | undefined): string {
  if (value === undefined) return '(none)';
  const line = cleanLine(typeof value === 'string' ? value : canonicalJson(value));
  return line.length > longest ? `${line.slice(0, longest).toWellFormed()}…` : line || '""';
}
