import { begun, type JsonObject } from '#kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failure, planAndRun, testCluster, type TestCluster } from '../testing.ts';
import { restartPods } from './restart-pods.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 20_000 });

let cluster: TestCluster;

afterEach(() => cluster.close());

const input = (more: JsonObject) => restartPods.input.parse(more);
const pod = (name: string, labels: Record<string, string> = {}, owner?: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels, ...(owner === undefined ? {} : { ownerReferences: [owner] }) },
  spec: { containers: [{ name: 'app', image: 'acme/tool:1' }] },
});

describe('planning a restart', () => {
  it('of one workload is moderate, shows its pods, and writes nothing', async () => {
    cluster = await testCluster();
    const mark = cluster.sandbox.requests.length;

    const preview = await restartPods.preview(input({ name: 'web-app' }), cluster.context());

    expect(preview).toMatchObject({
      description: 'restart Deployment web-app, 3 pods, one after the other',
      diff: ['~ Deployment web-app  restart  3 pods'],
      command: ['kubectl', 'rollout', 'restart', 'deployment/web-app', '-n', 'shop'],
      facts: { wholeNamespace: false, podsTouched: 3 },
    });
    expect(preview.undo).toBeUndefined();
    expect(restartPods.safety(input(preview.input), { live: preview.facts }).level).toBe('moderate');
    expect(cluster.writesAfter(mark)).toEqual([]);
    expect(cluster.sandbox.effects).toEqual([]);
  });

  it('of a whole namespace is destructive and names each workload and each pod that it cannot reach', async () => {
    cluster = await testCluster();
    const node = cluster.sandbox.find('Node', '', 'node-1')?.['metadata'] as { uid: string };
    const owner = { apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: node.uid, controller: true };
    await cluster.create('/api/v1/namespaces/production/pods', pod('debug'));
    await cluster.create('/api/v1/namespaces/production/pods', pod('mirror', {}, owner));
    cluster.sandbox.patch('Deployment', 'production', 'billing', { spec: { replicas: 0 } });
    cluster.sandbox.patch('Deployment', 'production', 'orders', { spec: { paused: true } });

    const preview = await restartPods.preview(input({ namespace: 'production' }), cluster.context());

    expect(preview.diff).toEqual([
      '~ Deployment web-app  restart  4 pods',
      '  Deployment billing: skipped, it has 0 replicas',
      '  Deployment orders: skipped, its rollout is paused',
      '  Pod debug: skipped, no workload owns it',
      '  Pod mirror: skipped, it belongs to the Node node-1, which has no rollout',
    ]);
    expect(preview.environment).toEqual({ name: 'production', production: true });
    expect(preview.facts).toMatchObject({ wholeNamespace: true, workloads: 1, skipped: 4 });
    expect(restartPods.safety(input(preview.input), { live: preview.facts }).level).toBe('destructive');
  });

  it('of a whole namespace leaves out no pod silently: those of a ReplicaSet alone, of a job, and where pods are meant by name of their kind', async () => {
    cluster = await testCluster();
    const labels = { app: 'alone' };
    const spec = { containers: [{ name: 'app', image: 'acme/tool:1' }] };
    await cluster.create('/apis/apps/v1/namespaces/production/replicasets', {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'alone' },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    });
    await cluster.create('/api/v1/namespaces/production/pods', pod('debug'));
    const skipped = async (more: JsonObject) =>
      (await restartPods.preview(input({ namespace: 'production', ...more }), cluster.context())).diff.filter((line) =>
        line.includes('skipped'),
      );

    await expect
      .poll(() => skipped({}), { timeout: 5000 })
      .toEqual([
        '  Pod debug: skipped, no workload owns it',
        expect.stringMatching(/^ {2}Pod alone-\S+: skipped, it belongs to the ReplicaSet alone, which has no rollout$/),
      ]);
    expect(await skipped({ kind: 'Pod' })).toHaveLength(2);
    expect(await skipped({ kind: 'Deployment' })).toEqual([]);
  });

  it('by labels means the workloads behind the pods; several in production are destructive', async () => {
    cluster = await testCluster();

    const preview = await restartPods.preview(input({ selector: 'app=cart' }), cluster.context());
    const production = { name: 'production', production: true };

    expect(preview.diff).toEqual(['~ Deployment cart  restart  2 pods']);
    expect(restartPods.safety(input(preview.input), { live: preview.facts }).level).toBe('moderate');
    expect(restartPods.safety(input(preview.input), { live: preview.facts, environment: production }).level).toBe('destructive');
  });

  it('of a pod means its workload', async () => {
    cluster = await testCluster();

    const preview = await restartPods.preview(input({ name: 'postgres-0' }), cluster.context());

    expect(preview.input).toMatchObject({ name: 'postgres', kind: 'StatefulSet' });
    expect(preview.description).toContain('the pod postgres-0 belongs to it');
  });

  it('that leaves production without a ready pod is destructive, and says of what', async () => {
    cluster = await testCluster();
    cluster.sandbox.patch('Deployment', 'production', 'billing', { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } });

    const preview = await restartPods.preview(input({ name: 'billing', namespace: 'production' }), cluster.context());
    const production = { name: 'production', production: true };
    const rate = (environment?: typeof production) =>
      restartPods.safety(input(preview.input), { live: preview.facts, ...(environment === undefined ? {} : { environment }) });

    expect(rate(production)).toMatchObject({
      level: 'destructive',
      reasons: ['no ready pod is left in between of Deployment billing', 'production', 'replaces 2 pods'],
    });
    expect(rate()).toMatchObject({ level: 'moderate', reasons: expect.arrayContaining([expect.stringContaining('no ready pod')]) });
  });

  it('without anything known is destructive', async () => {
    cluster = await testCluster();

    expect(restartPods.safety(input({}), {}).level).toBe('destructive');
  });

  it.each([
    [{ name: 'web-ap' }, 'NOT_FOUND', /Did you mean web-app/],
    [{ namespace: 'default' }, 'NOT_FOUND', /kubectl get all -n default/],
    [{ namespace: 'nowhere' }, 'NAMESPACE_NOT_FOUND', /get namespaces/],
    [{ kind: 'ReplicaSet' }, 'INPUT_INVALID', /Deployment, StatefulSet, DaemonSet/],
    [{ selector: 'app=none' }, 'NOT_FOUND', /get all/],
    [{ selector: 'app==' }, 'NOT_FOUND', /get all/],
  ])('of %j is %s', async (more, code, hint) => {
    cluster = await testCluster();

    const error = await failure(restartPods.preview(input(more), cluster.context()));

    expect(error.code).toBe(code);
    expect(error.hint).toMatch(hint);
  });

  it('of a pod that nobody would make again is refused', async () => {
    cluster = await testCluster();
    await cluster.create('/api/v1/namespaces/shop/pods', pod('lonely'));

    expect(await failure(restartPods.preview(input({ name: 'lonely' }), cluster.context()))).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('no workload owns it'),
    });
  });

  it('of a paused Deployment is refused with the way out', async () => {
    cluster = await testCluster();
    cluster.sandbox.patch('Deployment', 'shop', 'cart', { spec: { paused: true } });

    expect(await failure(restartPods.preview(input({ name: 'cart' }), cluster.context()))).toMatchObject({
      code: 'CONFLICT',
      hint: expect.stringContaining('rollout resume deployment/cart'),
    });
  });

  it('is refused to who may not do it', async () => {
    cluster = await testCluster({ user: 'viewer' });

    expect((await failure(restartPods.preview(input({ name: 'web-app' }), cluster.context()))).code).toBe('FORBIDDEN');
  });

  it('stays good while replicas change, and not when the template does', async () => {
    cluster = await testCluster();
    const before = await restartPods.preview(input({ name: 'web-app' }), cluster.context());
    cluster.sandbox.patch('Deployment', 'shop', 'web-app', { spec: { replicas: 4 } });
    const scaled = await restartPods.preview(input({ name: 'web-app' }), cluster.context());
    cluster.sandbox.patch('Deployment', 'shop', 'web-app', { spec: { template: { metadata: { labels: { app: 'web-app', tier: 'x' } } } } });
    const changed = await restartPods.preview(input({ name: 'web-app' }), cluster.context());

    expect(scaled.precondition).toEqual(before.precondition);
    expect(changed.precondition).not.toEqual(before.precondition);
  });
});

describe('restarting', () => {
  it('replaces the pods once, under its key, and waits for the new ones', async () => {
    cluster = await testCluster();
    const context = cluster.context({ key: 'R-r/1' });

    const { bound, output } = await planAndRun(restartPods, { name: 'web-app' }, context);
    const verified = await restartPods.verify?.(bound, output, context);

    expect(output.workloads).toEqual([{ kind: 'Deployment', name: 'web-app', pods: 3 }]);
    expect(verified).toEqual({ ok: true, message: '3/3 ready' });
    expect(cluster.sandbox.effects).toMatchObject([{ name: 'web-app', key: 'R-r/1' }]);
    expect(await restartPods.find?.(bound, context)).toMatchObject({ restartedAt: output.restartedAt, workloads: [{ name: 'web-app' }] });
    expect(await restartPods.find?.(bound, cluster.context({ key: 'R-other/1' }))).toBeUndefined();
  });

  it('covers a whole namespace, each workload once', async () => {
    cluster = await testCluster({ waitFor: ['Deployment', 'production', 'orders'] });
    const context = cluster.context({ key: 'R-n/1' });

    const { bound, output } = await planAndRun(restartPods, { namespace: 'production' }, context);
    const verified = await restartPods.verify?.(bound, output, context);

    expect(cluster.sandbox.effects.map(({ name, key }) => `${name} ${key}`).toSorted()).toEqual([
      'billing R-n/1',
      'orders R-n/1',
      'web-app R-n/1',
    ]);
    expect(verified?.message).toContain('3 of 3 workloads are restarted and ready');
    expect(verified?.ok).toBe(true);
  });

  it('goes on where it was cut off, restarts nothing twice, and says what is left', async () => {
    cluster = await testCluster();
    const context = cluster.context({ key: 'R-p/1' });
    const preview = await restartPods.preview(input({ namespace: 'production' }), context);
    const bound = input(preview.input);
    cluster.sandbox.faults.add({ kind: 'limited', method: 'PATCH', path: '/deployments/orders' });

    const error = await failure(restartPods.run(bound, context));
    const found = await restartPods.find?.(bound, context);
    const now = await restartPods.preview(bound, context);
    await restartPods.run(bound, context);

    expect(error).toMatchObject({
      code: 'REMOTE_LIMITED',
      details: { restarted: ['Deployment billing'], left: ['Deployment orders', 'Deployment web-app'] },
    });
    expect(found).toBe(begun);
    expect(now.precondition).toEqual(preview.precondition);
    expect(cluster.sandbox.effects.map(({ name }) => name)).toEqual(['billing', 'orders', 'web-app']);
  });

  it.each(['error-after', 'cut-after'] as const)('is found after %s', async (kind) => {
    cluster = await testCluster();
    const context = cluster.context();
    const preview = await restartPods.preview(input({ name: 'cart' }), context);
    cluster.sandbox.faults.add({ kind, method: 'PATCH', path: '/deployments/cart' });

    const error = await failure(restartPods.run(input(preview.input), context));

    expect(error.details['unclear']).toBe(true);
    expect(await restartPods.find?.(input(preview.input), context)).toMatchObject({ workloads: [{ name: 'cart' }] });
    expect(cluster.sandbox.effects).toHaveLength(1);
  });

  it('of a StatefulSet and a DaemonSet ends when their pods are new', async () => {
    cluster = await testCluster({ waitFor: ['StatefulSet', 'shop', 'postgres'] });
    for (const more of [{ name: 'postgres' }, { name: 'log-agent', namespace: 'kube-system' }]) {
      const context = cluster.context({ key: `R-${more.name}/1` });

      const { bound, output } = await planAndRun(restartPods, more, context);

      expect(await restartPods.verify?.(bound, output, context)).toMatchObject({ ok: true });
    }
  });

  it('is not called done while the new pods crash', async () => {
    cluster = await testCluster();
    const context = cluster.context();
    const { bound, output } = await planAndRun(restartPods, { name: 'recommendations', namespace: 'staging' }, context);

    const verified = await restartPods.verify?.(bound, output, { ...context, signal: AbortSignal.timeout(500) });

    expect(verified?.ok).toBe(false);
    expect(verified?.message).toMatch(/CrashLoopBackOff/);
  });
});
