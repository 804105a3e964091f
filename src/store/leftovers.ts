/** Folders that are made beside their place carry the number of the process that makes them; those of dead ones go. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './processes.ts';

/** Removes `<prefix><pid>-…` in `folder` where that process is gone. What cannot be removed now is tried by the next start. */
export async function removeLeftovers(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid === undefined || (await isInUse(join(folder, name), Number(pid)))) continue;
    // A killed daemon's initdb may still write into it.
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

/** In a container every daemon may have the same number: a folder older than this process is not its own. */
async function isInUse(path: string, pid: number): Promise<boolean> {
  if (pid !== process.pid) return isAlive(pid);
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && found.ctimeMs >= performance.timeOrigin;
}
