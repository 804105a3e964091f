import type { JsonObject } from '#kit';
import { type Expectation, fakeServer, type FakeServer, type Reply } from '#kit/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { cpuText, memoryText, parseQuantity } from '../quantities.ts';
import { contextFor, failure, planAndRun, type TestClient, testClient, testCluster } from '../testing.ts';
import { topUsage } from './top-usage.ts';

let server: FakeServer;
const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function top(input: JsonObject, expectations: Expectation[]) {
  server = await fakeServer(expectations);
  const test: TestClient = await testClient({ url: server.url });
  open.push(
    () => test.close(),
    () => server.done(),
  );
  return planAndRun(topUsage, input, contextFor(test.client));
}

const metrics = '/apis/metrics.k8s.io/v1beta1';
const get = (path: string, reply: Reply): Expectation => ({ method: 'GET', path, reply });
const list = (items: JsonObject[]): Reply => ({ json: { kind: 'List', metadata: {}, items } });
const used = (name: string, ...containers: [cpu: string, memory: string][]): JsonObject => ({
  metadata: { name },
  containers: containers.map(([cpu, memory], index) => ({ name: `c${index}`, usage: { cpu, memory } })),
});
const pod = (name: string, ...resources: JsonObject[]): JsonObject => ({
  metadata: { name },
  spec: { containers: resources.map((one, index) => ({ name: `c${index}`, resources: one })) },
  status: { phase: 'Running' },
});

describe('usage of pods', () => {
  it('adds up containers, compares with requests and limits only where all are known, and puts the greatest first', async () => {
    const { output, bound } = await top({ kind: 'Pod' }, [
      get(
        `${metrics}/namespaces/shop/pods`,
        list([
          used('small', ['100m', '100Mi']),
          used('memory-hog', ['20m', '900Mi']),
          used('cpu-hog', ['1200m', '30Mi'], ['300000000n', '10Mi']),
        ]),
      ),
      get(
        '/api/v1/namespaces/shop/pods',
        list([
          pod('small', {}),
          pod('memory-hog', { requests: { cpu: '100m', memory: '1800Mi' }, limits: { memory: '1000Mi' } }),
          pod(
            'cpu-hog',
            { requests: { cpu: '1', memory: '40Mi' }, limits: { cpu: '2', memory: '1Gi' } },
            { requests: { cpu: '0.5', memory: '40Mi' } },
          ),
          pod('new', {}),
          { ...pod('waiting', {}), status: { phase: 'Pending' } },
        ]),
      ),
    ]);

    expect(output.usages.map(({ name }) => name)).toEqual(['cpu-hog', 'memory-hog', 'small']);
    expect(topUsage.render?.(output, bound)).toEqual({
      table: {
        columns: ['NAME', 'CPU', 'MEMORY', 'CPU/REQ', 'MEM/REQ', 'CPU/LIM', 'MEM/LIM'],
        rows: [
          ['cpu-hog', '1500m', '40Mi', '100%', '50%', '-', '-'],
          ['memory-hog', '20m', '900Mi', '20%', '50%', '-', '90%'],
          ['small', '100m', '100Mi', '-', '-', '-', '-'],
        ],
      },
      text: '(1 pod not measured yet: new)',
    });
  });

  it('by labels asks both for them', async () => {
    await top({ kind: 'Pod', selector: 'app=web' }, [
      { ...get(`${metrics}/namespaces/shop/pods`, list([])), query: { labelSelector: 'app=web' } },
      { ...get('/api/v1/namespaces/shop/pods', list([])), query: { labelSelector: 'app=web' } },
    ]);

    expect(server.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('says that nothing runs', async () => {
    const { output } = await top({ kind: 'Pod' }, [
      get(`${metrics}/namespaces/shop/pods`, list([])),
      get('/api/v1/namespaces/shop/pods', list([])),
    ]);

    expect(topUsage.render?.(output, { kind: 'Pod' })).toEqual({ text: '(there is no pod that runs)' });
  });
});

describe('usage of nodes', () => {
  it('is compared with what pods may have of them', async () => {
    const node = (name: string): JsonObject => ({
      metadata: { name },
      status: { capacity: { cpu: '8' }, allocatable: { cpu: '4', memory: '8Gi' } },
    });
    const usage = { cpu: '1', memory: '6Gi' };
    const { output, bound } = await top({ kind: 'Node' }, [
      get(
        `${metrics}/nodes`,
        list([
          { metadata: { name: 'node-1' }, usage: { cpu: '100m', memory: '1Gi' } },
          { metadata: { name: 'node-2' }, usage },
        ]),
      ),
      get('/api/v1/nodes', list([node('node-1'), node('node-2'), node('node-3')])),
    ]);

    expect(topUsage.render?.(output, bound)).toEqual({
      table: {
        columns: ['NAME', 'CPU', 'MEMORY', 'CPU%', 'MEMORY%'],
        rows: [
          ['node-2', '1000m', '6144Mi', '25%', '75%'],
          ['node-1', '100m', '1024Mi', '3%', '13%'],
        ],
      },
      text: '(1 node not measured yet: node-3)',
    });
  });
});

describe('usage that cannot be had', () => {
  it.each([
    ['no metrics API', { status: 404, text: '404 page not found\n' }, 'NOT_FOUND', /metrics-server.*kubectl get apiservices/],
    ['one that is down', { status: 503, text: 'service unavailable\n' }, 'REMOTE_UNAVAILABLE', /Look at metrics-server/],
  ] as [string, Reply, string, RegExp][])('because there is %s has a code and a hint', async (_, reply, code, hint) => {
    const error = await failure(
      top({ kind: 'Pod' }, [get(`${metrics}/namespaces/shop/pods`, reply), get('/api/v1/namespaces/shop/pods', list([]))]),
    );

    expect(error.code).toBe(code);
    expect(error.hint).toMatch(hint);
  });

  it('because it may not be read is that error', async () => {
    const status = { kind: 'Status', status: 'Failure', code: 403, reason: 'Forbidden', message: 'no' };
    const error = await failure(
      top({ kind: 'Pod' }, [
        get(`${metrics}/namespaces/shop/pods`, { status: 403, json: status }),
        get('/api/v1/namespaces/shop/pods', list([])),
      ]),
    );

    expect(error.code).toBe('FORBIDDEN');
  });

  it('because only pods and nodes are measured', async () => {
    expect(await failure(top({ kind: 'Deployment' }, []))).toMatchObject({ code: 'INPUT_INVALID' });
  });
});

describe('usage in a cluster', () => {
  const start = async (options: { metrics?: boolean } = {}) => {
    const cluster = await testCluster(options);
    open.push(() => cluster.close());
    return cluster;
  };

  it('is that of the pods that run, and of every node, and sends reads only', async () => {
    const cluster = await start();
    const mark = cluster.sandbox.requests.length;

    const pods = await planAndRun(topUsage, { kind: 'Pod', selector: 'app=web-app' }, cluster.context());
    const nodes = await planAndRun(topUsage, { kind: 'Node' }, cluster.context());

    expect(pods.output.usages).toHaveLength(3);
    expect(pods.output.usages.every(({ cpu, memory }) => cpu > 0 && memory > 0)).toBe(true);
    expect(nodes.output.usages.map(({ name }) => name).toSorted()).toEqual(['node-1', 'node-2', 'node-3']);
    expect(nodes.output.usages.every(({ shares }) => (shares[0]?.cpu ?? 0) > 0)).toBe(true);
    expect(cluster.sandbox.requests.slice(mark).every(({ method }) => method === 'GET')).toBe(true);
  });

  it('without metrics-server says what is missing', async () => {
    const cluster = await start({ metrics: false });

    expect(await failure(planAndRun(topUsage, { kind: 'Pod' }, cluster.context()))).toMatchObject({
      code: 'NOT_FOUND',
      message: 'The cluster demo does not measure CPU and memory: it has no metrics API',
    });
  });
});

describe('quantities', () => {
  it.each([
    ['250m', 0.25],
    ['1', 1],
    ['1.5', 1.5],
    ['123456789n', 0.123456789],
    ['64Mi', 64 * 2 ** 20],
    ['1e3', 1000],
    ['2k', 2000],
    ['5Gi', 5 * 2 ** 30],
    [3, 3],
    ['much', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j are %s', (text, value) => {
    expect(parseQuantity(text)).toEqual(value === undefined ? undefined : expect.closeTo(value, 9));
  });

  it('are shown as kubectl shows them', () => {
    expect([cpuText(0.0014), cpuText(0.25), cpuText(2), memoryText(64 * 2 ** 20)]).toEqual(['2m', '250m', '2000m', '64Mi']);
  });
});
