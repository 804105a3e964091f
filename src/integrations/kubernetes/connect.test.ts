import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectKubernetes, type KubernetesClient } from './connect.ts';
import { mapLimited } from './map-limited.ts';
import { failure } from './testing.ts';

let dir = '';
let client: KubernetesClient | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'devos-connect-'));
});

afterEach(async () => {
  await client?.close();
  client = undefined;
  rmSync(dir, { recursive: true, force: true });
});

async function connect(): Promise<KubernetesClient> {
  writeFileSync(join(dir, 'ca.pem'), 'ONE');
  writeFileSync(
    join(dir, 'config'),
    `current-context: b
clusters: [{ name: one, cluster: { server: 'https://one.example', certificate-authority: ca.pem } }, { name: two, cluster: { server: 'https://two.example' } }]
users: [{ name: u, user: { token: t } }]
contexts: [{ name: a, context: { cluster: one, user: u } }, { name: b, context: { cluster: two, user: u, namespace: shop } }]
`,
  );
  client = await connectKubernetes({ env: { KUBECONFIG: 'config' }, cwd: dir, environments: [] });
  return client;
}

describe('the clusters of a kubeconfig', () => {
  it('are connected once each, the current one first', async () => {
    const { contexts, cluster } = await connect();

    expect(contexts).toEqual(['b', 'a']);
    expect((await cluster()).target).toMatchObject({ context: 'b', namespace: 'shop', server: 'https://two.example' });
    expect(await cluster('a')).toBe(await cluster('a'));
  });

  it('are connected anew when a certificate on disk was replaced', async () => {
    const { cluster } = await connect();
    const first = await cluster('a');

    writeFileSync(join(dir, 'ca.pem'), 'ANOTHER');

    expect((await cluster('a')).target.ca).toBe('ANOTHER');
    expect(await cluster('a')).not.toBe(first);
  });

  it('that are not there are no error for the others', async () => {
    const { cluster } = await connect();

    expect((await failure(cluster('c'))).code).toBe('NOT_FOUND');
    expect((await cluster('a')).target.context).toBe('a');
  });
});

describe('work on many', () => {
  it('runs so many at once and keeps the order', async () => {
    let [running, most] = [0, 0];

    const results = await mapLimited([3, 1, 2, 0], 2, async (turns) => {
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      running -= 1;
      return turns * 10;
    });

    expect(results).toEqual([30, 10, 20, 0]);
    expect(most).toBe(2);
  });
});
