import { describe, expect, it } from 'vitest';
import { maskAddress, parseLog, parseRemote, parseStatus } from './git.ts';
import { maskArguments } from './mask.ts';
import { parseProc, parsePs } from './processes.ts';

describe('parseStatus', () => {
  it('reads headers, renames, conflicts and names with spaces', () => {
    const id = 'a'.repeat(40);
    const records = [
      `# branch.oid ${id}`,
      '# branch.head topic/x',
      '# branch.upstream origin/topic/x',
      '# branch.ab +2 -3',
      `1 A. N... 000000 100644 100644 ${id} ${id} new file.txt`,
      `2 R. N... 100644 100644 100644 ${id} ${id} R100 after.txt`,
      'before.txt',
      `u UU N... 100644 100644 100644 100644 ${id} ${id} ${id} both.txt`,
      '? loose\u202e.txt',
      '',
    ];

    expect(parseStatus(records.join('\0'))).toEqual({
      branch: 'topic/x',
      commit: id,
      upstream: 'origin/topic/x',
      ahead: 2,
      behind: 3,
      changes: [
        { path: 'new file.txt', change: 'added' },
        { path: 'after.txt', change: 'renamed' },
        { path: 'both.txt', change: 'conflicted' },
        { path: 'loose.txt', change: 'untracked' },
      ],
    });
  });

  it('knows a detached head', () => {
    expect(parseStatus('# branch.oid (initial)\0# branch.head (detached)\0')).toMatchObject({ branch: null, commit: null });
  });
});

describe('parseLog and parseRemote', () => {
  it('leave out what is no commit, and mask tokens in subjects', () => {
    const line = `${'b'.repeat(40)}\u001f2026-11-23T09:00:00+01:00\u001fBob\u001fuse token=abcdef1234`;

    expect(parseLog(`nonsense\0${line}\0`)).toEqual([
      { commit: 'b'.repeat(40), at: '2026-11-23T08:00:00.000Z', author: 'Bob', subject: 'use token=***' },
    ]);
  });

  it('take the first remote where there is no origin', () => {
    expect(parseRemote('remote.up.url\ngit@example.com:team/app.git\0')).toBe('git@example.com:team/app.git');
    expect(parseRemote('')).toBeNull();
  });

  it.each([
    ['https://token@example.com/x', 'https://***@example.com/x'],
    ['https://user:p@ss@example.com/x', 'https://***@example.com/x'],
    ['ssh://git@example.com/x', 'ssh://***@example.com/x'],
    ['git@example.com:x', 'git@example.com:x'],
  ])('mask %s', (address, masked) => {
    expect(maskAddress(address)).toBe(masked);
  });
});

describe('maskArguments', () => {
  it.each([
    [['x', '--api-key', 'hunter2', 'y'], 'x --api-key *** y'],
    [['x', '-token', 'hunter2'], 'x -token ***'],
    [['x', '--password=hunter2'], 'x --password=***'],
    [['PGPASSWORD=hunter2', 'psql'], 'PGPASSWORD=*** psql'],
    [['curl', '-H', 'Authorization: Bearer abcdefgh12345678'], 'curl -H Authorization: ***'],
    [['git', 'log', '--author', 'alice'], 'git log --author alice'],
  ])('masks %j', (args, expected) => {
    const masked = maskArguments(args);

    expect(masked.startsWith(expected)).toBe(true);
    expect(masked).not.toContain('hunter2');
    expect(masked).not.toContain('abcdefgh12345678');
  });

  it('cuts long lines', () => {
    expect(maskArguments(['x'.repeat(500)])).toHaveLength(201);
  });
});

describe('parseProc and parsePs', () => {
  it('read names with brackets and spaces', () => {
    const rest = Array.from({ length: 50 }, (_, index) => (index === 11 ? 150 : index === 12 ? 50 : index === 19 ? 1000 : 0)); // oxlint-disable-line no-nested-ternary -- a row of numbers
    const one = parseProc({
      pid: 7,
      stat: `7 (a) b (c) S ${rest.slice(1).join(' ')}`,
      status: 'Name: x\nVmRSS:\t  2048 kB\n',
      commandLine: '/bin/x\0--y\0',
      upSeconds: 20,
    });

    expect(one).toEqual({ pid: 7, name: 'a) b (c', command: '/bin/x --y', cpuPercent: 20, memoryBytes: 2_097_152 });
  });

  it('leave out threads of the kernel', () => {
    expect(parseProc({ pid: 2, stat: '2 (kthreadd) S', status: '', commandLine: '', upSeconds: 20 })).toBeUndefined();
  });

  it('read the lines of ps', () => {
    expect(parsePs('  1  0.5 1024 /sbin/init splash\nrubbish\n 42 12.0 2048 node --token hunter2\n')).toEqual([
      { pid: 1, name: 'init', command: '/sbin/init splash', cpuPercent: 0.5, memoryBytes: 1_048_576 },
      { pid: 42, name: 'node', command: 'node --token ***', cpuPercent: 12, memoryBytes: 2_097_152 },
    ]);
  });
});
