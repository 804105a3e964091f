/** Programs in pods and forwarded ports, with real processes all the way: command line, daemon, database, simulated cluster. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeState } from '#server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/api.ts';
import { type CliResult, cliMain, runCli } from '../support/cli.ts';
import { startWorld, type World } from '../support/world.ts';

let dir = '';
let world: World;
let env: Record<string, string | undefined>;
const children: ChildProcess[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-streams-'));
  world = await startWorld(dir);
  env = { ...world.env, DEVOS_STATE_DIR: world.stateDir };
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

afterAll(async () => {
  await runCli(['daemon', 'stop'], { env });
  await removeState(world.stateDir);
  await world.close();
  await rm(dir, { recursive: true, force: true });
});

const devos = (...args: string[]): Promise<CliResult> => runCli(args, { env });

async function planOf(...args: string[]): Promise<string> {
  const { code, stdout } = await devos('run', ...args, '--namespace', 'shop', '-o', 'name');
  expect(code).toBe(3);
  return stdout.trim();
}

/** Status of each request since then whose path has this in it. */
async function streams(what: string): Promise<number[]> {
  const answer = await fetch(`${world.sandbox.control}/requests`);
  const requests: { path: string; status: number }[] = JSON.parse(await answer.text());
  return requests.filter(({ path }) => path.includes(`/${what}?`)).map(({ status }) => status);
}

interface Forwarding {
  child: ChildProcess;
  url: string;
  run: string;
  said: () => string;
  ended: Promise<number | null>;
}

/** Approved, open, and followed by a command line of its own. */
async function forward(): Promise<Forwarding> {
  const plan = await planOf('kubernetes.port.forward', '--name', 'web-app', '--remotePort', '80');
  const child = spawn(process.execPath, [cliMain, 'approve', plan, '--yes'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let [stdout, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const port = await until(async () => /^127\.0\.0\.1:(\d+) -> pod\/web-app-\S+:8080$/m.exec(stdout)?.[1], 'the port');
  const runs: { id: string; planId: string }[] = JSON.parse((await devos('runs', '-o', 'json')).stdout);
  const run = runs.find(({ planId }) => planId === plan)?.id ?? '';
  return { child, url: `http://127.0.0.1:${port}`, run, said: () => said, ended };
}

const reach = (url: string): Promise<string> =>
  fetch(url, { headers: { connection: 'close' } }).then(
    (answer) => answer.text(),
    () => 'refused',
  );

describe('a program in a pod', () => {
  it('shows its output, and its exit code decides; it is run once', async () => {
    const good = await devos(
      'approve',
      await planOf('kubernetes.pod.exec', '--name', 'web-app', '--command', 'ls /'),
      '--yes',
      '--type',
      'web-app',
    );
    const bad = await devos(
      'approve',
      await planOf('kubernetes.pod.exec', '--name', 'web-app', '--command', "sh -c 'echo oh >&2; exit 3'"),
      '--yes',
      '--type',
      'web-app',
    );

    expect(good).toMatchObject({ code: 0, stdout: expect.stringMatching(/^app\nbin\n[^]*verified: ended with exit code 0/) });
    expect(bad).toMatchObject({ code: 1, stderr: expect.stringContaining('error COMMAND_FAILED: sh ended with exit code 3') });
    expect(await streams('exec')).toEqual([101, 101]);
  });

  it('whose end nobody saw is not run again: the run is unknown', async () => {
    const plan = await planOf('kubernetes.pod.exec', '--name', 'web-app', '--command', 'ls');
    const before = (await streams('exec')).length;
    await fetch(`${world.sandbox.control}/faults`, {
      method: 'POST',
      body: JSON.stringify({ kind: 'cut-after', path: '/exec', times: 5 }),
    });

    const ended = await devos('approve', plan, '--yes', '--type', 'web-app');
    await fetch(`${world.sandbox.control}/clear-faults`, { method: 'POST' });

    expect(ended).toMatchObject({ code: 7, stderr: expect.stringContaining('error OUTCOME_UNKNOWN') });
    expect((await streams('exec')).length).toBe(before + 1);
  });
});

describe('a forwarded port', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('is open until %s, and its run says what became of it', async (signal) => {
    const forwarding = await forward();
    const answer = await reach(`${forwarding.url}/hello`);
    forwarding.child.kill(signal);
    const code = await forwarding.ended;

    expect(answer).toMatch(/^GET \/hello answered by pod web-app-/);
    expect(code).toBe(0);
    expect(forwarding.said()).toMatch(/cancelled\n +1 +done .*verified: lasted \d+ seconds?, 1 connection, 1 pod/);
    expect(await reach(forwarding.url)).toBe('refused');
    expect(JSON.parse((await devos('runs', 'show', forwarding.run, '-o', 'json')).stdout)).toMatchObject({
      state: 'cancelled',
      error: null,
      canUndo: false,
      steps: [{ state: 'done', output: { ended: 'asked', session: { connections: 1, failed: 0 } } }],
    });
  });

  it('is ended from elsewhere as well', async () => {
    const forwarding = await forward();
    const cancelled = await devos('runs', 'cancel', forwarding.run);

    expect(cancelled.code).toBe(0);
    expect(await forwarding.ended).toBe(0);
    expect(await reach(forwarding.url)).toBe('refused');
  });

  it('ends with a daemon that is killed, and the next one does not open it again', async () => {
    const forwarding = await forward();
    const before = (await streams('portforward')).length;
    const { pid } = JSON.parse((await devos('daemon', 'status', '-o', 'json')).stdout).health;
    forwarding.child.kill('SIGKILL');
    process.kill(Number(pid), 'SIGKILL');
    await until(async () => ((await reach(forwarding.url)) === 'refused' ? true : undefined), 'the port to close');

    const shown = await until(async () => {
      const view = JSON.parse((await devos('runs', 'show', forwarding.run, '-o', 'json')).stdout);
      return view.state === 'running' ? undefined : view;
    }, 'the end of the run');

    expect(shown).toMatchObject({ state: 'done', steps: [{ state: 'done', sends: 1, found: true, output: { ended: 'daemon' } }] });
    expect(await reach(forwarding.url)).toBe('refused');
    expect((await streams('portforward')).length).toBe(before);
  });
});
