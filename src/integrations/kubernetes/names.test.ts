import { afterEach, describe, expect, it, vi } from 'vitest';
import { kubernetes } from './index.ts';
import { readNames } from './names.ts';
import { failure, testClient, testCluster, type TestCluster } from './testing.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 20_000 });

let test: TestCluster | undefined;

afterEach(async () => {
  await test?.close();
  test = undefined;
});

const signal = () => AbortSignal.timeout(5000);

describe('live names', () => {
  it('hold contexts, namespaces, workloads with their kinds, nodes and pods, by requests for metadata', async () => {
    test = await testCluster();
    const mark = test.sandbox.requests.length;

    const { names, defaults } = await readNames(test.client, signal());

    expect(defaults).toEqual({ cluster: 'demo', namespace: 'shop' });
    expect(names).toContainEqual({ of: 'cluster', name: 'demo' });
    expect(names).toContainEqual({ of: 'namespace', name: 'staging', cluster: 'demo' });
    expect(names).toContainEqual({ of: 'workload', name: 'postgres', kind: 'StatefulSet', namespace: 'shop', cluster: 'demo' });
    expect(names).toContainEqual({ of: 'pod', name: 'postgres-0', namespace: 'shop', cluster: 'demo' });
    expect(test.writesAfter(mark)).toEqual([]);
  });

  it('are fewer where less may be read, and never an error', async () => {
    test = await testCluster();
    test.sandbox.faults.add({ kind: 'unauthorized', method: 'GET', times: 100 });

    const { names, defaults } = await readNames(test.client, signal());

    expect(names).toEqual([{ of: 'cluster', name: 'demo' }]);
    expect(defaults.namespace).toBe('shop');
  });
});

describe('health', () => {
  it('says version and as whom', async () => {
    test = await testCluster();

    const health = await kubernetes.health(test.client, signal());

    expect(health).toMatchObject({ ok: true, as: 'admin' });
    expect(health.message).toMatch(/^context demo, Kubernetes v1\.\d+.* at https:/);
  });

  it('fails with what to do', async () => {
    const unreachable = await testClient({ url: 'http://127.0.0.1:9' });

    const error = await failure(kubernetes.health(unreachable.client, signal()));
    await unreachable.close();

    expect(error.code).toBe('REMOTE_UNAVAILABLE');
  });

  it('does not trust a certificate of an unknown authority', async () => {
    test = await testCluster();
    const untrusting = await testClient({ url: test.sandbox.url });

    const error = await failure(kubernetes.health(untrusting.client, signal()));
    await untrusting.close();

    expect(error).toMatchObject({
      code: 'REMOTE_UNAVAILABLE',
      message: expect.stringContaining('is not trusted'),
      hint: expect.stringContaining('certificate-authority'),
    });
  });
});
