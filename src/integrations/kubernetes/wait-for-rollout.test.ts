import type { JsonObject } from '#kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Cluster } from './cluster.ts';
import { testCluster, type TestCluster, until } from './testing.ts';
import { waitForRollout } from './wait-for-rollout.ts';
import { findWorkload, type FoundWorkload } from './workloads.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 20_000 });

let test: TestCluster;

afterEach(() => test.close());

const patience = { everyMs: 20, imageMs: 100, crashMs: 100, scheduleMs: 100, steadyMs: 1500 };
const signal = () => AbortSignal.timeout(8000);

async function workload(name: string, namespace = 'staging'): Promise<{ cluster: Cluster; found: FoundWorkload }> {
  const cluster = await test.client.cluster();
  return { cluster, found: await findWorkload(cluster, { name, namespace, allowed: ['Deployment'] }, signal()) };
}

describe('waiting for a rollout', () => {
  it.each([
    ['invoice', /stuck: invoice-.*(ImagePullBackOff|ErrImagePull)/],
    ['recommendations', /recommendations-.*CrashLoopBackOff.*exit 1/],
    ['image-resizer', /image-resizer-.*OOMKilled/],
    ['analytics', /stuck: analytics-.*Unschedulable.*Insufficient cpu/],
  ])('gives up on %s with the reason, before its time is over', async (name, message) => {
    test = await testCluster();
    const { cluster, found } = await workload(name);

    const result = await waitForRollout(cluster, found, { signal: signal(), progress: () => {}, patience });

    expect(result.ok).toBe(false);
    expect(result.message).toMatch(message);
  });

  it('throws where it was stopped, and does not call that a failure', async () => {
    test = await testCluster();
    const { cluster, found } = await workload('invoice');
    const stop = new AbortController();

    const waiting = waitForRollout(cluster, found, { signal: stop.signal, progress: () => {} });
    stop.abort(new Error('the daemon ends'));

    await expect(waiting).rejects.toThrow('the daemon ends');
  });

  it('says that the workload is gone', async () => {
    test = await testCluster();
    const { cluster, found } = await workload('invoice');

    const result = await waitForRollout(cluster, { ...found, name: 'deleted' }, { signal: signal(), progress: () => {} });

    expect(result).toEqual({ ok: false, message: 'Deployment deleted is gone' });
  });

  it('says how far it is, each state once', async () => {
    test = await testCluster();
    const { cluster, found } = await workload('web-app', 'shop');
    const said: string[] = [];
    await test.change('/apis/apps/v1/namespaces/shop/deployments/web-app', { spec: { replicas: 6 } });

    const result = await waitForRollout(cluster, found, { signal: signal(), progress: (text) => said.push(text) });

    expect(result).toEqual({ ok: true, message: '6/6 ready' });
    expect(said.length).toBeGreaterThan(0);
    expect(said.every((text, index) => text !== said[index - 1])).toBe(true);
  });

  it('goes on when the watch is cut, refused or too old', async () => {
    test = await testCluster();
    const { cluster, found } = await workload('web-app', 'shop');
    // No node takes the new pods until the selector is gone. (A paused deployment would scale: only its template waits.)
    const onNode = (nodeSelector: Record<string, string> | null) => ({ spec: { replicas: 5, template: { spec: { nodeSelector } } } });
    test.sandbox.patch('Deployment', 'shop', 'web-app', onNode({ 'no-such': 'label' }));
    const mark = test.sandbox.requests.length;
    test.sandbox.faults.add({ kind: 'cut', method: 'GET', path: '/deployments' });

    const waiting = waitForRollout(cluster, found, { signal: signal(), progress: () => {} });
    await until(() => test.sandbox.requests.slice(mark).some(({ path }) => path.includes('watch=true')), 'a watch');
    test.sandbox.expireWatches();
    test.sandbox.patch('Deployment', 'shop', 'web-app', onNode(null));

    expect(await waiting).toEqual({ ok: true, message: '5/5 ready' });
  });

  it('is not taken in by a container without a readiness probe that is ready between two crashes', async () => {
    test = await testCluster();
    const { cluster, found } = await workload('web-app', 'shop');
    // As somebody else would change it, but under our name: whose change it was is read from the fields' owner.
    const containers = [{ name: 'web-app', image: 'acme/web-app:crash', readinessProbe: null }];
    const body = { spec: { template: { spec: { containers } } } };
    await cluster.patch(found.resource, 'shop', 'web-app', { type: 'strategic', body }, signal());

    const result = await waitForRollout(cluster, found, { signal: signal(), progress: () => {}, patience });

    expect(result.ok).toBe(false);
    expect(result.message).toMatch(/web-app-\S+(: CrashLoopBackOff| restarted \d+ times)|stuck/);
  });

  it('counts a restart of a new pod, and none of a pod from before the change', async () => {
    test = await testCluster();
    const { cluster, found } = await workload('web-app', 'shop');
    const restarted = (name: string, at: string) => ({
      metadata: { name, creationTimestamp: at, ownerReferences: [{ kind: 'ReplicaSet', name: 'web-app-1', controller: true }] },
      spec: { containers: [{ name: 'app', readinessProbe: {} }] },
      status: { containerStatuses: [{ name: 'app', restartCount: 1 }] },
    });
    const at = '2026-11-22T10:00:00Z';
    const changed = {
      ...found.raw,
      metadata: { ...(found.raw['metadata'] as JsonObject), managedFields: [{ manager: 'devos', operation: 'Update', time: at }] },
    };
    const withPods = (created: string): Cluster => ({
      ...cluster,
      list: (resource, query, own) =>
        resource.kind === 'Pod'
          ? Promise.resolve({ items: [restarted('web-app-1-x', created)], truncated: false, resourceVersion: '1' })
          : Promise.resolve({ items: [changed], truncated: false, resourceVersion: '1' }).finally(() => own.throwIfAborted()),
    });
    const wait = (created: string) => waitForRollout(withPods(created), found, { signal: signal(), progress: () => {}, patience });

    expect(await wait('2026-11-22T10:00:01Z')).toMatchObject({
      ok: false,
      message: expect.stringContaining('web-app-1-x restarted 1 times'),
    });
    expect(await wait('2026-11-22T09:59:59Z')).toMatchObject({ ok: true });
  });
});
