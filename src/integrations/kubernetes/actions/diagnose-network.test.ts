import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '#kit';
import { failure, planAndRun, testCluster, type TestCluster } from '../testing.ts';
import { diagnoseNetwork } from './diagnose-network.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await testCluster({ broken: ['wrong-selector', 'wrong-target-port', 'failing-readiness'] });
  const { create } = cluster;
  const policies = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
  const ingresses = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses';
  await create('/api/v1/namespaces/lab/services', service('portal', { app: 'portal' }, 8080));
  await create('/api/v1/namespaces/shop/services', service('search-numbered', { app: 'search' }, 9090));
  await create(
    policies,
    policy('cart-from-web', { app: 'cart' }, { from: [{ podSelector: { matchLabels: { app: 'web-app' } } }], ports: [{ port: 8080 }] }),
  );
  await create(policies, policy('checkout-port', { app: 'checkout' }, { from: [{ podSelector: {} }], ports: [{ port: 9999 }] }));
  await create(policies, {
    metadata: { name: 'search-sends-nothing' },
    spec: { podSelector: { matchLabels: { app: 'search' } }, policyTypes: ['Egress'], egress: [] },
  });
  await create(ingresses, ingress('wrong-port', 'api-server', 8443));
  await create(ingresses, ingress('wrong-class', 'user-service', 80, { ingressClassName: 'traefik' }));
  await create(ingresses, ingress('no-tls', 'payment-service', 80, { tls: [{ secretName: 'shop-tls', hosts: ['pay.example.com'] }] }));
});

afterAll(() => cluster.close());

function service(name: string, selector: JsonObject, targetPort: number): JsonObject {
  return { metadata: { name }, spec: { selector, ports: [{ port: 80, targetPort }] } };
}

function policy(name: string, matchLabels: JsonObject, rule: JsonObject): JsonObject {
  return { metadata: { name }, spec: { podSelector: { matchLabels }, policyTypes: ['Ingress'], ingress: [rule] } };
}

function ingress(name: string, backend: string, number: number, spec: JsonObject = {}): JsonObject {
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service: { name: backend, port: { number } } } }];
  return { metadata: { name }, spec: { ingressClassName: 'nginx', rules: [{ host: `${backend}.example.com`, http: { paths } }], ...spec } };
}

const look = async (input: { name: string; from?: string; namespace?: string }) =>
  (await planAndRun(diagnoseNetwork, { namespace: 'shop', ...input }, cluster.context())).output;

const stateOf = (output: Awaited<ReturnType<typeof look>>, hop: string) => output.hops.find((one) => one.hop === hop);

describe('the path to a service', () => {
  it.each<[name: string, more: { from?: string; namespace?: string }, hop: string, title: RegExp]>([
    ['inbox', { namespace: 'lab' }, 'pods', /no pod has the labels that it selects: app=inbx/],
    ['geo', { namespace: 'lab' }, 'ports', /aims at a port called web, which no container has/],
    ['portal', { namespace: 'lab' }, 'ready', /none of 1 pod is ready/],
    ['web-app', { namespace: 'production' }, 'policies', /deny-all lets nobody through/],
    ['cart', { from: 'api-gateway' }, 'policies', /cart-from-web does not let in pods with app=api-gateway/],
    ['checkout', { from: 'web-app' }, 'policies', /checkout-port does not let in/],
    ['web-app', { from: 'search' }, 'egress', /search-sends-nothing lets nobody through/],
    ['api-server', {}, 'ingress', /leads to port 8443, which the service does not have/],
    ['user-service', {}, 'ingress', /has the class traefik, which does not exist/],
    ['payment-service', {}, 'ingress', /TLS secret shop-tls of the ingress no-tls does not exist/],
  ])('to %s with %j breaks at %s', async (name, more, hop, title) => {
    const mark = cluster.sandbox.requests.length;

    const output = await look({ name, ...more });

    const broken = output.hops.filter(({ state }) => state === 'broken');
    expect(broken[0]).toMatchObject({ hop, title: expect.stringMatching(title) });
    expect(broken[0]?.next?.say).toBeTruthy();
    expect(output).toMatchObject({ ok: false, summary: expect.stringContaining(`it breaks at ${hop}`) });
    expect(cluster.writesAfter(mark)).toEqual([]);
    // A fixed number of lists, however many pods there are.
    expect(cluster.sandbox.requests.length - mark).toBeLessThanOrEqual(14);
  });

  it('is whole where nothing is wrong, also through a policy that lets it in', async () => {
    expect(await look({ name: 'web-app' })).toMatchObject({ ok: true, summary: 'nothing breaks on the way', notRead: [] });
    expect(await look({ name: 'cart', from: 'web-app' })).toMatchObject({ ok: true, summary: 'nothing breaks on the way' });
    expect(stateOf(await look({ name: 'web-app' }), 'ingress')).toMatchObject({
      state: 'ok',
      title: 'the ingress web leads to it (1 path)',
    });
  });

  it('says near labels, and what pods wait for', async () => {
    expect(stateOf(await look({ name: 'inbox', namespace: 'lab' }), 'pods')?.evidence).toEqual([
      'no pod has app=inbx; near: app=inbox (2 pods)',
    ]);
    expect((await look({ name: 'portal', namespace: 'lab' })).hops.map(({ hop, state }) => `${hop} ${state}`)).toEqual([
      'service ok',
      'pods ok',
      'ready broken',
      'ports ok',
      'endpoints broken',
      'policies ok',
      'ingress ok',
    ]);
  });

  it('does not judge what it cannot know: undeclared ports, unnamed callers, callers that are not there', async () => {
    expect(stateOf(await look({ name: 'search-numbered' }), 'ports')).toMatchObject({
      state: 'unknown',
      title: expect.stringContaining('do not declare'),
    });
    expect(stateOf(await look({ name: 'cart' }), 'policies')).toMatchObject({
      state: 'unknown',
      title: expect.stringContaining('cannot be told'),
    });
    expect(stateOf(await look({ name: 'web-app', from: 'nobody' }), 'egress')).toMatchObject({
      state: 'unknown',
      title: 'not checked: no pods of nobody were found in the namespace shop',
    });
  });

  it.each([
    ['networkpolicies', 'policies', 'not checked: network policies are forbidden to read', 'web-app'],
    ['endpointslices', 'endpoints', 'not checked: endpoint slices are forbidden to read', 'web-app'],
    ['ingresses', 'ingress', 'not checked: ingresses are forbidden to read', 'web-app'],
    ['/secrets', 'ingress', 'the ingress no-tls leads to it, but its TLS secrets were not checked: forbidden', 'payment-service'],
    ['/services/', 'service', 'not checked: services are forbidden to read', 'web-app'],
  ])('does not guess where %s may not be read', async (path, hop, title, name) => {
    cluster.sandbox.faults.add({ kind: 'forbidden', path });

    const output = await look({ name });

    expect(stateOf(output, hop)).toMatchObject({ state: 'unknown', title });
    expect(output.ok).toBe(true);
    expect(output.summary).toContain('not all could be told');
    expect(output.notRead).toHaveLength(1);
  });

  it('asks for names of secrets only', async () => {
    const mark = cluster.sandbox.requests.length;

    const output = await look({ name: 'payment-service' });

    const secrets = cluster.sandbox.requests.slice(mark).filter(({ path }) => path.includes('/secrets'));
    expect(secrets.map(({ method }) => method)).toEqual(['GET']);
    expect(JSON.stringify(output)).not.toContain('sandbox-secret-value');
  });

  it('takes the name of a workload, and names what is near where there is neither', async () => {
    await cluster.create('/apis/apps/v1/namespaces/shop/deployments', {
      metadata: { name: 'lonely' },
      spec: {
        selector: { matchLabels: { app: 'lonely' } },
        template: { metadata: { labels: { app: 'lonely' } }, spec: { containers: [{ name: 'c', image: 'acme/lonely:1' }] } },
      },
    });

    expect(await look({ name: 'lonely' })).toMatchObject({
      ok: false,
      summary: expect.stringContaining('no service selects the pods of Deployment lonely'),
    });
    expect(await failure(look({ name: 'web-ap' }))).toMatchObject({ code: 'NOT_FOUND', hint: expect.stringContaining('web-app') });
  });

  it('reads as hops, with the next step', async () => {
    const output = await look({ name: 'inbox', namespace: 'lab' });

    expect(diagnoseNetwork.render?.(output, { name: 'inbox' })?.text).toContain(
      'BROKEN   pods       no pod has the labels that it selects: app=inbx',
    );
    expect(diagnoseNetwork.render?.(output, { name: 'inbox' })?.text).toContain('Suggested next: describe service inbox in namespace lab');
  });
});
