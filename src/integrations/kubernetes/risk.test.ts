import { describe, expect, it } from 'vitest';
import type { Budget } from './budgets.ts';
import { resourceOf } from './resources.ts';
import { isOutage, riskOfRollout, riskOfScale, riskReasons } from './risk.ts';
import { Workload } from './schema.ts';
import type { FoundWorkload, WorkloadKind } from './workloads.ts';

function workload(kind: WorkloadKind, replicas: number, ready: number, spec: object = {}, metadata: object = {}): FoundWorkload {
  const raw = {
    metadata: { name: 'app', namespace: 'shop', ...metadata },
    spec: { replicas, template: { metadata: { labels: { app: 'app' } } }, ...spec },
    status: { readyReplicas: ready, numberReady: ready, desiredNumberScheduled: replicas },
  };
  return { kind, name: 'app', namespace: 'shop', resource: resourceOf(kind), object: Workload.parse(raw), raw: {} };
}

const budget = (needed: number): Budget => ({
  name: 'keep',
  namespace: 'shop',
  allowed: 0,
  needed,
  healthy: 3,
  selector: { matchLabels: { app: 'app' } },
});

describe('the risk of a rollout', () => {
  it.each([
    ['one replica that is replaced before it goes', workload('Deployment', 1, 1), false],
    ['four of which one may be away', workload('Deployment', 4, 4), false],
    ['the only ready one of four, of which one may be away', workload('Deployment', 4, 1), true],
    ['all at once', workload('Deployment', 3, 3, { strategy: { type: 'Recreate' } }), true],
    ['one that may be away', workload('Deployment', 1, 1, { strategy: { rollingUpdate: { maxUnavailable: 1 } } }), true],
    ['one pod of a StatefulSet', workload('StatefulSet', 1, 1), true],
    ['two pods of a StatefulSet', workload('StatefulSet', 2, 2), false],
    ['a DaemonSet on three nodes', workload('DaemonSet', 3, 3), false],
    ['a DaemonSet on one node', workload('DaemonSet', 1, 1), true],
    ['nothing that is ready anyway', workload('Deployment', 3, 0, { strategy: { type: 'Recreate' } }), false],
  ])('%s', (_, one, isAway) => {
    expect('away' in riskOfRollout([one], [])).toBe(isAway);
  });

  it('compares what is left in between with the budgets of its pods', () => {
    const four = workload('Deployment', 4, 4);
    const elsewhere = { ...budget(9), namespace: 'other' };
    const others = { ...budget(9), selector: { matchLabels: { app: 'other' } } };

    expect(riskOfRollout([four], [budget(3), elsewhere, others])).not.toHaveProperty('budgets');
    expect(riskOfRollout([four], [budget(4)])).toMatchObject({ budgets: 'keep (needs 4 healthy pods)' });
  });

  it('adds up the pods of several', () => {
    expect(riskOfRollout([workload('Deployment', 4, 3), workload('StatefulSet', 2, 2)], [])).toMatchObject({
      podsTouched: 6,
      readyPods: 5,
      stateful: 'app',
    });
  });

  it('tells what is being deleted, with what it waits for', () => {
    const deleting = workload('Deployment', 1, 1, {}, { deletionTimestamp: '2026-11-22T10:00:00Z', finalizers: ['a/b\u202e', 'c/d'] });

    expect(riskOfRollout([deleting], [])).toMatchObject({ deleting: 'Deployment app (a/b, c/d)' });
    expect(riskReasons({ deleting: 'Deployment app (a/b)' }, undefined)[0]).toContain('waits for its finalizers: Deployment app (a/b)');
  });
});

describe('the risk of a scale', () => {
  it('is about fewer pods than a budget needs, and only downwards', () => {
    expect(riskOfScale(workload('Deployment', 4, 4), 2, [budget(3)])).toMatchObject({ podsTouched: 2, budgets: expect.any(String) });
    expect(riskOfScale(workload('Deployment', 4, 4), 3, [budget(3)])).not.toHaveProperty('budgets');
    expect(riskOfScale(workload('Deployment', 1, 1), 2, [budget(3)])).not.toHaveProperty('budgets');
  });
});

it('is an outage in production only', () => {
  const production = { name: 'p', production: true };

  expect(isOutage({ away: 'x' }, production)).toBe(true);
  expect(isOutage({ budgets: 'x' }, production)).toBe(true);
  expect(isOutage({ stateful: 'x' }, production)).toBe(false);
  expect(isOutage({ away: 'x' }, undefined)).toBe(false);
});
