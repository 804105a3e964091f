import type { JsonObject } from '#kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { valueAt } from '../objects.ts';
import { failure, planAndRun, testCluster, type TestCluster } from '../testing.ts';
import { setAutoscaler } from './set-autoscaler.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 20_000 });

let cluster: TestCluster;

afterEach(() => cluster.close());

const input = (more: JsonObject) => setAutoscaler.input.parse({ name: 'web-app', minReplicas: 2, maxReplicas: 10, ...more });
const spec = (name: string) => cluster.sandbox.find('HorizontalPodAutoscaler', 'shop', name)?.['spec'];
const hpa = (name: string, target: string): JsonObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name },
  spec: { minReplicas: 1, maxReplicas: 4, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target } },
});
const autoscalers = '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers';

describe('planning an autoscaler', () => {
  it('shows the new one by a dry run and writes nothing', async () => {
    cluster = await testCluster();
    const mark = cluster.sandbox.requests.length;

    const preview = await setAutoscaler.preview(input({ cpuPercent: 70 }), cluster.context());

    expect(preview.diff.slice(0, 2)).toEqual([
      '+ HorizontalPodAutoscaler web-app  replicas  2 to 10',
      '+ HorizontalPodAutoscaler web-app  goal  cpu 70%',
    ]);
    expect(preview.input).toMatchObject({ kind: 'Deployment', currentReplicas: 3 });
    expect(preview.undo).toContain('delete the autoscaler web-app');
    expect(preview.precondition).toMatchObject({ autoscaler: 'none' });
    expect(cluster.sandbox.requests.slice(mark).some(({ dryRun, method }) => dryRun && method === 'POST')).toBe(true);
    expect(cluster.writesAfter(mark)).toEqual([]);
  });

  it('finds the one that aims at the workload, whatever it is called, and shows what changes', async () => {
    cluster = await testCluster();
    await cluster.create(autoscalers, hpa('front', 'web-app'));

    const preview = await setAutoscaler.preview(input({ minReplicas: 1, maxReplicas: 4, cpuPercent: 60 }), cluster.context());

    expect(preview.diff.slice(0, 2)).toEqual([
      '  front  replicas  1 to 4 (unchanged)',
      expect.stringMatching(/^~ front {2}goal .*-> cpu 60%$/),
    ]);
    expect(preview.input).toMatchObject({ autoscaler: 'front' });
  });

  it.each([
    [{ minReplicas: 5, maxReplicas: 9 }, 'it raises 3 replicas to 5 at once'],
    [{ minReplicas: 1, maxReplicas: 2 }, 'it lowers 3 replicas to 2 and ends 1 pod'],
  ])('warns with %j where the replicas are outside', async (more, warning) => {
    cluster = await testCluster();

    const preview = await setAutoscaler.preview(input(more), cluster.context());

    expect(preview.diff.join('\n')).toContain(warning);
    expect(setAutoscaler.safety(input(preview.input), { live: preview.facts })).toMatchObject({
      level: 'moderate',
      reasons: expect.arrayContaining([warning, 'it cannot measure: a container asks for no CPU']),
    });
  });

  it('says nothing of that where they are inside', async () => {
    cluster = await testCluster();

    const preview = await setAutoscaler.preview(input({}), cluster.context());

    expect(setAutoscaler.safety(input(preview.input), { live: { ...preview.facts, cpuRequests: true } }).reasons).toHaveLength(1);
  });

  it('is refused for a least above the most', () => {
    expect(setAutoscaler.input.safeParse({ name: 'web-app', minReplicas: 5, maxReplicas: 2 }).error?.issues[0]?.message).toContain(
      'more than maxReplicas',
    );
  });

  it('is refused where two aim at it, where the name is taken, for nothing, and to who may not', async () => {
    cluster = await testCluster();
    await cluster.create(autoscalers, hpa('cart', 'search'));

    expect(await failure(setAutoscaler.preview(input({ name: 'cart' }), cluster.context()))).toMatchObject({ code: 'CONFLICT' });
    await cluster.create(autoscalers, hpa('two', 'search'));
    expect(await failure(setAutoscaler.preview(input({ name: 'search' }), cluster.context()))).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('cart, two'),
    });
    expect((await failure(setAutoscaler.preview(input({ name: 'web-ap' }), cluster.context()))).hint).toContain('web-app');
    await cluster.close();
    cluster = await testCluster({ user: 'viewer' });
    expect((await failure(setAutoscaler.preview(input({}), cluster.context()))).code).toBe('FORBIDDEN');
  });
});

describe('setting an autoscaler', () => {
  it('makes one once for a key, reads it back, finds it again, and deletes it as the way back', async () => {
    cluster = await testCluster();
    const context = cluster.context({ key: 'R-1/1' });

    const { bound, output } = await planAndRun(
      setAutoscaler,
      { name: 'web-app', minReplicas: 4, maxReplicas: 10, cpuPercent: 70 },
      context,
    );
    await setAutoscaler.run(bound, context);
    const verified = await setAutoscaler.verify?.(bound, output, context);

    expect(cluster.effects()).toEqual(['web-app R-1/1']);
    expect(spec('web-app')).toMatchObject({
      minReplicas: 4,
      maxReplicas: 10,
      metrics: [{ resource: { target: { averageUtilization: 70 } } }],
    });
    expect(verified).toMatchObject({ ok: true, message: expect.stringContaining('4 replicas, kept between 4 and 10') });
    expect(await setAutoscaler.find?.(bound, context)).toMatchObject({ autoscaler: 'web-app', created: true });
    expect(await setAutoscaler.find?.(bound, cluster.context({ key: 'R-2/1' }))).toBeUndefined();
    expect(setAutoscaler.undo?.(bound, output)).toMatchObject({
      action: 'kubernetes.resource.delete',
      input: { kind: 'HorizontalPodAutoscaler', name: 'web-app', uid: output.uid, namespace: 'shop' },
    });
  });

  it('changes the one there is, keeps its other goals, and puts all back as it was', async () => {
    cluster = await testCluster();
    const memory: JsonObject = { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } } };
    cluster.sandbox.patch('HorizontalPodAutoscaler', 'shop', 'checkout', { spec: { metrics: [memory] } });
    const first = cluster.context({ key: 'R-1/1' });

    const { bound, output } = await planAndRun(setAutoscaler, { name: 'checkout', minReplicas: 2, maxReplicas: 8, cpuPercent: 50 }, first);
    const changed = structuredClone(spec('checkout'));
    const back = setAutoscaler.undo?.(bound, output);
    await planAndRun(setAutoscaler, back?.input ?? {}, cluster.context({ key: 'R-2/1' }));

    expect(valueAt(changed, ['maxReplicas'])).toBe(8);
    expect(JSON.stringify(valueAt(changed, ['metrics']))).toMatch(/memory.*cpu/);
    expect(back?.action).toBe('kubernetes.autoscaler.set');
    expect(spec('checkout')).toMatchObject({ minReplicas: 2, maxReplicas: 6, metrics: [memory] });
    expect(cluster.effects()).toEqual(['checkout R-1/1', 'checkout R-2/1']);
  });

  it('stops where somebody changed it since the plan', async () => {
    cluster = await testCluster();
    const context = cluster.context();
    const preview = await setAutoscaler.preview(input({ name: 'checkout' }), context);
    cluster.sandbox.patch('HorizontalPodAutoscaler', 'shop', 'checkout', { spec: { maxReplicas: 7 } });

    expect((await failure(setAutoscaler.run(input(preview.input), context))).code).toBe('PLAN_STALE');
    expect(cluster.effects()).toEqual([]);
  });

  it('stops where somebody made one since the plan', async () => {
    cluster = await testCluster();
    const context = cluster.context();
    const preview = await setAutoscaler.preview(input({}), context);
    await cluster.create(autoscalers, hpa('theirs', 'web-app'));

    expect((await failure(setAutoscaler.run(input(preview.input), context))).code).toBe('PLAN_STALE');
  });

  it.each(['error-after', 'cut-after'] as const)('is unclear after %s, and then found instead of made again', async (kind) => {
    cluster = await testCluster();
    const context = cluster.context();
    const preview = await setAutoscaler.preview(input({}), context);
    cluster.sandbox.faults.add({ kind, method: 'POST', path: '/horizontalpodautoscalers' });

    const error = await failure(setAutoscaler.run(input(preview.input), context));

    expect(error.details['unclear']).toBe(true);
    expect(await setAutoscaler.find?.(input(preview.input), context)).toMatchObject({ created: true });
    expect(cluster.effects()).toHaveLength(1);
  });

  it('says that it was changed by somebody else after the step', async () => {
    cluster = await testCluster();
    const context = cluster.context();
    const { bound, output } = await planAndRun(setAutoscaler, { name: 'checkout', minReplicas: 2, maxReplicas: 8 }, context);
    cluster.sandbox.patch('HorizontalPodAutoscaler', 'shop', 'checkout', { spec: { maxReplicas: 3 } });

    expect(await setAutoscaler.verify?.(bound, output, context)).toMatchObject({ ok: false, message: expect.stringContaining('2 to 3') });
  });
});
