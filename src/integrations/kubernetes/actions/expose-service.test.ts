import type { JsonObject } from '#kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failure, planAndRun, testCluster, type TestCluster } from '../testing.ts';
import { exposeService } from './expose-service.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 20_000 });

let cluster: TestCluster;

afterEach(() => cluster.close());

const input = (more: JsonObject) => exposeService.input.parse({ name: 'log-agent', namespace: 'kube-system', port: 80, ...more });
const service = (name = 'log-agent', namespace = 'kube-system') => cluster.sandbox.find('Service', namespace, name);
const deployment = (name: string, ports: number[], selector: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name }, ...selector },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: 'acme/tool:1', ports: ports.map((containerPort) => ({ containerPort })) }] },
    },
  },
});
const deployments = '/apis/apps/v1/namespaces/shop/deployments';

describe('planning a service', () => {
  it('takes selector and port from the workload, asks by a dry run, and writes nothing', async () => {
    cluster = await testCluster();
    const mark = cluster.sandbox.requests.length;

    const preview = await exposeService.preview(input({}), cluster.context());

    expect(preview).toMatchObject({
      input: { kind: 'DaemonSet', targetPort: 8080, type: 'ClusterIP', namespace: 'kube-system' },
      diff: ['+ Service log-agent  ClusterIP  port 80 -> 8080', expect.stringContaining('selects  app=log-agent')],
      undo: 'delete the service log-agent',
      precondition: { service: 'none', selector: { app: 'log-agent' } },
    });
    expect(cluster.sandbox.requests.slice(mark).some(({ dryRun, method }) => dryRun && method === 'POST')).toBe(true);
    expect(cluster.writesAfter(mark)).toEqual([]);
  });

  it('asks which where the pods have several ports, unless one is the port of the service', async () => {
    cluster = await testCluster();
    await cluster.create(deployments, deployment('two', [8080, 9090]));

    const error = await failure(exposeService.preview(input({ name: 'two', namespace: 'shop' }), cluster.context()));
    const same = await exposeService.preview(input({ name: 'two', namespace: 'shop', port: 9090 }), cluster.context());
    const other = await exposeService.preview(input({ name: 'two', namespace: 'shop', targetPort: 7000 }), cluster.context());

    expect(error).toMatchObject({ code: 'AMBIGUOUS', hint: 'Say which: target port 8080, or target port 9090' });
    expect(same.input['targetPort']).toBe(9090);
    expect(other.diff.at(-1)).toContain('no container says that it listens on 7000 (they say 8080, 9090)');
  });

  it('is refused where there is one, where labels do not do, for nothing, and to who may not', async () => {
    cluster = await testCluster();
    const expressions = { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] };
    await cluster.create(deployments, deployment('odd', [80], expressions));
    const plan = (more: JsonObject) => failure(exposeService.preview(input({ namespace: 'shop', ...more }), cluster.context()));

    expect(await plan({ name: 'web-app' })).toMatchObject({
      code: 'CONFLICT',
      hint: expect.stringContaining('kubectl get services web-app -o yaml -n shop'),
    });
    expect(await plan({ name: 'odd' })).toMatchObject({ code: 'INPUT_INVALID' });
    expect((await plan({ name: 'web-ap' })).hint).toContain('web-app');
    await cluster.close();
    cluster = await testCluster({ user: 'viewer' });
    expect((await failure(exposeService.preview(input({}), cluster.context()))).code).toBe('FORBIDDEN');
  });

  it('is the more dangerous the further it is reached from', async () => {
    cluster = await testCluster();
    const production = { name: 'production', production: true };
    const level = (more: JsonObject, environment?: typeof production) =>
      exposeService.safety(input(more), environment === undefined ? {} : { environment }).level;

    expect([level({}), level({}, production), level({ type: 'LoadBalancer' }), level({ type: 'NodePort' }, production)]).toEqual(
      Array.from({ length: 4 }, () => 'moderate'),
    );
    expect(exposeService.safety(input({ type: 'LoadBalancer' }), { environment: production })).toMatchObject({
      level: 'destructive',
      reasons: [expect.stringContaining('from outside'), 'production'],
    });
  });
});

describe('exposing', () => {
  it('makes one service for a key, waits for its endpoints, finds it again, and deletes it as the way back', async () => {
    cluster = await testCluster();
    const context = cluster.context({ key: 'R-1/1' });

    const { bound, output } = await planAndRun(exposeService, { name: 'log-agent', namespace: 'kube-system', port: 80 }, context);
    await exposeService.run(bound, context);

    expect(cluster.effects()).toEqual(['log-agent R-1/1']);
    expect(service()?.['spec']).toMatchObject({
      type: 'ClusterIP',
      selector: { app: 'log-agent' },
      ports: [{ port: 80, targetPort: 8080 }],
    });
    expect(await exposeService.verify?.(bound, output, context)).toMatchObject({ ok: true, message: '3 endpoints ready' });
    expect(await exposeService.find?.(bound, context)).toEqual(output);
    expect(await exposeService.find?.(bound, cluster.context({ key: 'R-2/1' }))).toBeUndefined();
    expect(exposeService.undo?.(bound, output)).toEqual({
      action: 'kubernetes.resource.delete',
      input: { kind: 'Service', name: 'log-agent', namespace: 'kube-system', uid: output.uid, cluster: 'demo' },
    });
  });

  it('is not done where no pod answers, with the reason', async () => {
    cluster = await testCluster();
    await cluster.create(deployments, {
      ...deployment('bad', [80]),
      spec: { ...(deployment('bad', [80])['spec'] as JsonObject), replicas: 0 },
    });
    const none = await planAndRun(exposeService, { name: 'bad', port: 80 }, cluster.context({ key: 'R-1/1' }));
    cluster.sandbox.patch('Service', 'staging', 'invoice', { spec: { selector: { app: 'invoice' } } });

    expect(await exposeService.verify?.(none.bound, none.output, cluster.context())).toMatchObject({
      ok: false,
      message: expect.stringContaining('no pod has the labels'),
    });
    const broken = { name: 'invoice', namespace: 'staging', uid: '', type: 'ClusterIP', port: 80, targetPort: 8080 };
    const verified = await exposeService.verify?.(none.bound, broken, cluster.context({ signal: AbortSignal.timeout(600) }));
    expect(verified).toMatchObject({ ok: false, message: expect.stringMatching(/not done in time: 0 of 1 pod ready.*Image/) });
  });

  it.each(['error-after', 'cut-after'] as const)('is unclear after %s, and then found instead of made again', async (kind) => {
    cluster = await testCluster();
    const context = cluster.context();
    const preview = await exposeService.preview(input({}), context);
    cluster.sandbox.faults.add({ kind, method: 'POST', path: '/services' });

    const error = await failure(exposeService.run(input(preview.input), context));

    expect(error.details['unclear']).toBe(true);
    expect(await exposeService.find?.(input(preview.input), context)).toMatchObject({ name: 'log-agent' });
    expect(cluster.effects()).toHaveLength(1);
  });

  it('does not take the service of somebody else for its own', async () => {
    cluster = await testCluster();
    const context = cluster.context();
    const preview = await exposeService.preview(input({}), context);
    await cluster.create('/api/v1/namespaces/kube-system/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'log-agent' },
      spec: { ports: [{ port: 1 }] },
    });

    expect((await failure(exposeService.run(input(preview.input), context))).code).toBe('CONFLICT');
    expect(cluster.effects()).toEqual([]);
  });
});
