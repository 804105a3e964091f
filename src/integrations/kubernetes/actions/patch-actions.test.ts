import type { Action, JsonObject } from '#kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { KubernetesClient } from '../connect.ts';
import { valueAt } from '../objects.ts';
import { Workload } from '../schema.ts';
import { failure, planAndRun, testCluster, type TestCluster } from '../testing.ts';
import { cordonNode, uncordonNode } from './cordon-node.ts';
import { pauseRollout, resumeRollout } from './pause-rollout.ts';
import { setImage } from './set-image.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 20_000 });

let cluster: TestCluster;

afterEach(() => cluster.close());

const node = 'node-2';

interface Case {
  // oxlint-disable-next-line no-explicit-any -- a table of actions with different inputs
  action: Action<KubernetesClient, any, any>;
  input: () => JsonObject;
  find: () => JsonObject | undefined;
  path: string[];
  value: unknown;
  /** The action and value that the way back leads to. */
  back: { action: string; value: unknown };
  diff: string;
}

const webApp = () => cluster.sandbox.find('Deployment', 'shop', 'web-app');
const containers = () => Workload.parse(webApp()).spec.template?.spec?.containers ?? [];
const cases: Record<string, Case> = {
  'kubernetes.node.cordon': {
    action: cordonNode,
    input: () => ({ name: node }),
    find: () => cluster.sandbox.find('Node', '', node),
    path: ['spec', 'unschedulable'],
    value: true,
    back: { action: 'kubernetes.node.uncordon', value: undefined },
    diff: 'new pods  allowed -> refused',
  },
  'kubernetes.rollout.pause': {
    action: pauseRollout,
    input: () => ({ name: 'web-app' }),
    find: webApp,
    path: ['spec', 'paused'],
    value: true,
    back: { action: 'kubernetes.rollout.resume', value: undefined },
    diff: 'rollout  active -> paused',
  },
  'kubernetes.deployment.setImage': {
    action: setImage,
    input: () => ({ name: 'web-app', image: 'registry.example:5000/shop/web-app:9.9.9' }),
    find: () => webApp(),
    path: [],
    value: undefined,
    back: { action: 'kubernetes.deployment.setImage', value: undefined },
    diff: '-> registry.example:5000/shop/web-app:9.9.9',
  },
};
const named = Object.entries(cases);

describe.each(named)('%s', (id, { action, input, find, path, value, back, diff }) => {
  it('shows the change by a dry run and writes nothing', async () => {
    cluster = await testCluster();
    const mark = cluster.sandbox.requests.length;

    const preview = await action.preview(action.input.parse(input()), cluster.context());

    expect(action.id).toBe(id);
    expect(preview.diff.join('\n')).toContain(diff);
    expect(preview.undo).toEqual(expect.any(String));
    expect(preview.precondition['uid']).toEqual(expect.any(String));
    expect(cluster.sandbox.requests.slice(mark).some(({ dryRun }) => dryRun)).toBe(true);
    expect(cluster.writesAfter(mark)).toEqual([]);
  });

  it('makes it once for a key, reads it back, finds it again, and knows the way back', async () => {
    cluster = await testCluster();
    const context = cluster.context({ key: 'R-1/1' });

    const { bound, output } = await planAndRun(action, input(), context);
    await action.run(bound, context);

    expect(cluster.effects()).toHaveLength(1);
    if (value !== undefined) expect(valueAt(find(), path)).toBe(value);
    expect(await action.verify?.(bound, output, context)).toMatchObject({ ok: true });
    expect(await action.find?.(bound, context)).toBeDefined();
    expect(await action.find?.(bound, cluster.context({ key: 'R-2/1' }))).toBeUndefined();
    expect(action.undo?.(bound, output)).toMatchObject({ action: back.action });
  });
});

describe('the way back', () => {
  it('leads through the other action to where it was', async () => {
    cluster = await testCluster();
    const cordon = await planAndRun(cordonNode, { name: node }, cluster.context({ key: 'R-1/1' }));
    const pause = await planAndRun(pauseRollout, { name: 'web-app' }, cluster.context({ key: 'R-1/2' }));

    await planAndRun(uncordonNode, cordonNode.undo?.(cordon.bound, cordon.output).input ?? {}, cluster.context({ key: 'R-2/1' }));
    await planAndRun(resumeRollout, pauseRollout.undo?.(pause.bound, pause.output).input ?? {}, cluster.context({ key: 'R-2/2' }));

    expect(valueAt(cluster.sandbox.find('Node', '', node), ['spec', 'unschedulable'])).toBeUndefined();
    expect(valueAt(webApp(), ['spec', 'paused'])).toBeUndefined();
  });

  it('of an image is the image before', async () => {
    cluster = await testCluster();
    const [image] = containers().map((one) => one.image);

    const { bound, output } = await planAndRun(setImage, { name: 'web-app', image: 'shop/web-app:2' }, cluster.context());

    expect(setImage.undo?.(bound, output).input).toMatchObject({ name: 'web-app', image });
  });
});

describe('what is refused', () => {
  it('a node, a deployment, a container that is not there', async () => {
    cluster = await testCluster();
    const context = cluster.context();

    expect((await failure(cordonNode.preview({ name: 'node-99' }, context))).code).toBe('NOT_FOUND');
    expect((await failure(pauseRollout.preview({ name: 'web-ap' }, context))).hint).toContain('web-app');
    expect((await failure(setImage.preview({ name: 'web-app', image: 'x:1', container: 'nope' }, context))).hint).toContain(
      'Its containers',
    );
  });

  it('a change made by somebody else in between', async () => {
    cluster = await testCluster();
    const context = cluster.context();
    const preview = await setImage.preview(setImage.input.parse({ name: 'web-app', image: 'shop/web-app:2' }), context);
    await cluster.change('/apis/apps/v1/namespaces/shop/deployments/web-app', {
      spec: { template: { spec: { containers: [{ name: containers()[0]?.name ?? '', image: 'shop/web-app:3' }] } } },
    });

    const again = await setImage.preview(setImage.input.parse(preview.input), context);

    expect(again.precondition).not.toEqual(preview.precondition);
  });
});

describe('what a new image is weighed by and checked for', () => {
  it('counts the pods that are replaced, and is destructive where production has none in between', async () => {
    cluster = await testCluster({ waitFor: ['DaemonSet', 'kube-system', 'log-agent'] });
    const production = { name: 'production', production: true };
    const rate = async (more: JsonObject) => {
      const preview = await setImage.preview(setImage.input.parse({ image: 'acme/x:2', ...more }), cluster.context());
      return setImage.safety(setImage.input.parse(preview.input), { live: preview.facts, environment: production });
    };
    cluster.sandbox.patch('Deployment', 'shop', 'cart', { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } });

    expect(await rate({ name: 'log-agent', namespace: 'kube-system' })).toMatchObject({
      level: 'moderate',
      reasons: expect.arrayContaining(['replaces 3 pods']),
    });
    expect(await rate({ name: 'cart' })).toMatchObject({ level: 'destructive' });
  });

  it('that crashes is not called done', async () => {
    cluster = await testCluster();
    const context = cluster.context();
    const { bound, output } = await planAndRun(setImage, { name: 'web-app', image: 'acme/web-app:crash' }, context);

    const verified = await setImage.verify?.(bound, output, { ...context, signal: AbortSignal.timeout(1500) });

    expect(verified).toMatchObject({ ok: false, message: expect.stringMatching(/web-app-\S+: CrashLoopBackOff/) });
  });

  it('that was held and crashes when it is resumed is not called done either', async () => {
    cluster = await testCluster();
    await planAndRun(pauseRollout, { name: 'web-app' }, cluster.context({ key: 'R-1/1' }));
    await cluster.change('/apis/apps/v1/namespaces/shop/deployments/web-app', {
      spec: { template: { spec: { containers: [{ name: 'web-app', image: 'acme/web-app:crash' }] } } },
    });
    const context = cluster.context({ key: 'R-2/1' });
    const { bound, output } = await planAndRun(resumeRollout, { name: 'web-app' }, context);

    const verified = await resumeRollout.verify?.(bound, output, { ...context, signal: AbortSignal.timeout(1500) });

    expect(verified).toMatchObject({ ok: false, message: expect.stringMatching(/web-app-\S+: CrashLoopBackOff/) });
  });
});
