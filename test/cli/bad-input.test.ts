/** Bad input and bad days: each a coded error with a hint, and nothing changed at the sandbox. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../support/api.ts';
import { cliMain, errorOf, runCli } from '../support/cli.ts';
import { startWorld, type World } from '../support/world.ts';

const run = promisify(execFile);
let dir = '';
let world: World;
let env: Record<string, string | undefined>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-bad-'));
  world = await startWorld(dir);
  env = { ...world.env, DEVOS_STATE_DIR: world.stateDir };
});

afterAll(async () => {
  await runCli(['daemon', 'stop'], { env });
  await world.close();
  await rm(dir, { recursive: true, force: true });
});

async function writes(): Promise<unknown[]> {
  const answer = await fetch(`${world.sandbox.control}/effects`);
  const effects: unknown = await answer.json();
  return Array.isArray(effects) ? effects : [effects];
}

afterEach(async () => {
  expect(await writes(), 'nothing was changed').toEqual([]);
});

const json = async (args: string[], extra: Record<string, string | undefined> = {}) =>
  errorOf(await runCli([...args, '-o', 'json'], { env: { ...env, ...extra } }));

async function kubeconfig(name: string, server: string, token: string): Promise<string> {
  const path = join(dir, `${name}.yaml`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bad',
    contexts: [{ name: 'bad', context: { cluster: 'bad', user: 'bad', namespace: 'shop' } }],
    clusters: [{ name: 'bad', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'bad', user: { token } }],
  };
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

describe('a connection that does not work', () => {
  it('says that there is no kubeconfig', async () => {
    const error = await json(['show', 'pods'], { KUBECONFIG: '', HOME: join(dir, 'nobody') });

    expect(error).toMatchObject({ exit: 2, code: 'KUBECONFIG_MISSING', hint: expect.stringContaining('KUBECONFIG') });
  });

  it('says that the cluster cannot be reached', async () => {
    const error = await json(['show', 'pods'], { KUBECONFIG: await kubeconfig('gone', 'https://127.0.0.1:1', 'x') });

    expect(error).toMatchObject({ exit: 8, code: 'REMOTE_UNAVAILABLE', hint: expect.stringMatching(/\S/) });
  });

  it('says that the token is not accepted', async () => {
    const error = await json(['show', 'pods'], { KUBECONFIG: await kubeconfig('expired', world.sandbox.kubernetes, 'expired-token') });

    expect(error).toMatchObject({ exit: 4, code: 'AUTH_FAILED', hint: expect.stringMatching(/\S/) });
  });

  it('says who may not do what', async () => {
    const viewer = { KUBECONFIG: world.sandbox.kubeconfigs['viewer'] };
    const planned = await runCli(['scale web-app to 5', '-o', 'json'], { env: { ...env, ...viewer } });
    const error = planned.code === 3 ? await approveAndFail(planned.stdout, viewer) : errorOf(planned);

    expect(error).toMatchObject({ exit: 5, code: 'FORBIDDEN', hint: expect.stringMatching(/\S/) });
  });

  it('says that the namespace does not exist', async () => {
    const error = await json(['run', 'kubernetes.resources.list', '--kind', 'Pod', '--namespace', 'nope']);

    expect(error).toMatchObject({ exit: 1, code: 'NAMESPACE_NOT_FOUND', hint: expect.stringMatching(/\S/) });
  });
});

async function approveAndFail(stdout: string, extra: Record<string, string | undefined>) {
  const id = /P-[a-z0-9]+/.exec(stdout)?.[0] ?? '';
  return errorOf(await runCli(['approve', id, '--yes', '-o', 'json'], { env: { ...env, ...extra } }));
}

describe('a request that cannot be meant', () => {
  it('asks which of two deployments', async () => {
    const { code, stdout } = await runCli(['scale api to 3', '-o', 'json'], { env });

    expect(code).toBe(2);
    expect(stdout).toContain('api-gateway');
    expect(stdout).toContain('api-server');
  });

  it.each(['-3', '2.5', '5000000'])('does not take %s for a number of replicas', async (replicas) => {
    const typed = await json(['run', 'kubernetes.deployment.scale', '--name', 'web-app', `--replicas=${replicas}`]);
    const said = await runCli([`scale web-app to ${replicas} replicas`], { env });

    expect(typed).toMatchObject({ exit: 2, hint: expect.stringMatching(/\S/) });
    expect(said.code).toBe(2);
  });

  it.each([
    'web-app;reboot',
    'web-app$(reboot)',
    '-web-app',
    '--all',
    'web-аpp',
    'web\u200bapp',
    '../web-app',
    'web-app\nrm',
    "web-app' or '1",
  ])('does not take %j for a name', async (name) => {
    const typed = await json(['run', 'kubernetes.deployment.scale', `--name=${name}`, '--replicas=4']);
    const said = await runCli(['do', `scale ${name} to 4 replicas`], { env });

    expect(typed).toMatchObject({ exit: 2, code: 'INPUT_INVALID', hint: expect.stringMatching(/\S/) });
    expect(said.code).toBe(2);
    expect(said.stderr.trim()).not.toBe('');
  });

  it('refuses a megabyte of text, over the socket and offline', async () => {
    const sentence = `scale web-app to 5 ${'x'.repeat(1024 * 1024)}`;
    await runCli(['version'], { env });
    await runCli(['connections'], { env });

    const { body } = await call(world.socket, 'POST', '/v1/plans', { sentence, origin: { cwd: '/', env: {}, via: 'cli' } });
    const offline = await runCli(['plan', '--offline', '--stdin', '-o', 'jsonl'], { env, input: `${sentence}\n` });

    expect(JSON.stringify(body)).toContain('TOO_LARGE');
    expect(JSON.parse(offline.stdout)).toMatchObject({ status: 'refuse', code: 'TOO_LARGE' });
  });
});

describe('a machine that does not work', () => {
  it('names the line of a broken configuration', async () => {
    const path = join(dir, 'broken.yaml');
    await writeFile(path, 'connections:\n  jira: [unclosed\n');

    const error = await json(['show', 'pods'], { DEVOS_CONFIG: path });

    expect(error).toMatchObject({ exit: 2, code: 'CONFIG_INVALID', hint: expect.stringMatching(/\S/) });
  });

  it('names an unknown setting', async () => {
    const path = join(dir, 'unknown.yaml');
    await writeFile(path, 'conections: {}\n');

    const error = await json(['show', 'pods'], { DEVOS_CONFIG: path });

    expect(error).toMatchObject({ exit: 2, code: 'CONFIG_INVALID' });
  });

  it('says that the disk is full', async (context) => {
    // In a mount namespace of its own, so that nobody else sees the small disk.
    const folders = '/var/lib/devos';
    const small = `mkdir -p ${folders} && mount -t tmpfs -o size=3m,mode=711 tmpfs ${folders} && mount -t tmpfs -o size=3m,mode=700 tmpfs "$0"`;
    const full = join(dir, 'full');
    await mkdir(full);
    const allowed = await run('unshare', ['-m', 'sh', '-c', small, full]).then(
      () => true,
      () => false,
    );
    if (!allowed) {
      process.stderr.write('SKIPPED: a full disk needs the right to mount a small tmpfs\n');
      context.skip();
    }
    const state = join(full, 'state');

    const result = await run(
      'unshare',
      ['-m', 'sh', '-c', `${small} && exec "$1" "$2" show pods -o json`, full, process.execPath, cliMain],
      {
        env: { ...env, DEVOS_STATE_DIR: state },
      },
    ).catch((error: unknown) => error);

    expect(result).toMatchObject({ code: 8, stdout: expect.stringContaining('"DISK_FULL"') });
  });

  it('says that the port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    const { startSandbox } = await import('#sandbox');
    const error: unknown = await startSandbox({ ports: { kubernetes: port } }).catch((thrown: unknown) => thrown);
    taken.close();

    expect(error).toMatchObject({ code: 'PORT_UNAVAILABLE', hint: expect.stringMatching(/\S/) });
  });
});
