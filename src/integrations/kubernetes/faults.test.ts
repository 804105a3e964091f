/** What goes wrong half-way through twelve restarts: the run goes on, or ends with an exact account and can be resumed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { begun, type JsonObject } from '#kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { restartPods } from './actions/restart-pods.ts';
import { contextFor, failure, isRolledOut, testClient, testCluster, type TestCluster, type TestContext, until } from './testing.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const names = Array.from({ length: 12 }, (_, index) => `app-${String(index + 1).padStart(2, '0')}`);
const titles = names.map((name) => `Deployment ${name}`);
const namespace = 'dozen';
const key = 'R-12/1';

let cluster: TestCluster;
const open: (() => Promise<void> | void)[] = [];

const deployment = (name: string): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          {
            name: 'app',
            image: 'acme/tool:1',
            ports: [{ containerPort: 8080 }],
            readinessProbe: { httpGet: { path: '/', port: 8080 } },
          },
        ],
      },
    },
  },
});

beforeEach(async () => {
  cluster = await testCluster();
  await cluster.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  for (const name of names) await cluster.create(`/apis/apps/v1/namespaces/${namespace}/deployments`, deployment(name));
  await until(() => names.every((name) => isRolledOut(cluster.sandbox.find('Deployment', namespace, name))), 'twelve workloads');
});

afterEach(async () => {
  for (const close of open.splice(0)) await close();
  await cluster.close();
});

const plan = async (context: TestContext) => {
  const preview = await restartPods.preview(restartPods.input.parse({ namespace }), context);
  return { preview, bound: restartPods.input.parse(preview.input) };
};

/** The context, in which something happens after so many restarts. */
const after = (context: TestContext, count: number, happen: () => void): TestContext => {
  let restarts = 0;
  return {
    ...context,
    progress: (text) => {
      context.progress(text);
      restarts += 1;
      if (restarts === count) happen();
    },
  };
};

const changes = () => cluster.sandbox.effects.filter(({ verb }) => verb !== 'create');
const restarted = (): string[] => changes().map(({ name }) => name);

/** Each workload restarted exactly once, under the one key. */
function expectAllOnce(): void {
  expect(restarted().toSorted()).toEqual(names);
  expect(changes().every((effect) => effect.key === key)).toBe(true);
}

describe('the API server is gone in the middle of a restart of twelve workloads', () => {
  it('ends with what was restarted and what was not, and goes on with the rest when it is back', async () => {
    const context = cluster.context({ key });
    const { preview, bound } = await plan(context);
    const away = () => cluster.sandbox.faults.add({ kind: 'cut', times: 10_000 });

    const error = await failure(restartPods.run(bound, after(context, 5, away)));
    const done = restarted();
    cluster.sandbox.faults.clear();
    const found = await restartPods.find?.(bound, context);
    const now = await restartPods.preview(bound, context);
    const output = await restartPods.run(bound, context);
    const verified = await restartPods.verify?.(bound, output, context);

    expect(error).toMatchObject({
      code: 'REMOTE_UNAVAILABLE',
      details: { restarted: titles.slice(0, 5), notKnown: [], left: titles.slice(5) },
    });
    expect(error.message).toContain(`(restarted: ${titles.slice(0, 5).join(', ')}; not restarted: ${titles.slice(5).join(', ')})`);
    expect(done).toEqual(names.slice(0, 5));
    expect(found).toBe(begun);
    expect(now.precondition).toEqual(preview.precondition);
    expectAllOnce();
    expect(verified).toMatchObject({ ok: true, message: expect.stringContaining('12 of 12 workloads are restarted and ready') });
  });

  it('does not claim to know of the one whose answer was lost, and does not restart it twice', async () => {
    const context = cluster.context({ key });
    const { bound } = await plan(context);
    cluster.sandbox.faults.add({ kind: 'cut-after', method: 'PATCH', path: '/deployments/app-06' });

    const error = await failure(restartPods.run(bound, context));
    await restartPods.run(bound, context);

    expect(error.details).toMatchObject({
      unclear: true,
      restarted: titles.slice(0, 5),
      notKnown: ['Deployment app-06'],
      left: titles.slice(6),
    });
    expect(error.message).toContain('; not known: Deployment app-06; not restarted: Deployment app-07,');
    expectAllOnce();
  });

  it('where it stops answering while the new pods are waited for, the check goes on when it is back', async () => {
    const context = cluster.context({ key });
    const { bound } = await plan(context);
    const output = await restartPods.run(bound, context);
    cluster.sandbox.faults.add({ kind: 'cut', method: 'GET', path: '/deployments', times: 12 });

    expect(await restartPods.verify?.(bound, output, context)).toMatchObject({ ok: true });
  });
});

describe('a conflict on every first try', () => {
  it('is looked into and tried again, each change made once', async () => {
    const context = cluster.context({ key });
    const { bound } = await plan(context);
    for (const name of names) cluster.sandbox.faults.add({ kind: 'conflict', method: 'PATCH', path: `/deployments/${name}` });
    const mark = cluster.sandbox.requests.length;

    const output = await restartPods.run(bound, context);

    const tries = cluster.sandbox.requests.slice(mark).filter(({ method }) => method === 'PATCH');
    expect(tries.map(({ status }) => status)).toEqual(names.flatMap(() => [409, 200]));
    expect(output.workloads).toHaveLength(12);
    expectAllOnce();
  });

  it('that never ends is given up with an account, and nothing more is tried', async () => {
    const context = cluster.context({ key });
    const { bound } = await plan(context);
    cluster.sandbox.faults.add({ kind: 'conflict', method: 'PATCH', path: '/deployments/app-03', times: 100 });

    const error = await failure(restartPods.run(bound, context));

    expect(error).toMatchObject({
      code: 'CONFLICT',
      details: { restarted: titles.slice(0, 2), notKnown: [], left: titles.slice(2) },
    });
    expect(restarted()).toEqual(names.slice(0, 2));
  });
});

describe('watches that expire', () => {
  it('are begun anew, as often as it takes', async () => {
    const context = cluster.context({ key });
    const { bound } = await plan(context);
    const output = await restartPods.run(bound, context);
    const mark = cluster.sandbox.requests.length;
    // Nothing becomes ready before its watch has expired.
    for (const name of names)
      cluster.sandbox.patch('Deployment', namespace, name, { spec: { replicas: 2, template: { spec: { nodeSelector: { no: 'such' } } } } });
    const watches = () => cluster.sandbox.requests.slice(mark).filter(({ path }) => path.includes('watch=true')).length;

    const verifying = restartPods.verify?.(bound, output, context);
    // Whatever was just read is too old to watch from, again and again.
    const areExpired = () => {
      cluster.sandbox.expireWatches();
      return watches() >= 24;
    };
    await until(areExpired, 'another watch of each');
    for (const name of names)
      cluster.sandbox.patch('Deployment', namespace, name, { spec: { template: { spec: { nodeSelector: null } } } });

    expect(await verifying).toMatchObject({ ok: true, message: expect.stringContaining('12 of 12') });
    expect(watches()).toBeGreaterThanOrEqual(24);
  });
});

describe('a token that expires half-way', () => {
  const trust = () => `, certificate-authority-data: ${Buffer.from(cluster.sandbox.ca).toString('base64')}`;

  it('is read anew where it is a file, and the run goes on', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'devos-token-'));
    const file = join(dir, 'token');
    writeFileSync(file, cluster.sandbox.tokens.admin);
    const { client, close } = await testClient({ url: cluster.sandbox.url, user: `{ tokenFile: '${file}' }`, namespace, cluster: trust() });
    open.push(close, () => rmSync(dir, { recursive: true, force: true }));
    const context = contextFor(client, { key });
    const { bound } = await plan(context);
    const expire = () => {
      cluster.sandbox.tokens.admin = 'another-token';
      writeFileSync(file, 'another-token');
    };

    const output = await restartPods.run(bound, after(context, 5, expire));

    expect(output.workloads).toHaveLength(12);
    expect(cluster.sandbox.requests.filter(({ status }) => status === 401)).toHaveLength(1);
    expectAllOnce();
  });

  it('ends with an account where nobody can renew it, and goes on with a new one', async () => {
    const old = await testClient({
      url: cluster.sandbox.url,
      user: `{ token: ${cluster.sandbox.tokens.admin} }`,
      namespace,
      cluster: trust(),
    });
    open.push(old.close);
    const context = contextFor(old.client, { key });
    const { bound } = await plan(context);
    const expire = () => {
      cluster.sandbox.tokens.admin = 'another-token';
    };

    const error = await failure(restartPods.run(bound, after(context, 5, expire)));
    const renewed = await testClient({ url: cluster.sandbox.url, user: '{ token: another-token }', namespace, cluster: trust() });
    open.push(renewed.close);
    await restartPods.run(bound, contextFor(renewed.client, { key }));

    expect(error).toMatchObject({
      code: 'AUTH_FAILED',
      hint: expect.stringContaining('kubectl config set-credentials'),
      details: { restarted: titles.slice(0, 5), notKnown: [], left: titles.slice(5) },
    });
    expect(JSON.stringify(error.toBody())).not.toContain('sandbox-admin-token');
    expectAllOnce();
  });
});
