/** Which folders are a demo's, and removing one that is over. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '#kit/errors';

/** Says that everything in a folder is a demo's and may be removed. */
const marker = '.devos-demo';

/** Takes a new or empty folder, or one of an earlier demo. Throws CONFIG_INVALID for any other: it is somebody's. */
export function claimFolder(folder: string): void {
  const found = existsSync(folder) ? readdirSync(folder) : [];
  if (found.length > 0 && !found.includes(marker)) throw notOurs(folder);
  writeFileSync(join(folder, marker), 'Everything in this folder belongs to a demo of DevOS and is removed with it.\n', { mode: 0o600 });
}

export function assertDemoFolder(folder: string): void {
  if (existsSync(folder) && !existsSync(join(folder, marker))) throw notOurs(folder);
}

/** The company and its daemon must have ended. As root, the database lives elsewhere and goes too. */
export async function removeDemo(folder: string): Promise<void> {
  assertDemoFolder(folder);
  const state = join(folder, 'state');
  if (existsSync(state)) await (await import('#server')).removeState(state);
  rmSync(folder, { recursive: true, force: true });
}

function notOurs(folder: string): AppError {
  return new AppError(`${folder} is not the folder of a demo`, {
    code: 'CONFIG_INVALID',
    hint: 'Nothing was touched. Name a new or empty folder: devos demo --state ./my-demo',
  });
}
