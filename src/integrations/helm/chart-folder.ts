/** The folder that a new chart is written to: always inside the working folder, and never over something. */
import { lstat, mkdir, readdir, readFile, realpath, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { AppError } from '#kit';
import { digestOf } from './charts.ts';

/** Where people keep the charts of their services. */
export const usualFolder = 'charts';

export interface ChartFolder {
  /** Absolute. */
  path: string;
  /** From the working folder, as it is shown: `charts/wallet`. */
  shown: string;
}

/** Throws INPUT_INVALID where it leads out of the working folder, also by a link. */
export async function chartFolder(cwd: string, path: string, name: string): Promise<ChartFolder> {
  const target = resolve(cwd, path, name);
  const shown = relative(cwd, target);
  const [root, real] = await Promise.all([realpath(cwd), realParent(target)]);
  if (shown === '' || shown.startsWith('..') || !`${real}${sep}`.startsWith(`${root}${sep}`))
    throw new AppError(`${path} is outside of the working folder`, {
      code: 'INPUT_INVALID',
      hint: `Go to the folder that shall hold it, or name one inside of ${cwd}`,
    });
  return { path: target, shown };
}

/** Of the nearest folder above it that exists. */
async function realParent(path: string): Promise<string> {
  const parent = dirname(path);
  return realpath(parent).catch(() => (parent === path ? path : realParent(parent)));
}

export async function isThere(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined;
}

/** Throws CONFLICT. */
export async function assertFree({ path, shown }: ChartFolder): Promise<void> {
  if (await isThere(path))
    throw new AppError(`${shown} is there already`, {
      code: 'CONFLICT',
      hint: 'Nothing is written over. Take another name or folder, or move it away.',
      details: { unclear: false },
    });
}

/** Moves a whole folder there at once; gives the topmost folder that had to be made. Throws CONFLICT where something came in between. */
export async function moveInto(from: string, to: ChartFolder): Promise<string | undefined> {
  const made = await mkdir(dirname(to.path), { recursive: true });
  await assertFree(to);
  await rename(from, to.path);
  return made;
}

/** The folder goes, and those above it that were made for it and are empty now. */
export async function removeFolder(path: string, made: string | undefined): Promise<void> {
  await rm(path, { recursive: true, force: true });
  if (made === undefined) return;
  for (let above = dirname(path); `${above}${sep}`.startsWith(`${made}${sep}`); above = dirname(above)) {
    const isLeft = await rmdir(above).then(
      () => false,
      () => true,
    );
    if (isLeft) return;
  }
}

/** Undefined where there is none. */
export async function digestIfThere(path: string): Promise<string | undefined> {
  return (await isThere(path)) ? digestOf(path) : undefined;
}

/** `+ charts/wallet/Chart.yaml  24 lines`, sorted. */
export async function fileLines(root: string, shown: string, sign: '+' | '-'): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.toSorted().map(async (file) => {
      const lines = (await readFile(file, 'utf8')).split('\n').length - 1;
      return `${sign} ${join(shown, relative(root, file))}  ${lines} line${lines === 1 ? '' : 's'}`;
    }),
  );
}
