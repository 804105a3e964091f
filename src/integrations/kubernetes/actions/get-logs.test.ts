import type { JsonObject } from '#kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { resourceOf } from '../resources.ts';
import { failure, planAndRun, testCluster, type TestCluster, until } from '../testing.ts';
import { getLogs } from './get-logs.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 20_000 });

let cluster: TestCluster;

afterEach(() => cluster.close());

const logs = async (input: JsonObject) => (await planAndRun(getLogs, input, cluster.context())).output;

describe('logs', () => {
  it('of a pod are its own lines, without a prefix', async () => {
    cluster = await testCluster({ waitFor: ['StatefulSet', 'shop', 'postgres'] });
    const mark = cluster.sandbox.requests.length;

    const { bound, output } = await planAndRun(getLogs, { name: 'postgres-0' }, cluster.context());

    expect(output.pods).toEqual(['postgres-0']);
    expect(getLogs.render?.(output, bound)?.text).toMatch(/^level=info/);
    expect(cluster.writesAfter(mark)).toEqual([]);
  });

  it('of a workload are those of its pods, by time, each with its pod before it', async () => {
    cluster = await testCluster();

    const { bound, output } = await planAndRun(getLogs, { name: 'web-app', tail: 4 }, cluster.context());
    const times = output.lines.map(({ at }) => at);

    expect(output.pods).toHaveLength(3);
    expect(output.lines).toHaveLength(4);
    expect(times).toEqual(times.toSorted());
    expect(getLogs.render?.(output, bound)?.text).toMatch(/^\[web-app-.+\] level=/);
  });

  it('resolve the beginning of a pod name, and a kind that is said', async () => {
    cluster = await testCluster();
    const set = (await logs({ name: 'cart' })).pods[0]?.split('-').slice(0, 2).join('-') ?? '';

    expect((await logs({ name: set })).pods).toHaveLength(2);
    expect((await logs({ name: 'cart', kind: 'Deployment' })).pods).toHaveLength(2);
    expect((await logs({ name: 'cart', since: 'PT1H' })).lines.length).toBeGreaterThan(0);
  });

  it('say that they were cut, and do not where they are whole', async () => {
    cluster = await testCluster();

    const cut = await logs({ name: 'web-app', tail: 4 });
    const one = await logs({ name: 'search', tail: 1 });
    const whole = await logs({ name: 'search', tail: 10_000 });

    expect(cut.notes).toEqual(['cut to the newest 4 lines; earlier ones were left out']);
    expect(one).toMatchObject({ lines: [{}], notes: ['cut to the newest 1 line; earlier ones were left out'] });
    expect(whole.notes).toEqual([]);
  });

  it('of a workload come also where one of its pods cannot be read, which is said; where none can be, it is the error', async () => {
    cluster = await testCluster();
    cluster.sandbox.faults.add({ kind: 'error', method: 'GET', path: '/log' });

    const some = await logs({ name: 'web-app' });
    cluster.sandbox.faults.add({ kind: 'error', method: 'GET', path: '/log', times: 3 });
    const none = await failure(logs({ name: 'web-app' }));
    cluster.sandbox.faults.add({ kind: 'forbidden', method: 'GET', path: '/log' });
    const forbidden = await failure(logs({ name: 'web-app' }));

    expect(new Set(some.lines.map((line) => line.pod)).size).toBe(2);
    expect(some.notes.at(-1)).toMatch(/^web-app-\S+: its logs cannot be read: /);
    expect(none.code).toBe('REMOTE_UNAVAILABLE');
    expect(forbidden.code).toBe('FORBIDDEN');
  });

  it('of a container before its crash', async () => {
    cluster = await testCluster();
    await expect
      .poll(async () => JSON.stringify((await logs({ name: 'recommendations', namespace: 'staging', previous: true })).lines), {
        timeout: 5000,
      })
      .toContain('giving up');
  });

  it('that cannot be there are explained instead of failing', async () => {
    cluster = await testCluster();
    await expect
      .poll(async () => (await logs({ name: 'invoice', namespace: 'staging' })).notes.join(), { timeout: 5000 })
      .toMatch(/container invoice has not started: (ImagePullBackOff|ErrImagePull)/);
    expect((await logs({ name: 'web-app', previous: true })).notes[0]).toContain('has not been restarted');
  });

  it.each([
    [{ name: 'web-ap' }, 'NOT_FOUND', /Did you mean web-app/],
    [{ name: 'web-app', namespace: 'nope' }, 'NAMESPACE_NOT_FOUND', /get namespaces/],
    [{ name: 'web-app', container: 'sidecar' }, 'INPUT_INVALID', /It has: web-app/],
    [{ name: 'web', kind: 'Service' }, 'INPUT_INVALID', /Deployment/],
  ])('of %j are %s', async (input, code, hint) => {
    cluster = await testCluster();

    const error = await failure(logs(input));

    expect(error.code).toBe(code);
    expect(error.hint).toMatch(hint);
  });
});

describe('following logs', () => {
  it('gives out lines as they come, until it is stopped, and repeats none', async () => {
    cluster = await testCluster();
    const stop = new AbortController();
    const context = cluster.context({ signal: stop.signal });

    const following = planAndRun(getLogs, { name: 'web-app', follow: true, tail: 1 }, context);
    await until(() => context.written.length >= 4, 'four lines');
    stop.abort();
    const { output } = await following;

    expect(context.written.every((line) => /^\[web-app-.+\] .+\n$/.test(line))).toBe(true);
    expect(output.lines).toEqual([]);
  });

  it('goes on over a restart of the workload, with the new pods', async () => {
    cluster = await testCluster();
    const stop = new AbortController();
    const context = cluster.context({ signal: stop.signal });
    const [first = ''] = (await logs({ name: 'search' })).pods;

    const following = planAndRun(getLogs, { name: 'search', follow: true }, context);
    await until(() => context.written.length > 0, 'the first line');
    await cluster.change('/apis/apps/v1/namespaces/shop/deployments/search', {
      spec: { template: { metadata: { annotations: { again: '1' } } } },
    });
    const api = await cluster.client.cluster();
    const podNames = async () =>
      (await api.list(resourceOf('Pod'), { namespace: 'shop', selector: 'app=search' }, AbortSignal.timeout(5000))).items.map(
        (pod) => (pod['metadata'] as { name: string }).name,
      );
    await expect.poll(podNames, { timeout: 5000 }).not.toContain(first);
    const [second = ''] = await podNames();
    await until(() => context.written.some((line) => line.startsWith(`[${second}] `)), 'a line of the new pod');
    stop.abort();

    await following;
  });
});
