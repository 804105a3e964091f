/** Removes a demo's folder and, where the database had to live elsewhere (as root it does), that too. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Written by the store into the state folder where the data are elsewhere. */
const pointerFile = 'where.json';
/** Written by the store beside the data: whose they are. */
const ownerFile = 'owner.json';

/** Only what names this folder as its owner is removed outside of it. Nothing may run there any more. */
export function removeState(folder: string): void {
  for (const dir of foldersOf(folder)) {
    const data = readField(join(dir, pointerFile), 'folder');
    if (data !== undefined && readField(join(data, ownerFile), 'dir') === dir) rmSync(data, { recursive: true, force: true });
  }
  rmSync(folder, { recursive: true, force: true });
}

/** The folder and those in it, two levels deep. */
function foldersOf(folder: string): string[] {
  const found = [folder];
  for (let level = 0, from = 0; level < 2; level++) {
    const parents = found.slice(from);
    from = found.length;
    for (const parent of parents)
      if (existsSync(parent))
        for (const entry of readdirSync(parent, { withFileTypes: true })) if (entry.isDirectory()) found.push(join(parent, entry.name));
  }
  return found;
}

function readField(path: string, field: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
  return typeof found === 'string' ? found : undefined;
}
