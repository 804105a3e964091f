import { Agent, request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { cpuOf, memoryOf } from './controllers/quantities.ts';
import { type JsonObject, list, text } from './json.ts';
import { type SandboxKubernetes, startKubernetes, type StartKubernetesOptions } from './start-kubernetes.ts';

let sandbox: SandboxKubernetes;
let agent: Agent;

async function start(options: StartKubernetesOptions = {}): Promise<void> {
  sandbox = await startKubernetes({ podStartMs: 5, podEndMs: 5, ...options });
  agent = new Agent({ connect: { ca: sandbox.ca } });
}

afterEach(async () => {
  await agent.close();
  await sandbox.close();
});

async function ask(path: string, { method = 'GET', token = sandbox.tokens.admin }: { method?: 'GET' | 'POST'; token?: string } = {}) {
  const answer = await request(`${sandbox.url}${path}`, { method, dispatcher: agent, headers: { authorization: `Bearer ${token}` } });
  const body = await answer.body.text();
  const json: unknown = body.startsWith('{') ? JSON.parse(body) : {};
  return { status: answer.statusCode, body, json: json as JsonObject }; // JSON that begins with a brace
}

const base = '/apis/metrics.k8s.io/v1beta1';
const names = (answer: { json: JsonObject }): string[] => list(answer.json, 'items').map((one) => text(one, 'metadata', 'name'));

describe('metrics', () => {
  it('are the same whenever they are asked for, and only of what runs', async () => {
    await start();
    const [first, again, staging] = [
      await ask(`${base}/namespaces/shop/pods?labelSelector=app%3Dweb-app`),
      await ask(`${base}/namespaces/shop/pods?labelSelector=app%3Dweb-app`),
      await ask(`${base}/namespaces/staging/pods`),
    ];
    const used = ({ json }: typeof first) => list(json, 'items').map((one) => list(one, 'containers'));

    expect(first.json).toMatchObject({ kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1' });
    expect(names(first)).toHaveLength(3);
    expect(used(again)).toEqual(used(first));
    expect(names(staging).some((name) => name.startsWith('web-app'))).toBe(true);
    expect(names(staging).some((name) => /^(analytics|invoice)/.test(name))).toBe(false);
  });

  it('stay below what a container asked for and may have', async () => {
    await start();
    const resources = { requests: { cpu: '500m', memory: '64Mi' }, limits: { cpu: '1', memory: '64Mi' } };
    sandbox.patch('Deployment', 'shop', 'search', {
      spec: { template: { spec: { containers: [{ name: 'search', image: 'acme/search:0.9.1', resources }] } } },
    });
    await expect
      .poll(
        async () => {
          const { json } = await ask(`${base}/namespaces/shop/pods?labelSelector=app%3Dsearch`);
          const cpu = text(list(json, 'items')[0], 'containers', 0, 'usage', 'cpu');
          const memory = text(list(json, 'items')[0], 'containers', 0, 'usage', 'memory');
          return cpuOf(cpu) >= 0.165 && cpuOf(cpu) <= 0.45 && memoryOf(memory) <= 64 * 2 ** 20;
        },
        { timeout: 10_000 },
      )
      .toBe(true);
  });

  it('of a node are more than those of its pods', async () => {
    await start();
    const nodes = await ask(`${base}/nodes`);
    const one = await ask(`${base}/nodes/node-1`);
    const pods = await ask('/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1,status.phase%3DRunning');
    const measured = await ask(`${base}/pods`);
    const mine = list(measured.json, 'items').filter((pod) => names(pods).includes(text(pod, 'metadata', 'name')));
    const sum = mine
      .flatMap((pod) => list(pod, 'containers'))
      .reduce<number>((all, container) => all + cpuOf(text(container, 'usage', 'cpu')), 0);

    expect(names(nodes)).toEqual(['node-1', 'node-2', 'node-3']);
    expect(sum).toBeGreaterThan(0);
    expect(cpuOf(text(one.json, 'usage', 'cpu'))).toBeGreaterThan(sum);
  });

  it.each([
    [`${base}/namespaces/shop/pods/none`, {}, 404, /podmetrics\.metrics\.k8s\.io .*shop\/none.* not found/],
    [`${base}/services`, {}, 404, /could not find the requested resource/],
    [`${base}/nodes`, { method: 'POST' }, 405, /not allow/],
    [`${base}/nodes`, { token: 'wrong' }, 401, /Unauthorized/],
  ] as const)('are refused for %s %j', async (path, options, status, message) => {
    await start({ seed: 'empty' });

    expect(await ask(path, options)).toMatchObject({ status, body: expect.stringMatching(message) });
  });

  it('are found by discovery, and all of it is absent in plain text where they are switched off', async () => {
    await start({ seed: 'empty' });
    const there = [await ask('/apis'), await ask('/apis/metrics.k8s.io'), await ask(base)];
    await agent.close();
    await sandbox.close();
    await start({ seed: 'empty', metrics: false });
    const absent = [await ask('/apis'), await ask(`${base}/pods`)];

    expect(there.map(({ body }) => body.includes('metrics.k8s.io'))).toEqual([true, true, true]);
    expect(absent[0]?.body).not.toContain('metrics.k8s.io');
    expect(absent[1]).toMatchObject({ status: 404, body: '404 page not found\n' });
  });
});
