/** The shell bootstrap `./devos`, with an npm that only pretends: what it installs, when, and what it says. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readFile, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../devos', import.meta.url));
const tools = ['cat', 'date', 'mkdir', 'readlink', 'rm', 'sleep', 'touch'];
let dir = '';
let clone = '';
let bin = '';

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'devos-bootstrap-')));
  clone = join(dir, 'clone');
  bin = join(dir, 'bin');
  await mkdir(join(clone, 'src/cli'), { recursive: true });
  await mkdir(bin);
  await copyFile(script, join(clone, 'devos'));
  await chmod(join(clone, 'devos'), 0o755);
  await writeFile(join(clone, 'package.json'), '{"type":"module"}');
  await writeFile(join(clone, 'package-lock.json'), '{}');
  await writeFile(join(clone, 'src/cli/main.ts'), 'process.stdout.write(JSON.stringify(process.argv.slice(2)));\nprocess.exitCode = 7;\n');
  for (const tool of tools) await symlink((await whereIs(tool)) ?? tool, join(bin, tool));
  await writeProgram('node', `echo 24.0.0`);
  await writeProgram('npm', fakeInstall());
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Leaves behind what the real one does, and a line for each call. */
function fakeInstall(): string {
  return `echo "$@" >>"${dir}/npm-calls"\nsleep 0.2\nmkdir -p node_modules/node/bin\n/bin/ln -sf "${process.execPath}" node_modules/node/bin/node\n: >node_modules/.package-lock.json\necho noise from npm`;
}

async function writeProgram(name: string, body: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

async function whereIs(tool: string): Promise<string | undefined> {
  for (const folder of ['/usr/bin', '/bin']) {
    const found = await realpath(join(folder, tool)).catch(() => undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

async function run(command: string, args: string[], cwd = dir): Promise<Ran> {
  const child = spawn(command, args, { cwd, env: { PATH: bin, HOME: dir }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ran: Ran = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ran.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (ran.stderr += text));
  const [code] = await once(child, 'close');
  ran.code = typeof code === 'number' ? code : null;
  return ran;
}

const npmCalls = async (): Promise<number> => (await readFile(join(dir, 'npm-calls'), 'utf8').catch(() => '')).split('\n').length - 1;

describe('./devos', () => {
  it('installs on first use, keeps stdout clean, and passes arguments and exit status through', async () => {
    const first = await run(join(clone, 'devos'), ['show  pods', '-o', 'json', '']);
    const second = await run(join(clone, 'devos'), ['show pods']);

    expect(first).toMatchObject({ code: 7, stdout: '["show  pods","-o","json",""]' });
    expect(first.stderr).toMatch(/^devos: first use: installing the packages.*\nnoise from npm\ndevos: installed in \d+ s\n$/);
    expect(second).toEqual({ code: 7, stdout: '["show pods"]', stderr: '' });
    expect(await npmCalls()).toBe(1);
  });

  it('works from any folder, through symlinks, relative ones too, and as an argument of sh', async () => {
    await run(join(clone, 'devos'), []);
    await mkdir(join(dir, 'a/b'), { recursive: true });
    await symlink('../clone/devos', join(dir, 'a/link'));
    await symlink(join(dir, 'a/link'), join(dir, 'a/b/devos'));

    const runs = [
      await run(join(dir, 'a/b/devos'), ['x'], '/'),
      await run('./b/devos', ['x'], join(dir, 'a')),
      await run('/bin/sh', ['devos', 'x'], clone),
    ];

    expect(runs).toEqual(runs.map(() => ({ code: 7, stdout: '["x"]', stderr: '' })));
  });

  it('installs again when the lock file is newer', async () => {
    await run(join(clone, 'devos'), []);
    const later = new Date(Date.now() + 5000);
    await utimes(join(clone, 'package-lock.json'), later, later);

    await run(join(clone, 'devos'), []);

    expect(await npmCalls()).toBe(2);
  });

  it('uses packages behind a symlink as they are, whatever their age, and never lets npm near them', async () => {
    const shared = join(dir, 'shared');
    await mkdir(join(shared, 'node/bin'), { recursive: true });
    await symlink(process.execPath, join(shared, 'node/bin/node'));
    await symlink(shared, join(clone, 'node_modules'));

    const used = await run(join(clone, 'devos'), ['x']);
    await rm(join(shared, 'node/bin/node'));
    const broken = await run(join(clone, 'devos'), ['x']);

    expect(used).toEqual({ code: 7, stdout: '["x"]', stderr: '' });
    expect(broken).toMatchObject({ code: 8, stderr: expect.stringMatching(/^error INSTALL_FAILED: .*symlink.*\nhint: ./) });
    expect(await npmCalls()).toBe(0);
  });

  it('lets one of several install, and the others wait for it', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => run(join(clone, 'devos'), ['x'])));

    expect(runs.map(({ code, stdout }) => ({ code, stdout }))).toEqual(runs.map(() => ({ code: 7, stdout: '["x"]' })));
    expect(await npmCalls()).toBe(1);
  });

  it('takes over the lock of an installer that died', async () => {
    await mkdir(join(clone, '.cache/install.lock'), { recursive: true });
    const dead = spawn(process.execPath, ['-e', '0']);
    await once(dead, 'exit');
    await writeFile(join(clone, '.cache/install.lock/pid'), String(dead.pid));

    expect(await run(join(clone, 'devos'), [])).toMatchObject({ code: 7 });
  });

  it.each([
    ['npm is missing', async () => rm(join(bin, 'npm')), /^error INSTALL_FAILED: npm was not found\nhint: install Node 20/],
    ['Node is missing', async () => rm(join(bin, 'node')), /^error INSTALL_FAILED: node was not found\nhint: install Node 20/],
    ['Node is too old', async () => writeProgram('node', 'echo 18.19.0'), /^error INSTALL_FAILED: Node 18\.19\.0 is too old/],
    [
      'npm fails',
      async () => writeProgram('npm', 'echo boom >&2; exit 1'),
      /boom\nerror INSTALL_FAILED: npm ci failed.*\nhint: cd .* && npm ci\n$/,
    ],
    [
      'npm leaves Node out',
      async () => writeProgram('npm', 'mkdir -p node_modules'),
      /error INSTALL_FAILED: npm left out the package node\nhint: .*ignore-scripts=false/,
    ],
  ])('says what to do where %s, exits 8, and leaves no lock', async (_what, spoil, said) => {
    await spoil();

    const ran = await run(join(clone, 'devos'), []);

    expect(ran).toMatchObject({ code: 8, stdout: '', stderr: expect.stringMatching(said) });
    await expect(readFile(join(clone, '.cache/install.lock/pid'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
