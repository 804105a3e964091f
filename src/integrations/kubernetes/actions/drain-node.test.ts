import { begun, type JsonObject } from '#kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { evictPods } from '../drain.ts';
import { Pod } from '../schema.ts';
import { partPods } from '../node-pods.ts';
import { matches } from '../budgets.ts';
import { failure, planAndRun, testCluster, type TestCluster, until } from '../testing.ts';
import { drainNode } from './drain-node.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 20_000 });

let cluster: TestCluster;

afterEach(() => cluster.close());

const node = 'node-2';
const input = (more: JsonObject = {}) => drainNode.input.parse({ name: node, ...more });

async function podsOn(name = node): Promise<Pod[]> {
  const api = await cluster.client.cluster();
  const pods = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };
  const { items } = await api.list(pods, { fieldSelector: `spec.nodeName=${name}` }, AbortSignal.timeout(5000));
  return items.map((item) => Pod.parse(item));
}

/** Drainable ones, by name without their suffix. */
const evictable = async () => partPods(await podsOn()).leaving.map(({ title }) => title);

async function addPod(name: string, spec: JsonObject = {}, metadata: JsonObject = {}): Promise<void> {
  await cluster.create('/api/v1/namespaces/shop/pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...metadata },
    spec: { nodeName: node, containers: [{ name: 'app', image: 'acme/tool:1' }], ...spec },
  });
  await until(() => JSON.stringify(cluster.sandbox.find('Pod', 'shop', name)?.['status']).includes('Running'), `${name} to run`);
}

async function start(): Promise<void> {
  cluster = await testCluster({ waitFor: ['Deployment', 'production', 'orders'] });
  await until(
    () => JSON.stringify(cluster.sandbox.find('PodDisruptionBudget', 'production', 'orders')?.['status']).includes('"expectedPods":3'),
    'the budget',
  );
}

/** A budget that holds the pods with this label, all of them. */
const budget = (name: string, app: string): JsonObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec: { minAvailable: 1, selector: { matchLabels: { app } } },
});
const budgets = '/apis/policy/v1/namespaces/shop/poddisruptionbudgets';

describe('planning a drain', () => {
  it('names each pod that leaves, stays, is lost or has to wait, by dry runs only', async () => {
    await start();
    await addPod('lonely');
    await addPod(
      'cache',
      { volumes: [{ name: 'scratch', emptyDir: {} }] },
      { ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'u', controller: true }] },
    );
    await addPod('mirror', {}, { annotations: { 'kubernetes.io/config.mirror': 'x' } });
    await addPod('held', {}, { labels: { app: 'held' } });
    await cluster.create(budgets, budget('keep', 'held'));
    await until(
      () => JSON.stringify(cluster.sandbox.find('PodDisruptionBudget', 'shop', 'keep')?.['status']).includes('"currentHealthy":1'),
      'the budget',
    );
    const mark = cluster.sandbox.requests.length;

    const preview = await drainNode.preview(input(), cluster.context());
    const { level, reasons } = drainNode.safety(input(preview.input), { live: preview.facts });
    const diff = preview.diff.join('\n');

    expect(preview.diff[0]).toBe('~ node-2  new pods  allowed -> refused');
    expect(preview.diff).toContain('- Pod shop/lonely  evicted; nobody makes it again');
    expect(preview.diff).toContain('- Pod shop/cache  evicted; the data of its emptyDir scratch is lost');
    expect(preview.diff).toContain(
      '- Pod shop/held  evicted; nobody makes it again; has to wait: the budget keep needs 1 healthy pod and has 1',
    );
    expect(diff).toMatch(/ {2}Pod kube-system\/log-agent-\S+ {2}stays: it belongs to the DaemonSet log-agent/);
    expect(preview.diff).toContain('  Pod shop/mirror  stays: the node itself makes it (static pod)');
    expect(preview.diff.at(-1)).toMatch(/worked out from what is there now: a drain has no dry run; (\d+) of \1 evictions tried with one/);
    expect(preview.input['losing']).toEqual(expect.arrayContaining(['shop/cache', 'shop/held', 'shop/lonely']));
    expect(level).toBe('destructive');
    expect(reasons.join('\n')).toMatch(/pods of node-2 have to leave\n3 pods of them nobody makes again[^]*held by disruption budgets/);
    expect(preview.undo).toContain('uncordon Node node-2');
    expect(
      cluster.sandbox.requests
        .slice(mark)
        .filter(({ path }) => path.includes('/eviction'))
        .every(({ dryRun }) => dryRun),
    ).toBe(true);
    expect(cluster.writesAfter(mark)).toEqual([]);
  });

  it('says of which workload no ready pod is left meanwhile', async () => {
    await start();
    const search = (await Promise.all(['node-1', 'node-2', 'node-3'].map((name) => podsOn(name))))
      .flat()
      .find(({ metadata }) => metadata.name.startsWith('search-'));
    const name = search?.spec.nodeName ?? '';

    const preview = await drainNode.preview(input({ name }), cluster.context());

    expect(preview.facts['emptied']).toContain('Deployment shop/search');
    expect(preview.facts['emptied']).not.toContain('Deployment production/web-app');
    expect(drainNode.safety(input(preview.input), { live: preview.facts }).reasons.join()).toContain('no ready pod is left meanwhile of');
  });

  it('is refused for nothing and to who may not', async () => {
    cluster = await testCluster();
    expect((await failure(drainNode.preview(input({ name: 'node-22' }), cluster.context()))).hint).toContain('node-2');
    await cluster.close();
    cluster = await testCluster({ user: 'viewer' });
    expect((await failure(drainNode.preview(input(), cluster.context()))).code).toBe('FORBIDDEN');
  });

  it('without anything known is destructive', async () => {
    cluster = await testCluster();

    expect(drainNode.safety(input(), {}).level).toBe('destructive');
  });
});

describe('draining', () => {
  it('cordons once, evicts all but those that stay, waits until they are gone, and is put back by an uncordon', async () => {
    await start();
    cluster.sandbox.patch('PodDisruptionBudget', 'production', 'orders', { spec: { minAvailable: 1 } });
    const before = await evictable();
    const context = cluster.context({ key: 'R-1/1' });

    const { bound, output } = await planAndRun(drainNode, { name: node }, context);
    const verified = await drainNode.verify?.(bound, output, context);

    expect(before.length).toBeGreaterThan(3);
    expect(output.evicted.toSorted()).toEqual(before.toSorted());
    expect(output.remaining).toEqual([]);
    expect(verified).toEqual({ ok: true, message: 'empty but for 1 pod of DaemonSets or of the node itself' });
    expect((await podsOn()).map(({ metadata }) => metadata.namespace)).toEqual(['kube-system']);
    expect(cluster.effects()).toEqual(['node-2 R-1/1']);
    expect(await drainNode.find?.(bound, context)).toBeDefined();
    expect(await drainNode.find?.(bound, cluster.context({ key: 'R-2/1' }))).toBeUndefined();
    expect(drainNode.undo?.(bound, output)).toEqual({ action: 'kubernetes.node.uncordon', input: { name: node, cluster: 'demo' } });
  });

  it('leaves a node cordoned that was so before', async () => {
    await start();
    cluster.sandbox.patch('Node', '', node, { spec: { unschedulable: true } });
    cluster.sandbox.patch('PodDisruptionBudget', 'production', 'orders', { spec: { minAvailable: 0 } });

    const { bound, output, preview } = await planAndRun(drainNode, { name: node }, cluster.context());

    expect(preview.diff[0]).toBe('  node-2  new pods  refused (unchanged)');
    expect(drainNode.undo?.(bound, output).action).toBe('kubernetes.node.cordon');
  });

  it('waits for a budget, goes on when it allows more, and accounts for what did not leave', async () => {
    await start();
    await addPod('held', {}, { labels: { app: 'held' } });
    await addPod('freed', {}, { labels: { app: 'freed' } });
    await cluster.create(budgets, budget('keep', 'held'));
    await cluster.create(budgets, budget('soon', 'freed'));
    cluster.sandbox.patch('PodDisruptionBudget', 'production', 'orders', { spec: { minAvailable: 0 } });
    await until(
      () =>
        ['keep', 'soon'].every((name) =>
          JSON.stringify(cluster.sandbox.find('PodDisruptionBudget', 'shop', name)?.['status']).includes('"currentHealthy":1'),
        ),
      'the budgets',
    );
    const said: string[] = [];
    const progress = (text: string): void => {
      said.push(text);
      if (said.length === 1) cluster.sandbox.patch('PodDisruptionBudget', 'shop', 'soon', { spec: { minAvailable: 0 } });
    };
    cluster.sandbox.patch('Node', '', node, { spec: { unschedulable: true } });
    const api = await cluster.client.cluster();
    const options = { signal: AbortSignal.timeout(10_000), progress, everyMs: 20, mayLose: ['shop/held', 'shop/freed'] };

    const account = await evictPods(api, node, { ...options, waitMs: 800 });
    cluster.sandbox.patch('PodDisruptionBudget', 'shop', 'keep', { spec: { minAvailable: 0 } });
    await until(
      () => JSON.stringify(cluster.sandbox.find('PodDisruptionBudget', 'shop', 'keep')?.['status']).includes('"disruptionsAllowed":1'),
      'the budget',
    );
    const again = await evictPods(api, node, { ...options, waitMs: 800 });

    expect(account.remaining).toEqual([{ pod: 'shop/held', why: 'The disruption budget keep needs 1 healthy pods and has 1 currently' }]);
    expect(account.left).toContain('shop/freed');
    expect(said[0]).toMatch(/pods evicted; waiting for \d pods?, such as shop\/(held|freed): The disruption budget/);
    expect(again).toEqual({ left: ['shop/held'], remaining: [] });
  });

  it('ends with the account when its time is over, and verify says who stayed and why', async () => {
    await start();
    await addPod('held', {}, { labels: { app: 'held' } });
    await cluster.create(budgets, budget('keep', 'held'));
    cluster.sandbox.patch('PodDisruptionBudget', 'production', 'orders', { spec: { minAvailable: 0 } });
    await until(
      () => JSON.stringify(cluster.sandbox.find('PodDisruptionBudget', 'shop', 'keep')?.['status']).includes('"currentHealthy":1'),
      'the budget',
    );

    const context = cluster.context({ signal: AbortSignal.timeout(1500) });
    const { bound, output } = await planAndRun(drainNode, { name: node }, context);
    const verified = await drainNode.verify?.(bound, output, cluster.context());

    expect(output.remaining.map(({ pod }) => pod)).toEqual(['shop/held']);
    expect(verified).toEqual({
      ok: false,
      message:
        '1 pod did not leave: shop/held (The disruption budget keep needs 1 healthy pods and has 1 currently). Drain it again to go on',
    });
  });

  it('leaves alone what would be lost and was not planned, and is stale where it is known before', async () => {
    await start();
    const context = cluster.context();
    const preview = await drainNode.preview(input(), context);
    await addPod('late');
    const again = await drainNode.preview(input(preview.input), context);

    expect(preview.precondition['losses that were not planned']).toEqual([]);
    expect(again.precondition['losses that were not planned']).toEqual(['shop/late']);
    expect((await failure(drainNode.run(input(preview.input), context))).code).toBe('PLAN_STALE');
    expect(cluster.effects()).toEqual([]);
    const account = await evictPods(await cluster.client.cluster(), node, { ...context, everyMs: 5, waitMs: 1, mayLose: [] });
    expect(account.remaining).toContainEqual({ pod: 'shop/late', why: 'nobody makes it again, and it was not part of the plan' });
  });

  it('goes on after it was refused half-way, with the same key, and evicts nobody twice', async () => {
    await start();
    cluster.sandbox.patch('PodDisruptionBudget', 'production', 'orders', { spec: { minAvailable: 0 } });
    const before = await evictable();
    const context = cluster.context({ key: 'R-1/1' });
    const preview = await drainNode.preview(input(), context);
    const bound = input(preview.input);
    cluster.sandbox.faults.add({ kind: 'forbidden', method: 'POST', path: '/eviction', times: 1 });

    const error = await failure(drainNode.run(bound, context));
    const found = await drainNode.find?.(bound, context);
    const now = await drainNode.preview(bound, context);
    await drainNode.run(bound, context);

    expect(error.code).toBe('FORBIDDEN');
    expect(error.message).toMatch(/evicted: .*still there when last seen:/);
    expect(error.hint).toContain('asking again goes on from here');
    expect(found).toBe(begun);
    expect(now.precondition).toEqual(preview.precondition);
    expect(cluster.effects()).toEqual(['node-2 R-1/1']);
    const evictions = cluster.sandbox.requests.filter(
      ({ path, dryRun, status }) => path.includes('/eviction') && !dryRun && status === 201,
    );
    expect(evictions).toHaveLength(before.length);
  });

  it('bears a server that is away for a moment, and ends with the account where it stays away', async () => {
    await start();
    cluster.sandbox.patch('PodDisruptionBudget', 'production', 'orders', { spec: { minAvailable: 0 } });
    cluster.sandbox.patch('Node', '', node, { spec: { unschedulable: true } });
    const before = await evictable();
    const api = await cluster.client.cluster();
    const options = { ...cluster.context(), everyMs: 5, waitMs: 10_000, mayLose: [] };
    cluster.sandbox.faults.add({ kind: 'cut', method: 'POST', path: '/eviction', times: 1000 });

    const error = await failure(evictPods(api, node, options));
    cluster.sandbox.faults.clear();
    cluster.sandbox.faults.add({ kind: 'cut', method: 'POST', path: '/eviction', times: 2 });
    const account = await evictPods(api, node, options);

    expect(error).toMatchObject({ code: 'REMOTE_UNAVAILABLE', details: { evicted: [] } });
    expect((error.details['remaining'] as string[]).toSorted()).toEqual(before.toSorted());
    expect(account).toEqual({ left: before.toSorted(), remaining: [] });
  });

  it('takes a rate limit for what it is: it asks again', async () => {
    await start();
    cluster.sandbox.patch('PodDisruptionBudget', 'production', 'orders', { spec: { minAvailable: 0 } });
    cluster.sandbox.faults.add({ kind: 'limited', method: 'POST', path: '/eviction', times: 2 });

    const account = await evictPods(await cluster.client.cluster(), node, { ...cluster.context(), everyMs: 10, waitMs: 3000, mayLose: [] });

    expect(account.remaining).toEqual([]);
    expect(account.left.length).toBeGreaterThan(3);
  });
});

describe('a selector of a budget', () => {
  it.each([
    [{}, true],
    [{ matchLabels: { app: 'web' } }, true],
    [{ matchLabels: { app: 'cart' } }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'cart'] }] }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
    [{ matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, true],
    [{ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, false],
  ])('%j holds a pod with app=web: %s', (selector, holds) => {
    expect(matches(selector, { app: 'web' })).toBe(holds);
  });
});
