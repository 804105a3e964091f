/** As whom the embedded server runs. PostgreSQL refuses root, so root hands it to a user without rights. */
import { realpathSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '#kit/errors';

export interface ServerAccount {
  uid: number;
  gid: number;
  /** True where children must be started as this user instead of as ourselves. */
  drops: boolean;
}

/** Preferred first: a user of its own keeps the data from everything else that runs as `nobody`. */
const accounts = ['postgres', 'nobody'];

export async function findServerAccount(): Promise<ServerAccount> {
  const uid = process.getuid?.();
  const gid = process.getgid?.();
  if (uid === undefined || gid === undefined)
    throw new AppError('The embedded database needs unix sockets', {
      code: 'DATABASE_UNAVAILABLE',
      hint: 'Use a Postgres of your own: DEVOS_DATABASE_URL=postgresql://user@host/devos devos doctor',
    });
  if (uid !== 0) return { uid, gid, drops: false };
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of accounts) {
    const found = users.find((fields) => fields[0] === name);
    const account = { uid: Number(found?.[2]), gid: Number(found?.[3]), drops: true };
    if (found !== undefined && account.uid > 0 && account.gid > 0) return account;
  }
  throw new AppError('PostgreSQL does not run as root, and there is no user postgres or nobody to run it as', {
    code: 'DATABASE_UNAVAILABLE',
    hint: 'Make one: useradd --system --shell /usr/sbin/nologin postgres   or run devos as an ordinary user',
  });
}

/** True where the account can enter every folder on the way to `path` and has `wanted` (r 4, w 2, x 1) on it. */
export function canReach(path: string, account: ServerAccount, wanted: number): boolean {
  if (!account.drops) return true;
  try {
    const real = realpathSync(path);
    if (!allows(real, account, wanted)) return false;
    for (let folder = dirname(real); ; folder = dirname(folder)) {
      if (!allows(folder, account, 1)) return false;
      if (folder === dirname(folder)) return true;
    }
  } catch {
    return false; // what cannot be looked at cannot be reached
  }
}

function allows(path: string, account: ServerAccount, wanted: number): boolean {
  const { mode, uid, gid } = statSync(path);
  if (uid === account.uid) return ((mode >> 6) & wanted) === wanted;
  if (gid === account.gid) return ((mode >> 3) & wanted) === wanted;
  return (mode & wanted) === wanted;
}
