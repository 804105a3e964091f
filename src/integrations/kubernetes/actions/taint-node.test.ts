import type { JsonObject } from '#kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { valueAt } from '../objects.ts';
import { Pod } from '../schema.ts';
import { tolerates } from '../taints.ts';
import { failure, planAndRun, testCluster, type TestCluster, until } from '../testing.ts';
import { taintNode } from './taint-node.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 20_000 });

let cluster: TestCluster;

afterEach(() => cluster.close());

const input = (taint: string, more: JsonObject = {}) => taintNode.input.parse({ name: 'node-2', taint, ...more });
const taints = () => valueAt(cluster.sandbox.find('Node', '', 'node-2'), ['spec', 'taints']);
const other: JsonObject = { key: 'disk', value: 'slow', effect: 'PreferNoSchedule' };

describe('planning a taint', () => {
  it('shows it by a dry run and writes nothing', async () => {
    cluster = await testCluster();
    const mark = cluster.sandbox.requests.length;

    const preview = await taintNode.preview(input('dedicated=ml:NoSchedule'), cluster.context());

    expect(preview).toMatchObject({
      description: 'taint Node node-2 with dedicated=ml:NoSchedule',
      diff: ['~ node-2  taint  none -> dedicated=ml:NoSchedule'],
      command: ['kubectl', 'taint', 'node', 'node-2', '--overwrite', 'dedicated=ml:NoSchedule'],
      undo: 'take the taint off Node node-2 again',
    });
    expect(taintNode.safety(input('dedicated=ml:NoSchedule'), { live: preview.facts }).level).toBe('moderate');
    expect(cluster.sandbox.requests.slice(mark).some(({ dryRun }) => dryRun)).toBe(true);
    expect(cluster.writesAfter(mark)).toEqual([]);
  });

  it('that drives pods away is destructive, counts them, names them, and says who does not come back', async () => {
    cluster = await testCluster({ waitFor: ['DaemonSet', 'kube-system', 'log-agent'] });
    const spec = { nodeName: 'node-2', containers: [{ name: 'app', image: 'acme/tool:1' }] };
    const tolerations = [{ key: 'dedicated', operator: 'Exists' }];
    await cluster.create('/api/v1/namespaces/shop/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lonely' }, spec });
    await cluster.create('/api/v1/namespaces/shop/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'patient' },
      spec: { ...spec, tolerations },
    });

    const preview = await taintNode.preview(input('dedicated=ml:NoExecute'), cluster.context());
    const { level, reasons } = taintNode.safety(input('dedicated=ml:NoExecute'), { live: preview.facts });

    expect(level).toBe('destructive');
    expect(reasons[0]).toContain(`drives ${String(preview.facts['podsTouched'])} pods off the node`);
    expect(reasons[1]).toBe('1 pod of them nobody makes again');
    expect(preview.diff).toContain('- Pod shop/lonely  leaves the node, and nobody makes it again');
    expect(preview.diff.join('\n')).toContain('kube-system/log-agent-');
    expect(preview.diff.join('\n')).not.toContain('patient');
    expect(taintNode.safety(input('dedicated=ml:NoExecute'), {}).level).toBe('destructive');
  });

  it('is refused without an effect, where several would go, for nothing, and to who may not', async () => {
    cluster = await testCluster();
    const two = [
      { key: 'a', value: 'b', effect: 'NoSchedule' },
      { key: 'a', value: 'b', effect: 'NoExecute' },
    ];
    cluster.sandbox.patch('Node', '', 'node-2', { spec: { taints: two } });

    expect(await failure(taintNode.preview(input('a=b'), cluster.context()))).toMatchObject({
      code: 'INPUT_INVALID',
      hint: 'Say the effect: a=b:NoSchedule, a=b:PreferNoSchedule, a=b:NoExecute',
    });
    expect(await failure(taintNode.preview(input('a=b-'), cluster.context()))).toMatchObject({ code: 'AMBIGUOUS' });
    expect((await failure(taintNode.preview(input('a=b:NoSchedule', { name: 'node-22' }), cluster.context()))).hint).toContain('node-2');
    await cluster.close();
    cluster = await testCluster({ user: 'viewer' });
    expect((await failure(taintNode.preview(input('a=b:NoSchedule'), cluster.context()))).code).toBe('FORBIDDEN');
  });
});

describe('tainting', () => {
  it('is made once for a key, leaves other taints alone, is found again, and is taken off again', async () => {
    cluster = await testCluster();
    cluster.sandbox.patch('Node', '', 'node-2', { spec: { taints: [other] } });
    const context = cluster.context({ key: 'R-1/1' });

    const { bound, output } = await planAndRun(taintNode, { name: 'node-2', taint: 'dedicated=ml:NoSchedule' }, context);
    await taintNode.run(bound, context);
    const made = structuredClone(taints());
    const back = taintNode.undo?.(bound, output);
    await planAndRun(taintNode, back?.input ?? {}, cluster.context({ key: 'R-2/1' }));

    expect(made).toEqual([other, { key: 'dedicated', value: 'ml', effect: 'NoSchedule' }]);
    expect(await taintNode.find?.(bound, context)).toBeDefined();
    expect(await taintNode.find?.(bound, cluster.context({ key: 'R-3/1' }))).toBeUndefined();
    expect(back?.input).toMatchObject({ taint: 'dedicated=ml:NoSchedule-' });
    expect(taints()).toEqual([other]);
    expect(cluster.effects()).toEqual(['node-2 R-1/1', 'node-2 R-2/1']);
  });

  it.each([
    ['disk=fast:PreferNoSchedule', 'disk=slow:PreferNoSchedule'],
    ['disk:PreferNoSchedule-', 'disk=slow:PreferNoSchedule'],
    ['disk=slow-', 'disk=slow:PreferNoSchedule'],
  ])('with %s is put back to %s', async (taint, former) => {
    cluster = await testCluster();
    cluster.sandbox.patch('Node', '', 'node-2', { spec: { taints: [other] } });
    const context = cluster.context({ key: 'R-1/1' });

    const { bound, output } = await planAndRun(taintNode, { name: 'node-2', taint }, context);
    const changed = structuredClone(taints());
    const verified = await taintNode.verify?.(bound, output, context);
    await planAndRun(taintNode, taintNode.undo?.(bound, output).input ?? {}, cluster.context({ key: 'R-2/1' }));

    expect(changed).not.toEqual([other]);
    expect(verified?.ok).toBe(true);
    expect(taintNode.undo?.(bound, output).input).toMatchObject({ taint: former });
    expect(taints()).toEqual([other]);
  });

  it('keeps a taint that somebody put there between the look and the change', async () => {
    cluster = await testCluster();
    const context = cluster.context();
    const preview = await taintNode.preview(input('dedicated=ml:NoSchedule'), context);
    cluster.sandbox.faults.add({ kind: 'conflict', method: 'PATCH', path: '/nodes/node-2', times: 4 });

    const running = taintNode.run(taintNode.input.parse(preview.input), context);
    await until(() => cluster.sandbox.requests.some(({ status }) => status === 409), 'the first conflict');
    cluster.sandbox.patch('Node', '', 'node-2', { spec: { taints: [other] } });
    await running;

    expect(taints()).toEqual([other, { key: 'dedicated', value: 'ml', effect: 'NoSchedule' }]);
  });
});

describe('a toleration', () => {
  it.each([
    [{ operator: 'Exists' }, true],
    [{ key: 'a', value: 'b' }, true],
    [{ key: 'a', operator: 'Exists', effect: 'NoExecute' }, true],
    [{ key: 'a', value: 'c' }, false],
    [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }, false],
    [{ key: 'a', operator: 'Exists', tolerationSeconds: 30 }, false],
  ])('%j lets the pod stay: %s', (toleration, stays) => {
    const pod = Pod.parse({ metadata: { name: 'p' }, spec: { tolerations: [toleration] } });

    expect(tolerates(pod, { key: 'a', value: 'b', effect: 'NoExecute' })).toBe(stays);
  });
});
