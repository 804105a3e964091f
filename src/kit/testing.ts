/** For tests of integrations: a loopback server that knows exactly which requests may come. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isDeepStrictEqual } from 'node:util';

export interface RecordedRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  text: string;
  /** Undefined where the body is not JSON. */
  json: unknown;
}

/** `cut` ends the connection without an answer, after the request was read. */
export type Reply = 'cut' | { status?: number; headers?: Record<string, string>; json?: unknown; text?: string };

export interface Expectation {
  method: string;
  path: string;
  /** Each of these must be in the query; others may be there too. */
  query?: Record<string, string>;
  /** The whole JSON body. */
  json?: unknown;
  /** How often it comes: 1 unless given. */
  times?: number;
  reply: Reply | ((request: RecordedRequest) => Reply);
}

export interface FakeServer {
  url: string;
  /** In the order they came, unexpected ones too. */
  requests: RecordedRequest[];
  /** Closes the server; throws where a request was not expected or an expected one never came. Call it in every test. */
  done: () => Promise<void>;
}

/** Starts on a free port of 127.0.0.1. An unexpected request is answered 501, so that the client fails at once. */
export async function fakeServer(expectations: Expectation[]): Promise<FakeServer> {
  const left = expectations.map((expectation) => ({ expectation, times: expectation.times ?? 1 }));
  const requests: RecordedRequest[] = [];
  const unexpected: string[] = [];

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    requests.push(request);
    const match = left.find(({ expectation, times }) => times > 0 && isExpected(expectation, request));
    if (match === undefined) {
      unexpected.push(requestLine(request));
      response.writeHead(501).end('unexpected');
      return;
    }
    match.times -= 1;
    const { reply } = match.expectation;
    sendReply(response, typeof reply === 'function' ? reply(request) : reply);
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      unexpected.push(`${incoming.method ?? ''} ${incoming.url ?? ''} failed in the test's own server: ${String(error)}`);
      response.destroy();
    });
  });
  const url = await listen(server);
  return {
    url,
    requests,
    async done() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      const missing = left
        .filter(({ times }) => times > 0)
        .map(({ expectation, times }) => `${expectation.method} ${expectation.path}, ${times} times`);
      const problems = [...unexpected.map((line) => `unexpected: ${line}`), ...missing.map((line) => `never came: ${line}`)];
      if (problems.length > 0) throw new Error(`Requests differ from what the test expects\n${problems.join('\n')}`);
    },
  };
}

function isExpected(expectation: Expectation, request: RecordedRequest): boolean {
  if (expectation.method !== request.method || expectation.path !== request.path) return false;
  for (const [name, value] of Object.entries(expectation.query ?? {})) if (request.query[name] !== value) return false;
  return !('json' in expectation) || isDeepStrictEqual(expectation.json, request.json);
}

function requestLine({ method, path, query, text }: RecordedRequest): string {
  const search = new URLSearchParams(query).toString();
  return `${method} ${path}${search === '' ? '' : `?${search}`} ${text}`.trim();
}

async function readRequest(incoming: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) if (value !== undefined) headers[name] = [value].flat().join(', ');
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
    text,
    json: parseJson(text),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sendReply(response: ServerResponse, reply: Reply): void {
  if (reply === 'cut') {
    response.destroy();
    return;
  }
  const isJson = reply.json !== undefined;
  response.writeHead(reply.status ?? 200, { ...(isJson ? { 'content-type': 'application/json' } : {}), ...reply.headers });
  response.end(isJson ? JSON.stringify(reply.json) : (reply.text ?? ''));
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the test server has no port');
  return `http://127.0.0.1:${address.port}`;
}
