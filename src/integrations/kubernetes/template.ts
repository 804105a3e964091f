/** Pod templates: telling two apart, and what a reader wants to know of the difference. */
import { createHash } from 'node:crypto';
import { cleanLine, redact, type Json } from '#kit';
import { isJsonObject, type Workload } from './schema.ts';

export const restartedAt = 'kubectl.kubernetes.io/restartedAt';

/** Eight hexadecimal digits. A restart alone does not change it, so that a restart that was cut short can go on. */
export function templateHash({ spec }: Workload): string {
  const template = structuredClone(spec.template ?? {});
  if (template.metadata?.annotations) delete template.metadata.annotations[restartedAt];
  return createHash('sha256').update(sorted(template)).digest('hex').slice(0, 8);
}

/** Of any template, eight hexadecimal digits. */
export function templateDigest(template: Json): string {
  return createHash('sha256').update(sorted(template)).digest('hex').slice(0, 8);
}

/** The images of the containers: `web-app:1.2, sidecar:3`. */
export function imagesOf({ spec }: Workload): string {
  return (spec.template?.spec?.containers ?? []).map((container) => cleanLine(container.image ?? '?')).join(', ');
}

/** The same for the same content, whatever the order of keys; empty maps count as absent. */
export function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((inner) => sorted(inner)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== null && inner !== undefined && !isEmpty(inner))
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${sorted(inner)}`).join(',')}}`;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

const longest = 160;
const secretName = /pass|secret|token|credential|key/i;

/** `~ containers.web.image  web:1 -> web:2`; list entries with a name are compared by it. Values of secret-looking names are not shown. */
export function templateDiff(before: Json, after: Json): string[] {
  const [old, now] = [new Map<string, string>(), new Map<string, string>()];
  flatten(before, '', old);
  flatten(after, '', now);
  const paths = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  return paths.flatMap((path) => {
    const [from, to] = [old.get(path), now.get(path)];
    if (from === to) return [];
    if (from === undefined) return [`+ ${path}  ${value(path, to)}`];
    return to === undefined ? [`- ${path}  ${value(path, from)}`] : [`~ ${path}  ${value(path, from)} -> ${value(path, to)}`];
  });
}

function value(path: string, text = ''): string {
  const line = secretName.test(path) ? '***' : cleanLine(redact(text));
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

function flatten(node: Json, path: string, into: Map<string, string>): void {
  if (Array.isArray(node)) {
    for (const [index, inner] of node.entries()) flatten(inner, join(path, nameOf(inner) ?? String(index)), into);
  } else if (isJsonObject(node)) {
    for (const [key, inner] of Object.entries(node))
      if (!(key === 'name' && nameOf(node) !== undefined && path !== '')) flatten(inner, join(path, key), into);
  } else if (node !== null) into.set(path, String(node));
}

function nameOf(node: Json): string | undefined {
  return isJsonObject(node) && typeof node['name'] === 'string' ? cleanLine(node['name']) : undefined;
}

function join(path: string, part: string): string {
  // `spec.containers` of a template: the first word says nothing to a reader.
  const short = path === 'spec' ? '' : path;
  return short === '' ? part : `${short}.${part}`;
}
