import { createServer } from 'node:net';
import { once } from 'node:events';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newStateDir } from './__fixtures__/children.ts';
import { migrate, migrations } from './migrate.ts';
import { openDatabase, openStore } from './open-store.ts';
import { silentLog, testStore, type TestStore } from './testing.ts';

let test: TestStore;
beforeAll(async () => {
  test = await testStore();
});
afterAll(() => test.close());

describe('openStore', () => {
  it("uses the customer's database where one is named, and leaves no embedded one behind", async () => {
    const { stateDir, remove } = await newStateDir();

    const store = await openStore({ stateDir, databaseUrl: test.url, log: silentLog });

    expect(store.server).toBeUndefined();
    expect(store.url).toBe(test.url);
    expect(await store.runs.list(1)).toEqual([]);
    await store.close({ stopServer: true });
    await remove();
  });

  it('is DATABASE_UNAVAILABLE where nothing answers, and says what to look at', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as { port: number };
    listener.close();

    await expect(
      openStore({ stateDir: '/nowhere', databaseUrl: `postgresql://nobody@127.0.0.1:${port}/none`, log: silentLog }),
    ).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      hint: expect.stringContaining('DEVOS_DATABASE_URL'),
    });
  });

  it.each(['fsync', 'full_page_writes', 'synchronous_commit'])('refuses a server with %s off', async (setting) => {
    const { stateDir, remove } = await newStateDir();
    const first = await openStore({ stateDir, log: silentLog });
    await sql.raw(`alter system set ${setting} = off`).execute(first.db);
    await first.close({ stopServer: true });

    await expect(openStore({ stateDir, log: silentLog })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: { off: [setting] },
      hint: expect.stringContaining(`SET ${setting} = on`),
    });
    await remove();
  });

  it('refuses a connection that switches it off for itself', async () => {
    await expect(
      openDatabase({ url: `${test.url}&options=${encodeURIComponent('-c synchronous_commit=off')}`, log: silentLog }),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it("does not care about the caller's own Postgres settings", async () => {
    vi.stubEnv('PGSSLMODE', 'require')
      .stubEnv('PGPORT', '99')
      .stubEnv('PGHOST', 'nowhere')
      .stubEnv('PGUSER', 'nobody')
      .stubEnv('PGDATABASE', 'none');
    const { stateDir, remove } = await newStateDir();

    const store = await openStore({ stateDir, log: silentLog });

    expect(await store.runs.list(1)).toEqual([]);
    await store.close({ stopServer: true });
    vi.unstubAllEnvs();
    await remove();
  });

  it('survives that its idle connections are cut', async () => {
    const warned: string[] = [];
    const store = await openDatabase({ url: test.url, log: { ...silentLog, warn: (_fields, message) => void warned.push(message) } });
    const cut = new Promise((resolve) => store.pool.once('error', resolve));

    await sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`.execute(
      test.store.db,
    );
    await cut;

    expect(await store.runs.list(1)).toEqual([]);
    expect(warned).toContain('idle database connection lost');
    await store.close();
  });

  it('survives that a connection is cut while it is in use, between two statements', async () => {
    const store = await openDatabase({ url: test.url, log: silentLog });
    const client = await store.pool.connect();
    const cut = new Promise((resolve) => client.once('end', resolve));
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');

    await sql`select pg_terminate_backend(${rows[0]?.pid ?? 0})`.execute(test.store.db);
    await cut;
    client.release(true);

    expect(await store.runs.list(1)).toEqual([]);
    await store.close();
  });

  it('gives a coded error from every repository when the server is gone', async () => {
    const { stateDir, remove } = await newStateDir();
    const store = await openStore({ stateDir, log: silentLog });
    const other = await openStore({ stateDir, log: silentLog });
    await other.close({ stopServer: true });

    await expect(store.runs.list(1)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(store.plans.find('P-1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(store.events.list('R-1', 0)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await store.close();
    await remove();
  });
});

describe('migrations', () => {
  it('run once when several processes open an empty database at once', async () => {
    const empty = await test.openEmpty();
    await sql`drop schema devos cascade`.execute(empty.db);

    const stores = await Promise.all([1, 2, 3].map(() => openDatabase({ url: empty.url, log: silentLog })));

    const { rows } = await sql<{ name: string }>`select name from devos.kysely_migration`.execute(empty.db);
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(migrations));
    for (const store of stores) await store.close();
  });

  it('refuse a database that a newer program made', async () => {
    const store = await test.openEmpty();

    await expect(migrate(store.db, {})).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: { unknown: ['0001-spine'] } });
  });

  it('leave nothing behind when one fails', async () => {
    const store = await test.openEmpty();
    const broken = { up: () => sql`create table devos.half (id integer); select no_such_thing`.execute(store.db).then(() => undefined) };

    await expect(migrate(store.db, { ...migrations, '0002-broken': broken })).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      details: { migration: '0002-broken' },
    });

    const { rows } = await sql<{ found: boolean }>`select to_regclass('devos.half') is not null as found`.execute(store.db);
    expect(rows).toEqual([{ found: false }]);
  });
});
