import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, type ClusterSource, environmentOf, type EnvironmentRule, Secret } from '#kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { connectKubernetes, type KubernetesClient } from './connect.ts';
import { failure } from './testing.ts';

let dir = '';
const open: KubernetesClient[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'devos-clusters-'));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
  rmSync(dir, { recursive: true, force: true });
});

const kubeconfig = `current-context: eu
clusters: [{ name: eu-cluster, cluster: { server: 'https://eu.example', certificate-authority: ca.pem } }, { name: both, cluster: { server: 'https://both.example' } }]
users: [{ name: u, user: { exec: { apiVersion: client.authentication.k8s.io/v1, command: ./login.sh } } }]
contexts: [{ name: eu, context: { cluster: eu-cluster, user: u, namespace: shop } }, { name: one, context: { cluster: both, user: u } }, { name: two, context: { cluster: both, user: u } }]
`;

/** Rancher with these clusters: name and id. */
function rancher(clusters: [name: string, id: string][], tokens = { now: 't1' }): ClusterSource {
  return {
    list: () => Promise.resolve(clusters.map(([name, cluster]) => ({ name, cluster, through: 'rancher' }))),
    open(id) {
      const [name = '', cluster = ''] = clusters.find(([, one]) => one === id) ?? [];
      const server = `https://rancher.example/k8s/clusters/${cluster}`;
      const text = `current-context: ${name}
clusters: [{ name: ${name}, cluster: { server: '${server}' } }]
users: [{ name: u, user: { token: ${tokens.now} } }]
contexts: [{ name: ${name}, context: { cluster: ${name}, user: u } }]`;
      return Promise.resolve({ name, cluster, through: 'rancher', server, namespace: 'default', kubeconfig: new Secret(text) });
    },
  };
}

interface Options {
  source?: ClusterSource;
  environments?: EnvironmentRule[];
  config?: string | undefined;
}

async function connect({ source, environments = [], config = kubeconfig }: Options): Promise<KubernetesClient> {
  writeFileSync(join(dir, 'ca.pem'), 'CA');
  if (config !== '') writeFileSync(join(dir, 'config'), config);
  const client = await connectKubernetes({
    env: { KUBECONFIG: 'config' },
    cwd: dir,
    environments,
    clustersOf: (system) => Promise.resolve(system === 'rancher' ? source : undefined),
  });
  open.push(client);
  return client;
}

const rule = (name: string, clusters: string[]): EnvironmentRule => ({ name, production: false, clusters, namespaces: [] });

describe('the name of a cluster', () => {
  it.each([
    ['a context', 'eu', 'eu'],
    ['the cluster of a context', 'eu-cluster', 'eu'],
    ['a cluster of Rancher', 'ap1', 'rancher/ap1'],
    ['a cluster of Rancher by its id', 'c-m-ap1', 'rancher/ap1'],
    ['a cluster of Rancher said to be one', 'rancher/ap1', 'rancher/ap1'],
    ['a context said to be one', 'kubeconfig/eu', 'eu'],
    ['an environment with one cluster', 'staging', 'rancher/ap1'],
    ['what a context and Rancher call the same: the context', 'one', 'one'],
    ['the same, said to be of Rancher', 'rancher/one', 'rancher/one'],
  ])('may be %s', async (_what, name, expected) => {
    const source = rancher([
      ['ap1', 'c-m-ap1'],
      ['one', 'c-m-one'],
    ]);
    const client = await connect({ source, environments: [rule('staging', ['ap1'])] });

    const { target } = await client.cluster(name);

    expect(target.context).toBe(expected);
  });

  it.each([
    ['two contexts lead to', 'both', 'AMBIGUOUS', /one, two/],
    ['two clusters of Rancher have', 'twin', 'AMBIGUOUS', /rancher\/c-1, rancher\/c-2/],
    ['an environment of several clusters has', 'anywhere', 'AMBIGUOUS', /--cluster NAME/],
    ['an environment of a pattern has', 'wild', 'AMBIGUOUS', /--cluster NAME/],
    ['nobody has', 'nowhere', 'NOT_FOUND', /There are: eu, one, two, rancher\/twin, rancher\/twin/],
    ['environments call in a circle', 'hen', 'NOT_FOUND', /There are: eu/],
  ])('that %s is refused', async (_what, name, code, hint) => {
    const source = rancher([
      ['twin', 'c-1'],
      ['twin', 'c-2'],
    ]);
    const environments = [rule('anywhere', ['eu', 'one']), rule('wild', ['e*']), rule('hen', ['egg']), rule('egg', ['hen'])];
    const client = await connect({ source, environments });

    const error = await failure(client.cluster(name));

    expect(error).toMatchObject({ code, hint: expect.stringMatching(hint) });
  });

  it('is not looked for in Rancher where a context has it, so that Rancher may be away', async () => {
    const gone = new AppError('gone', { code: 'REMOTE_UNAVAILABLE', hint: '' });
    const source: ClusterSource = { list: () => Promise.reject(gone), open: () => Promise.reject(gone) };
    const client = await connect({ source });

    expect((await client.cluster('eu')).target.context).toBe('eu');
    expect((await failure(client.cluster('ap1'))).code).toBe('REMOTE_UNAVAILABLE');
  });
});

describe('a cluster of Rancher', () => {
  it('is reached through its proxy, and a rule may name it by name or id', async () => {
    const client = await connect({ source: rancher([['ap1', 'c-m-ap1']]) });
    const { target } = await client.cluster('ap1');

    expect(target).toMatchObject({ server: 'https://rancher.example/k8s/clusters/c-m-ap1', context: 'rancher/ap1' });
    for (const name of ['ap1', 'c-m-ap1', 'rancher/ap1'])
      expect(environmentOf([rule('test', [name])], { clusters: target.names })).toEqual({ name: 'test', production: false });
    expect(environmentOf([rule('test', ['ap2'])], { clusters: target.names })).toBeUndefined();
  });

  it('is connected once, and anew with another token', async () => {
    const tokens = { now: 't1' };
    const client = await connect({ source: rancher([['ap1', 'c-m-ap1']], tokens) });
    const first = await client.cluster('ap1');

    expect(await client.cluster('rancher/ap1')).toBe(first);
    tokens.now = 't2';
    expect(await client.cluster('ap1')).not.toBe(first);
  });

  it('needs no kubeconfig', async () => {
    const client = await connect({ source: rancher([['ap1', 'c-m-ap1']]), config: '' });

    expect((await client.cluster('ap1')).target.context).toBe('rancher/ap1');
    expect((await failure(client.cluster())).code).toBe('KUBECONFIG_MISSING');
    await expect(connect({ config: '' })).rejects.toMatchObject({ code: 'KUBECONFIG_MISSING' });
  });
});

describe('what is offered to others', () => {
  it('lists contexts and clusters of Rancher', async () => {
    const { source } = await connect({ source: rancher([['ap1', 'c-m-ap1']]) });

    const listed = await source.list(AbortSignal.timeout(1000));

    expect(listed.map(({ name, cluster, through }) => `${through} ${name} ${cluster}`)).toEqual([
      'kubeconfig eu eu-cluster',
      'kubeconfig one both',
      'kubeconfig two both',
      'rancher ap1 c-m-ap1',
    ]);
  });

  it('is a kubeconfig of one context, whose files are found from anywhere', async () => {
    const { source } = await connect({});

    const access = await source.open(undefined, AbortSignal.timeout(1000));

    expect(access).toMatchObject({ name: 'eu', cluster: 'eu-cluster', namespace: 'shop', server: 'https://eu.example' });
    expect(parse(access.kubeconfig.reveal())).toMatchObject({
      'current-context': 'eu',
      contexts: [{ name: 'eu' }],
      clusters: [{ cluster: { 'certificate-authority': join(dir, 'ca.pem') } }],
      users: [{ user: { exec: { command: join(dir, 'login.sh') } } }],
    });
  });
});
