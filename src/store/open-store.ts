/** Opens the database, brings its tables up to date and hands out the repositories. */
import { join } from 'node:path';
import { cleanLine } from '#kit';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { createAuditRows } from './audit-rows.ts';
import { codeOf, toDatabaseError } from './database-errors.ts';
import { assertDurable } from './durability.ts';
import { createEffects } from './effects.ts';
import { type EmbeddedServer, startEmbedded } from './embedded.ts';
import { createEvents } from './events.ts';
import { guarded } from './guard.ts';
import { migrate } from './migrate.ts';
import { createApprovals, createPlans } from './plans.ts';
import { createRuns, createSteps } from './runs.ts';
import type { Schema } from './schema.ts';
import type { OpenStoreOptions, Store, StoreLog } from './types.ts';

const embeddedDatabase = 'devos';
/** Far beyond any statement of ours; an unreachable or jammed database becomes an error instead of a wait. */
const limits = {
  connectionTimeoutMillis: 10_000,
  statement_timeout: 30_000,
  lock_timeout: 15_000,
  idle_in_transaction_session_timeout: 60_000,
  query_timeout: 40_000,
};

/**
 * With `databaseUrl` the customer's Postgres, else the embedded one under `stateDir`.
 * Throws DATABASE_UNAVAILABLE, DISK_FULL, or CONFIG_INVALID (not durable, or made by a newer DevOS).
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { stateDir, databaseUrl, log } = options;
  if (databaseUrl !== undefined)
    return openDatabase({ url: databaseUrl, log, hint: 'Look at DEVOS_DATABASE_URL, and whether that server answers: devos doctor' });
  const server = await startEmbedded({ dir: join(stateDir, 'postgres'), log });
  await createDatabase(server.url('postgres'), embeddedDatabase);
  return openDatabase({ url: server.url(embeddedDatabase), log, server });
}

/** Makes an empty database unless it is there. */
export async function createDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: limits.connectionTimeoutMillis });
  client.on('error', () => undefined); // what was asked for fails with it
  try {
    await client.connect();
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } catch (error) {
    // Another process was first: 42P04 after it, 23505 beside it.
    if (codeOf(error) !== '42P04' && codeOf(error) !== '23505') throw toDatabaseError(error, 'The database of DevOS cannot be made');
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function openDatabase({
  url,
  log,
  server,
  hint,
}: {
  url: string;
  log: StoreLog;
  server?: EmbeddedServer;
  hint?: string;
}): Promise<Store> {
  const pool = createPool(url, log);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const devos = db.withSchema('devos');
  try {
    await assertDurable(db);
    await migrate(db);
  } catch (error) {
    await db.destroy();
    throw toDatabaseError(error, 'The database does not answer', hint);
  }
  return {
    db: devos,
    pool,
    url,
    ...(server === undefined
      ? {}
      : { server: { pid: server.pid, adopted: server.adopted, runtimeMs: server.runtimeMs, folder: server.folder } }),
    plans: guarded(createPlans(devos)),
    approvals: guarded(createApprovals(devos)),
    runs: guarded(createRuns(devos)),
    steps: guarded(createSteps(devos)),
    effects: guarded(createEffects(devos)),
    events: createEvents(devos),
    auditRows: guarded(createAuditRows(devos)),
    async close({ stopServer } = { stopServer: false }) {
      if (!pool.ending) await db.destroy();
      if (stopServer) await server?.stop();
    },
  };
}

function createPool(url: string, log: StoreLog): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 10, application_name: 'devos', types: { getTypeParser }, ...limits });
  // Without listeners, a connection that breaks while it is idle, or between two statements of a transaction, would end
  // the daemon. The second listener is for the latter: the pool listens only while it holds the connection itself.
  pool.on('error', (error) => {
    if (!pool.ending) log.warn({ cause: codeOf(error) ?? cleanLine(error.message) }, 'idle database connection lost');
  });
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Our counters stay far below 2^53, so bigint columns are numbers here. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === pg.types.builtins.INT8 && format !== 'binary') return Number;
  return pg.types.getTypeParser(oid, format);
}
