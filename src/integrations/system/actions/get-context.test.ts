import type { ContextSource, SystemContext } from '#kit';
import { describe, expect, it } from 'vitest';
import { createSystem } from '../system.ts';
import { getContext } from './get-context.ts';

const found: SystemContext = {
  git: {
    branch: 'main',
    commit: 'a'.repeat(40),
    upstream: 'origin/main',
    ahead: 1,
    behind: 0,
    changes: [{ path: 'src/x.ts', change: 'modified' }],
    commits: [{ commit: 'a'.repeat(40), at: '2026-11-23T08:00:00.000Z', author: 'Alice', subject: 'first commit' }],
    remote: 'https://***@example.com/app.git',
  },
  files: {
    folder: '/home/alice/app',
    from: 'git',
    entries: [
      { path: 'src', type: 'folder', files: 1 },
      { path: 'link', type: 'link' },
      { path: 'a.txt', type: 'file', bytes: 2048 },
    ],
  },
  processes: [{ pid: 42, name: 'node', command: 'node app.js', cpuPercent: 1.25, memoryBytes: 3_145_728 }],
  notes: ['files: 3 of 9 entries shown'],
};

const context = {
  signal: new AbortController().signal,
  clock: () => new Date(0),
  cwd: '/home/alice/app',
  key: 'R-1/1',
  progress: () => {},
  output: () => {},
};

function sourceOf(asked: Parameters<ContextSource['collect']>[0][]): ContextSource {
  return {
    async collect(options) {
      asked.push(options);
      return found;
    },
  };
}

describe('system.context.get', () => {
  it('asks for one type, or for all of them', async () => {
    const asked: Parameters<ContextSource['collect']>[0][] = [];
    const client = sourceOf(asked);

    await getContext.run({ type: 'git' }, { ...context, client });
    await getContext.run({}, { ...context, client });

    expect(asked.map(({ types, cwd }) => [cwd, types])).toEqual([
      ['/home/alice/app', ['git']],
      ['/home/alice/app', ['files', 'processes', 'git']],
    ]);
  });

  it('is a safe read whose plan says which machine and folder', async () => {
    const preview = await getContext.preview({}, { ...context, client: sourceOf([]) });

    expect(getContext.safety({}, {}).level).toBe('safe');
    expect(preview).toMatchObject({ input: { type: 'all' }, where: 'this machine, folder /home/alice/app', diff: [] });
  });

  it('declares exactly what the source gives', () => {
    expect(getContext.output.parse(found)).toEqual(found);
    expect(getContext.output.parse({ git: null, notes: [] })).toEqual({ git: null, notes: [] });
  });

  it('reads as plain lines', () => {
    expect(getContext.render?.(found, {}).text).toBe(`git
  branch   main  (1 ahead, 0 behind origin/main)
  remote   https://***@example.com/app.git
  changes  1
    modified   src/x.ts
  commits  last 1
    aaaaaaaa  2026-11-23  Alice  first commit

files  /home/alice/app  (without what git ignores)
  src/  (1 file)
  link  (link)
  a.txt  2 KiB

processes
      PID  CPU %    MEMORY  COMMAND
       42    1.3     3 MiB  node app.js

left out
  files: 3 of 9 entries shown
`);
  });
});

describe('createSystem', () => {
  it('connects to nothing and is always healthy', async () => {
    const system = createSystem(sourceOf([]));
    const { client, close } = await system.connect({
      config: {},
      environments: [],
      env: {},
      cwd: '/',
      clustersOf: () => Promise.resolve(undefined),
    });

    expect(await system.health(client, context.signal)).toMatchObject({ ok: true });
    await close();
  });
});
