/** The simulated API over its own socket: watches, faults, effects, identities, state. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { isObject, type Json, type JsonObject, list, number, record, text } from './json.ts';
import { type SandboxKubernetes, startKubernetes, type StartKubernetesOptions } from './start-kubernetes.ts';

let sandbox: SandboxKubernetes;

afterEach(() => sandbox.close());

const start = async (options: StartKubernetesOptions = {}): Promise<void> => {
  sandbox = await startKubernetes({ podStartMs: 5, podEndMs: 5, ...options });
};

interface Options {
  body?: Json;
  contentType?: string;
  headers?: Record<string, string>;
  client?: { cert: string; key: string };
}

/** The open answer, for streams. */
async function open(
  method: string,
  path: string,
  { body, contentType = 'application/json', headers = {}, client }: Options = {},
): Promise<IncomingMessage> {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const asked = request(new URL(path, sandbox.url), {
    method,
    ca: sandbox.ca,
    ...client,
    headers: {
      ...(client === undefined ? { authorization: `Bearer ${sandbox.tokens.admin}` } : {}),
      ...(content === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(content) }),
      ...headers,
    },
  });
  asked.end(content);
  const answered: unknown[] = await once(asked, 'response');
  const [answer] = answered;
  return answer as IncomingMessage; // what the event carries
}

async function ask(
  method: string,
  path: string,
  options?: Options,
): Promise<{ status: number; json: JsonObject; headers: IncomingMessage['headers'] }> {
  const answer = await open(method, path, options);
  let content = '';
  for await (const chunk of answer) content += String(chunk);
  const json: unknown = content.startsWith('{') ? JSON.parse(content) : {};
  return { status: answer.statusCode ?? 0, json: json as JsonObject, headers: answer.headers }; // JSON that begins with a brace
}

async function* eventsOf(path: string, options?: Options): AsyncGenerator<JsonObject> {
  let rest = '';
  for await (const chunk of await open('GET', path, options)) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event: unknown = JSON.parse(line);
      if (isObject(event as Json)) yield event as JsonObject; // checked just before
    }
  }
}

/** The first events for which this holds, in their order. */
async function waitFor(path: string, holds: ((event: JsonObject) => boolean)[]): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  for await (const event of eventsOf(path)) {
    if (holds[found.length]?.(event) === true) found.push(event);
    if (found.length === holds.length) break;
  }
  return found;
}

const deployments = '/apis/apps/v1/namespaces/shop/deployments';
const merge = (body: Json): Options => ({ body, contentType: 'application/merge-patch+json' });
const scaleTo = (replicas: number, query = '') => ask('PATCH', `${deployments}/cart/scale${query}`, merge({ spec: { replicas } }));
const nameOf = (event: JsonObject): string => text(event, 'object', 'metadata', 'name');

describe('a watch', () => {
  it('goes on where a list ended, until the wanted change comes', async () => {
    await start();
    const { json } = await ask('GET', deployments);
    const version = text(json, 'metadata', 'resourceVersion');
    const waiting = waitFor(`${deployments}?watch=true&resourceVersion=${version}`, [
      (event) => number(event, 0, 'object', 'status', 'readyReplicas') === 4 && nameOf(event) === 'cart',
    ]);

    await scaleTo(4);

    expect((await waiting)[0]).toMatchObject({ type: 'MODIFIED', object: { kind: 'Deployment', apiVersion: 'apps/v1' } });
  });

  it('of a selection tells what enters and leaves it', async () => {
    await start();
    const { json } = await ask('GET', deployments);
    const path = `${deployments}?watch=true&labelSelector=team%3Da&resourceVersion=${text(json, 'metadata', 'resourceVersion')}`;
    const waiting = waitFor(path, [(event) => event['type'] === 'ADDED', (event) => event['type'] === 'DELETED']);

    await ask('PATCH', `${deployments}/cart`, merge({ metadata: { labels: { team: 'a' } } }));
    await ask('PATCH', `${deployments}/cart`, merge({ metadata: { labels: { team: 'b' } } }));

    expect((await waiting).map(nameOf)).toEqual(['cart', 'cart']);
  });

  it('that starts too early is told so with 410 in the stream', async () => {
    await start();
    const { json } = await ask('GET', deployments);
    sandbox.expireWatches();

    const [event] = await waitFor(`${deployments}?watch=true&resourceVersion=${text(json, 'metadata', 'resourceVersion')}`, [() => true]);

    expect(event).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  });

  it('may be a list as a stream, which ends in a bookmark that says so', async () => {
    await start();
    const path = `${deployments}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`;

    const [mark] = await waitFor(path, [(event) => event['type'] === 'BOOKMARK']);
    const refused = await ask('GET', `${deployments}?watch=true&sendInitialEvents=true`);

    expect(record(mark, 'object', 'metadata', 'annotations')).toEqual({ 'k8s.io/initial-events-end': 'true' });
    expect(refused.json).toMatchObject({
      code: 422,
      message: expect.stringContaining('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    });
  });

  it('ends when its time is over, with a bookmark', async () => {
    await start();
    const seen: unknown[] = [];

    for await (const event of eventsOf(`${deployments}?watch=true&timeoutSeconds=1&allowWatchBookmarks=true`)) seen.push(event['type']);

    expect(seen.at(-1)).toBe('BOOKMARK');
    expect(seen.filter((type) => type === 'ADDED')).toHaveLength(8);
  });
});

describe('a list', () => {
  it('comes in pages, which refuse to go on when they are too old', async () => {
    await start();
    const first = await ask('GET', '/api/v1/pods?limit=5');
    const token = encodeURIComponent(text(first.json, 'metadata', 'continue'));
    const second = await ask('GET', `/api/v1/pods?limit=500&continue=${token}`);
    const whole = await ask('GET', '/api/v1/pods');
    sandbox.expireWatches();
    const late = await ask('GET', `/api/v1/pods?limit=5&continue=${token}`);

    expect([...list(first.json, 'items'), ...list(second.json, 'items')].map((pod) => text(pod, 'metadata', 'name'))).toEqual(
      list(whole.json, 'items').map((pod) => text(pod, 'metadata', 'name')),
    );
    expect(number(first.json, 0, 'metadata', 'remainingItemCount')).toBe(list(second.json, 'items').length);
    expect(late.json).toMatchObject({ code: 410, reason: 'Expired' });
  });

  it('of the future is not there yet', async () => {
    await start();

    expect((await ask('GET', `${deployments}?resourceVersion=999999999&resourceVersionMatch=NotOlderThan`)).json).toMatchObject({
      code: 504,
      message: expect.stringContaining('Too large resource version'),
    });
  });
});

describe('effects', () => {
  it('are real changes of clients, each once, with the key that came with them', async () => {
    await start();
    await scaleTo(4, '?dryRun=All');
    await scaleTo(2); // as it is
    await ask('PATCH', `${deployments}/none`, merge({ spec: { replicas: 1 } }));
    await ask('PATCH', `${deployments}/cart`, merge({ metadata: { annotations: { 'devos.io/effect': 'R-1/1' } }, spec: { replicas: 3 } }));
    await scaleTo(5);
    sandbox.patch('Deployment', 'shop', 'cart', { spec: { replicas: 1 } });

    expect(sandbox.effects).toMatchObject([
      { user: 'admin', verb: 'patch', kind: 'Deployment', namespace: 'shop', name: 'cart', key: 'R-1/1' },
      { kind: 'Deployment', name: 'cart', key: null },
    ]);
    expect(sandbox.requests.filter(({ dryRun }) => dryRun)).toHaveLength(1);
  });

  it('of a watch or of a stale write are none', async () => {
    await start();
    const stale = await ask('PATCH', `${deployments}/cart`, merge({ metadata: { resourceVersion: '1' }, spec: { replicas: 9 } }));

    expect(stale.status).toBe(409);
    expect(sandbox.effects).toEqual([]);
  });
});

describe('faults', () => {
  it.each([
    ['limited', 429, 0],
    ['unavailable', 503, 0],
    ['error', 500, 0],
    ['error-after', 500, 1],
    ['unauthorized', 401, 0],
    ['forbidden', 403, 0],
    ['conflict', 409, 0],
    ['wrong-json', 200, 1],
  ] as const)('%s answers %i with %i effects, once', async (kind, status, effects) => {
    await start();
    sandbox.faults.add({ kind, method: 'PATCH', path: '/deployments/cart', retryAfterSeconds: 7 });

    const first = await scaleTo(4);
    const second = await scaleTo(5);

    expect(first.status).toBe(status);
    expect(first.headers['retry-after']).toBe(kind === 'limited' ? '7' : undefined);
    expect(second.status).toBe(200);
    expect(sandbox.effects).toHaveLength(effects + 1);
  });

  it.each([
    ['cut', 0],
    ['cut-after', 1],
  ] as const)('%s ends the connection with %i effects', async (kind, effects) => {
    await start();
    sandbox.faults.add({ kind, method: 'PATCH' });

    await expect(scaleTo(4)).rejects.toThrow(/hang up|ECONNRESET/);
    expect(sandbox.effects).toHaveLength(effects);
  });

  it.each([
    ['hang', 0],
    ['hang-after', 1],
  ] as const)('%s never answers, with %i effects', async (kind, effects) => {
    await start();
    sandbox.faults.add({ kind, method: 'PATCH' });
    const waiting = scaleTo(4).catch(() => 'ended by the server');
    await expect.poll(() => sandbox.requests.length).toBe(1);
    await expect.poll(() => sandbox.effects.length).toBe(effects);

    await sandbox.close();

    expect(await waiting).toBe('ended by the server');
    await start();
  });
});

describe('who asks', () => {
  it('is a token, a certificate, somebody else by leave, or nobody', async () => {
    await start();
    const whoIs = async (options: Options) =>
      (await ask('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body: {}, ...options })).json;
    const kubeconfig = sandbox.kubeconfig('certificate');
    const pem = (key: string) => Buffer.from(new RegExp(`${key}: (\\S+)`).exec(kubeconfig)?.[1] ?? '', 'base64').toString();
    const client = { cert: pem('client-certificate-data'), key: pem('client-key-data') };
    const nobody: Options = { headers: { authorization: '' } };

    expect(await whoIs({})).toMatchObject({ status: { userInfo: { username: 'admin' } } });
    expect(await whoIs({ client })).toMatchObject({
      status: { userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] } },
    });
    expect(await whoIs({ headers: { 'impersonate-user': 'dev' } })).toMatchObject({ status: { userInfo: { username: 'dev' } } });
    expect(await whoIs({ headers: { authorization: `Bearer ${sandbox.tokens.viewer}`, 'impersonate-user': 'dev' } })).toMatchObject({
      code: 403,
      message: expect.stringContaining('User "viewer" cannot impersonate resource "users"'),
    });
    expect(await whoIs({ headers: { authorization: `Bearer ${sandbox.tokens.expired}` } })).toMatchObject({ code: 401 });
    expect((await ask('GET', '/api/v1/pods', nobody)).status).toBe(401);
  });

  it('may do what a role gives, there and nowhere else', async () => {
    await start();
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/shop';
    await ask('POST', `${rbac}/roles`, {
      body: {
        metadata: { name: 'scaler' },
        rules: [{ apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['patch'], resourceNames: ['cart'] }],
      },
    });
    await ask('POST', `${rbac}/rolebindings`, {
      body: {
        metadata: { name: 'dev' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'scaler' },
        subjects: [{ kind: 'User', name: 'dev', apiGroup: 'rbac.authorization.k8s.io' }],
      },
    });
    const asDev = (path: string) => ask('PATCH', path, { ...merge({ spec: { replicas: 3 } }), headers: { 'impersonate-user': 'dev' } });

    expect((await asDev(`${deployments}/cart/scale`)).status).toBe(200);
    expect((await asDev(`${deployments}/search/scale`)).status).toBe(403);
    expect((await asDev(`${deployments}/cart`)).status).toBe(403);
    expect((await asDev(`${deployments.replace('shop', 'staging')}/web-app/scale`)).json).toMatchObject({
      message:
        'deployments.apps/scale "web-app" is forbidden: User "dev" cannot patch resource "deployments/scale" in API group "apps" in the namespace "staging"',
    });
  });
});

describe('the company', () => {
  it('is there at once, with a past and its troubles', async () => {
    await start();
    const started = performance.now();
    const other = await startKubernetes();
    const took = performance.now() - started;
    const webApp = other.find('Deployment', 'shop', 'web-app');
    const invoice = other.find('Deployment', 'staging', 'invoice');
    await other.close();

    expect(record(webApp, 'status')).toMatchObject({ readyReplicas: 3, observedGeneration: 1 });
    expect(Date.now() - Date.parse(text(webApp, 'metadata', 'creationTimestamp'))).toBeGreaterThan(11 * 86_400_000);
    expect(record(invoice, 'status')).toMatchObject({ unavailableReplicas: 1 });
    expect(took).toBeLessThan(3000); // a tenth of it on an idle machine
  });

  it('goes on where it was, with the same credentials', async () => {
    await start();
    await scaleTo(4);
    await expect.poll(() => record(sandbox.find('Deployment', 'shop', 'cart'), 'status')['readyReplicas']).toBe(4);
    const saved = structuredClone(sandbox.save());
    const authority = sandbox.ca;
    await sandbox.close();

    await start({ saved });

    expect(sandbox.ca).toBe(authority);
    expect((await ask('GET', `${deployments}/cart`)).json).toMatchObject({ spec: { replicas: 4 }, status: { readyReplicas: 4 } });
    await scaleTo(2);
    await expect.poll(() => record(sandbox.find('Deployment', 'shop', 'cart'), 'status')['readyReplicas']).toBe(2);
  });
});
