import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { brokenWorkloads } from '#sandbox';
import { failure, planAndRun, testCluster, type TestCluster } from '../testing.ts';
import { diagnoseCluster } from './diagnose-cluster.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await testCluster({ broken: brokenWorkloads.map(({ id }) => id) });
});

afterAll(() => cluster.close());

const look = async (input: { namespace?: string; allNamespaces?: boolean } = {}) => planAndRun(diagnoseCluster, input, cluster.context());

describe('a look at the whole cluster', () => {
  it('finds everything that is broken, the worst first, by as many requests as there are kinds', async () => {
    const mark = cluster.sandbox.requests.length;

    const { output, preview } = await look();

    const found = new Set(output.items.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`));
    const missed = brokenWorkloads.filter(({ kind, namespace, name }) => !found.has(`${kind} ${namespace}/${name}`));
    process.stdout.write(`${brokenWorkloads.length - missed.length} of ${brokenWorkloads.length} found from lists alone\n`);
    expect(missed.map(({ id }) => id)).toEqual([]);
    expect(preview).toMatchObject({ where: expect.stringContaining('all namespaces'), input: { allNamespaces: true } });
    const levels = output.items.map(({ level }) => level);
    expect(levels).toEqual(levels.toSorted((left, right) => (left < right ? -1 : Number(left > right))));
    expect(output.items[0]).toMatchObject({ kind: 'Node', name: 'node-lost', level: 'critical' });
    // Discovery and identity aside: thirteen lists, a look at the budgets, and the question of the preview.
    expect(cluster.sandbox.requests.length - mark).toBeLessThanOrEqual(16);
    expect(cluster.writesAfter(mark)).toEqual([]);
    expect(JSON.stringify(output)).not.toContain('sandbox-secret-value');
  });

  it('names nothing of what is well', async () => {
    const { output } = await look({ namespace: 'production' });

    expect(output).toMatchObject({ healthy: true, items: [], namespace: 'production', notRead: [] });
    expect(output.looked).toMatchObject({ workloads: 3, pods: 9, jobs: 1 });
    expect(diagnoseCluster.render?.(output, {})?.text).toMatch(/^Nothing unhealthy was found in namespace production/);
  });

  it('says what it did not see, and concludes nothing from it', async () => {
    cluster.sandbox.faults.add({ kind: 'forbidden', path: '/nodes' });

    const { output } = await look({ namespace: 'lab' });

    expect(output.notRead).toEqual(['nodes: forbidden']);
    expect(output.items.map(({ kind }) => kind)).not.toContain('Node');
    expect(output.items.find(({ name }) => name === 'sessions')?.level).toBe('critical');
    expect(diagnoseCluster.render?.(output, {})?.text).toContain('nothing concluded from it: nodes: forbidden');
  });

  it('keeps to the namespace where it may not see more', async () => {
    cluster.sandbox.faults.add({ kind: 'forbidden', path: '/api/v1/pods' });

    const { preview } = await look();

    expect(preview.where).toContain('namespace shop');
    expect(preview.input).toMatchObject({ namespace: 'shop' });
  });

  it('fails plainly where nothing may be read, or the namespace is not there', async () => {
    const paths = ['/pods', '/deployments', '/statefulsets', '/daemonsets', '/pods'];
    for (const path of paths) cluster.sandbox.faults.add({ kind: 'forbidden', path: `/namespaces/staging${path}` });

    expect(await failure(look({ namespace: 'staging' }))).toMatchObject({ code: 'FORBIDDEN' });
    cluster.sandbox.faults.clear();
    expect(await failure(look({ namespace: 'stagin' }))).toMatchObject({
      code: 'NAMESPACE_NOT_FOUND',
      hint: expect.stringContaining('staging'),
    });
  });
});
