/** What differs between two Kubernetes objects, field by field, in lines for a plan. Contents of Secrets are never shown. */
import type { Json, JsonObject } from './action.ts';
import { cleanLine } from './clean.ts';
import { isSecretName } from './mask-object.ts';
import { redact } from './redact.ts';

/** What servers and tools keep for themselves. */
const noise = new Set([
  'metadata.managedFields',
  'metadata.resourceVersion',
  'metadata.uid',
  'metadata.generation',
  'metadata.creationTimestamp',
  'metadata.selfLink',
  'status',
]);
const noisyAnnotation =
  /^(?:devos\.io\/|deployment\.kubernetes\.io\/revision$|kubectl\.kubernetes\.io\/last-applied-configuration$|meta\.helm\.sh\/)/;
const longestValue = 160;

export interface FieldDifference {
  /** `spec.template.spec.containers[web].image`. */
  path: string;
  /** Absent where it is added. */
  before?: Json;
  /** Absent where it is removed. */
  after?: Json;
}

/** Lists of named things are compared by name, others as a whole. */
export function differences(before: JsonObject, after: JsonObject): FieldDifference[] {
  return compare(before, after, []);
}

/** `~ Deployment web-app  spec.replicas  3 -> 5`; `title` is `Deployment web-app`. Empty where nothing differs. */
export function diffLines(title: string, before: JsonObject, after: JsonObject): string[] {
  const isSecret = after['kind'] === 'Secret' || before['kind'] === 'Secret';
  return differences(before, after).map(({ path, before: old, after: now }) => {
    const hidden = (isSecret && /^(?:data|stringData)(?:\.|$)/.test(path)) || isSecretName(nameIn(path));
    if (old === undefined) return `+ ${title}  ${path}${hidden ? '  (not shown)' : `  ${valueText(now)}`}`;
    if (now === undefined) return `- ${title}  ${path}${hidden ? '  (not shown)' : `  ${valueText(old)}`}`;
    return `~ ${title}  ${path}  ${hidden ? '(changed, not shown)' : `${valueText(old)} -> ${valueText(now)}`}`;
  });
}

/** The part that names what a value is: of `env[DB_PASSWORD].value` it is `DB_PASSWORD`. */
function nameIn(path: string): string {
  const named = /\[([^\]]*)\]\.value$/.exec(path)?.[1];
  return named ?? path.split('.').at(-1) ?? '';
}

function valueText(value: Json | undefined): string {
  const text = cleanLine(redact(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')));
  return text.length > longestValue ? `${text.slice(0, longestValue)} … (${text.length} characters)` : text;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNoise(path: string[]): boolean {
  if (noise.has(path.join('.'))) return true;
  const [first, second, third] = path;
  return first === 'metadata' && second === 'annotations' && third !== undefined && noisyAnnotation.test(third);
}

function compare(before: Json | undefined, after: Json | undefined, path: string[]): FieldDifference[] {
  if (isNoise(path) || same(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => compare(before[key], after[key], [...path, key]));
  }
  // An object that comes or goes: its fields one by one, so that noise and secrets are told apart.
  if (isObject(before) && after === undefined && Object.keys(before).length > 0)
    return Object.keys(before).flatMap((key) => compare(before[key], undefined, [...path, key]));
  if (isObject(after) && before === undefined && Object.keys(after).length > 0)
    return Object.keys(after).flatMap((key) => compare(undefined, after[key], [...path, key]));
  const named = Array.isArray(before) && Array.isArray(after) ? byName(before, after) : undefined;
  if (named !== undefined) return named.flatMap(([name, left, right]) => compareItem(name, left, right, path));
  return [{ path: textOf(path), ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

function compareItem(name: string, left: Json | undefined, right: Json | undefined, path: string[]): FieldDifference[] {
  const last = path.at(-1) ?? '';
  return compare(left, right, [...path.slice(0, -1), `${last}[${name}]`]);
}

/** Pairs of a list whose items all have a name of their own; undefined where they have not. */
function byName(before: Json[], after: Json[]): [string, Json | undefined, Json | undefined][] | undefined {
  const [left, right] = [namesOf(before), namesOf(after)];
  if (left === undefined || right === undefined) return undefined;
  return [...new Set([...left.keys(), ...right.keys()])].map((name) => [name, left.get(name), right.get(name)]);
}

function namesOf(items: Json[]): Map<string, Json> | undefined {
  const found = new Map<string, Json>();
  for (const item of items) {
    const name = isObject(item) ? (item['name'] ?? item['containerPort'] ?? item['port'] ?? item['mountPath'] ?? item['type']) : undefined;
    if ((typeof name !== 'string' && typeof name !== 'number') || found.has(String(name))) return undefined;
    found.set(String(name), item);
  }
  return found;
}

function textOf(path: string[]): string {
  return cleanLine(path.map((part) => (/[.\s]/.test(part) && !part.includes('[') ? `"${part}"` : part)).join('.'));
}

/** By value; the order of keys does not matter. */
function same(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => same(item, right[index]));
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && same(left[key], right[key]));
}
