/** The modes, on a real server. */
import { Agent, request } from 'undici';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SandboxKubernetes, startKubernetes } from './start-kubernetes.ts';

let sandbox: SandboxKubernetes;
let agent: Agent;

beforeEach(async () => {
  sandbox = await startKubernetes({ seed: 'empty' });
  agent = new Agent({ connect: { ca: sandbox.ca } });
});
afterEach(async () => {
  await agent.destroy();
  await sandbox.close();
});

async function nodes(): Promise<number | string> {
  const headers = { authorization: `Bearer ${sandbox.tokens.admin}` };
  return request(`${sandbox.url}/api/v1/nodes`, { dispatcher: agent, headers }).then(
    async ({ statusCode, body }) => {
      await body.dump();
      return statusCode;
    },
    () => 'cut',
  );
}

it('answers late while it is slow', async () => {
  sandbox.faults.add({ kind: 'slow', delayMs: 120 });
  const began = performance.now();

  expect([await nodes(), await nodes()]).toEqual([200, 200]);
  expect(performance.now() - began).toBeGreaterThanOrEqual(230);
});

it('fails every so many requests while it is flaky, in the way that was asked for', async () => {
  sandbox.faults.add({ kind: 'flaky', every: 2 });
  const unavailable = [await nodes(), await nodes(), await nodes(), await nodes()];
  sandbox.faults.clear();
  sandbox.faults.add({ kind: 'flaky', every: 3, as: 'cut' });
  const cut = [await nodes(), await nodes(), await nodes(), await nodes()];

  expect(unavailable).toEqual([200, 503, 200, 503]);
  expect(cut).toEqual([200, 200, 'cut', 200]);
});
