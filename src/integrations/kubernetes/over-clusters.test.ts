import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SandboxKubernetes, startKubernetes } from '#sandbox';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { listResources } from './actions/list-resources.ts';
import { connectKubernetes, type KubernetesClient } from './connect.ts';
import { contextFor, failure, planAndRun } from './testing.ts';

vi.setConfig({ testTimeout: 20_000 });

let dir = '';
let near: SandboxKubernetes;
let far: SandboxKubernetes;
let client: KubernetesClient;

interface Config {
  clusters: { name: string; cluster: object }[];
  users: { name: string; user: object }[];
}

/** The cluster and user of a sandbox's own kubeconfig. */
function entriesOf(sandbox: SandboxKubernetes): { cluster: object; user: object } {
  const config: Config = parse(sandbox.kubeconfig('admin'));
  return { cluster: config.clusters[0]?.cluster ?? {}, user: config.users[0]?.user ?? {} };
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'devos-all-'));
  near = await startKubernetes({ podStartMs: 5 });
  far = await startKubernetes({ podStartMs: 5, seed: 'empty' });
  const [first, second] = [entriesOf(near), entriesOf(far)];
  const path = join(dir, 'config');
  const text = stringify({
    'current-context': 'near',
    clusters: [
      { name: 'near', cluster: first.cluster },
      { name: 'far', cluster: second.cluster },
      // Nothing listens on port 1.
      { name: 'gone', cluster: { server: 'https://127.0.0.1:1' } },
    ],
    users: [
      { name: 'near', user: first.user },
      { name: 'far', user: second.user },
    ],
    contexts: [
      { name: 'gone', context: { cluster: 'gone', user: 'near' } },
      { name: 'near', context: { cluster: 'near', user: 'near', namespace: 'shop' } },
      { name: 'near-too', context: { cluster: 'near', user: 'near' } },
      { name: 'far', context: { cluster: 'far', user: 'far' } },
    ],
  });
  writeFileSync(path, text);
  client = await connectKubernetes({ env: { KUBECONFIG: path }, cwd: dir, environments: [] });
});

afterAll(async () => {
  await client.close();
  await Promise.all([near.close(), far.close()]);
  rmSync(dir, { recursive: true, force: true });
});

describe('a list over all clusters', () => {
  it('asks each cluster once, and names the one that is away', async () => {
    const { preview, output } = await planAndRun(listResources, { kind: 'Namespace', allClusters: true }, contextFor(client));

    const clusters = output.table.rows.map(([cluster, name]) => `${cluster} ${name}`);
    expect(preview.where).toContain('3 clusters: near, gone, far');
    expect(clusters).toEqual(expect.arrayContaining(['near shop', 'near production', 'far kube-system']));
    expect(clusters.filter((one) => one === 'near shop')).toHaveLength(1);
    expect(clusters.some((one) => one.startsWith('near-too') || one === 'far shop')).toBe(false);
    expect(output.note).toMatch(/^gone: not read: .* \(REMOTE_UNAVAILABLE\)$/m);
  });

  it('says for each where nothing was found', async () => {
    const { output } = await planAndRun(listResources, { kind: 'Deployment', allClusters: true, allNamespaces: true }, contextFor(client));

    expect(output.table.columns.slice(0, 3)).toEqual(['CLUSTER', 'NAMESPACE', 'NAME']);
    expect(output.note).toContain('far: No deployments found.');
  });

  it('fails where no cluster answers, or one is named besides', async () => {
    const path = join(dir, 'gone');
    writeFileSync(
      path,
      stringify({
        'current-context': 'gone',
        clusters: [{ name: 'gone', cluster: { server: 'https://127.0.0.1:1' } }],
        users: [],
        contexts: [{ name: 'gone', context: { cluster: 'gone' } }],
      }),
    );
    const alone = await connectKubernetes({ env: { KUBECONFIG: path }, cwd: dir, environments: [] });
    const all = { kind: 'Pod', allClusters: true };

    expect((await failure(listResources.run(listResources.input.parse(all), contextFor(alone)))).code).toBe('REMOTE_UNAVAILABLE');
    const both = listResources.input.parse({ ...all, cluster: 'near' });
    expect((await failure(listResources.preview(both, contextFor(client)))).code).toBe('INPUT_INVALID');
    await alone.close();
  });
});
