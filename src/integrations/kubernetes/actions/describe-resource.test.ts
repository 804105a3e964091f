import type { JsonObject } from '#kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failure, planAndRun, testCluster, type TestCluster } from '../testing.ts';
import { describeResource } from './describe-resource.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 20_000 });

let cluster: TestCluster;

afterEach(() => cluster.close());

async function text(input: JsonObject): Promise<string> {
  const { bound, output } = await planAndRun(describeResource, input, cluster.context());
  return describeResource.render?.(output, bound)?.text ?? '';
}

describe('describing', () => {
  it('shows a pod with its containers, state and events', async () => {
    cluster = await testCluster();
    const mark = cluster.sandbox.requests.length;

    const shown = await text({ kind: 'Pod', name: 'postgres-0' });

    expect(shown).toMatch(/Name: +postgres-0\nNamespace: +shop/);
    expect(shown).toMatch(/Controlled By: +StatefulSet\/postgres/);
    expect(shown).toMatch(/Image: +postgres:16\.4/);
    expect(shown).toMatch(/Events:\n.*(Scheduled|Pulling)/);
    expect(cluster.writesAfter(mark)).toEqual([]);
  });

  it('leaves out the events of an earlier object of that name', async () => {
    cluster = await testCluster();
    const event = (reason: string, uid: string) =>
      cluster.create('/api/v1/namespaces/shop/events', {
        metadata: { generateName: 'postgres-0.' },
        involvedObject: { kind: 'Pod', name: 'postgres-0', namespace: 'shop', uid },
        reason,
        type: 'Warning',
        message: 'said before',
      });
    const { output } = await planAndRun(describeResource, { kind: 'Pod', name: 'postgres-0' }, cluster.context());
    const metadata = output.items[0]?.object['metadata'];
    await event('OfThisOne', typeof metadata === 'object' && metadata !== null && 'uid' in metadata ? String(metadata['uid']) : '');
    await event('OfAnEarlierOne', 'another-uid');

    const shown = await text({ kind: 'Pod', name: 'postgres-0' });

    expect(shown).toContain('OfThisOne');
    expect(shown).not.toContain('OfAnEarlierOne');
  });

  it('shows workloads, nodes and anything else', async () => {
    cluster = await testCluster();

    expect(await text({ kind: 'Deployment', name: 'web-app' })).toMatch(/Replicas: +3 desired, 3 updated, 3 ready, 3 available/);
    expect(await text({ kind: 'Node', name: 'node-1' })).toContain('kubeletVersion');
    expect(await text({ kind: 'ConfigMap', name: 'web-app-config' })).toContain('LOG_LEVEL: info');
  });

  it('takes the pods whose names begin so, as kubectl does', async () => {
    cluster = await testCluster();

    const { output } = await planAndRun(describeResource, { kind: 'Pod', name: 'cart' }, cluster.context());

    expect(output.items).toHaveLength(2);
  });

  it('never shows what is in a secret', async () => {
    cluster = await testCluster();

    const { output, bound } = await planAndRun(describeResource, { kind: 'Secret', name: 'payment-keys' }, cluster.context());
    const everything = JSON.stringify(output) + (describeResource.render?.(output, bound)?.text ?? '');

    expect(everything).toContain('api-key');
    expect(everything).not.toContain(Buffer.from('sandbox-secret-value').toString('base64'));
  });

  it('masks credentials in variables, arguments and annotations', async () => {
    cluster = await testCluster();
    await cluster.create('/api/v1/namespaces/shop/pods', {
      metadata: { name: 'leaky', annotations: { note: 'token=abcdefgh12345678' } },
      spec: {
        containers: [
          {
            name: 'app',
            image: 'x',
            args: ['--password=hunter2secret'],
            env: [
              { name: 'DB_PASSWORD', value: 'hunter3' },
              { name: 'MODE', value: 'fast' },
            ],
          },
        ],
      },
    });

    const { output } = await planAndRun(describeResource, { kind: 'Pod', name: 'leaky' }, cluster.context());
    const everything = JSON.stringify(output);

    expect(everything).not.toMatch(/hunter2|hunter3|abcdefgh12345678/);
    expect(everything).toContain('"value":"fast"');
  });

  it.each([
    [{ kind: 'Pod', name: 'postgres-9' }, 'NOT_FOUND', /Did you mean postgres-0, postgres-1/],
    [{ kind: 'Deployment', name: 'wep-app' }, 'NOT_FOUND', /Did you mean web-app/],
    [{ kind: 'Service', name: 'web-app', namespace: 'shp' }, 'NAMESPACE_NOT_FOUND', /Did you mean shop/],
    [{ kind: 'Gadget', name: 'x' }, 'NOT_FOUND', /api-resources/],
    [{ kind: 'Node', name: 'node-7' }, 'NOT_FOUND', /node-1/],
  ])('says for %j that it is %s', async (input, code, hint) => {
    cluster = await testCluster();

    const error = await failure(text(input));

    expect(error.code).toBe(code);
    expect(error.hint).toMatch(hint);
  });
});
