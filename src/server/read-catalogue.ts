/** Backstage descriptors from files and folders. A file that cannot be understood stops the request, naming file and document. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readService, type Service } from '#inventory';
import { AppError } from '#kit';
import { parseAllDocuments } from 'yaml';
import { invalidConfig } from './read-config-file.ts';

const fileNames = /^(?:.+[.-])?catalog(?:-info)?\.ya?ml$/;
const maxFiles = 500;
const maxBytes = 1_000_000;
const maxDepth = 5;

/** `paths` are files or folders, relative to `cwd`; without any, the `catalog-info.yaml` of the folder, where it has one. Throws CONFIG_INVALID. */
export async function readCatalogue(paths: readonly string[], cwd: string): Promise<Service[]> {
  const files = await (paths.length === 0 ? ownFile(cwd) : filesOf(paths.map((path) => resolve(cwd, path))));
  const services = await Promise.all(files.map((file) => readFileServices(file)));
  return services.flat();
}

async function ownFile(cwd: string): Promise<string[]> {
  const path = join(cwd, 'catalog-info.yaml');
  return (await kindOf(path)) === 'file' ? [path] : [];
}

async function filesOf(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const kind = await kindOf(path);
    if (kind === undefined)
      throw new AppError(`The service catalogue ${path} is not there`, {
        code: 'CONFIG_INVALID',
        hint: 'Correct `catalogue` in devos.yaml; see docs/guides/connect.md',
        details: { file: path },
      });
    if (kind === 'file') found.push(path);
    else await addFolder(path, 0, found);
  }
  return found.slice(0, maxFiles);
}

async function addFolder(folder: string, depth: number, found: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
    if (found.length >= maxFiles) return;
    const path = join(folder, entry.name);
    if (entry.isFile() && fileNames.test(entry.name)) found.push(path);
    else if (entry.isDirectory() && depth < maxDepth && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      await addFolder(path, depth + 1, found);
  }
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return 'file';
  return found?.isDirectory() === true ? 'folder' : undefined;
}

/** Aliases are followed only here. */
function toValue(document: { toJS: (options: { maxAliasCount: number }) => unknown }, path: string, number: number): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw invalidConfig(path, `document ${number}`, error instanceof Error ? error.message : String(error));
  }
}

async function readFileServices(path: string): Promise<Service[]> {
  const { size } = await stat(path);
  if (size > maxBytes) throw invalidConfig(path, '1', `has ${size} bytes; a descriptor has at most ${maxBytes}`);
  const documents = parseAllDocuments(await readFile(path, 'utf8'), { prettyErrors: false });
  const services: Service[] = [];
  for (const [index, document] of (Array.isArray(documents) ? documents : []).entries()) {
    const [broken] = document.errors;
    if (broken !== undefined) throw invalidConfig(path, `document ${index + 1}`, broken.message);
    const value = toValue(document, path, index + 1);
    if (value === null || value === undefined) continue;
    const service = readService(value, path);
    if (typeof service === 'string') throw invalidConfig(path, `document ${index + 1}`, service);
    if (service !== undefined) services.push(service);
  }
  return services;
}
