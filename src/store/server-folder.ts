/** Where a state folder's database lives, and its socket. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, lstat, mkdir, mkdtemp, open, readFile, realpath, rm, chown, chmod, writeFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '#kit/errors';
import { codeOf, toDatabaseError } from './database-errors.ts';
import { canReach, type ServerAccount } from './server-account.ts';

export interface ServerFolder {
  /** Ours; holds what follows. */
  folder: string;
  data: string;
  log: string;
}

/** In the state folder: says where the data are, where they are elsewhere. */
const pointerFile = 'where.json';
/** Beside the data: says whose they are. */
const ownerFile = 'owner.json';
const systemFolder = '/var/lib/devos';
/** A unix socket's path takes 107 bytes; the server adds its name to the folder. */
const longestSocketFolder = 107 - Buffer.byteLength('/.s.PGSQL.5432');

/**
 * `dir` itself, unless the server runs as a user that cannot enter it: then a folder of its own under /var/lib/devos,
 * noted in both places, so that two state folders never share one and a copied state folder is noticed.
 */
export async function placeServer(dir: string, account: ServerAccount, system: string = systemFolder): Promise<ServerFolder> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const real = await realpath(dir);
    await assertOurs(real);
    const folder = await choose(real, account, system);
    if (folder !== real) await checkOwner(folder, real);
    return { folder, data: join(folder, 'data'), log: join(folder, 'log') };
  } catch (error) {
    throw toDatabaseError(
      error,
      `The database's folder ${dir} cannot be made`,
      'Look at its rights with: ls -ld, or name another folder: DEVOS_STATE_DIR=/path devos doctor',
    );
  }
}

async function choose(dir: string, account: ServerAccount, system: string): Promise<string> {
  const noted = await readPointer(dir);
  if (noted !== undefined) return noted;
  if (canReach(dir, account, 1)) return dir;
  if (!existsSync(join(dir, 'data'))) return makeElsewhere(dir, system);
  // It was open to the account when the data were made. Going elsewhere now would look like losing them.
  throw new AppError(`The database in ${dir} belongs to a user that can no longer enter that folder`, {
    code: 'DATABASE_UNAVAILABLE',
    hint: `Give way to it on ${dir} and every folder above: chmod o+x ${dir}`,
    details: { uid: account.uid },
  });
}

/** Where a new server puts its socket: beside the data; where the path would be too long for one, a short one by hash. */
export function socketPlace(folder: string, account: ServerAccount, env: Record<string, string | undefined>): string {
  const plain = join(folder, 'sock');
  if (Buffer.byteLength(plain) <= longestSocketFolder) return plain;
  const runtime = env['XDG_RUNTIME_DIR'];
  const name = `devos-${account.uid}-${hashOf(folder)}`;
  const usable =
    runtime?.startsWith('/') === true && Buffer.byteLength(join(runtime, name)) <= longestSocketFolder && canReach(runtime, account, 1);
  return join(usable ? runtime : '/tmp', name);
}

/** 0700 and the account's own, or proof that it is; anything else there is refused, as somebody else may have put it. */
export async function makePrivate(path: string, account: ServerAccount): Promise<string> {
  const isNew = await mkdir(path, { mode: 0o700 }).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    },
  );
  if (isNew) {
    await chmod(path, 0o700);
    if (account.drops) await chown(path, account.uid, account.gid);
  }
  const found = await lstat(path);
  if (found.isDirectory() && found.uid === account.uid && (found.mode & 0o077) === 0) return path;
  // A start that ended between mkdir and chown leaves it to root, still closed.
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0) {
    await chown(path, account.uid, account.gid);
    return path;
  }
  throw new AppError(`${path} is not a private folder of the database's user`, {
    code: 'DATABASE_UNAVAILABLE',
    hint: `Look at it with: ls -ld ${path}   then remove it and start again`,
  });
}

async function assertOurs(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return;
  throw new AppError(`${path} is not a folder that only you can write to`, {
    code: 'CONFIG_INVALID',
    hint: `Look at it with: ls -ld ${path}   then mend it, or name another folder: DEVOS_STATE_DIR=/path devos doctor`,
  });
}

async function makeElsewhere(dir: string, system: string): Promise<string> {
  await mkdir(system, { recursive: true, mode: 0o711 });
  await assertOurs(system);
  await chmod(system, 0o711);
  const folder = await mkdtemp(join(system, `${hashOf(dir)}-`));
  await chmod(folder, 0o711);
  await writeFile(join(folder, ownerFile), JSON.stringify({ dir }), { mode: 0o600 });
  const pointer = join(dir, pointerFile);
  const draft = `${pointer}.${basename(folder)}`;
  await writeDurably(draft, JSON.stringify({ folder, dir }));
  try {
    await link(draft, pointer);
    return folder;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    await rm(folder, { recursive: true, force: true }); // another process was first
    return (await readPointer(dir)) ?? folder;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readPointer(dir: string): Promise<string | undefined> {
  const folder = await readField(join(dir, pointerFile), 'folder');
  if (folder === undefined) return undefined;
  await assertOurs(folder).catch((error: unknown) => {
    throw new AppError(`${join(dir, pointerFile)} names ${folder}, which is not there`, {
      code: 'DATABASE_UNAVAILABLE',
      hint: `Bring that folder back from a backup; or, to begin with an empty database: rm ${join(dir, pointerFile)}`,
      cause: error,
    });
  });
  return folder;
}

/** A state folder that was moved keeps its data; one that was copied must not share them with the first. */
async function checkOwner(folder: string, dir: string): Promise<void> {
  const owner = await readField(join(folder, ownerFile), 'dir');
  if (owner === dir) return;
  const other = owner === undefined ? undefined : await readField(join(owner, pointerFile), 'folder');
  if (other === folder)
    throw new AppError(`${dir} is a copy of ${owner}: its database belongs to that one`, {
      code: 'CONFIG_INVALID',
      hint: `To give the copy an empty database of its own: rm ${join(dir, pointerFile)}`,
      details: { folder },
    });
  await writeDurably(join(folder, `${ownerFile}.new`), JSON.stringify({ dir }));
  await rename(join(folder, `${ownerFile}.new`), join(folder, ownerFile));
}

async function readField(file: string, field: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return '{}';
    throw error;
  });
  const parsed: unknown = JSON.parse(text);
  const value: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, field) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** On the disk when it returns. */
async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
