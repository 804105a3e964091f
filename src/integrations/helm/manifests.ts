/** Manifests as helm prints them, and what differs between two of them. */
import { AppError, cleanLine, diffLines, type JsonObject } from '#kit';
import { parseAllDocuments } from 'yaml';

export interface ManifestObject {
  /** `Deployment web-app`. */
  title: string;
  kind: string;
  name: string;
  body: JsonObject;
}

/** By title, in the order they stand. Throws INPUT_INVALID where it is no YAML. */
export function readManifest(text: string): Map<string, ManifestObject> {
  const found = new Map<string, ManifestObject>();
  for (const document of parseAllDocuments(text)) {
    const [error] = document.errors;
    if (error !== undefined)
      throw new AppError(`The chart makes a manifest that is no YAML: ${cleanLine(error.message)}`, {
        code: 'INPUT_INVALID',
        hint: 'Look at it with: helm template',
      });
    const body = plainOf(document);
    if (!isObject(body)) continue;
    const metadata = isObject(body['metadata']) ? body['metadata'] : {};
    const [kind, name, namespace] = [textOf(body['kind']), textOf(metadata['name']), textOf(metadata['namespace'])];
    if (kind === '') continue;
    const title = `${kind} ${name}${namespace === '' ? '' : ` (${namespace})`}`;
    found.set(title, { title, kind, name, body });
  }
  return found;
}

/** Aliases are followed only here: a few lines of them can mean gigabytes. */
function plainOf(document: { toJS: (options: { maxAliasCount: number }) => unknown }): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new AppError('The chart makes a manifest whose aliases multiply, or lead nowhere', {
      code: 'INPUT_INVALID',
      hint: 'Look at it with: helm template',
      cause: error,
    });
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? cleanLine(value) : '');

/** Labels that change with every version of a chart, on every object. */
const versionLabels = /\.labels\.(?:"?helm\.sh\/chart"?|"?app\.kubernetes\.io\/version"?)(?: |$)/;
const mostLines = 200;

/** What goes, comes and changes, in that order. */
export function manifestDiff(before: Map<string, ManifestObject>, after: Map<string, ManifestObject>): string[] {
  const gone = [...before.values()].filter(({ title }) => !after.has(title)).map(({ title }) => `- ${title}`);
  const added = [...after.values()].filter(({ title }) => !before.has(title)).flatMap(newLines);
  const changed = [...after.values()].flatMap(({ title, body }) => {
    const old = before.get(title);
    if (old === undefined) return [];
    const lines = diffLines(title, old.body, body);
    const telling = lines.filter((line) => !versionLabels.test(line));
    return telling.length === 0 && lines.length > 0 ? [`~ ${title}  labels of the chart's version`] : telling;
  });
  const lines = [...gone, ...added, ...changed];
  return lines.length <= mostLines ? lines : [...lines.slice(0, mostLines), `  … and ${lines.length - mostLines} more lines`];
}

/** A new object with what most want to know of it. */
function newLines({ title, body }: ManifestObject): string[] {
  const spec = isObject(body['spec']) ? body['spec'] : {};
  const template = isObject(spec['template']) ? spec['template'] : {};
  const pod = isObject(template['spec']) ? template['spec'] : {};
  const images = (Array.isArray(pod['containers']) ? pod['containers'] : []).flatMap((one) =>
    isObject(one) ? [textOf(one['image'])] : [],
  );
  const facts = [
    ...(typeof spec['replicas'] === 'number' ? [`${spec['replicas']} replicas`] : []),
    ...images.map((image) => `image ${image}`),
    ...(typeof spec['type'] === 'string' ? [`type ${textOf(spec['type'])}`] : []),
  ];
  return [`+ ${title}${facts.length === 0 ? '' : `  ${facts.join(', ')}`}`];
}

/** Where what runs differs from what the release says: somebody changed it by hand, and this will change it back or keep it. */
export function driftLines(
  manifest: Map<string, ManifestObject>,
  live: Record<string, JsonObject[] | null | undefined> | null | undefined,
): string[] {
  if (live === null || live === undefined) return [];
  const found = new Map<string, JsonObject>();
  for (const [group, objects] of Object.entries(live)) {
    if (group.endsWith('(related)')) continue;
    for (const object of objects ?? []) {
      const metadata = isObject(object['metadata']) ? object['metadata'] : {};
      found.set(`${textOf(object['kind'])} ${textOf(metadata['name'])}`, object);
    }
  }
  return [...manifest.values()].flatMap(({ title, kind, name, body }) => {
    const object = found.get(`${kind} ${name}`);
    if (object === undefined) return found.size === 0 ? [] : [`  ${title} is missing in the cluster`];
    // Only fields that the chart sets: the server fills in many others.
    return diffLines(title, body, onlySet(body, object)).map((line) => `  by hand: ${line.slice(2)}`);
  });
}

/** Of `live` what `wanted` names. */
function onlySet(wanted: JsonObject, live: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([key, value]) => {
      const now = live[key];
      if (now === undefined) return key === 'status' || (isObject(value) && Object.keys(value).length === 0) ? [[key, value]] : [];
      if (isObject(value) && isObject(now)) return [[key, onlySet(value, now)]];
      if (Array.isArray(value) && Array.isArray(now) && value.length === now.length)
        return [
          [
            key,
            value.map((item, index) =>
              isObject(item) && isObject(now[index]) ? onlySet(item, matching(item, now) ?? {}) : (now[index] ?? null),
            ),
          ],
        ];
      return [[key, isQuantityOf(value, now) ? value : now]];
    }),
  );
}

/** The server may order lists of named things in another way. */
function matching(item: JsonObject, all: unknown[]): JsonObject | undefined {
  const key = ['name', 'containerPort', 'port', 'mountPath', 'type'].find((one) => item[one] !== undefined);
  return all.find((one): one is JsonObject => isObject(one) && (key === undefined || one[key] === item[key]));
}

/** `1` and `1000m`, `"8080"` and `8080` are written in several ways. */
function isQuantityOf(wanted: unknown, now: unknown): boolean {
  return typeof wanted !== typeof now && String(wanted) === String(now);
}
