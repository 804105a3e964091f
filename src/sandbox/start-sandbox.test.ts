/** The sandbox as a process of its own: its ready line, its files, its control port, its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

// A process has to start, also on a busy machine.
vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const main = fileURLToPath(new URL('main.ts', import.meta.url));

interface Ready {
  kubeconfig: string;
  kubernetes: string;
  control: string;
  jira: { url: string };
}

let dir = '';
let child: ChildProcess | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-sandbox-'));
});

afterEach(async () => {
  if (child !== undefined && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(dir, { recursive: true, force: true });
});

async function startProcess(...more: string[]): Promise<Ready> {
  child = spawn(process.execPath, [main, '--dir', dir, ...more], { stdio: ['pipe', 'pipe', 'inherit'] });
  if (child.stdout === null) throw new Error('no stdout');
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as Ready; // its shape is what the tests look at
  throw new Error('it said nothing');
}

async function control(ready: Ready, method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
  const answer = await fetch(`${ready.control}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, json: await answer.json() };
}

describe('the sandbox as a process', () => {
  it('says where it is, in files that only its owner reads, and ends on SIGTERM', async () => {
    const ready = await startProcess();
    const ended = child === undefined ? undefined : once(child, 'exit');

    expect(ready).toMatchObject({
      ready: true,
      kubernetes: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      control: expect.stringMatching(/\/_sandbox$/),
      jira: { url: expect.stringMatching(/^http:/) },
    });
    expect((await stat(ready.kubeconfig)).mode & 0o777).toBe(0o600);
    expect(await readFile(ready.kubeconfig, 'utf8')).toContain(`server: ${ready.kubernetes}`);
    child?.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('ends when its stdin closes, where it was asked to', async () => {
    await startProcess('--until-stdin-closes');
    const ended = child === undefined ? undefined : once(child, 'exit');

    child?.stdin?.end();

    expect(await ended).toEqual([0, null]);
  });

  it('shows effects and takes faults and changes behind the back over its control port', async () => {
    const ready = await startProcess();
    const changed = await control(ready, 'POST', '/patch', {
      kind: 'Deployment',
      namespace: 'shop',
      name: 'cart',
      change: { spec: { replicas: 3 } },
    });
    const fault = await control(ready, 'POST', '/faults', { kind: 'limited', path: '/pods', times: 2 });

    expect(changed.json).toMatchObject({ spec: { replicas: 3 } });
    expect(fault.status).toBe(200);
    expect((await control(ready, 'POST', '/faults', { kind: 'limted' })).json).toMatchObject({
      error: expect.stringContaining('unknown fault limted; there are: limited,'),
    });
    expect((await control(ready, 'GET', '/effects')).json).toEqual([]);
    expect((await control(ready, 'GET', '/requests')).json).toEqual([]);
    expect((await fetch(ready.control.replace('/_sandbox', '/effects'))).status).toBe(404);
    expect((await fetch(`${ready.control}/effects`, { headers: { origin: 'https://elsewhere.example' } })).status).toBe(403);
  });

  it('keeps its state through a kill', async () => {
    const ready = await startProcess();
    await control(ready, 'POST', '/patch', {
      kind: 'Deployment',
      namespace: 'shop',
      name: 'cart',
      change: { metadata: { labels: { kept: 'yes' } } },
    });
    await expect
      .poll(
        async () =>
          existsSync(join(dir, 'kubernetes.json')) && (await readFile(join(dir, 'kubernetes.json'), 'utf8')).includes('"kept":"yes"'),
        { timeout: 5000 },
      )
      .toBe(true);
    const ended = child === undefined ? undefined : once(child, 'exit');
    child?.kill('SIGKILL');
    await ended;

    const again = await startProcess();
    const { json } = await control(again, 'POST', '/patch', { kind: 'Deployment', namespace: 'shop', name: 'cart', change: {} });

    expect(json).toMatchObject({ metadata: { labels: { kept: 'yes' } } });
  });
});
