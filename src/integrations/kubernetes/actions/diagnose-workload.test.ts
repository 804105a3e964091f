import { afterEach, describe, expect, it, vi } from 'vitest';
import { failure, planAndRun, testCluster, type TestCluster } from '../testing.ts';
import { diagnoseWorkload } from './diagnose-workload.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 20_000 });

let cluster: TestCluster;

afterEach(() => cluster.close());

describe('diagnosing', () => {
  it.each([
    ['recommendations', /keeps crashing.*exit 1/, /giving up after 3 attempts/, /show the previous logs of recommendations-/],
    ['image-resizer', /runs out of memory/, /OOMKilled/, /describe pod image-resizer/],
    ['invoice', /image acme\/missing-invoice:7 cannot be pulled/, /ImagePullBackOff|ErrImagePull/, /describe pod invoice/],
    ['reports', /the readiness probe fails/, /Readiness probe failed/, /logs of pod reports/],
    ['analytics', /no node takes it/, /Insufficient cpu/, /show nodes/],
  ])('finds what is wrong with %s, with evidence and one suggestion', async (name, title, evidence, say) => {
    cluster = await testCluster();
    const look = async () => (await planAndRun(diagnoseWorkload, { name, namespace: 'staging' }, cluster.context())).output;

    await expect.poll(async () => (await look()).findings[0]?.title ?? '', { timeout: 8000 }).toMatch(title);
    await expect.poll(async () => (await look()).findings[0]?.evidence.join('\n') ?? '', { timeout: 8000 }).toMatch(evidence);
    const output = await look();

    expect(output.healthy).toBe(false);
    expect(output.suggestion?.say).toMatch(say);
    expect(diagnoseWorkload.render?.(output, { name })?.text).toContain('Suggested next: ');
  });

  it('finds nothing wrong with what is well, and writes nothing', async () => {
    cluster = await testCluster();
    const mark = cluster.sandbox.requests.length;

    const { output } = await planAndRun(diagnoseWorkload, { name: 'web-app' }, cluster.context());

    expect(output).toMatchObject({ healthy: true, suggestion: null, summary: 'Deployment web-app: 3/3 ready (acme/web-app:1.8.2)' });
    expect(output.looked.pods).toBe(3);
    expect(cluster.writesAfter(mark)).toEqual([]);
  });

  it('takes a pod, and says near names for none', async () => {
    cluster = await testCluster({ waitFor: ['StatefulSet', 'shop', 'postgres'] });

    expect((await planAndRun(diagnoseWorkload, { name: 'postgres-0' }, cluster.context())).output).toMatchObject({
      kind: 'Pod',
      healthy: true,
    });
    expect(await failure(planAndRun(diagnoseWorkload, { name: 'postgrs' }, cluster.context()))).toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringContaining('postgres'),
    });
  });
});
