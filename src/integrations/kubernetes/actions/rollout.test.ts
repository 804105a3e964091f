import type { JsonObject } from '#kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failure, isRolledOut, planAndRun, testCluster, type TestCluster, until } from '../testing.ts';
import { rolloutHistory } from './rollout-history.ts';
import { rolloutStatus } from './rollout-status.ts';
import { rolloutUndo } from './rollout-undo.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 20_000 });

let cluster: TestCluster;

afterEach(() => cluster.close());

const imageOf = (name: string, kind = 'Deployment') => {
  const spec = cluster.sandbox.find(kind, 'shop', name)?.['spec'] as { template: { spec: { containers: { image: string }[] } } };
  return spec.template.spec.containers[0]?.image;
};

const revisionOf = (name: string) => {
  const metadata = cluster.sandbox.find('Deployment', 'shop', name)?.['metadata'] as { annotations?: Record<string, string> };
  return metadata.annotations?.['deployment.kubernetes.io/revision'];
};

/** A new image, rolled out. */
async function deploy(name: string, image: string, kind = 'Deployment', more: JsonObject = {}): Promise<void> {
  await cluster.change(`/apis/apps/v1/namespaces/shop/${kind.toLowerCase()}s/${name}`, {
    spec: { template: { spec: { containers: [{ name, image, ...more }] } } },
  });
  await until(() => isRolledOut(cluster.sandbox.find(kind, 'shop', name)), `${name} to run ${image}`);
}

describe('rollout status', () => {
  it('says that it is done, and with how many pods', async () => {
    cluster = await testCluster();
    const mark = cluster.sandbox.requests.length;

    const { output } = await planAndRun(rolloutStatus, { name: 'web-app' }, cluster.context());

    expect(output).toMatchObject({ kind: 'Deployment', done: true, ready: 3, wanted: 3, trouble: [] });
    expect(cluster.writesAfter(mark)).toEqual([]);
  });

  it('names the pods that are not well', async () => {
    cluster = await testCluster();
    await until(
      () => JSON.stringify(cluster.sandbox.find('Deployment', 'staging', 'invoice')?.['status']).includes('unavailableReplicas'),
      'the failing pod',
    );

    const { output } = await planAndRun(rolloutStatus, { name: 'invoice', namespace: 'staging' }, cluster.context());

    expect(output.done).toBe(false);
    expect(output.message).toContain('0/1 ready');
  });
});

describe('rollout history', () => {
  it('lists revisions with their images, the current one marked', async () => {
    cluster = await testCluster();
    await deploy('web-app', 'acme/web-app:1.9.0');

    const { output } = await planAndRun(rolloutHistory, { name: 'web-app' }, cluster.context());

    expect(output.revisions).toMatchObject([
      { revision: 1, current: false, images: 'acme/web-app:1.8.2' },
      { revision: 2, current: true, images: 'acme/web-app:1.9.0' },
    ]);
    expect(rolloutHistory.render?.(output, { name: 'web-app' })?.table?.rows[1]?.[0]).toBe('2 (current)');
  });
});

describe('planning an undo', () => {
  it('shows the difference between the templates and writes nothing', async () => {
    cluster = await testCluster();
    await deploy('web-app', 'acme/web-app:1.9.0', 'Deployment', { env: [{ name: 'DB_PASSWORD', value: 'hunter2' }] });
    const mark = cluster.sandbox.requests.length;

    const preview = await rolloutUndo.preview(rolloutUndo.input.parse({ name: 'web-app' }), cluster.context());

    expect(preview.input).toMatchObject({ name: 'web-app', kind: 'Deployment', revision: 1, currentRevision: 2 });
    expect(preview.diff[0]).toBe('~ web-app  revision  2 -> 1');
    expect(preview.diff).toContain('~ containers.web-app.image  acme/web-app:1.9.0 -> acme/web-app:1.8.2');
    expect(preview.diff.join('\n')).not.toContain('hunter2');
    expect(preview.command).toEqual(['kubectl', 'rollout', 'undo', 'deployment/web-app', '--to-revision=1', '-n', 'shop']);
    expect(preview.undo).toBe('roll Deployment web-app back to revision 2');
    expect(cluster.writesAfter(mark)).toEqual([]);
  });

  it('is refused where there is nothing to go back to, or no such revision, or it is paused', async () => {
    cluster = await testCluster();
    const plan = (more: JsonObject) =>
      failure(rolloutUndo.preview(rolloutUndo.input.parse({ name: 'web-app', ...more }), cluster.context()));

    expect(await plan({})).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('no revision before 1') });
    expect(await plan({ revision: 7 })).toMatchObject({ code: 'NOT_FOUND', hint: expect.stringContaining('There are: 1') });
    expect(await plan({ revision: 1 })).toMatchObject({ code: 'CONFLICT' });
    cluster.sandbox.patch('Deployment', 'shop', 'web-app', { spec: { paused: true } });
    expect(await plan({})).toMatchObject({ code: 'CONFLICT', hint: expect.stringContaining('rollout resume') });
  });
});

describe('undoing a rollout', () => {
  it('puts the template back once, under its key, and can be undone itself', async () => {
    cluster = await testCluster();
    await deploy('web-app', 'acme/web-app:1.9.0');
    const context = cluster.context({ key: 'R-u/1' });

    const { bound, output } = await planAndRun(rolloutUndo, { name: 'web-app' }, context);
    const verified = await rolloutUndo.verify?.(bound, output, context);
    const back = rolloutUndo.undo?.(bound, output);

    expect(imageOf('web-app')).toBe('acme/web-app:1.8.2');
    expect(output).toMatchObject({ from: 2, to: 1, images: 'acme/web-app:1.8.2' });
    expect(verified).toEqual({ ok: true, message: '3/3 ready' });
    expect(cluster.effects()).toEqual(['web-app R-u/1']);
    expect(await rolloutUndo.find?.(bound, context)).toMatchObject({ from: 2, to: 1 });
    expect(JSON.stringify(cluster.sandbox.find('Deployment', 'shop', 'web-app')?.['spec'])).not.toContain('pod-template-hash');

    await planAndRun(rolloutUndo, back?.input ?? {}, cluster.context({ key: 'R-v/1' }));
    expect(imageOf('web-app')).toBe('acme/web-app:1.9.0');
  });

  it('goes to the revision that was named', async () => {
    cluster = await testCluster();
    await deploy('web-app', 'acme/web-app:1.9.0');
    await deploy('web-app', 'acme/web-app:2.0.0');

    await planAndRun(rolloutUndo, { name: 'web-app', revision: 1 }, cluster.context());

    expect(imageOf('web-app')).toBe('acme/web-app:1.8.2');
  });

  it('works for a StatefulSet', async () => {
    cluster = await testCluster({ waitFor: ['StatefulSet', 'shop', 'postgres'] });
    await deploy('postgres', 'postgres:17.1', 'StatefulSet');
    const context = cluster.context();

    const { bound, output } = await planAndRun(rolloutUndo, { name: 'postgres' }, context);

    expect(imageOf('postgres', 'StatefulSet')).toBe('postgres:16.4');
    expect(await rolloutUndo.verify?.(bound, output, context)).toMatchObject({ ok: true });
    expect(cluster.effects()).toHaveLength(1);
  });

  it('stops when another rollout came in between', async () => {
    cluster = await testCluster();
    await deploy('web-app', 'acme/web-app:1.9.0');
    const context = cluster.context();
    const preview = await rolloutUndo.preview(rolloutUndo.input.parse({ name: 'web-app' }), context);
    await deploy('web-app', 'acme/web-app:2.0.0');

    const error = await failure(rolloutUndo.run(rolloutUndo.input.parse(preview.input), context));

    expect(error).toMatchObject({ code: 'PLAN_STALE', message: expect.stringContaining('revision 2 → 3') });
    expect(cluster.effects()).toEqual([]);
  });

  it.each(['error-after', 'cut-after'] as const)('is found after %s, and made once', async (kind) => {
    cluster = await testCluster();
    await deploy('web-app', 'acme/web-app:1.9.0');
    const context = cluster.context();
    const preview = await rolloutUndo.preview(rolloutUndo.input.parse({ name: 'web-app' }), context);
    const bound = rolloutUndo.input.parse(preview.input);
    cluster.sandbox.faults.add({ kind, method: 'PATCH', path: '/deployments/web-app' });

    const error = await failure(rolloutUndo.run(bound, context));
    const again = await rolloutUndo.run(bound, context);

    expect(error.details['unclear']).toBe(true);
    expect(await rolloutUndo.find?.(bound, context)).toMatchObject({ from: 2, to: 1 });
    expect(again).toMatchObject({ from: 2, to: 1 });
    expect(cluster.effects()).toHaveLength(1);
  });

  it('to a revision that crashes is not called done', async () => {
    cluster = await testCluster();
    await cluster.change('/apis/apps/v1/namespaces/shop/deployments/web-app', {
      spec: { template: { spec: { containers: [{ name: 'web-app', image: 'acme/web-app:crash' }] } } },
    });
    await until(() => revisionOf('web-app') === '2', 'the bad revision');
    await deploy('web-app', 'acme/web-app:2.0.0');
    const context = cluster.context();

    const { bound, output } = await planAndRun(rolloutUndo, { name: 'web-app', revision: 2 }, context);
    const verified = await rolloutUndo.verify?.(bound, output, { ...context, signal: AbortSignal.timeout(1500) });

    expect(verified).toMatchObject({ ok: false, message: expect.stringMatching(/web-app-\S+: CrashLoopBackOff/) });
  });

  it('is destructive where production has no ready pod in between, and says that a StatefulSet keeps data', async () => {
    cluster = await testCluster({ waitFor: ['StatefulSet', 'shop', 'postgres'] });
    await deploy('postgres', 'postgres:17.1', 'StatefulSet');
    await cluster.change('/apis/apps/v1/namespaces/shop/statefulsets/postgres', { spec: { replicas: 1 } });
    await until(() => isRolledOut(cluster.sandbox.find('StatefulSet', 'shop', 'postgres')), 'one pod');

    const preview = await rolloutUndo.preview(rolloutUndo.input.parse({ name: 'postgres' }), cluster.context());
    const rate = (production: boolean) =>
      rolloutUndo.safety(rolloutUndo.input.parse(preview.input), { live: preview.facts, environment: { name: 'e', production } });

    expect(preview.facts).toMatchObject({ podsTouched: 1, readyPods: 1, away: 'StatefulSet postgres', stateful: 'postgres' });
    expect([rate(true).level, rate(false).level]).toEqual(['destructive', 'moderate']);
  });
});
