/** Removes a demo that is over. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The company and its daemon must have ended. As root, the database lives elsewhere and goes too. */
export async function removeDemo(folder: string): Promise<void> {
  const state = join(folder, 'state');
  if (existsSync(state)) await (await import('#server')).removeState(state);
  rmSync(folder, { recursive: true, force: true });
}
