import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { connectKubernetes, type KubernetesClient } from '../connect.ts';
import { contextFor, failure } from '../testing.ts';
import { listContexts } from './list-contexts.ts';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function clientOf(text: string): Promise<KubernetesClient> {
  const dir = mkdtempSync(join(tmpdir(), 'devos-kube-'));
  writeFileSync(join(dir, 'config'), text);
  const client = await connectKubernetes({ env: { KUBECONFIG: join(dir, 'config') }, cwd: dir, environments: [] });
  open.push(async () => {
    await client.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return client;
}

const config = (current: string) => `current-context: ${current}
clusters:
  - { name: east, cluster: { server: 'https://dana:hunter2@east.example:6443/k8s?token=abcdef' } }
  - { name: west, cluster: { server: 'https://west.example', certificate-authority: nowhere.pem } }
users: [{ name: dana, user: { token: very-secret-token } }]
contexts:
  - { name: west, context: { cluster: west, user: dana } }
  - { name: east, context: { cluster: east, user: dana, namespace: shop } }
  - { name: lost, context: { cluster: gone, user: nobody } }
`;

describe('contexts', () => {
  it('are listed with where they lead and as whom, the current one first, without anything that signs in', async () => {
    const context = contextFor(await clientOf(config('east')));

    const output = await listContexts.run({}, context);

    expect(output.contexts[0]).toEqual({
      name: 'east',
      cluster: 'east',
      server: 'https://east.example:6443/k8s',
      namespace: 'shop',
      user: 'dana',
      current: true,
    });
    expect(output.contexts.map(({ name, namespace }) => `${name} ${namespace}`)).toEqual(['east shop', 'west default', 'lost default']);
    expect(JSON.stringify([output, listContexts.render?.(output, {})])).not.toMatch(/hunter2|very-secret|abcdef/);
  });

  it('that cannot be used say why, and what to do', async () => {
    const { contexts } = await listContexts.run({}, contextFor(await clientOf(config('elsewhere'))));

    expect(contexts.map(({ name, broken }) => [name, broken !== undefined])).toEqual([
      ['elsewhere', true],
      ['west', true],
      ['east', false],
      ['lost', true],
    ]);
    expect(contexts[0]).toMatchObject({ current: true, hint: 'Choose another: kubectl config use-context west' });
    expect(contexts[1]?.broken).toContain('nowhere.pem, which cannot be read');
    expect(contexts[3]?.broken).toContain('names a cluster "gone" that is not there');
    expect(listContexts.render?.({ contexts }, {}).table?.columns.at(-1)).toBe('PROBLEM');
  });

  it('that are not there at all are an error with a hint', async () => {
    expect(await failure(listContexts.run({}, contextFor(await clientOf('apiVersion: v1\nkind: Config\n'))))).toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringContaining('kubectl config set-context'),
    });
  });

  it('are read without asking any server', async () => {
    const preview = await listContexts.preview({}, contextFor(await clientOf(config('east'))));

    expect(preview).toMatchObject({ where: 'kubeconfig', command: ['kubectl', 'config', 'get-contexts'], diff: [] });
    expect(listContexts.safety({}, {}).level).toBe('safe');
  });
});
