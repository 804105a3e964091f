/** Real processes all the way: the command line, the daemon that it starts, its database, and the simulated company. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { integrations } from '#integrations';
import { removeState } from '#server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carriedNames } from '../../src/cli/place.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { startWorld, type World } from '../support/world.ts';

let dir = '';
let world: World;
let env: Record<string, string | undefined>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-whole-'));
  world = await startWorld(dir);
  env = { ...world.env, DEVOS_STATE_DIR: world.stateDir };
});

afterAll(async () => {
  await runCli(['daemon', 'stop'], { env });
  await removeState(world.stateDir);
  await world.close();
  await rm(dir, { recursive: true, force: true });
});

const devos = (...args: string[]): Promise<CliResult> => runCli(args, { env });

async function devosJson(...args: string[]): Promise<{ code: number | null; value: Record<string, unknown> }> {
  const { code, stdout } = await devos(...args, '-o', 'json');
  return { code, value: JSON.parse(stdout) };
}

/** What the cluster says, asked of it directly. */
async function replicasOf(name: string): Promise<string> {
  const { stdout } = await devos('run', 'kubernetes.resources.list', '--kind', 'Deployment', '--namespace', 'shop');
  return new RegExp(`^${name} +(\\d+/\\d+)`, 'm').exec(stdout)?.[1] ?? `no ${name} in:\n${stdout}`;
}

async function planOf(sentence: string): Promise<string> {
  const { code, stdout } = await devos(sentence, '-o', 'name');
  expect(code).toBe(3);
  return stdout.trim();
}

describe('the daemon', () => {
  it('is started once by several calls at once, and each gets its answer', async () => {
    const runs = await Promise.all([1, 2, 3, 4].map(() => devos('show pods', '-o', 'name')));
    const pids = await Promise.all([1, 2].map(async () => (await devosJson('daemon', 'status')).value));

    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
    expect(pids[0]).toEqual(pids[1]);
  });

  it('gets every variable that an integration asks for', () => {
    expect(carriedNames).toEqual(expect.arrayContaining(integrations.flatMap((integration) => integration.carries)));
  });

  it('is started anew after kill -9, and knows what was before', async () => {
    const plan = await planOf('scale web-app to 4 replicas');
    const { value } = await devosJson('daemon', 'status');
    const health = value['health'];
    if (typeof health !== 'object' || health === null || !('pid' in health)) throw new Error('no health');
    process.kill(Number(health.pid), 'SIGKILL');

    const denied = await devos('deny', plan);

    expect(denied).toMatchObject({ code: 0 });
  });
});

describe('a read', () => {
  it('prints a table as kubectl users expect, and exits 0', async () => {
    const { code, stdout, stderr } = await devos('show', 'pods');

    expect({ code, stderr }).toEqual({ code: 0, stderr: 'where  cluster demo, namespace shop\n' });
    expect(stdout).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE\n/);
  });

  it('is one JSON value, or a line for each, or names', async () => {
    const [json, lines, names] = [
      await devos('show pods', '-o', 'json'),
      await devos('show pods', '-o', 'jsonl'),
      await devos('show pods', '-o', 'name'),
    ];
    const count = names.stdout.trimEnd().split('\n').length;

    expect(JSON.parse(json.stdout)).toBeTypeOf('object');
    expect(
      lines.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toHaveLength(count);
    expect(count).toBeGreaterThan(1);
  });
});

describe('a change without a terminal', () => {
  it('waits for approval, is approved, verified, undone and approved again', async () => {
    const before = await replicasOf('web-app');
    const plan = await planOf('Scale the web-app deployment to 5 replicas');
    const unchanged = await replicasOf('web-app');

    const approved = await devosJson('approve', plan, '--yes');
    const after = await replicasOf('web-app');
    const undo = await devosJson('undo', runOf(approved.value));
    const back = await devos('approve', planIn(undo.value), '--yes');

    expect([before, unchanged, after, await replicasOf('web-app')]).toEqual(['3/3', '3/3', '5/5', '3/3']);
    expect(approved).toMatchObject({ code: 0, value: { schemaVersion: 1, status: 'done' } });
    expect(undo.code).toBe(3);
    expect(back).toMatchObject({ code: 0, stderr: expect.stringContaining('undo: devos undo R-') });
  });

  it('refuses a plan whose target changed in between, and says what', async () => {
    const first = await planOf('scale cart to 4 replicas');
    const second = await planOf('scale cart to 5 replicas');
    await devos('approve', second, '--yes');

    const stale = await devos('approve', first, '--yes');
    const json = await devosJson('approve', first, '--yes');

    expect(stale).toMatchObject({ code: 6, stderr: expect.stringMatching(/error PLAN_STALE: .*replicas/s) });
    expect(json.code).not.toBe(0);
    expect(await replicasOf('cart')).toBe('5/5');
  });

  it('never runs a denied plan', async () => {
    const before = await replicasOf('checkout');
    const plan = await planOf('scale checkout to 6 replicas');

    expect((await devos('deny', plan, '--reason', 'not today')).code).toBe(0);
    expect((await devos('approve', plan, '--yes')).code).not.toBe(0);
    expect(await replicasOf('checkout')).toBe(before);
  });

  it('takes the name of what is destroyed, and nothing less', async () => {
    const plan = await planOf('scale checkout to 0 replicas');

    expect((await devos('approve', plan, '--yes')).code).toBe(5);
    expect((await devos('approve', plan, '--yes', '--type', 'cart')).code).toBe(5);
    expect((await devos('approve', plan, '--yes', '--type', 'checkout')).code).toBe(0);
    expect(await replicasOf('checkout')).toBe('0/0');
  });
});

function runOf(value: Record<string, unknown>): string {
  return /R-[a-z0-9]+/.exec(JSON.stringify(value['run']))?.[0] ?? 'no run';
}

function planIn(value: Record<string, unknown>): string {
  return /P-[a-z0-9]+/.exec(JSON.stringify(value['plan']))?.[0] ?? 'no plan';
}

describe('what is not run', () => {
  it('refuses what says not to, and asks for what is missing: exit 2, nothing on stdout', async () => {
    const refused = await devos('do not scale web-app');
    const asked = await devos('scale web-app');

    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^error NEGATED: .*\nhint: ./) });
    expect(asked).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/replicas/i) });
  });

  it('plans without running, with the exit codes that were asked for', async () => {
    const [change, read, refused] = [
      await devosJson('plan', 'scale web-app to 4 replicas', '--detailed-exitcode'),
      await devosJson('plan', 'show pods', '--detailed-exitcode'),
      await devosJson('plan', 'do not scale web-app'),
    ];

    expect(change).toMatchObject({
      code: 2,
      value: { schemaVersion: 1, status: 'plan', plan: { steps: [{ action: 'kubernetes.deployment.scale' }] } },
    });
    expect(read).toMatchObject({ code: 0, value: { status: 'plan' } });
    expect(refused).toMatchObject({ code: 2, value: { status: 'refuse', code: 'NEGATED' } });
    expect(await replicasOf('web-app')).toBe('3/3');
  });

  it('understands line by line, offline, one result each', async () => {
    const input = 'scale web-app to 5\n\ndo not scale web-app\nscale web-app\n';
    const { code, stdout } = await runCli(['plan', '--offline', '--stdin', '-o', 'jsonl'], {
      env: { ...env, DEVOS_STATE_DIR: join(dir, 'never-made') },
      input,
    });

    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).status),
    ).toEqual(['plan', 'refuse', 'refuse', 'clarify']);
  });
});

describe('what is on record', () => {
  it('lists runs and events, and verifies the chain', async () => {
    const runs = await devos('runs', 'list', '-o', 'json');
    const verified = await devosJson('audit', 'verify');
    const exported = await devos('audit', 'export');

    expect(JSON.parse(runs.stdout).length).toBeGreaterThan(2);
    expect(verified).toMatchObject({ code: 0, value: { ok: true, badRow: null } });
    expect(exported.stdout.trimEnd().split('\n')).toHaveLength(Number(verified.value['events']));
  });

  it('can be verified away from here, and shows where an export was altered', async () => {
    const { stdout } = await devos('audit', 'export');
    const path = join(dir, 'audit.jsonl');
    const verify = (text: string) =>
      writeFile(path, text).then(() =>
        runCli(['audit', 'verify', '--file', path], { env: { ...env, DEVOS_STATE_DIR: join(dir, 'never-made') } }),
      );

    const whole = await verify(stdout);
    const altered = await verify(stdout.replace('"replicas":', '"replica5":'));

    expect(whole).toMatchObject({ code: 0, stderr: '' });
    expect(altered).toMatchObject({ code: 1, stderr: expect.stringContaining('error AUDIT_BROKEN') });
  });

  it('is all right as far as doctor can see', async () => {
    const { code, stdout } = await devos('doctor');

    expect(stdout).not.toMatch(/^wrong/m);
    expect(code).toBe(0);
  });
});

describe('stopping', () => {
  it('ends the daemon; status then exits 8, and stopping again is no error', async () => {
    expect((await devos('daemon', 'stop')).code).toBe(0);
    expect((await devos('daemon', 'status')).code).toBe(8);
    expect(await devos('daemon', 'stop')).toMatchObject({ code: 0, stdout: 'no daemon was running\n' });
  });
});
