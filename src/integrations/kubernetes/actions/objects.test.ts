/** Create, patch, label, delete and namespaces: the same questions for each. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Action, JsonObject } from '#kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KubernetesClient } from '../connect.ts';
import { failure, planAndRun, testCluster, type TestCluster, type TestContext } from '../testing.ts';
import { createNamespace } from './create-namespace.ts';
import { createResource } from './create-resource.ts';
import { deleteResource } from './delete-resource.ts';
import { labelResource } from './label-resource.ts';
import { patchResource } from './patch-resource.ts';
import { restoreObjects } from './restore-objects.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 30_000 });

let cluster: TestCluster;
let cwd = '';

beforeEach(async () => {
  cluster = await testCluster();
  cwd = await mkdtemp(join(tmpdir(), 'devos-apply-'));
});

afterEach(async () => {
  await cluster.close();
  await rm(cwd, { recursive: true, force: true });
});

const context = (key = 'R-test/1'): TestContext => ({ ...cluster.context({ key }), cwd });
const has = (kind: string, name: string, namespace = 'shop') => cluster.sandbox.find(kind, namespace, name);
const preview = <I, O>(action: Action<KubernetesClient, I, O>, input: JsonObject) => action.preview(action.input.parse(input), context());

describe('creating an object', () => {
  const input = { kind: 'Deployment', name: 'queue', image: 'acme/queue:1', replicas: 2, port: 8080, namespace: 'shop' };

  it('shows its manifest, tries it, makes it once, waits for it, and deletes it on the way back', async () => {
    const mark = cluster.sandbox.requests.length;
    const planned = await preview(createResource, input);
    expect(cluster.writesAfter(mark)).toEqual([]);

    const { bound, output } = await planAndRun(createResource, input, context());

    expect(planned.diff).toEqual(expect.arrayContaining(['+ Deployment queue', '+     replicas: 2', '+             image: acme/queue:1']));
    expect(cluster.effects()).toEqual(['queue R-test/1']);
    expect(await createResource.find?.(bound, context())).toEqual(output);
    expect(await createResource.verify?.(bound, output, context())).toMatchObject({ ok: true });
    const back = createResource.undo?.(bound, output);
    await planAndRun(deleteResource, back?.input ?? {}, context('R-back/1'));
    expect(has('Deployment', 'queue')).toBeUndefined();
  });

  it.each([
    ['what is there', { ...input, name: 'web-app' }, 'CONFLICT'],
    ['a Secret', { kind: 'Secret', name: 's', env: 'a=b' }, 'INPUT_INVALID'],
    ['a credential', { ...input, env: 'LEVEL=info,DB_PASSWORD=hunter2' }, 'INPUT_INVALID'],
    ['a kind that words do not make', { kind: 'Ingress', name: 'i' }, 'INPUT_INVALID'],
    ['a wish without a place', { kind: 'ConfigMap', name: 'c', replicas: 2 }, 'INPUT_INVALID'],
    ['a cron job without a schedule', { kind: 'CronJob', name: 'c', image: 'x:1' }, 'INPUT_INVALID'],
  ])('refuses %s', async (_what, asked, code) => {
    expect((await failure(preview(createResource, asked))).code).toBe(code);
  });

  it.each([
    { kind: 'ConfigMap', name: 'c', env: 'LEVEL=info,MODE=a=b' },
    { kind: 'ServiceAccount', name: 's' },
    { kind: 'CronJob', name: 'n', image: 'acme/n:1', schedule: '0 2 * * *' },
    { kind: 'PodDisruptionBudget', name: 'cart', replicas: 1 },
    { kind: 'ResourceQuota', name: 'q', cpu: '8', memory: '16Gi' },
  ])('makes a $kind', async (asked) => {
    const { output } = await planAndRun(createResource, { ...asked, namespace: 'shop' }, context());

    expect(has(asked.kind, asked.name)).toBeDefined();
    expect(output.uid).not.toBe('');
  });
});

describe('creating a namespace', () => {
  it('is tried, made once with its labels, and found by its key', async () => {
    const { preview: planned, bound, output } = await planAndRun(createNamespace, { name: 'load-tests', labels: 'team=blue' }, context());

    expect(planned.diff).toEqual(['+ Namespace load-tests', '+   label team=blue']);
    expect(has('Namespace', 'load-tests', '')).toMatchObject({ metadata: { labels: { team: 'blue' } } });
    expect(await createNamespace.find?.(bound, context())).toEqual(output);
    expect(await createNamespace.verify?.(bound, output, context())).toMatchObject({ ok: true });
    expect((await failure(preview(createNamespace, { name: 'shop' }))).code).toBe('CONFLICT');
  });
});

describe('patching', () => {
  it("shows the server's own diff, changes only that, and puts it back", async () => {
    const input = {
      kind: 'Service',
      name: 'web-app',
      namespace: 'shop',
      patch: '{"spec":{"type":"NodePort"},"metadata":{"labels":{"edge":"yes"}}}',
    };
    const mark = cluster.sandbox.requests.length;
    const planned = await preview(patchResource, input);
    expect(cluster.writesAfter(mark)).toEqual([]);

    const { bound, output } = await planAndRun(patchResource, input, context());

    expect(planned.diff).toEqual(
      expect.arrayContaining(['~ Service web-app  spec.type  ClusterIP -> NodePort', '+ Service web-app  metadata.labels.edge  yes']),
    );
    expect(cluster.effects()).toEqual(['web-app R-test/1']);
    expect(await patchResource.verify?.(bound, output, context())).toMatchObject({ ok: true });
    await planAndRun(patchResource, patchResource.undo?.(bound, output)?.input ?? {}, context('R-back/1'));
    expect(has('Service', 'web-app')).toMatchObject({ spec: { type: 'ClusterIP' } });
    expect(has('Service', 'web-app')).not.toMatchObject({ metadata: { labels: { edge: 'yes' } } });
  });

  it('is stale where somebody changed the same field', async () => {
    const input = { kind: 'Deployment', name: 'web-app', namespace: 'shop', patch: '{"spec":{"minReadySeconds":1}}' };
    const before = await preview(patchResource, input);
    await cluster.change('/apis/apps/v1/namespaces/shop/deployments/web-app', { spec: { minReadySeconds: 7 } });

    expect((await preview(patchResource, input)).precondition).not.toEqual(before.precondition);
  });

  it.each([
    ['no JSON', 'spec: {}', 'INPUT_INVALID'],
    ['nothing', '{}', 'INPUT_INVALID'],
    ['its name', '{"metadata":{"name":"x"}}', 'INPUT_INVALID'],
    ['its status', '{"status":{"replicas":1}}', 'INPUT_INVALID'],
    ['what the server refuses', '{"spec":{"replcas":1}}', 'INPUT_INVALID'],
  ])('refuses %s', async (_what, patch, code) => {
    expect((await failure(preview(patchResource, { kind: 'Deployment', name: 'web-app', namespace: 'shop', patch }))).code).toBe(code);
  });

  it('keeps away from Secrets, and is destructive where it stops or reaches far', async () => {
    const secret = await failure(
      preview(patchResource, { kind: 'Secret', name: 'payment-keys', namespace: 'shop', patch: '{"data":{"a":"Yg=="}}' }),
    );
    const stop = await preview(patchResource, { kind: 'Deployment', name: 'web-app', namespace: 'shop', patch: '{"spec":{"replicas":0}}' });

    expect(secret.code).toBe('INPUT_INVALID');
    expect(patchResource.safety(patchResource.input.parse(stop.input), { live: stop.facts }).level).toBe('destructive');
  });
});

describe('labelling', () => {
  it('sets, changes and removes, once, and puts all of it back', async () => {
    await planAndRun(labelResource, { kind: 'Node', name: 'node-1', labels: 'tier=edge,old=1' }, context('R-a/1'));

    const input = { kind: 'Node', name: 'node-1', labels: 'tier=core,old-,rack=7', annotations: 'team=core' };
    const { preview: planned, bound, output } = await planAndRun(labelResource, input, context('R-b/1'));

    expect(planned.diff).toEqual([
      '~ Node node-1  label tier  edge -> core',
      '- Node node-1  label old  1',
      '+ Node node-1  label rack  7',
      '+ Node node-1  annotation team  core',
    ]);
    expect(await labelResource.verify?.(bound, output, context())).toMatchObject({ ok: true });
    await planAndRun(labelResource, labelResource.undo?.(bound, output)?.input ?? {}, context('R-back/1'));
    const labels = has('Node', 'node-1', '')?.['metadata'];
    expect(labels).toMatchObject({ labels: { tier: 'edge', old: '1' } });
    expect(labels).not.toMatchObject({ labels: { rack: '7' } });
  });

  it.each([
    ['twice the same', { labels: 'a=1,a=2' }],
    ['our own mark', { annotations: 'devos.io/effect=x' }],
  ])('refuses %s', async (_what, more) => {
    expect((await failure(preview(labelResource, { kind: 'Node', name: 'node-1', ...more }))).code).toBe('INPUT_INVALID');
  });
});

describe('deleting', () => {
  it('names what goes and what comes back, deletes that very object once, and makes it again', async () => {
    const input = { kind: 'ConfigMap', name: 'web-app-config', namespace: 'shop' };
    const mark = cluster.sandbox.requests.length;
    const planned = await preview(deleteResource, input);
    expect(cluster.writesAfter(mark)).toEqual([]);

    const { bound, output } = await planAndRun(deleteResource, input, context());

    expect(planned).toMatchObject({ diff: ['- ConfigMap web-app-config'], undo: 'make it again from the manifest that was recorded' });
    expect(await deleteResource.verify?.(bound, output, context())).toEqual({ ok: true, message: '1 ConfigMap gone' });
    const again = await deleteResource.run(bound, context());
    expect(again).toMatchObject({ deleted: [], gone: ['web-app-config'] });
    await planAndRun(restoreObjects, deleteResource.undo?.(bound, output)?.input ?? {}, context('R-back/1'));
    expect(has('ConfigMap', 'web-app-config')).toMatchObject({ data: { LOG_LEVEL: 'info' } });
  });

  it('touches nothing that came after the plan', async () => {
    const bound = deleteResource.input.parse(
      (await preview(deleteResource, { kind: 'Pod', selector: 'app=cart', namespace: 'shop' })).input,
    );
    await cluster.create('/api/v1/namespaces/shop/pods', {
      metadata: { name: 'late', labels: { app: 'cart' } },
      spec: { containers: [{ name: 'c', image: 'cart:1' }] },
    });

    const output = await deleteResource.run(bound, context());

    expect(output.deleted).toHaveLength(2);
    expect(has('Pod', 'late')).toBeDefined();
  });

  it('leaves another object of the same name alone', async () => {
    const bound = deleteResource.input.parse(
      (await preview(deleteResource, { kind: 'ConfigMap', name: 'web-app-config', namespace: 'shop' })).input,
    );
    await planAndRun(deleteResource, { kind: 'ConfigMap', name: 'web-app-config', namespace: 'shop' }, context('R-x/1'));
    await cluster.create('/api/v1/namespaces/shop/configmaps', { metadata: { name: 'web-app-config' } });

    expect((await failure(deleteResource.run(bound, context()))).code).toBe('CONFLICT');
    expect(has('ConfigMap', 'web-app-config')).toBeDefined();
  });

  it('says what a namespace takes with it, what an owner brings back, and what may be lost', async () => {
    const namespace = await preview(deleteResource, { kind: 'Namespace', name: 'production' });
    const pods = await preview(deleteResource, { kind: 'Pod', selector: 'app=cart', namespace: 'shop' });
    const claim = await preview(deleteResource, { kind: 'PersistentVolumeClaim', name: 'uploads', namespace: 'shop' });

    expect(namespace.diff.join('\n')).toMatch(/everything in it goes: 3 deployments, 9 pods, 3 services/);
    expect(namespace.undo).toBeUndefined();
    expect(pods.diff.join('\n')).toMatch(/comes back: ReplicaSet cart-\w+ makes it anew/);
    expect(claim.diff.join('\n')).toContain('may be lost for good');
    expect(deleteResource.safety(deleteResource.input.parse(claim.input), { live: claim.facts }).reasons).toContain(
      'data may be lost for good',
    );
  });

  it('tells which finalizer holds what does not go', async () => {
    await cluster.create('/api/v1/namespaces/shop/configmaps', { metadata: { name: 'held', finalizers: ['example.com/keep'] } });
    const { bound, output } = await planAndRun(deleteResource, { kind: 'ConfigMap', name: 'held', namespace: 'shop' }, context());

    const result = await deleteResource.verify?.(bound, output, { ...context(), signal: AbortSignal.timeout(700) });

    expect(result).toEqual({ ok: false, message: 'held not gone yet: held by the finalizers example.com/keep' });
  });

  it('refuses what is not there', async () => {
    expect((await failure(preview(deleteResource, { kind: 'Pod', selector: 'app=none', namespace: 'shop' }))).code).toBe('NOT_FOUND');
    expect((await failure(preview(deleteResource, { kind: 'ConfigMap', name: 'none', namespace: 'shop' }))).code).toBe('NOT_FOUND');
  });
});
