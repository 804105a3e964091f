/** What is said goes on from what was said before: in a chat, in one terminal, and nowhere else. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeState } from '#server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliMain, type CliResult, runCli } from '../support/cli.ts';
import { startWorld, type World } from '../support/world.ts';

const hasScript = existsSync('/usr/bin/script');
if (!hasScript) process.stderr.write('SKIPPED: conversations of a terminal need the program script (util-linux)\n');

let dir = '';
let world: World;
let env: Record<string, string | undefined>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-talk-'));
  world = await startWorld(dir);
  env = { ...world.env, DEVOS_STATE_DIR: world.stateDir, DEVOS_CONVERSATION: undefined };
  await runCli(['daemon', 'start'], { env });
});

afterAll(async () => {
  await runCli(['daemon', 'stop'], { env });
  await removeState(world.stateDir);
  await world.close();
  await rm(dir, { recursive: true, force: true });
});

/** One command in the conversation of this name; without a name in none. */
function devos(conversation: string | undefined, args: string[], cwd?: string): Promise<CliResult> {
  return runCli(args, { env: { ...env, DEVOS_CONVERSATION: conversation }, ...(cwd === undefined ? {} : { cwd }) });
}

interface Waiting {
  status: string;
  plan: { id: string; undoes: string | null; steps: { action: string; input: Record<string, unknown>; carried?: string[] }[] };
}

async function planOf(conversation: string, sentence: string): Promise<Waiting['plan']> {
  const { stdout, stderr } = await devos(conversation, [sentence, '-o', 'json']);
  const value: Waiting = JSON.parse(stdout);
  expect({ status: value.status, stderr, stdout }).toMatchObject({ status: 'waiting' });
  return value.plan;
}

async function change(conversation: string, sentence: string): Promise<void> {
  const { id } = await planOf(conversation, sentence);
  expect(await devos(conversation, ['approve', id, '--yes'])).toMatchObject({ code: 0 });
}

describe('one-shot commands of one conversation', () => {
  it('go back to what was before, and mark in the plan what was not said', async () => {
    await change('back', 'scale web-app to 5');

    const logs = await devos('back', ['and its logs']);
    const back = await planOf('back', 'now scale it back');
    const [step] = back.steps;

    expect(logs).toMatchObject({ code: 0, stderr: expect.stringContaining('carried over from the last request: name web-app') });
    expect(step).toMatchObject({ action: 'kubernetes.deployment.scale', input: { name: 'web-app', replicas: 3, currentReplicas: 5 } });
    expect(step?.carried).toEqual(expect.arrayContaining(['name web-app', 'replicas 3', 'namespace shop']));
  });

  it('do the same elsewhere, and the text that is approved says what was carried over', async () => {
    await planOf('same', 'scale checkout to 3');

    const same = await devos('same', ['do the same for search']);

    expect(same).toMatchObject({ code: 3, stdout: expect.stringContaining('carried  replicas 3 (from an earlier request)') });
    expect(same.stderr).toContain('carried over from the last request: replicas 3');
  });

  it('undo the last change, and only one that was made', async () => {
    const { id } = await planOf('undo', 'scale search to 4');
    const early = await devos('undo', ['undo that']);
    await devos('undo', ['approve', id, '--yes']);

    const undo = await planOf('undo', 'undo that');

    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('error UNDO_IMPOSSIBLE') });
    expect(undo).toMatchObject({ undoes: expect.stringMatching(/^R-/), steps: [{ input: { name: 'search', currentReplicas: 4 } }] });
  });

  it('close what was made just now', async () => {
    await change('made', 'create a bug ticket for the broken login');

    const close = await planOf('made', 'close it');

    expect(close.steps).toMatchObject([{ action: 'jira.issue.transition', input: { issue: expect.stringMatching(/^OPS-\d+$/) } }]);
    expect(close.steps[0]?.carried).toEqual([expect.stringMatching(/^issue OPS-/)]);
  });

  it('take a bare answer to the question before, and a correction of it', async () => {
    const asked = await devos('answer', ['scale web-app']);
    const corrected = await devos('answer', ['no, I meant cart']);
    const answered = await planOf('answer', '4');

    expect([asked.code, corrected.code]).toEqual([2, 2]);
    expect(answered.steps).toMatchObject([{ input: { name: 'cart', replicas: 4 } }]);
  });

  it.each(['same in staging tomorrow', "don't do the same for cart", 'should I do the same for cart?', 'the same in staging if it works'])(
    'still refuse what a guard refuses: %s',
    async (sentence) => {
      await planOf('guards', 'scale web-app to 5');

      expect(await devos('guards', [sentence])).toMatchObject({ code: 2, stdout: '' });
    },
  );
});

describe('a conversation ends', () => {
  const refused = { code: 2, stdout: '', stderr: expect.stringContaining('goes on from an earlier request, and there is none') };

  it('at its id, its folder, its kubeconfig and --fresh', async () => {
    const elsewhere = join(dir, 'elsewhere');
    const shorter = { ...env, DEVOS_CONVERSATION: 'here', KUBECONFIG: `${env['KUBECONFIG']}:${join(dir, 'none')}` };
    await mkdir(elsewhere, { recursive: true });
    await planOf('here', 'scale web-app to 5');

    const control = await devos('here', ['plan', 'do the same for cart', '-o', 'name']);

    expect(control.code).toBe(0);
    expect(await devos('there', ['do the same for cart'])).toMatchObject(refused);
    expect(await devos(undefined, ['do the same for cart'])).toMatchObject(refused);
    expect(await devos('here', ['do the same for cart'], elsewhere)).toMatchObject(refused);
    expect(await runCli(['do the same for cart'], { env: shorter })).toMatchObject(refused);
    expect(await devos('here', ['--fresh', 'do the same for cart'])).toMatchObject(refused);
    expect(await devos('here', ['do the same for cart'])).toMatchObject(refused);
  });
});

describe('devos chat', () => {
  const chat = (lines: string[], args: string[] = []): Promise<CliResult> =>
    runCli(['chat', ...args], { env: { ...env, DEVOS_CONVERSATION: 'ignored' }, input: `${lines.join('\n')}\n` });

  it('goes on from the line before', async () => {
    const { code, stdout, stderr } = await chat(['show pods in shop', 'and in staging?']);

    expect(code).toBe(0);
    expect(stdout.match(/^NAME/gm)).toHaveLength(2);
    expect(stderr).toContain('carried over from the last request: kind Pod');
  });

  it('takes bare answers and corrections', async () => {
    const { code, stdout } = await chat(['scale web-app', '5', 'no, 4', 'not web-app, cart'], ['-o', 'name']);

    expect(code).toBe(3);
    expect(stdout.trim().split('\n')).toHaveLength(3);
  });

  it('shares nothing with another chat', async () => {
    await chat(['scale web-app to 5']);

    expect(await chat(['do the same for cart'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe.skipIf(!hasScript)('a terminal', () => {
  /** The commands of one terminal, one after the other. */
  async function terminal(...sentences: string[]): Promise<string> {
    const line = sentences.map((sentence) => `'${process.execPath}' '${cliMain}' --no-input '${sentence}'`).join('; ');
    const child = spawn('/usr/bin/script', ['-qec', line, '/dev/null'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let screen = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text));
    await new Promise((resolve) => child.once('close', resolve));
    return screen;
  }

  it('is one conversation, and another terminal is another', async () => {
    const same = await terminal('scale web-app to 5', 'do the same for cart');
    const other = await terminal('do the same for cart');

    expect(same).toContain('carried over from the last request: replicas 5');
    expect(other).toContain('there is none in this conversation');
  });
});

describe('devos explain', () => {
  it('reads with the names and the conversation of the daemon, and leaves both as they are', async () => {
    await planOf('explain', 'scale web-app to 5');

    const { code, stdout } = await devos('explain', ['explain', 'do the same for cart', '-o', 'json']);
    const again = await devos('explain', ['explain', 'do the same for cart']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'plan',
      steps: [{ action: 'kubernetes.deployment.scale', input: { name: 'cart', replicas: 5 } }],
      carried: [{ step: '1', input: 'replicas', value: 5 }],
    });
    expect(again.stdout).toContain('carried over from an earlier request\n  step 1: replicas 5\n');
  });

  it('works without a daemon, and says so', async () => {
    const alone = await runCli(['explain', 'restrat cart'], { env: { ...env, DEVOS_STATE_DIR: join(dir, 'never-made') } });
    const refused = await devos('explain', ['explain', '--offline', 'do not scale web-app']);

    expect(alone).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('  restrat -> restart\n'),
      stderr: expect.stringContaining('taken as given'),
    });
    expect(refused).toMatchObject({ code: 2, stdout: expect.stringContaining('NEGATED  "do not"  stops the sentence') });
  });
});
