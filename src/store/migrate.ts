/** Brings schema `devos` to this program's version. Forward only; two processes at once wait for each other. */
import { AppError } from '#kit/errors';
import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import { toDatabaseError } from './database-errors.ts';
import * as spine from './migrations/0001-spine.ts';
import type { Schema } from './schema.ts';

/** In this order, for ever. */
export const migrations: Record<string, Migration> = { '0001-spine': spine };

/** Throws CONFIG_INVALID where a newer DevOS was here, DATABASE_UNAVAILABLE or DISK_FULL where a step fails. */
export async function migrate(db: Kysely<Schema>, known: Record<string, Migration> = migrations): Promise<void> {
  const applied = await appliedNames(db);
  const newer = applied.filter((name) => !(name in known));
  if (newer.length > 0)
    throw new AppError('The database was made by a newer DevOS', {
      code: 'CONFIG_INVALID',
      hint: 'Use that version, or another database: DEVOS_STATE_DIR=/path devos doctor',
      details: { unknown: newer },
    });
  if (applied.length === Object.keys(known).length) return;
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(known) }, migrationTableSchema: 'devos' });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === 'Error')?.migrationName;
  throw toDatabaseError(
    error,
    'The tables of DevOS could not be made',
    'The user of the database needs the right to create a schema: GRANT CREATE ON DATABASE name TO user',
    failed === undefined ? {} : { migration: failed },
  );
}

async function appliedNames(db: Kysely<Schema>): Promise<string[]> {
  const { rows: tables } = await sql<{ found: boolean }>`select to_regclass('devos.kysely_migration') is not null as found`.execute(db);
  if (tables[0]?.found !== true) return [];
  const { rows } = await sql<{ name: string }>`select name from devos.kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}
