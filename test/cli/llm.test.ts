/** The whole program with a model on the other side: command line, daemon, database, simulated company, and a scripted model server. */
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeState } from '#server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ModelServer, startModelServer } from '../../src/server/llm/testing.ts';
import { type CliResult, errorOf, runCli } from '../support/cli.ts';
import { startWorld, type World } from '../support/world.ts';

const key = 'canary-key-0123456789';
const unusual = 'web-app deserves five copies';

let dir = '';
let world: World;
let server: ModelServer;
let env: Record<string, string | undefined>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-llm-'));
  [world, server] = await Promise.all([startWorld(dir), startModelServer()]);
  await appendFile(
    world.config,
    `planner: { llm: { provider: openai-compatible, model: scripted, url: "${server.url}", apiKey: { env: MODEL_KEY }, timeout: 20 } }\n`,
  );
  env = { ...world.env, DEVOS_STATE_DIR: world.stateDir, MODEL_KEY: key };
});

beforeEach(() => server.answer());

afterAll(async () => {
  await runCli(['daemon', 'stop'], { env });
  await removeState(world.stateDir);
  await Promise.all([world.close(), server.close()]);
  await rm(dir, { recursive: true, force: true });
});

const devos = (...args: string[]): Promise<CliResult> => runCli(args, { env });

/** How many requests the model got. */
async function counted<T>(run: () => Promise<T>): Promise<{ result: T; requests: number }> {
  const before = server.calls.length;
  const result = await run();
  return { result, requests: server.calls.length - before };
}

const scaleTo = (replicas: number) => ({
  say: { kind: 'plan', steps: [{ action: 'kubernetes.deployment.scale', input: { name: 'web-app', replicas } }] },
});

async function auditTypes(): Promise<string> {
  return (await devos('audit', 'log', '--limit', '200', '-o', 'jsonl')).stdout;
}

describe('devos --planner llm', () => {
  it('makes a plan that says whose it is, waits for a yes, runs, is verified and is undone', async () => {
    server.answer(scaleTo(5));

    const { result: asked, requests } = await counted(() => devos('--planner', 'llm', unusual, '-o', 'json'));
    const { plan } = JSON.parse(asked.stdout);
    const approved = await devos('approve', plan.id, '--yes', '-o', 'json');
    const done = JSON.parse(approved.stdout);
    const undo = JSON.parse((await devos('undo', done.run.id, '-o', 'json')).stdout);

    expect({ code: asked.code, requests }).toEqual({ code: 3, requests: 1 });
    expect(asked.stderr).toContain('Proposed by openai-compatible/scripted: check it.');
    expect(plan).toMatchObject({ safety: 'moderate', sentence: unusual, origin: { proposedBy: 'openai-compatible/scripted' } });
    expect(approved.code).toBe(0);
    expect(done.run.steps[0]).toMatchObject({ state: 'done', verified: expect.stringContaining('5/5') });
    expect(undo.plan.origin).not.toHaveProperty('proposedBy');
  });

  it('says in the text that a person approves that a model proposed it', async () => {
    server.answer(scaleTo(5));

    const { stdout } = await devos('plan', '--planner', 'llm', unusual);

    expect(stdout).toContain('from     a model proposed this (openai-compatible/scripted): check it');
  });

  it('lets a read wait for a yes as well, and prints what it gave then', async () => {
    server.answer({ say: { kind: 'plan', steps: [{ action: 'kubernetes.resources.list', input: { kind: 'Pod' } }] } });

    const asked = await devos('do', '--planner=llm', 'those small pods things please', '-o', 'name');
    const approved = await devos('approve', asked.stdout.trim(), '--yes');

    expect(asked.code).toBe(3);
    expect(approved).toMatchObject({ code: 0, stdout: expect.stringMatching(/NAME +READY +STATUS/) });
  });

  it('refuses what the sentence does not say; nothing is changed', async () => {
    server.answer(scaleTo(50));

    const { code, stdout } = await devos('--planner', 'llm', unusual, '-o', 'json');

    expect(code).toBe(2);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'PROPOSAL_REFUSED', message: expect.stringContaining('"50"') });
  });

  it('refuses a danger that only planning sees, where nobody used its words', async () => {
    server.answer({ say: { kind: 'plan', steps: [{ action: 'kubernetes.pods.restart', input: { namespace: 'shop' } }] } });

    const { result } = await counted(() => devos('--planner', 'llm', 'rejuvenation for shop', '-o', 'json'));

    expect(errorOf(result)).toMatchObject({ exit: 2, code: 'PROPOSAL_REFUSED' });
    expect(result.stdout).toContain('kubernetes.pods.restart is destructive');
  });
});

describe('without the flag', () => {
  it('a model is asked only for what is not understood', async () => {
    server.answer(scaleTo(5));

    const explained = await counted(() => devos('show', 'pods'));
    const guarded = await counted(() => devos("don't scale web-app to 5", '-o', 'json'));
    const unexplained = await counted(() => devos('plan', unusual, '-o', 'json'));
    const offline = await counted(() => devos('plan', '--planner', 'offline', unusual, '-o', 'json'));

    expect([explained, guarded, unexplained, offline].map(({ requests }) => requests)).toEqual([0, 0, 1, 0]);
    expect(guarded.result.stdout).toContain('NEGATED');
    expect(JSON.parse(unexplained.result.stdout)).toMatchObject({
      status: 'plan',
      plan: { origin: { proposedBy: 'openai-compatible/scripted' } },
    });
    expect(JSON.parse(offline.result.stdout)).toMatchObject({ status: 'refuse', code: 'NOT_UNDERSTOOD' });
  });
});

describe('a guarded sentence', () => {
  it('reaches no model whatever the flag', async () => {
    const { result, requests } = await counted(() => devos('--planner', 'llm', 'scale web-app to 5 unless it is busy', '-o', 'json'));

    expect(requests).toBe(0);
    expect(errorOf(result)).toMatchObject({ exit: 2, code: 'CONDITIONAL' });
  });
});

describe('a project that forbids it', () => {
  it('is obeyed, and named', async () => {
    const cwd = join(dir, 'project');
    await mkdir(join(cwd, '.devos'), { recursive: true });
    await writeFile(join(cwd, '.devos', 'devos.yaml'), 'planner: { llm: { allowed: false } }\n');

    const { result, requests } = await counted(() => runCli(['--planner', 'llm', unusual, '-o', 'json'], { env, cwd }));

    expect(requests).toBe(0);
    expect(errorOf(result)).toMatchObject({ exit: 5, code: 'POLICY_DENIED' });
    expect(result.stdout).toContain(join(cwd, '.devos', 'devos.yaml'));
  });
});

describe('the server', () => {
  it('that asks to slow down is an answer with exit 8 and the time', async () => {
    server.answer({ status: 429, headers: { 'retry-after': '9' } });

    const { result, requests } = await counted(() => devos('--planner', 'llm', unusual, '-o', 'json'));

    expect(requests).toBe(1);
    expect(errorOf(result)).toEqual({ exit: 8, code: 'REMOTE_LIMITED', hint: 'Try again after: 9 s' });
  });
});

describe('what is kept', () => {
  it('names model and hashes in the audit log, which holds; the key is nowhere but in the header', async () => {
    const log = await auditTypes();
    const verified = await devos('audit', 'verify');
    const daemonLog = await devos('daemon', 'logs');

    expect(log).toMatch(/"type":"model-asked".*"model":"scripted".*"prompt":"[0-9a-f]{64}"|"prompt":"[0-9a-f]{64}".*"type":"model-asked"/);
    expect(log).toMatch(/"reply":"[0-9a-f]{64}"/);
    expect(verified.code).toBe(0);
    expect(`${log}${daemonLog.stdout}${daemonLog.stderr}`).not.toContain(key);
    expect(server.calls.length).toBeGreaterThan(0);
    for (const call of server.calls) {
      expect(call.headers['authorization']).toBe(`Bearer ${key}`);
      expect(JSON.stringify(call.body)).not.toContain(key);
    }
  });
});
