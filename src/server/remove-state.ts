/** Throws a state folder away, wherever its database lives. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeEmbedded } from '#store';

/** Ends the embedded database and deletes everything. The daemon must have ended. For a demo or a test that is over. */
export async function removeState(stateDir: string): Promise<void> {
  const database = join(stateDir, 'postgres');
  if (existsSync(database)) await removeEmbedded(database);
  await rm(stateDir, { recursive: true, force: true });
}
