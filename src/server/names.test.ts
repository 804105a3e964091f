import { type AnyIntegration, defineIntegration, type LiveNames } from '#kit';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Config } from './config.ts';
import { type ConnectionPool, createConnections } from './connections.ts';
import { createNameSource, type NameSource } from './names.ts';

const config: Config = { profile: 'solo', environments: [], connections: {}, catalogue: [], llm: {}, files: [] };
const place = { cwd: '/work', env: {} };
const pools: ConnectionPool[] = [];

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

function system(id: string, names: () => Promise<LiveNames>): AnyIntegration {
  return defineIntegration<null>({
    id,
    summary: id,
    config: z.strictObject({}),
    actions: [],
    carries: [],
    connect: () => Promise.resolve({ client: null, close: () => Promise.resolve() }),
    names,
    health: () => Promise.resolve({ ok: true, message: '' }),
  });
}

interface Setup {
  source: NameSource;
  /** Moves the clock. */
  wait: (ms: number) => void;
}

function setup(integrations: AnyIntegration[], options: { timeoutMs?: number; loadConfig?: () => Promise<Config> } = {}): Setup {
  let now = 0;
  const clock = () => new Date(now);
  const loadConfig = options.loadConfig ?? (() => Promise.resolve(config));
  const pool = createConnections({ integrations, loadConfig, environment: () => ({}), clock });
  pools.push(pool);
  return {
    source: createNameSource({ pool, loadConfig, clock, staleMs: 1000, expiredMs: 10_000, timeoutMs: options.timeoutMs ?? 5000 }),
    wait: (ms) => void (now += ms),
  };
}

/** A system whose only workload is named after how often it was asked. */
function counting(): { system: AnyIntegration; asked: () => number; next: () => Promise<void> } {
  let asked = 0;
  let wake: () => void = () => undefined;
  return {
    system: system('cluster', () => {
      asked += 1;
      wake();
      return Promise.resolve({ names: [{ of: 'workload', name: `web-${asked}` }], defaults: { namespace: 'shop' } });
    }),
    asked: () => asked,
    next: () => new Promise((resolve) => (wake = resolve)),
  };
}

const isKnown = async (source: NameSource, name: string, fresh = false): Promise<boolean> =>
  (await source.read(place, { fresh })).findSure('workload', name).length === 1;

describe('live names', () => {
  it('are read once and then kept', async () => {
    const cluster = counting();
    const { source, wait } = setup([cluster.system]);

    const first = await source.read(place, { fresh: false });
    wait(900);
    const second = await source.read(place, { fresh: false });

    expect(second).toBe(first);
    expect(first.defaults).toEqual({ namespace: 'shop' });
    expect(cluster.asked()).toBe(1);
  });

  it('that are stale are used, and read again behind the request, once', async () => {
    const cluster = counting();
    const { source, wait } = setup([cluster.system]);
    await source.read(place, { fresh: false });
    wait(1500);
    const refreshed = cluster.next();

    const used = [await isKnown(source, 'web-1'), await isKnown(source, 'web-1')];
    await refreshed;
    while (!(await isKnown(source, 'web-2'))) await new Promise((resolve) => setImmediate(resolve));

    expect(used).toEqual([true, true]);
    expect(cluster.asked()).toBe(2);
  });

  it('that expired are read again before the request', async () => {
    const cluster = counting();
    const { source, wait } = setup([cluster.system]);
    await source.read(place, { fresh: false });
    wait(10_001);

    expect(await isKnown(source, 'web-2')).toBe(true);
  });

  it('are read again whatever their age where that is asked for', async () => {
    const cluster = counting();
    const { source } = setup([cluster.system]);
    await source.read(place, { fresh: false });

    expect(await isKnown(source, 'web-2', true)).toBe(true);
  });

  it('are kept for each place on its own', async () => {
    const cluster = counting();
    const { source } = setup([cluster.system]);

    await source.read(place, { fresh: false });
    await source.read({ cwd: '/work', env: { KUBECONFIG: '/other' } }, { fresh: false });

    expect(cluster.asked()).toBe(2);
  });

  it('are tried again when reading them behind a request failed', async () => {
    const cluster = counting();
    let broken = false;
    const { source, wait } = setup([cluster.system], {
      loadConfig: () => (broken ? Promise.reject(new Error('broken file')) : Promise.resolve(config)),
    });
    await source.read(place, { fresh: false });
    wait(1500);
    broken = true;
    const during = await isKnown(source, 'web-1');
    broken = false;
    await new Promise((resolve) => setImmediate(resolve));
    while (!(await isKnown(source, 'web-2'))) await new Promise((resolve) => setImmediate(resolve));

    expect(during).toBe(true);
  });
});

describe('a system that does not answer', () => {
  const silent: [string, () => Promise<LiveNames>][] = [
    ['fails', () => Promise.reject(new Error('connection refused'))],
    ['hangs and does not see the signal', () => new Promise(() => undefined)],
  ];

  it.each(silent)('leaves its own names open and the others known, where it %s', async (_how, names) => {
    const cluster = counting();
    const { source } = setup([cluster.system, system('tracker', names)], { timeoutMs: 50 });

    const found = await source.read(place, { fresh: false });

    expect(found.findSure('workload', 'web-1')).toHaveLength(1);
    expect(found.knows('project')).toBe(false);
    expect(found.find('project', 'OPS')).toMatchObject([{ how: 'given' }]);
    expect(found.find('workload', 'nothing-like-it')).toEqual([]);
  });
});
