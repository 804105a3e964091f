/** The embedded PostgreSQL of a state folder: started, or adopted where an earlier daemon left it running. */
import { rm } from 'node:fs/promises';
import { ensureData } from './data-folder.ts';
import { toDatabaseError } from './database-errors.ts';
import { findBinaries } from './postgres-binaries.ts';
import { findRunning, type Postmaster, stopServer } from './postmaster.ts';
import { findServerAccount, type ServerAccount } from './server-account.ts';
import { makePrivate, placeServer, type ServerFolder, socketPlace } from './server-folder.ts';
import { startServer } from './start-server.ts';
import type { StoreLog, StoreServer } from './types.ts';

export interface EmbeddedServer extends StoreServer {
  /** For pg, kysely and DBOS. The database must exist, but for `postgres`. */
  url: (database: string) => string;
  /** Fast shutdown; the data stay. */
  stop: () => Promise<void>;
}

/**
 * Starts or adopts the server whose data belong to `dir`. It outlives this process unless it is stopped.
 * Throws DATABASE_UNAVAILABLE with the last lines of its log in the details, or DISK_FULL.
 */
export async function startEmbedded(options: {
  dir: string;
  log: StoreLog;
  env?: Record<string, string | undefined>;
}): Promise<EmbeddedServer> {
  const { dir, log, env = process.env } = options;
  const begun = performance.now();
  try {
    const account = await findServerAccount();
    const place = await placeServer(dir, account);
    const running = await findRunning(place.data, account);
    const { server, adopted } = running === undefined ? await start(place, account, env) : { server: running, adopted: true };
    const runtimeMs = Math.round(performance.now() - begun);
    log.info({ pid: server.pid, adopted, runtimeMs, folder: place.folder }, 'embedded database ready');
    return {
      pid: server.pid,
      adopted,
      runtimeMs,
      folder: place.folder,
      // Port and sslmode are said here, or PGPORT and PGSSLMODE of whoever started us would count.
      url: (database) =>
        `postgresql://devos@localhost:5432/${encodeURIComponent(database)}?host=${encodeURIComponent(server.socketFolder)}&sslmode=disable`,
      stop: () => stopServer(server.pid, place.data, account),
    };
  } catch (error) {
    throw toDatabaseError(error, 'The embedded database cannot be started');
  }
}

async function start(
  place: ServerFolder,
  account: ServerAccount,
  env: Record<string, string | undefined>,
): Promise<{ server: Postmaster; adopted: boolean }> {
  const binaries = await findBinaries(account);
  await ensureData(place.folder, binaries.initdb, account);
  const socketFolder = await makePrivate(socketPlace(place.folder, account, env), account);
  const started = await startServer({ ...place, postgres: binaries.postgres, socketFolder, account });
  if (started !== undefined) return { server: started, adopted: false };
  const other = await findRunning(place.data, account);
  if (other !== undefined) return { server: other, adopted: true };
  return start(place, account, env); // the other one ended again
}

/** Ends the server of `dir` and deletes its data, wherever they are. For tests and for a demo that is thrown away. */
export async function removeEmbedded(dir: string): Promise<void> {
  const account = await findServerAccount();
  const place = await placeServer(dir, account);
  const running = await findRunning(place.data, account);
  if (running !== undefined) await stopServer(running.pid, place.data, account);
  const sockets = [running?.socketFolder, socketPlace(place.folder, account, process.env), socketPlace(place.folder, account, {})];
  for (const path of new Set([...sockets, place.folder])) if (path !== undefined) await rm(path, { recursive: true, force: true });
  await rm(dir, { recursive: true, force: true });
}
