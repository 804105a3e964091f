import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ContextType, SystemContext } from '#kit';
import { collectContext, type ContextLimits } from './collect.ts';

const made: string[] = [];

afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

function folderWith(files: Record<string, string>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'devos-context-')));
  made.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function git(folder: string, ...args: string[]): void {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_DATE: '2026-11-23T08:00:00Z',
    GIT_COMMITTER_DATE: '2026-11-23T08:00:00Z',
  };
  execFileSync('git', ['-c', 'user.name=Alice', '-c', 'user.email=alice@example.com', '-c', 'commit.gpgSign=false', ...args], {
    cwd: folder,
    env,
    stdio: 'ignore',
  });
}

function repository(files: Record<string, string>): string {
  const folder = folderWith(files);
  git(folder, 'init', '--initial-branch=main');
  git(folder, 'add', '--all');
  git(folder, 'commit', '--allow-empty', '--message', 'first commit');
  return folder;
}

const limits: ContextLimits = {
  files: { depth: 2, entries: 5 },
  git: { changes: 2, commits: 2 },
  processes: 2,
  timeoutMs: 10_000,
  maxBytes: 1_000_000,
};

function collect(cwd: string, types: ContextType[], own?: ContextLimits): Promise<SystemContext> {
  return collectContext({ cwd, types, signal: new AbortController().signal, ...(own === undefined ? {} : { limits: own }) });
}

describe('files', () => {
  it('of a work tree leave out what git ignores, and say so by their source', async () => {
    const folder = repository({
      '.gitignore': 'dist/\n*.key\n',
      'a.txt': '12345',
      'dist/x.js': '',
      'server.key': 'secret',
      'src/b.txt': '',
    });
    writeFileSync(join(folder, 'new.txt'), '');
    rmSync(join(folder, 'src/b.txt'));

    const { files } = await collect(folder, ['files']);

    expect(files?.from).toBe('git');
    expect(files?.entries).toEqual([
      { path: '.gitignore', type: 'file', bytes: 12 },
      { path: 'a.txt', type: 'file', bytes: 5 },
      { path: 'new.txt', type: 'file', bytes: 0 },
    ]);
  });

  it('elsewhere leave out dot folders and node_modules', async () => {
    const folder = folderWith({ 'a.txt': '', '.ssh/id': '', 'node_modules/x/index.js': '', 'src/b.txt': '' });

    const { files } = await collect(folder, ['files']);

    expect(files?.from).toBe('walk');
    expect(files?.entries.map((entry) => entry.path)).toEqual(['a.txt', 'src/b.txt']);
  });

  it('never follow a link out of the folder', async () => {
    const outside = folderWith({ 'secret.txt': '' });
    const folder = folderWith({ 'a.txt': '' });
    symlinkSync(outside, join(folder, 'out'));
    const inGit = repository({ 'a.txt': '' });
    symlinkSync(outside, join(inGit, 'out'));

    for (const cwd of [folder, inGit]) {
      const { files } = await collect(cwd, ['files']);

      expect(files?.entries).toContainEqual({ path: 'out', type: 'link' });
      expect(JSON.stringify(files)).not.toContain('secret.txt');
    }
  });

  it('are limited in depth and number, and the notes say so', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.txt`);
    const files = Object.fromEntries([...names, 'deep/er/x.txt', 'deep/er/y.txt'].map((name) => [name, '']));
    const [inGit, elsewhere] = [repository(files), folderWith(files)];

    const [fromGit, fromWalk] = await Promise.all([collect(inGit, ['files'], limits), collect(elsewhere, ['files'], limits)]);

    expect(fromGit.notes).toEqual(['files: 5 of 6 entries shown']);
    expect(fromGit.files?.entries).toHaveLength(5);
    expect(fromWalk.notes).toEqual(['files: 5 of 6 entries shown']);
    const wide = await collect(inGit, ['files'], { ...limits, files: { depth: 2, entries: 50 } });
    expect(wide.files?.entries).toContainEqual({ path: 'deep/er', type: 'folder', files: 2 });
  });

  it('have names without control characters', async () => {
    const folder = folderWith({ 'a\u001b[31m\nb.txt': '' });

    const { files } = await collect(folder, ['files']);

    expect(files?.entries[0]?.path).toBe('a b.txt');
  });
});

describe('git', () => {
  it('gives branch, changes, commits and the remote without credentials', async () => {
    const folder = repository({ 'a.txt': '1', 'b c.txt': '', 'old.txt': 'a text that is long enough to be found again' });
    git(folder, 'remote', 'add', 'mirror', 'https://example.com/other.git');
    git(folder, 'remote', 'add', 'origin', 'https://alice:hunter2@example.com/team/app.git');
    writeFileSync(join(folder, 'a.txt'), '2');
    rmSync(join(folder, 'b c.txt'));
    git(folder, 'mv', 'old.txt', 'new.txt');
    writeFileSync(join(folder, 'fresh.txt'), '');

    const { git: found } = await collect(folder, ['git']);

    expect(found).toMatchObject({ branch: 'main', upstream: null, ahead: 0, behind: 0, remote: 'https://***@example.com/team/app.git' });
    expect(found?.changes.toSorted((left, right) => left.path.localeCompare(right.path))).toEqual([
      { path: 'a.txt', change: 'modified' },
      { path: 'b c.txt', change: 'deleted' },
      { path: 'fresh.txt', change: 'untracked' },
      { path: 'new.txt', change: 'renamed' },
    ]);
    expect(found?.commits).toEqual([{ commit: found?.commit, at: '2026-11-23T08:00:00.000Z', author: 'Alice', subject: 'first commit' }]);
  });

  it('is null outside of a work tree and empty before the first commit', async () => {
    const fresh = folderWith({});
    git(fresh, 'init', '--initial-branch=main');

    expect((await collect(folderWith({}), ['git'])).git).toBeNull();
    expect((await collect(fresh, ['git'])).git).toMatchObject({ branch: 'main', commit: null, commits: [], remote: null });
  });

  it('is limited, and the notes say so', async () => {
    const folder = repository({});
    for (const name of ['1', '2', '3']) {
      git(folder, 'commit', '--allow-empty', '--message', name);
      writeFileSync(join(folder, name), '');
    }

    const { git: found, notes } = await collect(folder, ['git'], limits);

    expect(found?.commits.map((commit) => commit.subject)).toEqual(['3', '2']);
    expect(found?.changes).toHaveLength(2);
    expect(notes).toEqual(['git: 2 of 3 changes shown']);
  });

  it('runs no program that the work tree names in its settings', async () => {
    const folder = repository({ 'a.txt': '1' });
    const proof = join(folder, 'proof');
    const script = join(folder, 'hook.sh');
    writeFileSync(script, `#!/bin/sh\ntouch '${proof}'\n`);
    chmodSync(script, 0o700);
    git(folder, 'config', 'core.fsmonitor', script);
    writeFileSync(join(folder, 'a.txt'), '2');

    await collect(folder, ['git', 'files']);
    const ranByUs = existsSync(proof);
    git(folder, 'status'); // Control: plain git does run it.

    expect(ranByUs).toBe(false);
    expect(existsSync(proof)).toBe(true);
  });
});

describe('processes', () => {
  it('name a running process, with its secrets masked', async () => {
    const child = spawn(
      process.execPath,
      ['-e', 'setInterval(() => {}, 1000)', '--', '--password', 'hunter2', '--db=postgres://u:hunter2@h/x', 'API_TOKEN=hunter2'],
      { stdio: 'ignore' },
    );
    try {
      await new Promise((resolve) => child.once('spawn', resolve));

      const { processes } = await collect('/', ['processes'], { ...limits, processes: 100_000 });

      const found = processes?.find((one) => one.pid === child.pid);
      expect(found?.command).toContain('--password *** --db=postgres://***@h/x API_TOKEN=***');
      expect(JSON.stringify(processes)).not.toContain('hunter2');
    } finally {
      child.kill();
    }
  });

  it('are limited to the busiest, and the notes say so', async () => {
    const { processes, notes } = await collect('/', ['processes'], { ...limits, processes: 1 });

    expect(processes).toHaveLength(1);
    expect(notes[0]).toMatch(/^processes: 1 of \d+ shown$/);
  });
});

describe('collectContext', () => {
  it('reads only what is asked for', async () => {
    expect(Object.keys(await collect(folderWith({}), ['git']))).toEqual(['git', 'notes']);
  });

  it('says which folder is not there', async () => {
    await expect(collect('/no/such/folder', ['files'])).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no folder /no/such/folder',
    });
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('stop'));

    await expect(collectContext({ cwd: '/', types: ['git'], signal })).rejects.toThrow('stop');
  });
});
