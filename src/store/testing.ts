/** A real database for tests: one server for the run, one database for each test file. */
import { mkdtemp } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbedded, startEmbedded } from './embedded.ts';
import { createDatabase, openDatabase } from './open-store.ts';
import type { Store, StoreLog } from './types.ts';

/** Names the folder of the server that the whole run shares; set by testing-setup.ts. */
export const sharedServerVariable = 'DEVOS_TEST_POSTGRES';

export interface TestStore {
  store: Store;
  /** Of this file's database. */
  url: string;
  /** A second pool on the same database, as another process would have it. Closed with the rest. */
  open: () => Promise<Store>;
  /** A store on an empty database of its own, on the same server. Closed with the rest. */
  openEmpty: () => Promise<Store>;
  close: () => Promise<void>;
}

export const silentLog: StoreLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Where the run shares no server, it starts one of its own and removes it on close. */
export async function testStore(options: { log?: StoreLog } = {}): Promise<TestStore> {
  const log = options.log ?? silentLog;
  const shared = process.env[sharedServerVariable];
  const dir = shared ?? (await mkdtemp(join(tmpdir(), 'devos-test-')));
  const server = await startEmbedded({ dir, log });
  const onExit = () => process.kill(server.pid, 'SIGQUIT');
  if (shared === undefined) process.once('exit', onExit);
  const newDatabase = async () => {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    await createDatabase(server.url('postgres'), name);
    return server.url(name);
  };
  const stores: Store[] = [];
  const open = async (url: string) => {
    const store = await openDatabase({ url, log });
    stores.push(store);
    return store;
  };
  const url = await newDatabase();
  return {
    store: await open(url),
    url,
    open: () => open(url),
    openEmpty: async () => open(await newDatabase()),
    async close() {
      for (const store of stores) await store.close();
      if (shared !== undefined) return;
      process.off('exit', onExit);
      await removeEmbedded(dir);
    },
  };
}
