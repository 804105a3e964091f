/** The chart repository and the release of the simulated company, as the real helm sees them. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type SandboxCharts, type SandboxKubernetes, startCharts, startKubernetes } from '#sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realHelm } from '../support/real-programs.ts';

const program = await realHelm();
let dir = '';
let charts: SandboxCharts;
let cluster: SandboxKubernetes;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-charts-'));
  charts = await startCharts();
  cluster = await startKubernetes({ podStartMs: 5 });
  await writeFile(join(dir, 'kubeconfig'), cluster.kubeconfig('admin'));
});

afterAll(async () => {
  await Promise.all([charts.close(), cluster.close()]);
  await rm(dir, { recursive: true, force: true });
});

async function helm(...args: string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    HOME: dir,
    KUBECONFIG: join(dir, 'kubeconfig'),
    HELM_CACHE_HOME: join(dir, 'cache'),
    HELM_CONFIG_HOME: join(dir, 'config'),
    HELM_DATA_HOME: join(dir, 'data'),
  };
  return (await promisify(execFile)(program ?? '', args, { env, cwd: dir })).stdout;
}

describe.skipIf(program === undefined)("the company's charts", () => {
  it.each(['user-service', 'web-app', 'cart'])('%s is fetched from the repository and lints without a complaint', async (name) => {
    await helm('pull', name, '--repo', charts.url, '--untar', '--destination', dir);

    expect(await helm('lint', '--strict', join(dir, name))).toContain('1 chart(s) linted, 0 chart(s) failed');
  });

  it('are found by version, the newest first', async () => {
    await helm('repo', 'add', 'company', charts.url);

    const found: unknown = JSON.parse(await helm('search', 'repo', 'company/user-service', '--versions', '-o', 'json'));

    expect(found).toMatchObject([{ version: '1.6.2', app_version: '2.2.0' }, { version: '1.5.0' }, { version: '1.4.0' }]);
  });
});

describe.skipIf(program === undefined)('the release user-service', () => {
  it('is listed, with its history', async () => {
    const listed: unknown = JSON.parse(await helm('list', '-A', '-o', 'json'));
    const history: unknown = JSON.parse(await helm('history', 'user-service', '-n', 'shop', '-o', 'json'));

    expect(listed).toMatchObject([
      { name: 'user-service', namespace: 'shop', revision: '2', status: 'deployed', chart: 'user-service-1.5.0' },
    ]);
    expect(history).toMatchObject([
      { revision: 1, status: 'superseded', chart: 'user-service-1.4.0' },
      { revision: 2, status: 'deployed', chart: 'user-service-1.5.0' },
    ]);
  });

  it('records what helm renders of its chart, and what runs', async () => {
    const recorded = await helm('get', 'manifest', 'user-service', '-n', 'shop');
    const rendered = await helm('template', 'user-service', 'user-service', '--repo', charts.url, '--version', '1.5.0');

    expect(recorded.trim()).toBe(rendered.trim());
    expect(cluster.find('Deployment', 'shop', 'user-service')).toMatchObject({
      metadata: { labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
      spec: { replicas: 2, template: { spec: { containers: [{ image: 'acme/user-service:2.1.0' }] } } },
    });
  });

  it('is rolled back and upgraded by helm itself', async () => {
    await helm('rollback', 'user-service', '1', '-n', 'shop', '--wait');
    expect(cluster.find('Deployment', 'shop', 'user-service')).toMatchObject({
      spec: { template: { spec: { containers: [{ image: 'acme/user-service:2.0.0' }] } } },
    });

    await helm('upgrade', 'user-service', 'user-service', '--repo', charts.url, '-n', 'shop', '--wait');

    expect(cluster.find('Deployment', 'shop', 'user-service')).toMatchObject({
      spec: { template: { spec: { containers: [{ image: 'acme/user-service:2.2.0' }] } } },
      status: { readyReplicas: 2 },
    });
  });
});
