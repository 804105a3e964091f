import { AppError } from '#kit';
import { describe, expect, it } from 'vitest';
import type { Cluster, LogQuery } from './cluster.ts';
import { followLogs } from './follow-logs.ts';
import { linesOf } from './lines.ts';
import { compareTime, mergeLines, parseLine, secondsOf } from './log-lines.ts';
import { Pod } from './schema.ts';

const pod = (name: string, phase = 'Running') =>
  Pod.parse({ metadata: { name, uid: `uid-${name}` }, spec: { containers: [{ name: 'app' }] }, status: { phase } });

async function* lines(...all: (string | Error)[]): AsyncGenerator<string> {
  for (const line of all) {
    if (line instanceof Error) throw line;
    yield line;
  }
}

/** Just what following needs of a cluster: each call of `log` is the container's next life. */
function lives(...all: (string | Error)[][]): { cluster: Cluster; asked: LogQuery[]; ended: () => boolean } {
  const asked: LogQuery[] = [];
  const left = [...all];
  const parts: Pick<Cluster, 'log' | 'find'> = {
    log: (_namespace, _pod, query) => {
      asked.push(query);
      return lines(...(left.shift() ?? []));
    },
    find: (_resource, _namespace, name) =>
      Promise.resolve(left.length === 0 ? undefined : { metadata: { name, uid: `uid-${name}` }, status: { phase: 'Running' } }),
  };
  return { cluster: parts as Cluster, asked, ended: () => left.length === 0 }; // following calls nothing else
}

const base = { namespace: 'shop', containerOf: () => 'app', tail: 10, everyMs: 2 };

describe('following', () => {
  it('takes up the next life of a container where the last one ended, and repeats nothing', async () => {
    const { cluster, asked, ended } = lives(
      ['2026-11-22T10:00:00.1Z one', '2026-11-22T10:00:00.5Z two'],
      [new AppError('still starting', { code: 'INPUT_INVALID', hint: '' })],
      ['2026-11-22T10:00:00.1Z one', '2026-11-22T10:00:00.5Z two', '2026-11-22T10:00:00.5Z three', '2026-11-22T10:00:02Z four'],
    );
    const written: string[] = [];

    const count = await followLogs({
      ...base,
      cluster,
      pods: () => Promise.resolve([pod('a', ended() ? 'Succeeded' : 'Running')]),
      output: (text) => written.push(text),
      signal: AbortSignal.timeout(5000),
    });

    expect(written).toEqual(['one\n', 'two\n', 'three\n', 'four\n']);
    expect(count).toBe(4);
    expect(asked[0]).toMatchObject({ tailLines: 10, follow: true });
    expect(asked[2]).toMatchObject({ sinceTime: '2026-11-22T10:00:00Z' });
  });

  it('fails where it may not read', async () => {
    const { cluster } = lives([new AppError('no', { code: 'FORBIDDEN', hint: '' })], []);

    await expect(
      followLogs({ ...base, cluster, pods: () => Promise.resolve([pod('a')]), output: () => {}, signal: AbortSignal.timeout(5000) }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('ends quietly when it is stopped', async () => {
    const stop = new AbortController();
    stop.abort();

    expect(
      await followLogs({ ...base, cluster: lives().cluster, pods: () => Promise.resolve([]), output: () => {}, signal: stop.signal }),
    ).toBe(0);
  });
});

describe('lines', () => {
  it('come whole, however the text was cut', async () => {
    const found: string[] = [];
    for await (const line of linesOf(lines('a', 'b\nc\r', '\n', '\nlast'))) found.push(line);

    expect(found).toEqual(['ab', 'c', '', 'last']);
  });

  it('of several containers are put in the order of time, the newest kept', () => {
    const one = ['2026-11-22T10:00:00.100Z a', '2026-11-22T10:00:03Z d'].map((raw) => parseLine(raw, 'p', 'c'));
    const two = ['2026-11-22T10:00:00.1000001Z b', '2026-11-22T10:00:02Z c'].map((raw) => parseLine(raw, 'q', 'c'));

    expect(mergeLines([one, two], 3).map(({ text }) => text)).toEqual(['b', 'c', 'd']);
    expect(compareTime('2026-11-22T10:00:00Z', '2026-11-22T10:00:00.000000001Z')).toBe(-1);
  });

  it('reach nobody with control characters or credentials', () => {
    const { text, at } = parseLine('2026-11-22T10:00:00Z \u001b[2Jhi\u202e Bearer abcdefgh12345678 \tend', 'p', 'c');

    expect(text).toBe('hi Bearer *** \tend');
    expect(at).toBe('2026-11-22T10:00:00Z');
    expect(parseLine('no time', 'p', 'c')).toMatchObject({ at: '', text: 'no time' });
  });

  it('are asked for by seconds', () => {
    expect(['PT30M', 'P1D', 'PT1H1M1S', 'PT0S'].map(secondsOf)).toEqual([1800, 86_400, 3661, 1]);
  });
});
