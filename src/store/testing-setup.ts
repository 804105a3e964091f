/** Global set-up of a test run: one server for all test files, started by the first that needs it and gone at the end. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbedded } from './embedded.ts';
import { sharedServerVariable } from './testing.ts';

export async function setup(): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'devos-test-'));
  process.env[sharedServerVariable] = dir;
  return async () => {
    delete process.env[sharedServerVariable];
    await removeEmbedded(dir);
  };
}
