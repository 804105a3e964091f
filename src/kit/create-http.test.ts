import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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
});
