import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createHttp } from '#kit';
import { fakeServer } from '#kit/testing';
import { failure, planAndRun, startWorld, type World } from './__fixtures__/world.ts';
import { clusterStatus } from './actions/cluster-status.ts';
import { listClusters } from './actions/list-clusters.ts';
import { listProjects } from './actions/list-projects.ts';
import { troublesOf } from './cluster-state.ts';
import { rancher } from './index.ts';

vi.setConfig({ testTimeout: 20_000 });

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.close());

describe('the clusters', () => {
  it('are shown worst first, with what is wrong, and nothing is written', async () => {
    const { output } = await planAndRun(listClusters, {}, world.context());

    expect(output.clusters.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'lab-9 unavailable',
      'kube-eu1 active',
      'kube-us1 active',
    ]);
    expect(output.clusters[0]?.troubles).toEqual(['Connected, Ready: Cluster agent is not connected']);
    expect(output.clusters[1]).toMatchObject({ nodes: 3, cpu: '24', version: 'v1.34.0' });
    expect(world.site.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it.each([
    ['active', ['kube-eu1', 'kube-us1']],
    ['unhealthy', ['lab-9']],
    ['updating', []],
  ] as const)('are filtered: %s', async (status, names) => {
    const { output } = await planAndRun(listClusters, { status }, world.context());

    expect(output.clusters.map(({ name }) => name)).toEqual(names);
  });

  it('are in trouble where a node is not ready', async () => {
    const http = createHttp({
      baseUrl: world.us.url,
      tls: { ca: world.us.ca },
      headers: { authorization: `Bearer ${world.us.tokens.admin}` },
    });
    const setReady = (status: string) =>
      http.send({
        method: 'PATCH',
        path: '/api/v1/nodes/node-2/status',
        headers: { 'content-type': 'application/strategic-merge-patch+json' },
        body: { status: { conditions: [{ type: 'Ready', status, reason: 'KubeletNotReady', message: 'stopped' }] } },
        signal: AbortSignal.timeout(5000),
      });
    await setReady('False');

    const { output } = await planAndRun(clusterStatus, { cluster: 'kube-us1' }, world.context());

    expect(output.cluster.troubles).toEqual(['Ready: nodes not ready: node-2']);
    expect(output.nodes.find(({ name }) => name === 'node-2')).toMatchObject({ state: 'unavailable', troubles: ['Ready: stopped'] });
    await setReady('True');
    await http.close();
  });

  it('are found by name in any case, by id and with the system before it; an unknown one names what there is', async () => {
    for (const name of ['KUBE-us1', 'c-m-us1', 'rancher/kube-us1']) {
      const { name: found } = await world.client.cluster(name, AbortSignal.timeout(5000));
      expect(found).toBe('kube-us1');
    }
    expect(await failure(world.client.cluster('kube-ap1', AbortSignal.timeout(5000)))).toMatchObject({
      code: 'NOT_FOUND',
      hint: 'There are: kube-eu1, kube-us1, lab-9',
    });
  });

  it('lists projects with their namespaces, also of a cluster that is away', async () => {
    world.us.patch('Namespace', '', 'support', { metadata: { annotations: { 'field.cattle.io/projectId': 'c-m-us1:p-supp1' } } });

    const { output } = await planAndRun(listProjects, { cluster: 'kube-us1' }, world.context());

    expect(output.projects.find(({ name }) => name === 'Support')?.namespaces).toEqual(['support']);
    expect(output.note).toBe('');
  });
});

describe('conditions', () => {
  it('tell each trouble once, and know which are good when they are False', () => {
    const condition = (type: string, status: string, message = '') => ({ type, status, message });

    expect(
      troublesOf([
        condition('Ready', 'True'),
        condition('DiskPressure', 'False'),
        condition('MemoryPressure', 'True', 'memory is short'),
        condition('Ready', 'False', 'gone'),
        condition('Connected', 'False', 'gone'),
        condition('Updated', 'Unknown'),
      ]),
    ).toEqual(['MemoryPressure: memory is short', 'Ready, Connected: gone']);
  });
});

describe('the client', () => {
  it('says what to do about a token that is not accepted, or may not do something', async () => {
    const expired = await world.connect(world.site.tokens.expired);
    const viewer = await world.connect(world.site.tokens.viewer);
    const signal = AbortSignal.timeout(5000);

    expect(await failure(expired.clusters(signal))).toMatchObject({ code: 'AUTH_FAILED', hint: expect.stringContaining('API key') });
    expect(await failure(viewer.createProject({ name: 'x', clusterId: 'c-m-us1' }, signal))).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('follows pages by their marker and never to another host', async () => {
    const page = (id: string, next?: string) => ({
      data: [{ id, name: id, state: 'active' }],
      pagination: next === undefined ? {} : { next },
    });
    const server = await fakeServer([
      { method: 'GET', path: '/v3/clusters', query: { marker: 'b' }, reply: { json: page('b') } },
      { method: 'GET', path: '/v3/clusters', reply: { json: page('a', 'https://elsewhere.example/v3/clusters?marker=b') } },
    ]);
    const { client, close } = await rancher.connect({
      config: { url: server.url, token: { env: 'TOKEN' } },
      environments: [],
      env: { TOKEN: 't:s' },
      cwd: '/',
      clustersOf: () => Promise.resolve(undefined),
    });

    const found = await client.clusters(AbortSignal.timeout(5000));

    await close();
    await server.done();
    expect(found.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('asks Steve where Norman is gone', async () => {
    const server = await fakeServer([
      { method: 'GET', path: '/v3/clusters', reply: { status: 404, json: { type: 'error', status: '404', message: 'not found' } } },
      {
        method: 'GET',
        path: '/v1/management.cattle.io.clusters',
        reply: {
          json: { data: [{ id: 'c-1', spec: { displayName: 'one' }, metadata: { state: { name: 'active' } }, status: { nodeCount: 2 } }] },
        },
      },
    ]);
    const { client, close } = await rancher.connect({
      config: { url: server.url, token: { env: 'TOKEN' } },
      environments: [],
      env: { TOKEN: 't:s' },
      cwd: '/',
      clustersOf: () => Promise.resolve(undefined),
    });

    const found = await client.clusters(AbortSignal.timeout(5000));

    await close();
    await server.done();
    expect(found).toMatchObject([{ id: 'c-1', name: 'one', state: 'active', nodes: 2 }]);
  });

  it.each([
    ['nothing', {}, 'CONNECTION_MISSING'],
    ['plain http elsewhere', { url: 'http://rancher.example.com', token: { env: 'TOKEN' } }, 'CONFIG_INVALID'],
    ['a token as a value', { url: 'https://rancher.example.com', token: 'token-x:secret' }, 'CONFIG_INVALID'],
    [
      'a certificate authority that is not there',
      { url: 'https://rancher.example.com', token: { env: 'TOKEN' }, ca: 'none.pem' },
      'CONFIG_INVALID',
    ],
  ])('refuses %s', async (_what, config, code) => {
    const connecting = rancher.connect({
      config,
      environments: [],
      env: { TOKEN: 't:s' },
      cwd: world.dir,
      clustersOf: () => Promise.resolve(undefined),
    });

    const error = await failure(connecting);

    expect(error.code).toBe(code);
    expect(error.message + error.hint).not.toContain('token-x:secret');
  });
});
