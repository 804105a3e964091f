/** Manifests of the working folder: read, checked, and hashed. */
import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { AppError, cleanLine, type JsonObject, rfc1123 } from '#kit';
import { LineCounter, parseAllDocuments } from 'yaml';
import { isJsonObject } from './schema.ts';

export interface Manifest {
  /** `deploy/web.yaml:12`. */
  at: string;
  apiVersion: string;
  kind: string;
  name: string;
  /** As written; undefined where it says nothing. */
  namespace: string | undefined;
  body: JsonObject;
}

export interface ManifestSet {
  manifests: Manifest[];
  /** sha-256 of all that was read. */
  digest: string;
}

const mostBytes = 4 * 1024 * 1024;
const mostObjects = 200;
const mostFiles = 100;

/** A file, or the YAML and JSON files of a folder (not below it). Throws NOT_FOUND, INPUT_INVALID with file and line. */
export async function readManifests(file: string, cwd: string): Promise<ManifestSet> {
  if (/^https?:\/\//.test(file))
    throw new AppError('A manifest is not fetched from an address', {
      code: 'INPUT_INVALID',
      hint: `Look at it first: curl -fsSLO ${file}   then apply the file.`,
    });
  const files = await filesOf(await located(file, cwd));
  const hash = createHash('sha256');
  const manifests: Manifest[] = [];
  let size = 0;
  for (const path of files) {
    const text = await readFile(path, 'utf8');
    size += text.length;
    if (size > mostBytes) throw invalid(file, 'is larger than 4 MB', 'Apply it in parts.');
    hash.update(`${relative(cwd, path)}\0${text.length}\0${text}`);
    manifests.push(...parseFile(relative(cwd, path) || path, text));
  }
  if (manifests.length === 0) throw invalid(file, 'holds no object', 'Each document needs apiVersion, kind and metadata.name.');
  if (manifests.length > mostObjects) throw invalid(file, `holds more than ${mostObjects} objects`, 'Apply it in parts.');
  return { manifests: inOrder(manifests), digest: hash.digest('hex') };
}

function invalid(at: string, what: string, hint: string, cause?: unknown): AppError {
  return new AppError(`${at} ${what}`, { code: 'INPUT_INVALID', hint, cause });
}

/** Inside the working folder only, links followed: what a plan names, others must be able to look at. */
async function located(file: string, cwd: string): Promise<string> {
  const path = resolve(cwd, file);
  const real = await realpath(path).catch((error: unknown) => {
    throw new AppError(`There is no file ${file} in ${cwd}`, { code: 'NOT_FOUND', hint: `Look what is there: ls ${cwd}`, cause: error });
  });
  const inside = relative(await realpath(cwd), real);
  if (inside.startsWith('..') || isAbsolute(inside))
    throw invalid(file, 'lies outside of the working folder', 'Change to its folder first, or copy it here.');
  return real;
}

async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path, { withFileTypes: true }))
    .flatMap((entry) => (entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name) ? [entry.name] : []))
    .toSorted();
  if (names.length > mostFiles) throw invalid(path, `holds more than ${mostFiles} manifests`, 'Apply them in parts.');
  return names.map((name) => join(path, name));
}

/** Aliases are followed only here: a few lines of them can mean gigabytes. */
function plainOf(document: { toJS: (options: { maxAliasCount: number }) => unknown }, at: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw invalid(at, 'is no YAML that can be used: its aliases multiply, or lead nowhere', 'Write out what they stand for.', error);
  }
}

function parseFile(title: string, text: string): Manifest[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  return documents.flatMap((document) => {
    const lineAt = (offset: number): string => `${title}:${lines.linePos(offset).line}`;
    const [error] = document.errors;
    if (error !== undefined) throw invalid(lineAt(error.pos[0]), `is no YAML: ${cleanLine(error.message)}`, 'Correct it there.');
    const at = lineAt(document.contents?.range?.[0] ?? document.range[0]);
    const value = plainOf(document, at);
    if (value === null || value === undefined) return [];
    if (!isJsonObject(value)) throw invalid(at, 'is no object', 'Each document needs apiVersion, kind and metadata.name.');
    const items = value['kind'] === 'List' && Array.isArray(value['items']) ? value['items'] : [value];
    return items.map((item) => toManifest(item, at));
  });
}

function toManifest(item: unknown, at: string): Manifest {
  const body = isJsonObject(item) ? item : {};
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  const { apiVersion, kind } = body;
  const { name, namespace, generateName } = metadata;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !/^[A-Z][A-Za-z0-9]{0,62}$/.test(kind))
    throw invalid(at, 'has no apiVersion or no kind', 'Each document needs apiVersion, kind and metadata.name.');
  if (typeof name !== 'string' || !/^[A-Za-z0-9][\w.:-]{0,252}$/.test(name))
    throw invalid(
      at,
      generateName === undefined ? `(${kind}) has no usable metadata.name` : `(${kind}) has generateName`,
      'Give it a name: what is applied must be found again.',
    );
  if (namespace !== undefined && (typeof namespace !== 'string' || !rfc1123.test(namespace)))
    throw invalid(at, `(${kind} ${name}) has no usable metadata.namespace`, 'Write the name of a namespace.');
  return { at, apiVersion, kind, name, namespace, body };
}

/** What others need comes first. */
const first = [
  'Namespace',
  'CustomResourceDefinition',
  'StorageClass',
  'PersistentVolume',
  'ClusterRole',
  'Role',
  'ServiceAccount',
  'ClusterRoleBinding',
  'RoleBinding',
  'ResourceQuota',
  'LimitRange',
  'ConfigMap',
  'Secret',
  'PersistentVolumeClaim',
  'Service',
];

function inOrder(manifests: Manifest[]): Manifest[] {
  const rank = ({ kind }: Manifest): number => (first.includes(kind) ? first.indexOf(kind) : first.length);
  const found = manifests.toSorted((left, right) => rank(left) - rank(right));
  const seen = new Map<string, string>();
  for (const { kind, name, namespace = '', at, apiVersion } of found) {
    const key = `${apiVersion} ${kind} ${namespace}/${name}`;
    const before = seen.get(key);
    if (before !== undefined) throw invalid(at, `(${kind} ${name}) stands there twice, at ${before} too`, 'Take one of the two out.');
    seen.set(key, at);
  }
  return found;
}
