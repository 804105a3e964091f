/** Controllers on a clock of their own: no timer runs, and every step can be looked at. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type JsonObject, list, number, put, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import { ObjectStore } from '../object-store.ts';
import { change, create } from '../operations.ts';
import { remove } from '../remove.ts';
import { node } from '../seed-workloads.ts';
import { type Controllers, createControllers } from './start-controllers.ts';

const options = { dryRun: false, manager: 'test', fieldValidation: 'Strict' };
let at = 0;
let store: ObjectStore;
let controllers: Controllers;

beforeEach(() => {
  at = Date.parse('2026-11-23T09:00:00Z');
  store = new ObjectStore(() => new Date(at));
  controllers = createControllers(store, { times: { startMs: 1000, endMs: 500 }, company: new Map() });
  for (const name of ['default', 'shop']) create(store, kindNamed('Namespace'), '', { metadata: { name } }, options);
  for (const index of [1, 2, 3]) create(store, kindNamed('Node'), '', node(`node-${index}`, index, '2026-11-23T09:00:00Z'), options);
});

/** `look` is called whenever time is about to move. */
function live(seconds: number, look: () => void = () => {}): void {
  const end = at + seconds * 1000;
  controllers.catchUp((ms) => {
    look();
    if (at + ms > end) return false;
    at += ms;
    return true;
  });
  at = end;
}

function podSpec(image: string, extra: JsonObject = {}): JsonObject {
  return { containers: [{ name: 'c', image, ...extra }] };
}

function deploy(replicas: number, image = 'acme/app:1', spec: JsonObject = {}): void {
  const template: JsonObject = { metadata: { labels: { app: 'app' } }, spec: podSpec(image) };
  create(
    store,
    kindNamed('Deployment'),
    'shop',
    { metadata: { name: 'app' }, spec: { replicas, selector: { matchLabels: { app: 'app' } }, template, ...spec } },
    options,
  );
}

const find = (kind: string, name = 'app'): JsonObject => store.find(kindNamed(kind), 'shop', name) ?? {};
const all = (kind: string): JsonObject[] => store.list(kindNamed(kind), 'shop');
const setImage = (image: string) =>
  change(
    store,
    kindNamed('Deployment'),
    'shop',
    'app',
    (object) => (put(object, ['spec', 'template', 'spec', 'containers'], [{ name: 'c', image }]), object),
    options,
  );
const setSpec = (key: string, value: number | boolean) =>
  change(store, kindNamed('Deployment'), 'shop', 'app', (object) => (put(object, ['spec', key], value), object), options);
const conditionOf = (object: JsonObject, type: string) =>
  record(list(object, 'status', 'conditions').find((one) => text(one, 'type') === type));
const reasons = () => all('Event').map((event) => text(event, 'reason'));

describe('a Deployment', () => {
  it('gets its pods, and says so', () => {
    deploy(3);
    live(5);

    expect(record(find('Deployment'), 'status')).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      updatedReplicas: 3,
      observedGeneration: 1,
    });
    expect(conditionOf(find('Deployment'), 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
    expect(reasons()).toEqual(
      expect.arrayContaining(['ScalingReplicaSet', 'SuccessfulCreate', 'Scheduled', 'Pulled', 'Created', 'Started']),
    );
  });

  it('is rolled with never fewer available and never more pods than allowed', () => {
    deploy(8, 'acme/app:1', { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } } });
    live(5);
    setImage('acme/app:2');
    const seen: { pods: number; available: number }[] = [];

    live(60, () => {
      const pods = all('Pod').filter((pod) => text(pod, 'metadata', 'deletionTimestamp') === '');
      seen.push({ pods: pods.length, available: pods.filter((pod) => conditionOf(pod, 'Ready')['status'] === 'True').length });
    });

    expect(Math.max(...seen.map(({ pods }) => pods))).toBe(10);
    expect(Math.min(...seen.map(({ available }) => available))).toBe(7);
    expect(all('Pod').every((pod) => text(pod, 'spec', 'containers', 0, 'image') === 'acme/app:2')).toBe(true);
    expect(text(find('Deployment'), 'metadata', 'annotations', 'deployment.kubernetes.io/revision')).toBe('2');
  });

  it('keeps what works while the new image cannot be pulled, and gives up in time', () => {
    deploy(4, 'acme/app:1', { progressDeadlineSeconds: 60 });
    live(5);
    setImage('acme/missing:2');
    live(120);

    expect(number(find('Deployment'), 0, 'status', 'availableReplicas')).toBe(3);
    expect(conditionOf(find('Deployment'), 'Progressing')).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
  });

  it('makes an old template the newest revision when it goes back', () => {
    deploy(2);
    live(5);
    setImage('acme/app:2');
    live(20);
    setImage('acme/app:1');
    live(20);

    expect(
      all('ReplicaSet')
        .map((set) => text(set, 'metadata', 'annotations', 'deployment.kubernetes.io/revision'))
        .toSorted(),
    ).toEqual(['2', '3']);
    expect(text(find('Deployment'), 'metadata', 'annotations', 'deployment.kubernetes.io/revision')).toBe('3');
  });

  it('that is paused is scaled but not rolled', () => {
    deploy(2);
    live(5);
    setSpec('paused', true);
    setImage('acme/app:2');
    setSpec('replicas', 4);
    live(20);

    expect(all('Pod').map((pod) => text(pod, 'spec', 'containers', 0, 'image'))).toEqual(Array.from({ length: 4 }, () => 'acme/app:1'));
  });

  it('forgets revisions beyond its limit', () => {
    deploy(1, 'acme/app:0', { revisionHistoryLimit: 2 });
    for (let index = 1; index < 6; index += 1) {
      live(10);
      setImage(`acme/app:${index}`);
    }
    live(10);

    expect(all('ReplicaSet')).toHaveLength(3);
  });

  it('takes everything it owns with it', () => {
    deploy(2);
    live(5);
    remove(store, kindNamed('Deployment'), 'shop', 'app', {}, false);
    live(5);

    expect([...all('ReplicaSet'), ...all('Pod')]).toEqual([]);
  });

  it('goes last where deletion is in the foreground, and alone where dependents are left', () => {
    deploy(1);
    live(5);
    const going = remove(store, kindNamed('Deployment'), 'shop', 'app', { propagationPolicy: 'Foreground' }, false);
    expect(list(going, 'metadata', 'finalizers')).toEqual(['foregroundDeletion']);
    live(5);
    expect(all('Deployment')).toEqual([]);

    deploy(1);
    live(5);
    remove(store, kindNamed('Deployment'), 'shop', 'app', { propagationPolicy: 'Orphan' }, false);
    live(5);
    expect(all('Deployment')).toEqual([]);
    expect(all('ReplicaSet')).toHaveLength(1);
    expect(all('Pod')).toHaveLength(1);
  });
});

describe('a pod', () => {
  it.each([
    ['acme/app:crash', 'CrashLoopBackOff', { reason: 'Error', exitCode: 1 }],
    ['acme/oom:1', 'CrashLoopBackOff', { reason: 'OOMKilled', exitCode: 137 }],
  ])('of %s starts again and again, with a growing pause', (image, waiting, last) => {
    create(store, kindNamed('Pod'), 'shop', { metadata: { name: 'app' }, spec: podSpec(image) }, options);
    live(200);

    const status = record(list(find('Pod'), 'status', 'containerStatuses')[0]);
    expect(record(status, 'state', 'waiting')).toMatchObject({ reason: waiting });
    expect(record(status, 'lastState', 'terminated')).toMatchObject(last);
    expect(status['restartCount']).toBe(5); // pauses of 10, 20, 40 and 80 seconds
  });

  it('that fits nowhere waits, and starts when it does', () => {
    create(
      store,
      kindNamed('Pod'),
      'shop',
      { metadata: { name: 'big' }, spec: podSpec('acme/app:1', { resources: { requests: { cpu: '6' } } }) },
      options,
    );
    create(
      store,
      kindNamed('Pod'),
      'shop',
      {
        metadata: { name: 'app' },
        spec: { ...podSpec('acme/app:1', { resources: { requests: { cpu: '5' } } }), nodeSelector: { 'kubernetes.io/hostname': 'node-1' } },
      },
      options,
    );
    live(5);
    expect(conditionOf(find('Pod'), 'PodScheduled')).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
      message: expect.stringContaining("1 Insufficient cpu, 2 node(s) didn't match Pod's node affinity/selector"),
    });

    remove(store, kindNamed('Pod'), 'shop', 'big', {}, false);
    live(5);

    expect(conditionOf(find('Pod'), 'Ready')).toMatchObject({ status: 'True' });
  });

  it('whose probe asks a port that nobody has never becomes ready', () => {
    const probe = { httpGet: { path: '/health', port: 9999 } };
    create(
      store,
      kindNamed('Pod'),
      'shop',
      { metadata: { name: 'app' }, spec: podSpec('acme/app:1', { ports: [{ containerPort: 8080 }], readinessProbe: probe }) },
      options,
    );
    live(25);

    const unhealthy = all('Event').find((event) => text(event, 'reason') === 'Unhealthy');
    expect(conditionOf(find('Pod'), 'Ready')).toMatchObject({ status: 'False' });
    expect(text(unhealthy, 'message')).toMatch(
      /Readiness probe failed: Get "http:\/\/10\.244\.\S+:9999\/health": dial tcp \S+: connect: connection refused/,
    );
    expect(number(unhealthy, 0, 'count')).toBe(3);
  });
});

describe('other controllers', () => {
  it('run a job to its end, and give up after its limit', () => {
    const job = (name: string, image: string) =>
      create(
        store,
        kindNamed('Job'),
        'shop',
        { metadata: { name }, spec: { backoffLimit: 1, template: { spec: { restartPolicy: 'Never', ...podSpec(image) } } } },
        options,
      );
    job('good', 'busybox');
    job('bad', 'busybox:fail');
    live(60);

    expect(record(find('Job', 'good'), 'status')).toMatchObject({ succeeded: 1, completionTime: expect.any(String) });
    expect(record(find('Job', 'bad'), 'status')).toMatchObject({ failed: 2 });
    expect(conditionOf(find('Job', 'bad'), 'Failed')).toMatchObject({ status: 'True', reason: 'BackoffLimitExceeded' });
  });

  it('start a job whenever its schedule says, and keep the last three', () => {
    const jobTemplate = { spec: { template: { spec: { restartPolicy: 'Never', ...podSpec('busybox') } } } };
    create(store, kindNamed('CronJob'), 'shop', { metadata: { name: 'tick' }, spec: { schedule: '*/5 * * * *', jobTemplate } }, options);
    live(31 * 60);

    expect(all('Job')).toHaveLength(3);
    expect(record(find('CronJob', 'tick'), 'status')).toMatchObject({ lastScheduleTime: '2026-11-23T09:30:00Z' });
  });

  it('make and replace numbered pods in order', () => {
    const template: JsonObject = { metadata: { labels: { app: 'db' } }, spec: podSpec('acme/db:1') };
    create(
      store,
      kindNamed('StatefulSet'),
      'shop',
      { metadata: { name: 'db' }, spec: { replicas: 3, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template } },
      options,
    );
    live(20);
    expect(all('Pod').map((pod) => text(pod, 'metadata', 'name'))).toEqual(['db-0', 'db-1', 'db-2']);

    const order: string[] = [];
    change(
      store,
      kindNamed('StatefulSet'),
      'shop',
      'db',
      (set) => (put(set, ['spec', 'template', 'spec'], podSpec('acme/db:2')), set),
      options,
    );
    live(60, () => {
      for (const pod of all('Pod'))
        if (text(pod, 'metadata', 'deletionTimestamp') !== '' && !order.includes(text(pod, 'metadata', 'name')))
          order.push(text(pod, 'metadata', 'name'));
    });

    expect(order).toEqual(['db-2', 'db-1', 'db-0']);
    expect(all('ControllerRevision').map((revision) => number(revision, 0, 'revision'))).toEqual(expect.arrayContaining([1, 2]));
  });

  it('put one pod of a DaemonSet on each node, cordoned or not', () => {
    change(store, kindNamed('Node'), '', 'node-3', (one) => (put(one, ['spec', 'unschedulable'], true), one), options);
    const template: JsonObject = { metadata: { labels: { app: 'agent' } }, spec: podSpec('acme/agent:1') };
    create(
      store,
      kindNamed('DaemonSet'),
      'shop',
      { metadata: { name: 'agent' }, spec: { selector: { matchLabels: { app: 'agent' } }, template } },
      options,
    );
    live(10);

    expect(
      all('Pod')
        .map((pod) => text(pod, 'spec', 'nodeName'))
        .toSorted(),
    ).toEqual(['node-1', 'node-2', 'node-3']);
    expect(list(store.find(kindNamed('Node'), '', 'node-3'), 'spec', 'taints')).toMatchObject([
      { key: 'node.kubernetes.io/unschedulable' },
    ]);
  });

  it('count budgets, list endpoints and hold a target within its bounds', () => {
    deploy(4);
    create(
      store,
      kindNamed('PodDisruptionBudget'),
      'shop',
      { metadata: { name: 'app' }, spec: { maxUnavailable: '25%', selector: { matchLabels: { app: 'app' } } } },
      options,
    );
    create(
      store,
      kindNamed('Service'),
      'shop',
      { metadata: { name: 'app' }, spec: { selector: { app: 'app' }, ports: [{ port: 80, targetPort: 8080 }] } },
      options,
    );
    live(5);
    expect(record(find('PodDisruptionBudget'), 'status')).toMatchObject({
      disruptionsAllowed: 1,
      desiredHealthy: 3,
      currentHealthy: 4,
      expectedPods: 4,
    });
    expect(list(find('Endpoints'), 'subsets', 0, 'addresses')).toHaveLength(4);
    expect(list(all('EndpointSlice')[0], 'endpoints')).toHaveLength(4);

    create(
      store,
      kindNamed('HorizontalPodAutoscaler'),
      'shop',
      {
        metadata: { name: 'app' },
        spec: { minReplicas: 6, maxReplicas: 8, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' } },
      },
      options,
    );
    live(20);
    expect(number(find('Deployment'), 0, 'spec', 'replicas')).toBe(6);

    setSpec('replicas', 10);
    live(60);
    expect(number(find('Deployment'), 0, 'spec', 'replicas')).toBe(10); // not at once
    live(300);
    expect(number(find('Deployment'), 0, 'spec', 'replicas')).toBe(8);
  });

  it('empty a namespace that is deleted, and nothing new comes into it', () => {
    deploy(2);
    create(
      store,
      kindNamed('Service'),
      'shop',
      { metadata: { name: 'app' }, spec: { selector: { app: 'app' }, ports: [{ port: 80 }] } },
      options,
    );
    live(5);
    remove(store, kindNamed('Namespace'), '', 'shop', {}, false);

    expect(() => deploy(1)).toThrow('unable to create new content in namespace shop because it is being terminated');
    live(10);
    expect(store.find(kindNamed('Namespace'), '', 'shop')).toBeUndefined();
    expect(all('Pod')).toEqual([]);
  });
});
