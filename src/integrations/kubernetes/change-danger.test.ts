import type { JsonObject } from '#kit';
import { describe, expect, it } from 'vitest';
import { dangersOf } from './change-danger.ts';

const dangers = (kind: string, before: JsonObject | undefined, after: JsonObject | undefined) =>
  dangersOf({ kind, title: `${kind} x`, before, after });
const workload = (spec: JsonObject): JsonObject => ({
  metadata: { name: 'x' },
  spec: { replicas: 2, template: { image: 'a:1' }, ...spec },
});

describe('what makes a change dangerous', () => {
  it.each([
    ['no replicas are left', 'Deployment', workload({}), workload({ replicas: 0 }), 'stops Deployment x'],
    [
      'a service selects other pods',
      'Service',
      { spec: { selector: { app: 'x' } } },
      { spec: { selector: { app: 'nothing' } } },
      'sends the traffic of Service x to other pods',
    ],
    [
      'pods with data are replaced',
      'StatefulSet',
      workload({}),
      workload({ template: { image: 'a:2' } }),
      'replaces pods that hold data: StatefulSet x',
    ],
    [
      'all pods end before new ones start',
      'Deployment',
      workload({ strategy: { type: 'Recreate' } }),
      workload({ strategy: { type: 'Recreate' }, template: { image: 'a:2' } }),
      'ends all pods of Deployment x before new ones start',
    ],
    [
      'a finalizer goes',
      'PersistentVolumeClaim',
      { metadata: { finalizers: ['kubernetes.io/pvc-protection'] } },
      { metadata: {} },
      'takes finalizers of PersistentVolumeClaim x away: what they guard may be lost',
    ],
    [
      'an owner comes',
      'ConfigMap',
      { metadata: {} },
      { metadata: { ownerReferences: [{ uid: '1' }] } },
      'changes who owns ConfigMap x: it may be deleted with another object',
    ],
    ['it holds for the whole cluster', 'ClusterRole', { rules: [] }, { rules: [{}] }, 'ClusterRole x reaches further than one namespace'],
    [
      'it is new and holds for the whole cluster',
      'ValidatingWebhookConfiguration',
      undefined,
      {},
      'ValidatingWebhookConfiguration x reaches further than one namespace',
    ],
    ['it gives rights', 'RoleBinding', undefined, undefined, 'RoleBinding x says who may do what'],
    ['connections may be cut', 'NetworkPolicy', undefined, {}, 'NetworkPolicy x may cut connections of the pods that it selects'],
  ])('%s', (_what, kind, before, after, danger) => {
    expect(dangers(kind, before, after)).toEqual([danger]);
  });

  it.each([
    ['more replicas', 'Deployment', workload({}), workload({ replicas: 5 })],
    ['a workload that stays stopped', 'Deployment', workload({ replicas: 0 }), workload({ replicas: 0, paused: true })],
    ['a rolling update', 'Deployment', workload({}), workload({ template: { image: 'a:2' } })],
    ['a new workload without replicas', 'Deployment', undefined, workload({ replicas: 0 })],
    ['a port of a service', 'Service', { spec: { ports: [] } }, { spec: { ports: [{ port: 80 }] } }],
    ['one more finalizer', 'ConfigMap', { metadata: {} }, { metadata: { finalizers: ['a/b'] } }],
    ['a new namespace', 'Namespace', undefined, { metadata: { name: 'x' } }],
    [
      'nothing but what the server keeps',
      'ClusterRole',
      { rules: [], metadata: { resourceVersion: '1', managedFields: [] } },
      { rules: [], metadata: { resourceVersion: '2', generation: 3 } },
    ],
  ])('is not %s', (_what, kind, before, after) => {
    expect(dangers(kind, before, after)).toEqual([]);
  });
});
