import { type Expectation, type FakeServer, fakeServer, type Reply } from '#kit/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { Cluster } from './cluster.ts';
import { failure, testClient, type TestClient } from './testing.ts';

const signal = () => AbortSignal.timeout(10_000);
let server: FakeServer | undefined;
let open: TestClient | undefined;

async function connect(expectations: Expectation[]): Promise<Cluster> {
  server = await fakeServer(expectations);
  open = await testClient({ url: server.url });
  return open.client.cluster();
}

/** Fails the test where a request differed from what was expected. */
afterEach(async () => {
  const [ran, made] = [server, open];
  [server, open] = [undefined, undefined];
  await made?.close();
  await ran?.done();
});

const missing = (message: string): Reply => ({
  status: 404,
  json: { kind: 'Status', status: 'Failure', message, reason: 'NotFound', code: 404 },
});

describe('kinds', () => {
  const groups = {
    groups: [
      {
        name: 'cert-manager.io',
        preferredVersion: { groupVersion: 'cert-manager.io/v1' },
        versions: [{ groupVersion: 'cert-manager.io/v1' }],
      },
      { name: 'away.example', versions: [{ groupVersion: 'away.example/v1' }] },
    ],
  };
  const core = {
    groupVersion: 'v1',
    resources: [
      { name: 'pods', namespaced: true, kind: 'Pod', singularName: 'pod', shortNames: ['po'] },
      { name: 'pods/log', namespaced: true, kind: 'Pod' },
    ],
  };
  const certificates = {
    groupVersion: 'cert-manager.io/v1',
    resources: [{ name: 'certificates', singularName: 'certificate', namespaced: true, kind: 'Certificate', shortNames: ['cert'] }],
  };
  const discovery: Expectation[] = [
    { method: 'GET', path: '/apis', reply: { json: groups } },
    { method: 'GET', path: '/api/v1', reply: { json: core } },
    { method: 'GET', path: '/apis/cert-manager.io/v1', reply: { json: certificates } },
    { method: 'GET', path: '/apis/away.example/v1', reply: missing('away') },
  ];

  it('that are stable need no question', async () => {
    const cluster = await connect([]);

    expect(await cluster.resource('Deployment', signal())).toMatchObject({ group: 'apps', plural: 'deployments' });
  });

  it('that are custom are found by any of their names, and remembered', async () => {
    const cluster = await connect([...discovery, ...discovery]);

    expect(await cluster.resource('Certificate', signal())).toMatchObject({
      group: 'cert-manager.io',
      version: 'v1',
      plural: 'certificates',
      namespaced: true,
    });
    await cluster.resource('Certificate', signal());
    expect(await cluster.resource('cert', signal())).toMatchObject({ kind: 'Certificate' });
  });

  it('that are not there are NOT_FOUND with near ones', async () => {
    const cluster = await connect(discovery);

    const error = await failure(cluster.resource('Certificat', signal()));

    expect(error).toMatchObject({ code: 'NOT_FOUND', hint: 'Did you mean Certificate?' });
  });
});

describe('as whom', () => {
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

  it('is what the server says, asked once', async () => {
    const cluster = await connect([
      { method: 'POST', path, reply: { status: 201, json: { status: { userInfo: { username: 'dana@example.com' } } } } },
    ]);

    expect(await cluster.identity(signal())).toBe('dana@example.com');
    expect(await cluster.identity(signal())).toBe('dana@example.com');
    expect(cluster.asker().who).toBe('dana@example.com');
  });

  it('is the user of the kubeconfig where the server does not say', async () => {
    const cluster = await connect([{ method: 'POST', path, reply: missing('no such API') }]);

    expect(await cluster.identity(signal())).toBe('dana');
  });
});
