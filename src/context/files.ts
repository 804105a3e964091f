/** The files of the working folder, without what is ignored. Links are named, never followed. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanLine, type ContextFile, type ContextFiles } from '#kit';
import { runGit } from './git.ts';
import type { ProgramOptions } from './program.ts';

export interface FileLimits {
  /** Folders deeper than this are named with the number of their files. */
  depth: number;
  /** At most so many entries. */
  entries: number;
}

/** A walk that has seen so many names stops; git lists fast enough to need no such limit. */
const maxSeen = 20_000;

export async function readFiles(options: ProgramOptions, limits: FileLimits, notes: string[]): Promise<ContextFiles> {
  const listed = await runGit(['ls-files', '--cached', '--others', '--exclude-standard', '-z'], options);
  const fromGit = listed.exitCode === 0 || listed.cut;
  const paths = fromGit ? listed.stdout.split('\0').slice(0, -1) : await walk(options, limits.depth, notes);
  if (listed.cut) notes.push('files: the list was too long and was cut');
  const folded = foldDeep([...new Set(paths)].toSorted(), limits.depth);
  if (folded.length > limits.entries) notes.push(`files: ${limits.entries} of ${folded.length} entries shown`);
  const entries = await Promise.all(folded.slice(0, limits.entries).map((entry) => look(options.cwd, entry)));
  return { folder: cleanLine(options.cwd), from: fromGit ? 'git' : 'walk', entries: entries.filter((entry) => entry !== undefined) };
}

/** Paths of more than `depth` parts become their folder at that depth, with the number of files in it. */
export function foldDeep(paths: string[], depth: number): ContextFile[] {
  const entries = new Map<string, ContextFile>();
  for (const path of paths) {
    const parts = path.split('/');
    if (path.endsWith('/')) {
      entries.set(path, { path: path.slice(0, -1), type: 'folder' });
      continue;
    }
    if (parts.length <= depth) {
      entries.set(path, { path, type: 'file' });
      continue;
    }
    const folder = parts.slice(0, depth).join('/');
    const known = entries.get(`${folder}/`);
    entries.set(`${folder}/`, { path: folder, type: 'folder', files: (known?.files ?? 0) + 1 });
  }
  return [...entries.values()];
}

/** Undefined where it is not there (git also lists files that were just deleted). */
async function look(cwd: string, entry: ContextFile): Promise<ContextFile | undefined> {
  const path = cleanLine(entry.path);
  if (entry.type === 'folder') return { ...entry, path };
  try {
    const found = await lstat(join(cwd, entry.path));
    if (found.isSymbolicLink()) return { path, type: 'link' };
    return found.isDirectory() ? { path, type: 'folder' } : { path, type: 'file', bytes: found.size };
  } catch {
    return undefined; // Gone since it was listed.
  }
}

/** Outside of git: everything but dot files, dot folders and node_modules; folders past the depth end with `/`. */
async function walk({ cwd, signal }: ProgramOptions, depth: number, notes: string[]): Promise<string[]> {
  const found: string[] = [];
  const folders = [''];
  for (const folder of folders) {
    signal.throwIfAborted();
    const entries = await readdir(join(cwd, folder), { withFileTypes: true }).catch(() => {
      notes.push(`files: ${cleanLine(folder || '.')} could not be read`);
      return [];
    });
    for (const entry of entries) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!entry.isDirectory()) found.push(path);
      else if (path.split('/').length < depth) folders.push(path);
      else found.push(`${path}/`);
    }
    if (found.length + folders.length <= maxSeen) continue;
    notes.push(`files: stopped looking after ${maxSeen} names`);
    break;
  }
  return found;
}
