import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createSocketServer, type Server as NetServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createHttp } from './create-http.ts';
import { AppError } from './errors.ts';
import type { Http, HttpSocket } from './http.ts';
import { Secret } from './secret.ts';

let server: Server;
let sockets: WebSocketServer;
let http: Http;
let there: WebSocket[] = [];
/** The client went away from a handshake that was never answered. */
let leftAlone: Promise<unknown> = Promise.resolve();
const seen: { url: string | undefined; authorization: string | undefined }[] = [];

beforeEach(async () => {
  there = [];
  seen.length = 0;
  sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => (offered.has('b') ? 'b' : false) });
  server = createServer();
  server.on('upgrade', (request, socket, head) => {
    seen.push({ url: request.url, authorization: request.headers.authorization });
    if (request.url?.startsWith('/closed') === true) {
      const body = '{"kind":"Status","code":403}';
      socket.end(
        `HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      );
    } else if (request.url === '/silent') leftAlone = new Promise((resolve) => void socket.on('end', () => resolve(socket.end())).resume());
    else sockets.handleUpgrade(request, socket, head, (open) => void there.push(open));
  });
  http = createHttp({ baseUrl: await listen(server), headers: { authorization: new Secret('Bearer t0ken') } });
});

afterEach(async () => {
  await http.close();
  for (const open of there) open.terminate();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function listen(on: NetServer): Promise<string> {
  await new Promise<void>((resolve) => void on.listen(0, '127.0.0.1', () => resolve()));
  const address = on.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

async function open(path = '/', { signal = AbortSignal.timeout(5000), timeoutMs = 5000 } = {}): Promise<HttpSocket> {
  const connection = await http.connect({ path, protocols: ['a', 'b'], signal, timeoutMs });
  if ('answer' in connection) throw new Error(`answered ${connection.answer.status}`);
  return connection.socket;
}

async function failure(work: Promise<unknown>): Promise<AppError> {
  const thrown: unknown = await work.catch((error: unknown) => error);
  if (!AppError.isInstance(thrown)) throw new Error('it did not fail as expected');
  return thrown;
}

describe('a WebSocket', () => {
  it('carries bytes both ways, with the headers of the connection and a list in the query', async () => {
    const connection = await http.connect({
      path: '/x',
      query: { command: ['a b', 'c'], tty: false },
      protocols: ['a', 'b'],
      signal: AbortSignal.timeout(5000),
    });
    if ('answer' in connection) throw new Error('not open');
    const { socket } = connection;
    const [other] = there;
    const heard = other === undefined ? undefined : once(other, 'message');
    await socket.send(Buffer.from('up'));
    other?.send(Buffer.from('down'));
    other?.close(1000);
    const frames: string[] = [];
    for await (const frame of socket.frames) frames.push(Buffer.from(frame).toString());

    expect(seen).toEqual([{ url: '/x?command=a+b&command=c&tty=false', authorization: 'Bearer t0ken' }]);
    expect([socket.protocol, frames, String((await heard)?.[0])]).toEqual(['b', ['down'], 'up']);
  });

  it('that is refused is an answer with its status and body', async () => {
    const connection = await http.connect({ path: '/closed', protocols: ['b'], signal: AbortSignal.timeout(5000) });

    expect(connection).toMatchObject({ answer: { status: 403, json: { kind: 'Status', code: 403 } } });
  });

  it('whose server goes away ends its frames', async () => {
    const socket = await open();
    there[0]?.terminate();
    const frames: Uint8Array[] = [];
    for await (const frame of socket.frames) frames.push(frame);

    expect(frames).toEqual([]);
  });

  it('ends when the signal aborts, and says so to the other side', async () => {
    const stop = new AbortController();
    const socket = await open('/', { signal: stop.signal });
    const closed = there[0] === undefined ? undefined : once(there[0], 'close');
    stop.abort();
    await closed;
    await socket.send(Buffer.from('too late'));

    expect((await socket.frames[Symbol.asyncIterator]().next()).done).toBe(true);
  });

  it('is not read faster than its reader takes it', async () => {
    const socket = await open();
    const size = 1024 * 1024;
    const count = 48;
    for (let index = 0; index < count; index += 1) there[0]?.send(Buffer.alloc(size));
    await expect.poll(() => there[0]?.bufferedAmount ?? 0).toBeGreaterThan(0);
    // Whatever the systems between them take without being read, it comes to a stop far from all.
    let held = 0;
    await expect
      .poll(() => {
        const before = held;
        held = there[0]?.bufferedAmount ?? 0;
        return held === before;
      })
      .toBe(true);
    let got = 0;
    for await (const frame of socket.frames) {
      got += frame.length;
      if (got === size * count) break;
    }

    expect(held).toBeGreaterThan(size * 8);
    expect(got).toBe(size * count);
  });
});

describe('a WebSocket that cannot be had', () => {
  it('says of a silent server that the handshake had left', async () => {
    const error = await failure(open('/silent', { timeoutMs: 150 }));

    expect(error).toMatchObject({ code: 'TIMEOUT', details: { unclear: true } });
    await leftAlone;
  });

  it('says where it was stopped', async () => {
    expect((await failure(open('/silent', { signal: AbortSignal.timeout(100) }))).code).toBe('INTERRUPTED');
  });

  it('says of a server that is not there that nothing had left', async () => {
    const none = createSocketServer();
    const address = await listen(none);
    await new Promise((resolve) => none.close(resolve));
    const other = createHttp({ baseUrl: address });

    const error = await failure(other.connect({ path: '/', protocols: ['b'], signal: AbortSignal.timeout(5000) }));
    await other.close();

    expect(error).toMatchObject({ code: 'REMOTE_UNAVAILABLE', details: { unclear: false } });
  });

  it('does not leave its address', async () => {
    expect((await failure(http.connect({ path: '//elsewhere/', protocols: ['b'], signal: AbortSignal.timeout(5000) }))).code).toBe(
      'INPUT_INVALID',
    );
  });
});
