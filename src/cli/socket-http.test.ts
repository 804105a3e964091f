import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createApi } from './api.ts';
import { readJsonLines, sendOverSocket } from './socket-http.ts';
import { startFakeDaemon } from './testing.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Answers every connection with these bytes, written in these parts. */
async function serve(parts: Buffer[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'devos-http-'));
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined).setNoDelay(true);
    socket.once('data', () => {
      for (const part of parts) socket.write(part);
      socket.end();
    });
  });
  const path = join(folder, 's');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  closers.push(
    () => new Promise<void>((resolve) => void server.close(() => resolve())),
    () => rmSync(folder, { recursive: true }),
  );
  return path;
}

async function read(path: string): Promise<string> {
  const reply = await sendOverSocket(path, { method: 'GET', path: '/' });
  let text = '';
  for await (const part of reply.body) text += part;
  return text;
}

function cut(bytes: Buffer, at: number[]): Buffer[] {
  const places = [0, ...at.map((place) => place % bytes.length).toSorted((left, right) => left - right), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

const chunked = (text: string, sizes: number[]): Buffer => {
  const bytes = Buffer.from(text);
  const parts = cut(bytes, sizes).filter((part) => part.length > 0);
  return Buffer.concat([
    Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'),
    ...parts.map((part) => Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')])),
    Buffer.from('0\r\n\r\n'),
  ]);
};

describe('sendOverSocket', () => {
  it('reads a body whatever the chunks and wherever the network cuts, also inside a character', async () => {
    const text = `{"name":"wéb-äpp ✓ 🚀","lines":"${'x'.repeat(300)}"}\n`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat({ max: 600 }), { maxLength: 6 }),
        async (sizes, cuts) => {
          const path = await serve(cut(chunked(text, sizes), cuts));

          expect(await read(path)).toBe(text);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('reads a body of a given length, or until the end where none is given', async () => {
    expect(await read(await serve([Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello-and-more')]))).toBe('hello');
    expect(await read(await serve([Buffer.from('HTTP/1.1 200 OK\r\n\r\nhello')]))).toBe('hello');
  });

  it.each([
    ['the head', 'HTTP/1.1 200 OK\r\n'],
    ['a body of known length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel'],
    ['a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhel'],
    ['the last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n'],
    ['everything', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
  ])('is a coded error where %s is cut off or foreign', async (_what, text) => {
    const path = await serve([Buffer.from(text)]);

    await expect(read(path)).rejects.toMatchObject({ code: 'DAEMON_UNAVAILABLE' });
  });

  it('rejects with the reason when it is aborted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'devos-http-'));
    const stop = new AbortController();
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => stop.abort());
    });
    await new Promise<void>((resolve) => server.listen(join(folder, 's'), resolve));
    closers.push(
      () => new Promise<void>((resolve) => void server.close(() => resolve())),
      () => rmSync(folder, { recursive: true }),
    );

    await expect(sendOverSocket(join(folder, 's'), { method: 'GET', path: '/', signal: stop.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('readJsonLines', () => {
  it('joins lines that come in parts', async () => {
    async function* parts(): AsyncGenerator<string> {
      yield* ['{"a"', ':1}\n{"a":2}', '\n\n', '{"a":3}'];
    }
    const found: unknown[] = [];

    for await (const value of readJsonLines(parts())) found.push(value);

    expect(found).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
  });
});

describe('createApi', () => {
  it('starts the daemon once nobody listens, and asks again', async () => {
    const daemon = await startFakeDaemon();
    daemon.on('GET /v1/health', { json: { ok: true } });
    closers.push(() => daemon.close());
    const socket = `${daemon.socket}-later`;
    let started = 0;
    const api = createApi({
      socket,
      start: async () => {
        started += 1;
        symlinkSync(daemon.socket, socket);
      },
    });

    expect(await api.get('/v1/health')).toEqual({ ok: true });
    expect(await api.get('/v1/health')).toEqual({ ok: true });
    expect(started).toBe(1);
  });

  it('says how to start it where it must not be started', async () => {
    await expect(createApi({ socket: '/nowhere/devos.sock' }).get('/v1/health')).rejects.toMatchObject({
      code: 'DAEMON_UNAVAILABLE',
      hint: 'Start it with: devos daemon start',
    });
  });

  it('turns an error answer into its error, and an unknown one into INTERNAL', async () => {
    const daemon = await startFakeDaemon();
    closers.push(() => daemon.close());
    daemon.on('GET /v1/plans/P-1', {
      json: { schemaVersion: 1, error: { code: 'PLAN_NOT_FOUND', message: 'There is no plan P-1', hint: 'Make one', docs: '' } },
      status: 404,
    });
    const api = createApi({ socket: daemon.socket });

    await expect(api.get('/v1/plans/P-1')).rejects.toMatchObject({ code: 'PLAN_NOT_FOUND', hint: 'Make one' });
    await expect(api.get('/v1/other')).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
