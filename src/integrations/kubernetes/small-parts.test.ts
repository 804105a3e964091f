import { environmentOf, type EnvironmentRule, shown } from '#kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose, type Facts } from './diagnosis.ts';
import { nearNames } from './near.ts';
import { progressOf } from './rollout.ts';
import { Pod, Workload } from './schema.ts';
import { printTable, statusFilter } from './table.ts';
import { templateDiff } from './template.ts';

describe('the environment of a place', () => {
  const rule = (name: string, production: boolean, clusters: string[], namespaces: string[] = []): EnvironmentRule => ({
    name,
    production,
    clusters,
    namespaces,
  });
  const rules = [
    rule('live', true, ['prod-*', '*-live-*-eu']),
    rule('shared', true, [], ['payments']),
    rule('staging', false, ['staging-eu']),
  ];

  it.each([
    [['prod-eu1'], 'shop', { name: 'live', production: true }],
    [['a-live-b-eu'], 'shop', { name: 'live', production: true }],
    [['live-eu'], 'shop', undefined],
    [['dev'], 'payments', { name: 'shared', production: true }],
    [['dev'], undefined, { name: 'shared', production: true }],
    [['staging-eu'], 'shop', { name: 'staging', production: false }],
    [['staging-eu'], 'payments', { name: 'shared', production: true }],
    [['staging-eu'], 'prod', { name: 'staging', production: true }],
    [['dev'], 'production', { name: 'production', production: true }],
    [['dev'], 'reproduction', undefined],
  ])('%j, %s', (clusters, namespace, expected) => {
    expect(environmentOf(rules, { clusters, namespace })).toEqual(expected);
  });

  it('leaves a namespace called production to a rule that names it', () => {
    expect(environmentOf([rule('demo', false, ['demo'], ['production'])], { clusters: ['demo'], namespace: 'production' })).toEqual({
      name: 'demo',
      production: false,
    });
  });

  it('matches patterns quickly, whatever they are', () => {
    let slowest = 0;
    fc.assert(
      fc.property(fc.stringMatching(/^[a*]{0,30}$/), fc.stringMatching(/^a{0,60}b$/), (pattern, value) => {
        const began = performance.now();
        environmentOf([rule('x', true, [pattern])], { clusters: [value], namespace: 'n' });
        slowest = Math.max(slowest, performance.now() - began);
      }),
      { numRuns: 200 },
    );

    expect(slowest).toBeLessThan(50);
  });
});

describe('names that are near', () => {
  it.each([
    ['wep-app', ['web-app', 'cart'], ['web-app']],
    ['web', ['web-app', 'api'], ['web-app']],
    ['payments', ['payment-service', 'search'], []],
    ['payment', ['payment-service', 'search'], ['payment-service']],
    ['xyz', ['web-app'], []],
  ])('%s', (wanted, names, near) => {
    expect(nearNames(wanted, names)).toEqual(near);
  });
});

describe('a secret', () => {
  it('keeps its keys and loses its values, whatever they are', () => {
    const keys = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.dictionary(keys, fc.stringMatching(/^CANARY[a-z0-9]{8,20}$/)), (data) => {
        const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data }) };
        const text = JSON.stringify(
          shown({ kind: 'Secret', metadata: { name: 's', managedFields: [], annotations }, data, stringData: data }),
        );
        expect(text).not.toContain('CANARY');
        for (const key of Object.keys(data)) expect(text).toContain(`"${key}":"***"`);
      }),
    );
  });

  it('in another kind is left alone, so that the test above means something', () => {
    expect(JSON.stringify(shown({ kind: 'ConfigMap', metadata: { name: 's' }, data: { a: 'CANARY' } }))).toContain('CANARY');
  });

  it('does not come out through a changed template', () => {
    const env = (value: string) => ({ spec: { containers: [{ name: 'app', image: 'x', env: [{ name: 'API_TOKEN', value }] }] } });

    expect(templateDiff(env('CANARY1'), env('CANARY2'))).toEqual(['~ containers.app.env.API_TOKEN.value  *** -> ***']);
  });
});

describe('a rollout', () => {
  const deployment = (spec: object, status: object) => Workload.parse({ metadata: { name: 'x', generation: 2 }, spec, status });

  it.each([
    ['unseen', { replicas: 3 }, { observedGeneration: 1, updatedReplicas: 3, replicas: 3, availableReplicas: 3 }, false, /controller/],
    [
      'half',
      { replicas: 3 },
      { observedGeneration: 2, updatedReplicas: 1, replicas: 4, availableReplicas: 3, readyReplicas: 3 },
      false,
      /3\/3 ready; 1 of 3 pods are updated/,
    ],
    [
      'old pods',
      { replicas: 3 },
      { observedGeneration: 2, updatedReplicas: 3, replicas: 4, availableReplicas: 3 },
      false,
      /1 old pod to end/,
    ],
    [
      'done',
      { replicas: 3 },
      { observedGeneration: 2, updatedReplicas: 3, replicas: 3, availableReplicas: 3, readyReplicas: 3 },
      true,
      /^3\/3 ready$/,
    ],
    ['nothing', { replicas: 0 }, { observedGeneration: 2 }, true, /^0\/0 ready$/],
  ])('%s', (_what, spec, status, done, message) => {
    expect(progressOf('Deployment', deployment(spec, status))).toMatchObject({ done, message: expect.stringMatching(message) });
  });

  it('that was given up says why', () => {
    const conditions = [
      { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'ReplicaSet "x" has timed out' },
    ];

    expect(progressOf('Deployment', deployment({ replicas: 1 }, { observedGeneration: 2, conditions }))).toMatchObject({
      failed: true,
      message: expect.stringContaining('has timed out'),
    });
  });

  it('of a StatefulSet waits for its partition only', () => {
    const status = { observedGeneration: 2, replicas: 3, readyReplicas: 3, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' };
    const spec = (partition: number) => ({ replicas: 3, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } } });

    expect(progressOf('StatefulSet', deployment(spec(2), status)).done).toBe(true);
    expect(progressOf('StatefulSet', deployment(spec(0), status)).message).toContain('1 of 3 pods are updated');
  });
});

describe('a table', () => {
  const table = {
    columns: [
      { name: 'Name', wide: false },
      { name: 'Status', wide: false },
      { name: 'IP', wide: true },
    ],
    rows: [
      ['a\u001b[31m', 'Ready,SchedulingDisabled', 'x'],
      ['b', 'NotReady', null],
    ],
    items: [],
    truncated: false,
    resourceVersion: '',
  };

  it('drops wide columns and control characters', () => {
    expect(printTable(table, false)).toEqual({
      columns: ['NAME', 'STATUS'],
      rows: [
        ['a', 'Ready,SchedulingDisabled'],
        ['b', 'NotReady'],
      ],
    });
  });

  it('finds the ready among several words', () => {
    const printed = printTable(table, false);

    expect(printed.rows.filter(statusFilter(printed, 'ready')).map(([name]) => name)).toEqual(['a']);
    expect(printed.rows.filter(statusFilter(printed, 'not ready')).map(([name]) => name)).toEqual(['b']);
  });
});

describe('a diagnosis', () => {
  const pod = (name: string, waiting: string, last?: object) =>
    Pod.parse({
      metadata: { name },
      spec: { containers: [{ name: 'app', image: 'acme/app:2', resources: { limits: { memory: '64Mi' } } }] },
      status: {
        phase: 'Running',
        containerStatuses: [
          {
            name: 'app',
            restartCount: 3,
            state: { waiting: { reason: waiting } },
            ...(last === undefined ? {} : { lastState: { terminated: last } }),
          },
        ],
      },
    });
  const facts = (pods: Pod[], more: Partial<Facts> = {}): Facts => ({
    subject: { title: 'pods x-*', kind: 'Pod', name: 'x', namespace: 'shop', pods },
    events: [],
    logs: new Map(),
    revisions: [],
    ...more,
  });

  it('names the cause before what follows from it, the same way each time', () => {
    const pods = [pod('x-1', 'CrashLoopBackOff', { exitCode: 137, reason: 'OOMKilled' }), pod('x-2', 'ImagePullBackOff')];
    const logs = new Map([['x-1/app', ['level=error out of memory']]]);

    const { findings, suggestion } = diagnose(facts(pods, { logs }));

    expect(findings.map(({ rank, title }) => `${rank} ${title}`)).toEqual([
      '1 1 of 2 pods: the image acme/app:2 cannot be pulled (ImagePullBackOff)',
      '2 1 of 2 pods: container app runs out of memory (limit 64Mi)',
      '3 1 recent log line like an error',
    ]);
    expect(suggestion?.say).toBe('describe pod x-2 in namespace shop');
    expect(diagnose(facts(pods.toReversed(), { logs }))).toEqual({ findings: expect.any(Array), suggestion: expect.anything() });
  });

  it('finds nothing wrong where nothing is', () => {
    const well = Pod.parse({
      metadata: { name: 'x-1' },
      spec: { containers: [] },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    });

    expect(diagnose(facts([well]))).toEqual({ findings: [], suggestion: undefined });
  });

  it('suggests the revision that ran before while a new one fails', () => {
    const object = Workload.parse({ metadata: { name: 'x' }, spec: { replicas: 1 }, status: { updatedReplicas: 1, replicas: 1 } });
    const workload = {
      kind: 'Deployment' as const,
      resource: { group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments', namespaced: true },
      namespace: 'shop',
      name: 'x',
      object,
      raw: {},
    };
    const revision = { cause: '', created: '', template: null, annotations: {} };
    const revisions = [
      { ...revision, revision: 1, images: 'acme/app:1', current: false },
      { ...revision, revision: 2, images: 'acme/app:2', current: true },
    ];

    const { suggestion } = diagnose({
      ...facts([pod('x-1', 'ImagePullBackOff')], { revisions }),
      subject: {
        title: 'Deployment x',
        kind: 'Deployment',
        name: 'x',
        namespace: 'shop',
        workload,
        pods: [pod('x-1', 'ImagePullBackOff')],
      },
    });

    expect(suggestion?.say).toBe('roll back x to revision 1 in namespace shop');
  });
});
