/** A server that acknowledges what it may forget cannot carry an audit log. */
import { AppError } from '#kit/errors';
import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

const needed = ['fsync', 'synchronous_commit', 'full_page_writes'];

/** CONFIG_INVALID where a setting is off for our connections. */
export async function assertDurable(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ name: string; setting: string }>`select name, setting from pg_settings where name = any(${needed})`.execute(
    db,
  );
  const on = new Map(rows.map(({ name, setting }) => [name, setting !== 'off']));
  const off = needed.filter((name) => on.get(name) !== true);
  if (off.length === 0) return;
  throw new AppError(`The database may forget what it acknowledged: ${off.join(', ')} off`, {
    code: 'CONFIG_INVALID',
    hint: `In that database: ${off.map((name) => `ALTER SYSTEM SET ${name} = on;`).join(' ')} SELECT pg_reload_conf();   and see that no role, database or PGOPTIONS switches it off`,
    details: { off },
  });
}
