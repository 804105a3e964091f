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

  describe('of pods as they are given', () => {
    const at = '2026-11-22T10:00:00Z';

    /** The rollout is done; each look at the pod finds so many restarts, the last one from then on. */
    async function waitWith(created: string, restarts: number[], probe?: object) {
      test = await testCluster();
      const { cluster, found } = await workload('web-app', 'shop');
      const metadata = { ...(found.raw['metadata'] as JsonObject), managedFields: [{ manager: 'devos', operation: 'Update', time: at }] };
      const pod = (restartCount: number): JsonObject => ({
        metadata: {
          name: 'web-app-1-x',
          creationTimestamp: created,
          ownerReferences: [{ kind: 'ReplicaSet', name: 'web-app-1', controller: true }],
        },
        spec: { containers: [{ name: 'app', ...(probe === undefined ? {} : { readinessProbe: {} }) }] },
        status: { containerStatuses: [{ name: 'app', restartCount }] },
      });
      const left = [...restarts];
      const given: Cluster = {
        ...cluster,
        list: ({ kind }) => {
          const items = kind === 'Pod' ? [pod((left.length > 1 ? left.shift() : left[0]) ?? 0)] : [{ ...found.raw, metadata }];
          return Promise.resolve({ items, truncated: false, resourceVersion: '1' });
        },
      };
      return waitForRollout(given, found, {
        signal: signal(),
        progress: () => {},
        patience: { ...patience, everyMs: 60_000, steadyMs: 30 },
      });
    }

    it('counts a restart of a new one', async () => {
      expect(await waitWith('2026-11-22T10:00:01Z', [1], {})).toMatchObject({
        ok: false,
        message: expect.stringContaining('web-app-1-x restarted 1 times'),
      });
    });

    it('counts none of one from before the change', async () => {
      expect(await waitWith('2026-11-22T09:59:59Z', [1], {})).toMatchObject({ ok: true });
    });

    it('looks again where no readiness probe says that it works', async () => {
      expect(await waitWith('2026-11-22T10:00:01Z', [0, 1])).toMatchObject({ ok: false });
    });

    it('believes a readiness probe', async () => {
      expect(await waitWith('2026-11-22T10:00:01Z', [0, 1], {})).toMatchObject({ ok: true });
    });
  });
});
