import { AppError } from '#kit';
import { describe, expect, it } from 'vitest';
import type { Cluster, LogQuery } from './cluster.ts';
import { followLogs } from './follow-logs.ts';
import { linesOf } from './lines.ts';
import { compareTime, lineParser, mergeLines, parseLine, secondsOf } from './log-lines.ts';
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

  it('says that a container was restarted, and that lines before it may be missing where the stream broke', async () => {
    const status = (restartCount: number) => ({ containerStatuses: [{ name: 'app', restartCount }] });
    const runs = [
      ['2026-11-22T10:00:00Z one', new AppError('cut', { code: 'REMOTE_UNAVAILABLE', hint: '' })],
      ['2026-11-22T10:00:05Z two'],
    ];
    let asked = 0;
    const parts: Pick<Cluster, 'log' | 'find'> = {
      log: () => lines(...(runs.shift() ?? [])),
      find: (_resource, _namespace, name) => {
        asked += 1;
        const phase = runs.length === 0 ? 'Succeeded' : 'Running';
        return Promise.resolve({ metadata: { name, uid: `uid-${name}` }, status: { phase, ...status(1) } });
      },
    };
    const written: string[] = [];

    await followLogs({
      ...base,
      cluster: parts as Cluster, // following calls nothing else
      pods: () => Promise.resolve([{ ...pod('a', runs.length === 0 ? 'Succeeded' : 'Running') }]),
      output: (text) => written.push(text),
      signal: AbortSignal.timeout(5000),
    });

    expect(written).toEqual(['one\n', '(a was restarted, 1 times in all; lines before that may be missing)\n', 'two\n']);
    expect(asked).toBeGreaterThan(0);
  });

  it('says once what it leaves out of a pod', async () => {
    const { cluster, ended } = lives(['2026-11-22T10:00:00Z one'], ['2026-11-22T10:00:01Z two']);
    const written: string[] = [];

    await followLogs({
      ...base,
      cluster,
      pods: () => Promise.resolve([pod('a', ended() ? 'Succeeded' : 'Running')]),
      omitted: ({ metadata }) => `${metadata.name}: container app of app, proxy`,
      output: (text) => written.push(text),
      signal: AbortSignal.timeout(5000),
    });

    expect(written).toEqual(['(a: container app of app, proxy)\n', 'one\n', 'two\n']);
  });

  it('says how many pods it cannot follow', async () => {
    const parts: Pick<Cluster, 'log' | 'find'> = { log: () => lines(), find: () => Promise.resolve(undefined) };
    const pods = Array.from({ length: 40 }, (_, index) => pod(`p-${index}`, 'Succeeded'));
    const written: string[] = [];

    await followLogs({
      ...base,
      cluster: parts as Cluster, // following calls nothing else
      pods: () => Promise.resolve(pods),
      output: (text) => written.push(text),
      signal: AbortSignal.timeout(5000),
    });

    expect(written[0]).toBe('(8 more pods are not followed: 32 at once are the most)\n');
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

  it('of a private key are masked, also where its beginning was cut off, and the lines around it are not', () => {
    const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
    const text = [
      'starting',
      '-----BEGIN RSA PRIVATE KEY-----',
      'Proc-Type: 4,ENCRYPTED',
      '',
      body,
      'short==',
      '-----END RSA PRIVATE KEY-----',
      'ready',
    ];
    const parse = lineParser('p', 'c');
    const late = lineParser('p', 'c');
    const hash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

    expect(text.map((line) => parse(`2026-11-22T10:00:00Z ${line}`).text)).toEqual([
      'starting',
      '***',
      '***',
      '***',
      '***',
      '***',
      '***',
      'ready',
    ]);
    expect([body, hash, 'plain'].map((line) => late(line).text)).toEqual(['***', hash, 'plain']);
    expect(['-----BEGIN PRIVATE KEY-----', 'level=info msg="other"', 'word'].map((line) => late(line).text)).toEqual([
      '***',
      'level=info msg="other"',
      'word',
    ]);
  });

  it('of a kubeconfig and of a Docker configuration keep what signs in to themselves', () => {
    const key = Buffer.from('-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIGr').toString('base64');
    const secret = [
      '    token: s3cret-token-value',
      `    client-key-data: ${key}`,
      '    password: "hunter2"',
      '{"auths":{"r.example":{"auth":"ZGFuYTpodW50ZXIy"}}}',
    ];

    expect(secret.map((line) => parseLine(line, 'p', 'c').text)).toEqual([
      '    token: ***',
      '    client-key-data: ***',
      '    password: ***',
      '{"auths":{"r.example":{"auth":"***"}}}',
    ]);
    expect(parseLine('    server: https://kube.example:6443', 'p', 'c').text).toBe('    server: https://kube.example:6443');
  });

  it('are asked for by seconds', () => {
    expect(['PT30M', 'P1D', 'PT1H1M1S', 'PT0S'].map(secondsOf)).toEqual([1800, 86_400, 3661, 1]);
  });
});
