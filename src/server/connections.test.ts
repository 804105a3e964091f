import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnyIntegration, AppError, type ConnectOptions, defineAction, defineIntegration, safe, secretReference } from '#kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Config, loadConfig } from './config.ts';
import { createConnections, type ConnectionPool } from './connections.ts';
import { requestEnvironment } from './environment.ts';

interface Shop {
  number: number;
}

const ask = defineAction<Shop>()({
  id: 'shop.number.get',
  summary: 'Say the number of the client',
  permission: 'read',
  idempotent: true,
  input: z.object({}),
  output: z.number(),
  language: { triggers: ['number'], examples: ['number'] },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: () => Promise.reject(new Error('not asked for here')),
  run: (_input, { client }) => Promise.resolve(client.number),
});

/** A declaration that counts its clients. */
interface Counted {
  integration: AnyIntegration;
  connected: ConnectOptions[];
  closed: number[];
}

function counted(
  options: {
    stamp?: (options: ConnectOptions) => Promise<string>;
    fail?: (number: number) => unknown;
    close?: (number: number) => Promise<void>;
  } = {},
): Counted {
  const connected: ConnectOptions[] = [];
  const closed: number[] = [];
  const integration = defineIntegration<Shop>({
    id: 'shop',
    summary: 'A shop',
    config: z.strictObject({ url: z.string(), token: secretReference().optional() }),
    actions: [ask],
    carries: ['KUBECONFIG'],
    ...(options.stamp === undefined ? {} : { stamp: options.stamp }),
    async connect(given) {
      const number = connected.push(given);
      const failure: unknown = await options.fail?.(number);
      if (failure !== undefined) throw failure;
      return {
        client: { number },
        async close() {
          closed.push(number);
          await options.close?.(number);
        },
      };
    },
    health: (client) => Promise.resolve({ ok: true, as: `client ${client.number}`, message: 'open' }),
  });
  return { integration, connected, closed };
}

const noConfig: Config = { profile: 'solo', environments: [], connections: {}, catalogue: [], llm: {}, files: [] };
const pools: ConnectionPool[] = [];
let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-connections-'));
});

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
  await rm(dir, { recursive: true, force: true });
});

function poolOf({ integration }: Counted, config: () => Promise<Config> = () => Promise.resolve(noConfig)): ConnectionPool {
  const daemon = { KUBECONFIG: '/daemon/kubeconfig', TOKEN: 'of the daemon' };
  const pool = createConnections({
    integrations: [integration],
    loadConfig: config,
    environment: (place) => requestEnvironment(daemon, place.env, ['KUBECONFIG']),
    clock: () => new Date(0),
  });
  pools.push(pool);
  return pool;
}

const place = (cwd = '/work', env: Record<string, string> = {}) => ({ cwd, env });

async function number(pool: ConnectionPool, at = place()): Promise<unknown> {
  return (await pool.bind('shop.number.get', at)).client;
}

describe('which client a request gets', () => {
  it('is the same for the same place, also at the same time', async () => {
    const shop = counted();
    const pool = poolOf(shop);

    const clients = await Promise.all([number(pool), number(pool), number(pool)]);

    expect([...clients, await number(pool)]).toEqual(Array.from({ length: 4 }, () => ({ number: 1 })));
  });

  it('is another for another KUBECONFIG, folder or configuration', async () => {
    const shop = counted();
    let config = noConfig;
    const pool = poolOf(shop, () => Promise.resolve(config));

    await number(pool);
    await number(pool, place('/work', { KUBECONFIG: '/other' }));
    await number(pool, place('/elsewhere'));
    config = { ...noConfig, connections: { shop: { url: 'x' } } };
    await number(pool);
    config = { ...config, environments: [{ name: 'live', production: true, clusters: [], namespaces: [] }] };
    await number(pool);

    expect(shop.connected).toHaveLength(5);
  });

  it('does not depend on variables that the integration does not ask for', async () => {
    const shop = counted();
    const pool = poolOf(shop);

    await number(pool, place('/work', { HOME: '/a' }));
    await number(pool, place('/work', { HOME: '/b' }));

    expect(shop.connected).toHaveLength(1);
  });

  it("never sees the daemon's own KUBECONFIG, but does see where its secrets are", async () => {
    const shop = counted();
    const pool = poolOf(shop);

    await number(pool);
    await number(pool, place('/work', { KUBECONFIG: '/mine' }));

    expect(shop.connected.map(({ env }) => [env['KUBECONFIG'], env['TOKEN']])).toEqual([
      [undefined, 'of the daemon'],
      ['/mine', 'of the daemon'],
    ]);
  });

  it('is a new one when what it would read has changed', async () => {
    const path = join(dir, 'kubeconfig');
    await writeFile(path, 'one');
    const shop = counted({ stamp: async () => String((await stat(path)).size) });
    const pool = poolOf(shop);

    const before = [await number(pool), await number(pool)];
    await writeFile(path, 'another');

    expect([...before, await number(pool)]).toEqual([{ number: 1 }, { number: 1 }, { number: 2 }]);
  });
});

describe('connecting that fails', () => {
  it('is not kept: the next request tries again', async () => {
    const shop = counted({
      fail: (nth) => (nth === 1 ? new AppError('gone', { code: 'REMOTE_UNAVAILABLE', hint: 'wait' }) : undefined),
    });
    const pool = poolOf(shop);

    const first = await number(pool).catch((error: unknown) => error);

    expect(first).toMatchObject({ code: 'REMOTE_UNAVAILABLE' });
    expect(await number(pool)).toEqual({ number: 2 });
  });

  it('is a health of its own, with the hint, and no error', async () => {
    const shop = counted({ fail: () => new AppError('no kubeconfig', { code: 'KUBECONFIG_MISSING', hint: 'export KUBECONFIG' }) });
    const pool = poolOf(shop);

    expect(await pool.health(shop.integration, place(), AbortSignal.timeout(1000))).toEqual({
      ok: false,
      message: 'no kubeconfig',
      hint: 'export KUBECONFIG',
      isSetUp: false,
    });
  });

  it('is also a health where the configuration is broken', async () => {
    const shop = counted();
    await writeFile(join(dir, 'broken.yaml'), 'a: [');
    const pool = poolOf(shop, () => loadConfig({ cwd: dir, env: { DEVOS_CONFIG: join(dir, 'broken.yaml') } }));

    expect(await pool.health(shop.integration, place(dir), AbortSignal.timeout(1000))).toMatchObject({ ok: false });
    expect(shop.connected).toEqual([]);
  });
});

describe('settings', () => {
  const withSettings = (settings: Config['connections'][string]) => () => Promise.resolve({ ...noConfig, connections: { shop: settings } });

  it.each([
    ['a secret that is a value', { url: 'x', token: 'hunter2' }, /connections\.shop\.token: .*never a value/],
    ['an unknown setting', { url: 'x', ulr: 'y' }, /connections\.shop: .*ulr/],
    ['a missing one', { token: { env: 'TOKEN' } }, /connections\.shop\.url/],
  ])('with %s connect nothing, and do not repeat the value', async (_what, settings, message) => {
    const shop = counted();
    const pool = poolOf(shop, withSettings(settings));

    const error = await number(pool).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(message), hint: expect.stringMatching(/\S/) });
    expect(String(error)).not.toContain('hunter2');
    expect(shop.connected).toEqual([]);
  });

  it('that fit reach the integration', async () => {
    const shop = counted();

    await number(poolOf(shop, withSettings({ url: 'x', token: { env: 'TOKEN' } })));

    expect(shop.connected[0]?.config).toEqual({ url: 'x', token: { env: 'TOKEN' } });
  });

  it('are not missed where nothing is set: the integration says what it needs', async () => {
    const shop = counted();

    await number(poolOf(shop));

    expect(shop.connected[0]?.config).toEqual({});
  });
});

describe('how many clients are kept', () => {
  const fill = async (pool: ConnectionPool, count: number) => {
    for (let index = 0; index < count; index += 1) await number(pool, place(`/work/${index}`));
  };

  it('is limited: the one that was used least recently is closed', async () => {
    const shop = counted();
    const pool = poolOf(shop);

    await fill(pool, 64);
    const before = [...shop.closed];
    await number(pool, place('/work/0'));
    await number(pool, place('/work/one-more'));

    expect(before).toEqual([]);
    expect(shop.closed).toEqual([2]);
    expect(await number(pool, place('/work/0'))).toEqual({ number: 1 });
  });

  it('fails nobody, and keeps nobody waiting, where the oldest does not close or never connected', async () => {
    const never = new Promise<never>(() => undefined);
    const shop = counted({
      fail: (nth) => (nth === 1 ? never : undefined),
      close: () => Promise.reject(new Error('cannot close')),
    });
    const pool = poolOf(shop);
    void number(pool, place('/work/stuck'));

    await fill(pool, 66);

    expect(shop.closed).toEqual([2, 3]);
    pools.splice(0); // the stuck one would keep `close` waiting; it was let go already
  });

  it('is none after closing', async () => {
    const shop = counted();
    const pool = poolOf(shop);
    await fill(pool, 3);

    await pool.close();

    expect(shop.closed).toEqual([1, 2, 3]);
  });
});

describe('an action', () => {
  it('that there is not is a coded error', async () => {
    const pool = poolOf(counted());

    await expect(pool.bind('shop.number.set', place())).rejects.toMatchObject({
      code: 'ACTION_UNKNOWN',
      hint: expect.stringMatching(/devos/),
    });
  });
});
