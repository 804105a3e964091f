import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from './create-http.ts';
import { AppError } from './errors.ts';
import type { Http } from './http.ts';
import { Secret } from './secret.ts';

const open: { server: Server; http: Http }[] = [];

async function serve(listener: RequestListener, concurrency = 4): Promise<Http> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const http = createHttp({
    baseUrl: `http://127.0.0.1:${port}`,
    headers: { authorization: new Secret('Bearer s3cret-value') },
    concurrency,
  });
  open.push({ server, http });
  return http;
}

afterEach(async () => {
  for (const { server, http } of open.splice(0)) {
    await http.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const signal = () => new AbortController().signal;

async function failure(work: Promise<unknown>): Promise<AppError> {
  const thrown = await work.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (!AppError.isInstance(thrown)) throw thrown;
  return thrown;
}

describe('createHttp', () => {
  it('reveals a secret header to the server and to nobody else', async () => {
    const seen: (string | undefined)[] = [];
    const http = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.destroy();
    });

    const error = await failure(http.send({ method: 'POST', path: '/x', body: {}, signal: signal() }));

    expect(seen).toEqual(['Bearer s3cret-value']);
    expect(JSON.stringify(error.toBody())).not.toContain('s3cret');
  });

  it('repeats a read after 429 as Retry-After says, and a write never', async () => {
    let calls = 0;
    const http = await serve((_request, response) => {
      calls += 1;
      if (calls === 1 || calls > 2) response.writeHead(429, { 'retry-after': '0' }).end();
      else response.end('{"ok":true}');
    });

    const read = await http.send({ method: 'GET', path: '/', signal: signal() });
    const write = await failure(http.send({ method: 'POST', path: '/', signal: signal() }));

    expect(read.json).toEqual({ ok: true });
    expect(write.code).toBe('REMOTE_LIMITED');
    expect(calls).toBe(3);
  });

  it('gives a 429 back as it is, once, where the request calls it an answer', async () => {
    let calls = 0;
    const http = await serve((_request, response) => {
      calls += 1;
      response.writeHead(429).end('{"reason":"a rule"}');
    });

    const ruled = await http.send({ method: 'POST', path: '/', answers: [429], signal: signal() });
    const other = await failure(http.send({ method: 'POST', path: '/', answers: [503], signal: signal() }));

    expect(ruled).toMatchObject({ status: 429, json: { reason: 'a rule' } });
    expect(other.code).toBe('REMOTE_LIMITED');
    expect(calls).toBe(2);
  });

  it('says that a write cut in the middle is unclear, and a refused connection is not', async () => {
    const http = await serve((request) => request.socket.destroy());
    const nobody = createHttp({ baseUrl: 'http://127.0.0.1:1' });

    const cut = await failure(http.send({ method: 'POST', path: '/', signal: signal() }));
    const refused = await failure(nobody.send({ method: 'POST', path: '/', signal: signal() }));
    await nobody.close();

    expect([cut.code, cut.details['unclear']]).toEqual(['REMOTE_UNAVAILABLE', true]);
    expect([refused.code, refused.details['unclear']]).toEqual(['REMOTE_UNAVAILABLE', false]);
  });

  it('gives up in time', async () => {
    const http = await serve(() => undefined);

    const error = await failure(http.send({ method: 'POST', path: '/slow', signal: signal(), timeoutMs: 30 }));

    expect([error.code, error.details['unclear']]).toEqual(['TIMEOUT', true]);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const http = await serve(() => stop.abort());

    const error = await failure(http.send({ method: 'GET', path: '/', signal: stop.signal }));

    expect(error.code).toBe('INTERRUPTED');
  });

  it('keeps to the number of calls at once', async () => {
    const waiting: (() => void)[] = [];
    let left = 21;
    let most = 0;
    const http = await serve((_request, response) => {
      waiting.push(() => response.end('{}'));
      most = Math.max(most, waiting.length);
      // Answered only when three stand at once: fewer would hang, more would show.
      if (waiting.length < 3) return;
      left -= waiting.length;
      for (const answer of waiting.splice(0)) answer();
    }, 3);

    await Promise.all(Array.from({ length: 21 }, () => http.send({ method: 'GET', path: '/', signal: signal() })));

    expect([most, left]).toEqual([3, 0]);
  });

  it('streams what comes and ends with the server', async () => {
    const http = await serve((_request, response) => {
      response.write('ä');
      response.end('b\n');
    });

    const { status, chunks } = await http.stream({ method: 'GET', path: '/log', signal: signal() });
    let text = '';
    for await (const chunk of chunks) text += chunk;

    expect([status, text]).toEqual([200, 'äb\n']);
  });

  it('knows that a write cut while the secure connection was made never left', async () => {
    const server = createSocketServer((socket) => socket.once('data', () => socket.destroy()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const http = createHttp({ baseUrl: `https://127.0.0.1:${port}` });

    const error = await failure(http.send({ method: 'POST', path: '/', signal: signal() }));
    await http.close();
    await new Promise((resolve) => server.close(resolve));

    expect([error.code, error.details['unclear']]).toEqual(['REMOTE_UNAVAILABLE', false]);
  });

  it('says at once when it is asked to wait longer than anybody should', async () => {
    const http = await serve((_request, response) => response.writeHead(429, { 'retry-after': '120' }).end());

    const error = await failure(http.send({ method: 'GET', path: '/', signal: signal() }));

    expect([error.code, error.hint]).toEqual(['REMOTE_LIMITED', 'Try again after: 120 s']);
  });

  it('counts a write answered with 503 as unclear, with 429 as not made, and masks what the answer repeats', async () => {
    const http = await serve((request, response) =>
      response.writeHead(request.url === '/busy' ? 503 : 429).end('token=hunter2\u202e busy'),
    );

    const busy = await failure(http.send({ method: 'POST', path: '/busy', signal: signal() }));
    const slow = await failure(http.send({ method: 'POST', path: '/slow', signal: signal() }));

    expect([busy.code, busy.details['unclear'], busy.details['text']]).toEqual(['REMOTE_UNAVAILABLE', true, 'token=*** busy']);
    expect([slow.code, slow.details['unclear']]).toEqual(['REMOTE_LIMITED', false]);
  });

  it.each(['//elsewhere.example/x', '/a/../b', '/a/%2e%2E/b', 'a'])(
    'refuses the path %s, which would leave the base address',
    async (path) => {
      const seen: string[] = [];
      const http = await serve((request, response) => {
        seen.push(request.url ?? '');
        response.end();
      });

      const error = await failure(http.send({ method: 'GET', path, signal: signal() }));

      expect([error.code, seen]).toEqual(['INPUT_INVALID', []]);
    },
  );

  it('lets a call that waits for its turn be stopped, and gives the turn to the next', async () => {
    const waiting: (() => void)[] = [];
    const arrived = Promise.withResolvers<void>();
    const http = await serve((request, response) => {
      if (request.url !== '/first') return void response.end('{}');
      waiting.push(() => response.end('{}'));
      arrived.resolve();
    }, 1);
    const stop = new AbortController();
    const first = http.send({ method: 'GET', path: '/first', signal: signal() });
    await arrived.promise;
    const second = failure(http.send({ method: 'POST', path: '/second', signal: stop.signal }));
    const third = http.send({ method: 'GET', path: '/third', signal: signal() });

    stop.abort();
    const stopped = await second;
    for (const answer of waiting.splice(0)) answer();

    expect([stopped.code, stopped.details['unclear']]).toEqual(['INTERRUPTED', false]);
    expect([(await first).status, (await third).status]).toEqual([200, 200]);
  });

  it('keeps held-open streams from starving the other calls', async () => {
    const http = await serve((request, response) => {
      if (request.url === '/watch') response.write('open');
      else response.end('{}');
    }, 1);
    const stop = new AbortController();

    const streams = [1, 2, 3].map(() => http.stream({ method: 'GET', path: '/watch', signal: stop.signal }));
    await Promise.all(streams);
    const answer = await http.send({ method: 'GET', path: '/', signal: signal() });
    stop.abort();

    expect(answer.status).toBe(200);
  });

  it('ends a stream without an error when the reader stops it', async () => {
    const http = await serve((_request, response) => response.write('one'));
    const stop = new AbortController();

    const { chunks } = await http.stream({ method: 'GET', path: '/watch', signal: stop.signal });
    const seen: string[] = [];
    for await (const chunk of chunks) {
      seen.push(chunk);
      stop.abort();
    }

    expect(seen).toEqual(['one']);
  });

  it('puts characters together that arrive in two pieces', async () => {
    const bytes = Buffer.from('ä');
    const next = Promise.withResolvers<void>();
    const http = await serve((_request, response) => {
      response.write(Buffer.concat([Buffer.from('x'), bytes.subarray(0, 1)]));
      void next.promise.then(() => response.end(bytes.subarray(1)));
    });

    const { chunks } = await http.stream({ method: 'GET', path: '/', signal: signal() });
    let text = '';
    for await (const chunk of chunks) {
      text += chunk;
      next.resolve();
    }

    expect(text).toBe('xä');
  });
});
