import { afterEach, describe, expect, it, vi } from 'vitest';
import { Workload } from '../schema.ts';
import { failure, planAndRun, testCluster, type TestCluster, until } from '../testing.ts';
import { scaleDeployment } from './scale-deployment.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 20_000 });

let cluster: TestCluster;

afterEach(() => cluster.close());

const input = (more: Record<string, string | number>) => scaleDeployment.input.parse({ name: 'web-app', replicas: 5, ...more });
const replicasOf = (name = 'web-app', kind = 'Deployment') => Workload.parse(cluster.sandbox.find(kind, 'shop', name)).spec.replicas;

describe('planning a scale', () => {
  it('shows the change and writes nothing', async () => {
    cluster = await testCluster();
    const mark = cluster.sandbox.requests.length;

    const preview = await scaleDeployment.preview(input({}), cluster.context());

    expect(preview).toMatchObject({
      input: { name: 'web-app', kind: 'Deployment', replicas: 5, currentReplicas: 3, namespace: 'shop', cluster: 'demo' },
      where: 'cluster demo, namespace shop',
      as: 'admin',
      description: 'scale Deployment web-app from 3 to 5 replicas',
      diff: ['~ web-app  replicas  3 -> 5'],
      command: ['kubectl', 'scale', 'deployment/web-app', '--replicas=5', '-n', 'shop'],
      facts: { currentReplicas: 3, podsTouched: 2 },
      undo: 'scale Deployment web-app back to 3 replicas',
    });
    expect(Object.keys(preview.precondition)).toEqual(['uid', 'replicas', 'generation']);
    expect(cluster.sandbox.requests.slice(mark).some(({ dryRun }) => dryRun)).toBe(true);
    expect(cluster.writesAfter(mark)).toEqual([]);
    expect(cluster.sandbox.effects).toEqual([]);
  });

  it('takes the StatefulSet of that name where there is no Deployment, and says so', async () => {
    cluster = await testCluster();

    const preview = await scaleDeployment.preview(input({ name: 'postgres', replicas: 3 }), cluster.context());

    expect(preview.input['kind']).toBe('StatefulSet');
    expect(preview.description).toContain('there is no Deployment of that name, but a StatefulSet');
  });

  it.each([
    ['+2', 5],
    ['-1', 2],
    ['-50%', 2],
    ['+50%', 5],
    ['*2', 6],
    ['/2', 2],
    ['-3', 0],
  ])('works %s out from what is there', async (by, replicas) => {
    cluster = await testCluster();

    const preview = await scaleDeployment.preview(scaleDeployment.input.parse({ name: 'web-app', by }), cluster.context());

    expect(preview.input).toMatchObject({ replicas, currentReplicas: 3 });
    expect(preview.input).not.toHaveProperty('by');
    expect(preview.description).toContain(`from 3 to ${replicas}`);
  });

  it('refuses an amount that leads nowhere, and an amount beside a number', async () => {
    cluster = await testCluster();

    await expect(
      scaleDeployment.preview(scaleDeployment.input.parse({ name: 'web-app', by: '-4' }), cluster.context()),
    ).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    await expect(scaleDeployment.preview(scaleDeployment.input.parse({ name: 'web-app' }), cluster.context())).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    expect(scaleDeployment.input.safeParse({ name: 'web-app', by: '+1', replicas: 2 }).success).toBe(false);
  });

  it('warns of an autoscaler that will change it back', async () => {
    cluster = await testCluster();

    const preview = await scaleDeployment.preview(input({ name: 'checkout', replicas: 9 }), cluster.context());

    expect(preview.facts['autoscaler']).toBe('checkout');
    expect(preview.diff[1]).toContain('between 2 and 6, so that it will change this at once');
  });

  it('counts a namespace called production as production, without any rule', async () => {
    cluster = await testCluster();

    const preview = await scaleDeployment.preview(input({ namespace: 'production' }), cluster.context());

    expect(preview.environment).toEqual({ name: 'production', production: true });
  });

  it.each([
    [{ name: 'web-ap' }, 'NOT_FOUND', /Did you mean web-app/],
    [{ name: 'recommendations' }, 'NOT_FOUND', /It is in staging: say "in namespace staging"/],
    [{ namespace: 'stagin' }, 'NAMESPACE_NOT_FOUND', /Did you mean staging/],
    [{ name: 'log-agent', kind: 'DaemonSet' }, 'INPUT_INVALID', /Deployment, StatefulSet, ReplicaSet/],
    [{ cluster: 'elsewhere' }, 'NOT_FOUND', /There are: demo/],
  ])('%j is %s', async (more, code, hint) => {
    cluster = await testCluster();

    const error = await failure(scaleDeployment.preview(input(more), cluster.context()));

    expect(error.code).toBe(code);
    expect(error.hint).toMatch(hint);
  });

  it.each([
    ['viewer', 'FORBIDDEN', /viewer may not patch deployments\.apps web-app in the namespace shop/],
    ['expired', 'AUTH_FAILED', /does not accept the credentials/],
    ['anonymous', 'AUTH_FAILED', /without credentials/],
  ] as const)('by %s is %s before anybody approves', async (user, code, message) => {
    cluster = await testCluster({ user });

    const error = await failure(scaleDeployment.preview(input({}), cluster.context()));

    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it('works with a client certificate', async () => {
    cluster = await testCluster({ user: 'certificate' });

    expect((await scaleDeployment.preview(input({}), cluster.context())).as).toBe('admin');
  });
});

describe('the danger of a scale', () => {
  const facts = { live: {} };

  it('is moderate, and destructive for 0 replicas', async () => {
    cluster = await testCluster();

    expect(scaleDeployment.safety(input({}), facts).level).toBe('moderate');
    expect(scaleDeployment.safety(input({ replicas: 0 }), facts).level).toBe('destructive');
    expect(
      scaleDeployment.safety(input({}), { environment: { name: 'p', production: true }, live: { autoscaler: 'x' } }).reasons.join(),
    ).toMatch(/production.*autoscaler x/);
  });
});

describe('what a scale is weighed by', () => {
  const production = { name: 'production', production: true };

  it('below what a disruption budget needs is destructive in production', async () => {
    cluster = await testCluster({ waitFor: ['Deployment', 'production', 'orders'] });
    await until(
      () => JSON.stringify(cluster.sandbox.find('PodDisruptionBudget', 'production', 'orders')).includes('"desiredHealthy":3'),
      'the budget',
    );
    const rate = async (replicas: number) => {
      const preview = await scaleDeployment.preview(input({ name: 'orders', namespace: 'production', replicas }), cluster.context());
      return scaleDeployment.safety(input(preview.input as Record<string, string | number>), {
        live: preview.facts,
        environment: production,
      });
    };

    expect(await rate(1)).toMatchObject({
      level: 'destructive',
      reasons: expect.arrayContaining(['leaves fewer pods than the disruption budget asks for: orders (needs 3 healthy pods)']),
    });
    expect(await rate(4)).toMatchObject({ level: 'moderate' });
  });

  it('says that a StatefulSet keeps data, and that something is being deleted and waits for its finalizers', async () => {
    cluster = await testCluster();
    cluster.sandbox.patch('StatefulSet', 'shop', 'postgres', { metadata: { finalizers: ['example.com/backup'] } });
    const api = await cluster.client.cluster();
    await api.remove(await api.resource('StatefulSet', AbortSignal.timeout(5000)), 'shop', 'postgres', {}, AbortSignal.timeout(5000));

    const preview = await scaleDeployment.preview(input({ name: 'postgres', replicas: 3 }), cluster.context());
    const { reasons } = scaleDeployment.safety(input(preview.input as Record<string, string | number>), { live: preview.facts });

    expect(reasons).toContain('is being deleted already, and only waits for its finalizers: StatefulSet postgres (example.com/backup)');
    expect(reasons).toContain('keeps its data in the pods of a StatefulSet: postgres');
    expect(preview.facts).toMatchObject({ podsTouched: 1, readyPods: expect.any(Number) });
  });
});

describe('scaling', () => {
  it('makes exactly one change under its key, reads it back, and can be undone', async () => {
    cluster = await testCluster();
    const context = cluster.context({ key: 'R-a/1' });

    const { bound, output } = await planAndRun(scaleDeployment, { name: 'web-app', replicas: 5 }, context);
    const verified = await scaleDeployment.verify?.(bound, output, context);

    expect(cluster.sandbox.effects).toMatchObject([{ kind: 'Deployment', name: 'web-app', namespace: 'shop', key: 'R-a/1' }]);
    expect(output).toMatchObject({ from: 3, to: 5 });
    expect(verified).toEqual({ ok: true, message: '5/5 ready' });
    expect(context.said.join('\n')).toContain('5 replicas wanted');
    expect(scaleDeployment.undo?.(bound, output)).toEqual({
      action: 'kubernetes.deployment.scale',
      input: { name: 'web-app', kind: 'Deployment', namespace: 'shop', replicas: 3, cluster: 'demo' },
    });
  });

  it('is found by its key, also after a later change, and by no other key', async () => {
    cluster = await testCluster();
    const first = cluster.context({ key: 'R-a/1' });
    const { bound } = await planAndRun(scaleDeployment, { name: 'web-app', replicas: 5 }, first);
    await planAndRun(scaleDeployment, { name: 'web-app', replicas: 4 }, cluster.context({ key: 'R-b/1' }));

    expect(await scaleDeployment.find?.(bound, first)).toMatchObject({ from: 3, to: 5 });
    expect(await scaleDeployment.find?.(bound, cluster.context({ key: 'R-a/' }))).toBeUndefined();
  });

  it('is not made again for the same key', async () => {
    cluster = await testCluster();
    const context = cluster.context({ key: 'R-a/1' });
    const { bound } = await planAndRun(scaleDeployment, { name: 'web-app', replicas: 5 }, context);

    await scaleDeployment.run(bound, context);

    expect(cluster.sandbox.effects).toHaveLength(1);
  });

  it('tries again after a conflict that a controller caused', async () => {
    cluster = await testCluster();
    const context = cluster.context();
    const preview = await scaleDeployment.preview(input({}), context);
    cluster.sandbox.faults.add({ kind: 'conflict', method: 'PATCH', path: '/deployments/web-app', times: 2 });

    await scaleDeployment.run(scaleDeployment.input.parse(preview.input), context);

    expect(cluster.sandbox.effects).toHaveLength(1);
    expect(replicasOf()).toBe(5);
  });

  it('stops when the replicas are no longer what the plan saw', async () => {
    cluster = await testCluster();
    const context = cluster.context();
    const preview = await scaleDeployment.preview(input({}), context);
    cluster.sandbox.patch('Deployment', 'shop', 'web-app', { spec: { replicas: 4 } });

    const error = await failure(scaleDeployment.run(scaleDeployment.input.parse(preview.input), context));

    expect(error).toMatchObject({ code: 'PLAN_STALE', message: expect.stringContaining('replicas 3 → 4') });
    expect(cluster.sandbox.effects).toEqual([]);
    expect(replicasOf()).toBe(4);
  });

  it.each(['error-after', 'cut-after'] as const)('is unclear after %s, and then found instead of made again', async (kind) => {
    cluster = await testCluster();
    const context = cluster.context({ key: 'R-x/1' });
    const preview = await scaleDeployment.preview(input({}), context);
    const bound = scaleDeployment.input.parse(preview.input);
    cluster.sandbox.faults.add({ kind, method: 'PATCH', path: '/deployments/web-app' });

    const error = await failure(scaleDeployment.run(bound, context));
    const found = await scaleDeployment.find?.(bound, context);
    await scaleDeployment.run(bound, context);

    expect(error.code).toBe('REMOTE_UNAVAILABLE');
    expect(error.details['unclear']).toBe(true);
    expect(found).toMatchObject({ from: 3, to: 5 });
    expect(cluster.sandbox.effects).toHaveLength(1);
  });

  it('says which pod keeps it from being done', async () => {
    cluster = await testCluster();
    const context = cluster.context();
    const { bound, output } = await planAndRun(scaleDeployment, { name: 'invoice', namespace: 'staging', replicas: 2 }, context);

    const verified = await scaleDeployment.verify?.(bound, output, { ...context, signal: AbortSignal.timeout(400) });

    expect(verified?.ok).toBe(false);
    expect(verified?.message).toMatch(/not done in time: 0\/2 ready.*invoice-.*ImagePullBackOff/);
  });

  it('does not take the change of somebody else for its own', async () => {
    cluster = await testCluster();
    const context = cluster.context();
    const { bound, output } = await planAndRun(scaleDeployment, { name: 'web-app', replicas: 5 }, context);
    cluster.sandbox.patch('Deployment', 'shop', 'web-app', { spec: { replicas: 2 } });

    expect(await scaleDeployment.verify?.(bound, output, context)).toMatchObject({
      ok: false,
      message: expect.stringContaining('somebody changed it'),
    });
  });

  it('goes on watching where the watch was too old', async () => {
    cluster = await testCluster();
    const context = cluster.context();
    const { bound, output } = await planAndRun(scaleDeployment, { name: 'web-app', replicas: 8 }, context);

    const verifying = scaleDeployment.verify?.(bound, output, context);
    cluster.sandbox.expireWatches();

    expect(await verifying).toEqual({ ok: true, message: '8/8 ready' });
  });
});
