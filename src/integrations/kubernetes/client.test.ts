import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanLine } from '#kit';
import { type Expectation, type FakeServer, fakeServer, type Reply } from '#kit/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { Cluster } from './cluster.ts';
import { resourceOf } from './resources.ts';
import { failure, testClient, type TestClient } from './testing.ts';

const pods = resourceOf('Pod');
const deployments = resourceOf('Deployment');
const signal = () => AbortSignal.timeout(10_000);
let server: FakeServer | undefined;
let open: TestClient | undefined;

async function connect(expectations: Expectation[], options: { user?: string; timeoutMs?: number } = {}): Promise<Cluster> {
  server = await fakeServer(expectations);
  open = await testClient({ url: server.url, ...options });
  return open.client.cluster();
}

/** Fails the test where a request differed from what was expected. */
afterEach(async () => {
  const [ran, made] = [server, open];
  [server, open] = [undefined, undefined];
  await made?.close();
  await ran?.done();
});

const status = (code: number, reason: string, message: string, details: Record<string, unknown> = {}): Reply => ({
  status: code,
  json: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code },
});

const podPath = '/api/v1/namespaces/shop/pods';
const deploymentPath = '/apis/apps/v1/namespaces/shop/deployments/web-app';

describe('what the server refuses', () => {
  it.each([
    ['a wrong token', status(401, 'Unauthorized', 'Unauthorized'), 'AUTH_FAILED', /user dana/, /set-credentials dana/],
    [
      'a missing right',
      status(403, 'Forbidden', 'pods is forbidden: User "dana" cannot list resource "pods"'),
      'FORBIDDEN',
      /dana may not list pods in the namespace shop in the cluster dev/,
      /kubectl auth can-i list pods -n shop --context dev/,
    ],
    [
      'an unknown kind',
      status(404, 'NotFound', 'the server could not find the requested resource'),
      'NOT_FOUND',
      /has no pods/,
      /api-resources/,
    ],
    [
      'an unknown namespace',
      status(404, 'NotFound', 'namespaces "shop" not found', { name: 'shop', kind: 'namespaces' }),
      'NAMESPACE_NOT_FOUND',
      /no namespace shop/,
      /get namespaces/,
    ],
    [
      'a bad selector',
      status(400, 'BadRequest', "unable to parse requirement: found '' expected: '('"),
      'INPUT_INVALID',
      /unable to parse requirement/,
      /Correct/,
    ],
    [
      'an invalid object',
      status(422, 'Invalid', 'spec.replicas: must be greater than or equal to 0', { causes: [{ field: 'spec.replicas' }] }),
      'INPUT_INVALID',
      /spec\.replicas/,
      /Correct/,
    ],
    ['a failure of its own', status(500, 'InternalError', 'etcd is away'), 'REMOTE_UNAVAILABLE', /etcd is away/, /readyz/],
    ['another media type', status(415, 'UnsupportedMediaType', '415: Unsupported Media Type'), 'REMOTE_REJECTED', /415/, /address/],
    [
      'a page that is not Kubernetes',
      { status: 200, text: '<html>login</html>' } as Reply,
      'REMOTE_REJECTED',
      /not Kubernetes JSON/,
      /proxy/,
    ],
    ['JSON that is no list', { status: 200, json: { hello: 1 } } as Reply, 'REMOTE_REJECTED', /not Kubernetes JSON/, /proxy/],
  ])('%s', async (_what, reply, code, message, hint) => {
    const cluster = await connect([{ method: 'GET', path: podPath, reply }]);

    const error = await failure(cluster.list(pods, { namespace: 'shop' }, signal()));

    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it('says that there were no credentials where it was asked without any', async () => {
    const cluster = await connect(
      [{ method: 'GET', path: podPath, reply: status(403, 'Forbidden', 'pods is forbidden: User "system:anonymous" cannot list') }],
      { user: '{}' },
    );

    const error = await failure(cluster.list(pods, { namespace: 'shop' }, signal()));

    expect(error).toMatchObject({ code: 'AUTH_FAILED', message: expect.stringContaining('without credentials') });
  });

  it('keeps control characters and credentials of its words away from a reader', async () => {
    const cluster = await connect([
      { method: 'GET', path: podPath, reply: status(400, 'BadRequest', 'bad\u001b[2J\u202e\nthing token=abcdefgh12345678') },
    ]);

    const error = await failure(cluster.list(pods, { namespace: 'shop' }, signal()));

    expect(error.message).toContain('bad thing token=***');
    expect(error.message).toBe(cleanLine(error.message));
  });

  it('says which object is missing, and knows missing from failed', async () => {
    const missing = status(404, 'NotFound', 'deployments.apps "web-app" not found', {
      name: 'web-app',
      group: 'apps',
      kind: 'deployments',
    });
    const cluster = await connect([{ method: 'GET', path: deploymentPath, times: 2, reply: missing }]);

    expect(await cluster.find(deployments, 'shop', 'web-app', signal())).toBeUndefined();
    const error = await failure(cluster.get(deployments, 'shop', 'web-app', signal()));

    expect(error).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('no Deployment web-app in the namespace shop') });
  });
});

describe('a server that cannot be reached', () => {
  it('is named with its address', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const address = free.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => free.close(resolve));
    open = await testClient({ url: `http://127.0.0.1:${port}` });
    const cluster = await open.client.cluster();

    const error = await failure(cluster.patch(deployments, 'shop', 'web-app', { type: 'merge', body: {} }, signal()));

    expect(error).toMatchObject({ code: 'REMOTE_UNAVAILABLE', hint: expect.stringContaining('cluster-info --context dev') });
    expect(error.message).toContain(`http://127.0.0.1:${port}`);
    expect(error.details['unclear']).toBe(false);
  });

  it('does not answer in time', async () => {
    const silent = createServer((socket) => void socket.on('error', () => {}).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    open = await testClient({
      url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
      timeoutMs: 200,
    });
    const cluster = await open.client.cluster();

    const error = await failure(cluster.patch(deployments, 'shop', 'web-app', { type: 'merge', body: {} }, signal()));

    expect(error.code).toBe('TIMEOUT');
    expect(error.details['unclear']).toBe(true);
    await open.close();
    await new Promise((resolve) => silent.close(resolve));
    open = undefined;
  });
});

describe('changes', () => {
  const patch = (cluster: Cluster) =>
    cluster.patch(deployments, 'shop', 'web-app', { type: 'merge', body: { spec: { replicas: 5 } } }, signal());

  it('name their manager, are strict, and are sent once', async () => {
    const cluster = await connect([
      {
        method: 'PATCH',
        path: deploymentPath,
        query: { fieldManager: 'devos', fieldValidation: 'Strict' },
        json: { spec: { replicas: 5 } },
        reply: (request) => ({ json: { metadata: {}, type: request.headers['content-type'], dryRun: request.query['dryRun'] ?? 'no' } }),
      },
    ]);

    expect(await patch(cluster)).toEqual({ metadata: {}, type: 'application/merge-patch+json', dryRun: 'no' });
  });

  it('are only tried where that is asked for', async () => {
    const cluster = await connect([
      { method: 'PATCH', path: deploymentPath, query: { dryRun: 'All' }, reply: { json: { kind: 'Deployment', metadata: {} } } },
    ]);

    await cluster.patch(deployments, 'shop', 'web-app', { type: 'strategic', body: {}, dryRun: true }, signal());

    expect(server?.requests[0]?.headers['content-type']).toBe('application/strategic-merge-patch+json');
  });

  it.each([
    ['500 after the write', status(500, 'InternalError', 'lost the leader'), 'REMOTE_UNAVAILABLE', true],
    ['503', { status: 503, text: 'busy' } as Reply, 'REMOTE_UNAVAILABLE', true],
    ['a cut connection', 'cut' as Reply, 'REMOTE_UNAVAILABLE', true],
    ['an answer that cannot be read', { text: 'ok?' } as Reply, 'REMOTE_REJECTED', true],
    ['429', { status: 429, headers: { 'retry-after': '7' }, text: 'slow down' } as Reply, 'REMOTE_LIMITED', false],
    ['a conflict', status(409, 'Conflict', 'the object has been modified'), 'CONFLICT', false],
  ])('are not repeated after %s, and say whether they may have been made', async (_what, reply, code, unclear) => {
    const cluster = await connect([{ method: 'PATCH', path: deploymentPath, reply }]);

    const error = await failure(patch(cluster));

    expect(error.code).toBe(code);
    expect(error.details['unclear']).toBe(unclear);
    expect(server?.requests).toHaveLength(1);
  });

  it('say what stands before the cluster when it is away', async () => {
    const text = '{"type":"error","status":503,"code":"ClusterUnavailable","message":"its \\u001b[31magent is not connected"}';
    const cluster = await connect([{ method: 'PATCH', path: deploymentPath, reply: { status: 503, text } }]);

    expect((await failure(patch(cluster))).message).toMatch(/is not ready to answer \(503\): its .*agent is not connected$/);
  });

  it('are sent again after a 401, with what the sign-in program gives anew', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'devos-signin-'));
    const path = join(dir, 'sign-in');
    writeFileSync(
      path,
      `#!/bin/sh\necho x >> "${dir}/calls"\nn=$(wc -l < "${dir}/calls" | tr -d ' ')\nprintf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"token-%s"}}' "$n"\n`,
    );
    chmodSync(path, 0o755);
    const cluster = await connect(
      [
        {
          method: 'PATCH',
          path: deploymentPath,
          times: 2,
          reply: (request) =>
            request.headers['authorization'] === 'Bearer token-2'
              ? { json: { kind: 'Deployment', metadata: {} } }
              : status(401, 'Unauthorized', 'Unauthorized'),
        },
      ],
      { user: `{ exec: { apiVersion: client.authentication.k8s.io/v1, command: '${path}' } }` },
    );

    await patch(cluster);

    expect(readFileSync(join(dir, 'calls'), 'utf8')).toBe('x\nx\n');
    rmSync(dir, { recursive: true });
    expect(existsSync(dir)).toBe(false);
  });
});

describe('lists', () => {
  const item = (name: string) => ({ metadata: { name } });
  const namesOf = (items: { [key: string]: unknown }[]) => items.map(({ metadata }) => (metadata as { name: string }).name);

  it('come page after page, with kind and version on every object', async () => {
    const cluster = await connect([
      {
        method: 'GET',
        path: podPath,
        query: { limit: '500' },
        reply: (request) => ({
          json: request.query['continue'] === 'two' ? { items: [item('b')] } : { metadata: { continue: 'two' }, items: [item('a')] },
        }),
        times: 2,
      },
    ]);

    const { items, truncated } = await cluster.list(pods, { namespace: 'shop' }, signal());

    expect(items).toEqual([
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' } },
    ]);
    expect(truncated).toBe(false);
  });

  it('stop at the limit and say so', async () => {
    const cluster = await connect([
      {
        method: 'GET',
        path: podPath,
        query: { limit: '2' },
        reply: { json: { metadata: { continue: 'more' }, items: [item('a'), item('b')] } },
      },
    ]);

    expect(await cluster.list(pods, { namespace: 'shop', limit: 2 }, signal())).toMatchObject({ truncated: true });
  });

  it('start over once when their version expired on the way', async () => {
    let calls = 0;
    const cluster = await connect([
      {
        method: 'GET',
        path: podPath,
        times: 4,
        reply: (request) => {
          calls += 1;
          if (request.query['continue'] === 'old') return status(410, 'Expired', 'The provided continue parameter is too old');
          if (request.query['continue'] === 'new') return { json: { items: [item('c')] } };
          return { json: { metadata: { continue: calls === 1 ? 'old' : 'new' }, items: [item('a')] } };
        },
      },
    ]);

    expect(namesOf((await cluster.list(pods, { namespace: 'shop' }, signal())).items)).toEqual(['a', 'c']);
  });

  it('are tables with whole objects where a table is asked for', async () => {
    const cluster = await connect([
      {
        method: 'GET',
        path: podPath,
        query: { includeObject: 'Object', labelSelector: 'app=web' },
        reply: {
          json: {
            kind: 'Table',
            metadata: {},
            columnDefinitions: [
              { name: 'Name', priority: 0 },
              { name: 'IP', priority: 1 },
            ],
            rows: [{ cells: ['a', null], object: item('a') }],
          },
        },
      },
    ]);

    const table = await cluster.table(pods, { namespace: 'shop', selector: 'app=web' }, signal());

    expect(table).toMatchObject({
      columns: [
        { name: 'Name', wide: false },
        { name: 'IP', wide: true },
      ],
      rows: [['a', null]],
    });
    expect(server?.requests[0]?.headers['accept']).toMatch(/as=Table;v=v1;g=meta\.k8s\.io/);
  });
});
