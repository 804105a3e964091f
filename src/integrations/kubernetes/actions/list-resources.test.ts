import type { JsonObject } from '#kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failure, planAndRun, testCluster, type TestCluster } from '../testing.ts';
import { listResources } from './list-resources.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 20_000 });

let cluster: TestCluster;

afterEach(() => cluster.close());

const list = async (input: JsonObject) => (await planAndRun(listResources, input, cluster.context())).output;
const secret = 'sandbox-secret-value';
const encoded = Buffer.from(secret).toString('base64');

describe('listing', () => {
  it('prints the columns that kubectl prints, and writes nothing', async () => {
    cluster = await testCluster();
    const mark = cluster.sandbox.requests.length;

    const output = await list({ kind: 'Pod' });

    expect(output.table.columns).toEqual(['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE']);
    expect(output.table.rows.find(([name]) => name === 'postgres-0')?.slice(1, 4)).toEqual(['1/1', 'Running', '0']);
    expect(cluster.sandbox.requests.length - mark).toBe(1);
    expect(cluster.writesAfter(mark)).toEqual([]);
  });

  it('is a List of whole objects for machines', async () => {
    cluster = await testCluster();

    const output = await list({ kind: 'Deployment' });
    const value = listResources.value?.(output, { kind: 'Deployment' }) as { items: JsonObject[] };

    expect(Object.keys(value)).toEqual(['apiVersion', 'kind', 'metadata', 'items']);
    expect(value.items[0]).toMatchObject({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'shop' }, spec: {} });
    expect(JSON.stringify(value)).not.toContain('managedFields');
  });

  it('covers all namespaces, with a column for them', async () => {
    cluster = await testCluster();

    const output = await list({ kind: 'Deployment', allNamespaces: true });

    expect(output.table.columns[0]).toBe('NAMESPACE');
    expect(new Set(output.table.rows.map(([namespace]) => namespace))).toEqual(new Set(['production', 'shop', 'staging']));
  });

  it('asks for no whole objects where a person reads, and prints the same', async () => {
    cluster = await testCluster();
    const machine = await list({ kind: 'Pod', allNamespaces: true });
    const mark = cluster.sandbox.requests.length;

    const person = await listResources.run(listResources.input.parse({ kind: 'Pod', allNamespaces: true }), {
      ...cluster.context(),
      reader: 'person',
    });

    expect(person.table.rows.map(([namespace, name]) => `${namespace} ${name}`)).toEqual(
      machine.table.rows.map(([namespace, name]) => `${namespace} ${name}`),
    );
    expect([machine.items.length > 0, person.items]).toEqual([true, []]);
    expect(cluster.sandbox.requests[mark]?.path).toContain('includeObject=Metadata');
  });

  it('takes kinds of the whole cluster and labels', async () => {
    cluster = await testCluster();

    expect((await list({ kind: 'Node' })).table.rows.map(([name]) => name)).toEqual(['node-1', 'node-2', 'node-3']);
    expect((await list({ kind: 'Deployment', selector: 'app=cart' })).table.rows.map(([name]) => name)).toEqual(['cart']);
  });

  it('keeps only those of a status', async () => {
    cluster = await testCluster();
    const inStaging = (status: string) => list({ kind: 'Pod', namespace: 'staging', status });

    await expect.poll(async () => (await inStaging('ImagePullBackOff')).table.rows.length, { timeout: 5000 }).toBe(1);
    expect((await inStaging('Unhealthy')).table.rows.length).toBe(5);
    expect((await inStaging('Running')).items).toHaveLength((await inStaging('Running')).table.rows.length);
    expect((await list({ kind: 'Deployment', namespace: 'staging', status: 'NotReady' })).table.rows.map(([name]) => name)).toContain(
      'invoice',
    );
    expect((await failure(list({ kind: 'ConfigMap', status: 'Running' }))).code).toBe('INPUT_INVALID');
  });

  it('tells an empty namespace from one that does not exist', async () => {
    cluster = await testCluster();

    const empty = await list({ kind: 'Pod', namespace: 'default' });
    const error = await failure(list({ kind: 'Pod', namespace: 'defautl' }));

    expect(empty.note).toBe('No pods found in the namespace default.');
    expect(listResources.render?.(empty, { kind: 'Pod' })).toEqual({ text: empty.note });
    expect(error).toMatchObject({ code: 'NAMESPACE_NOT_FOUND', hint: 'Did you mean default?' });
  });

  it('refuses kinds and labels that the cluster does not know', async () => {
    cluster = await testCluster();

    expect((await failure(list({ kind: 'Gadget' }))).code).toBe('NOT_FOUND');
    expect(listResources.input.safeParse({ kind: 'Pod', selector: 'a=b,c!=d' }).success).toBe(true);
    expect(listResources.input.safeParse({ kind: 'Pod', selector: 'app=web&limit=1' }).success).toBe(false);
  });
});

describe('the contents of a secret', () => {
  it('are in no output, wherever the API repeats them; the test would see them', async () => {
    cluster = await testCluster();
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data: { 'api-key': encoded } }) };
    cluster.sandbox.patch('Secret', 'shop', 'payment-keys', { metadata: { annotations } });

    const output = await list({ kind: 'Secret' });
    const everything = JSON.stringify([
      output,
      listResources.value?.(output, { kind: 'Secret' }),
      listResources.render?.(output, { kind: 'Secret' }),
    ]);

    expect(JSON.stringify(cluster.sandbox.find('Secret', 'shop', 'payment-keys'))).toContain(encoded);
    expect(everything).toContain('"api-key":"***"');
    expect(everything).not.toContain(encoded);
    expect(everything).not.toContain(secret);
  });
});
