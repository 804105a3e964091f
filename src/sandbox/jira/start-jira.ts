/** The simulated Jira Cloud as a server on loopback. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createFaults, type FaultBox, type Faults } from './faults.ts';
import { issueRoutes } from './issue-routes.ts';
import { lookupRoutes } from './lookup-routes.ts';
import { type Answer, refusal, Views } from './replies.ts';
import type { Route } from './route.ts';
import { searchRoutes } from './search-routes.ts';
import { seedJira } from './seed.ts';
import { transitionRoutes } from './transition-routes.ts';
import type { JiraEffect, JiraState } from './types.ts';

export interface JiraRequest {
  at: string;
  method: string;
  /** With the query. */
  path: string;
  body: unknown;
  /** 0 where nothing was answered. */
  status: number;
}

export interface SandboxJira {
  url: string;
  email: string;
  token: string;
  /** Every request, in the order it came. */
  requests: JiraRequest[];
  /** Every change that was made, once each. */
  effects: JiraEffect[];
  faults: Faults;
  close: () => Promise<void>;
}

export interface StartJiraOptions {
  /** A free one unless given. */
  port?: number;
  clock?: () => Date;
}

const token = 'sandbox-jira-token';

/** All routes, as the contract test reads them. */
export function jiraRoutes(isHidden: (key: string) => boolean = () => false): Route[] {
  return [...issueRoutes, ...transitionRoutes, ...searchRoutes(isHidden), ...lookupRoutes];
}

export async function startJira({ port = 0, clock = () => new Date() }: StartJiraOptions = {}): Promise<SandboxJira> {
  const state = seedJira(clock);
  const requests: JiraRequest[] = [];
  const hidden = new Set<string>();
  const faults = createFaults();
  const desk = { state, requests, hidden, faults, routes: jiraRoutes((key) => faults.isLagging() && hidden.has(key)), base: '' };
  const server = createServer((incoming, response) => {
    serve(desk, incoming, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ errorMessages: [String(error)], errors: {} }));
    });
  });
  desk.base = await listen(server, port);
  return {
    url: desk.base,
    email: state.self.emailAddress,
    token,
    requests,
    effects: state.effects,
    faults,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Desk {
  state: JiraState;
  requests: JiraRequest[];
  hidden: Set<string>;
  faults: FaultBox;
  routes: Route[];
  base: string;
}

async function serve(desk: Desk, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const method = incoming.method ?? 'GET';
  const body = await readBody(incoming);
  const record: JiraRequest = { at: desk.state.clock().toISOString(), method, path: url.pathname + url.search, body, status: 0 };
  desk.requests.push(record);
  const fault = desk.faults.take(method, url.pathname);
  const before = fault === undefined ? undefined : early(fault.kind, fault.retryAfterSeconds ?? 1);
  if (before === 'hang') return;
  if (before === 'cut') return void response.destroy();
  const done = desk.state.effects.length;
  const answer = before ?? handle(desk, method, url, body, incoming.headers.authorization);
  if (desk.faults.isLagging()) hideNew(desk, done);
  if (fault?.kind === 'hang-after') return;
  if (fault?.kind === 'cut-after') return void response.destroy();
  const late = fault?.kind === 'error-after' ? refusal(500, ['Internal server error']) : answer;
  record.status = late.status;
  reply(response, late, fault?.kind === 'wrong-json');
}

/** Faults that happen before anything is done. */
function early(kind: string, retryAfterSeconds: number): Answer | 'hang' | 'cut' | undefined {
  switch (kind) {
    case 'hang':
    case 'cut':
      return kind;
    case 'limited':
      return {
        ...refusal(429, ['Rate limit exceeded.']),
        headers: { 'retry-after': String(retryAfterSeconds), 'x-ratelimit-remaining': '0', 'ratelimit-reason': 'jira-burst-based' },
      };
    case 'unavailable':
      return refusal(503, ['Service unavailable']);
    case 'error':
      return refusal(500, ['Internal server error']);
    case 'unauthorized':
      return unauthorized();
    case 'forbidden':
      return refusal(403, ['You do not have permission to perform this operation.']);
    default:
      return undefined;
  }
}

function unauthorized(): Answer {
  return {
    ...refusal(401, ['Client must be authenticated to access this resource.']),
    headers: { 'www-authenticate': 'OAuth realm="https%3A%2F%2Fshop.example"', 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' },
  };
}

function handle({ state, routes, base }: Desk, method: string, url: URL, body: unknown, authorization: string | undefined): Answer {
  const expected = `Basic ${Buffer.from(`${state.self.emailAddress}:${token}`).toString('base64')}`;
  if (authorization !== expected) return unauthorized();
  if (url.pathname === '/rest/api/3/search')
    return refusal(410, ['The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.']);
  let pathKnown = false;
  for (const route of routes) {
    const params = matchPath(route.path, url.pathname);
    if (params === undefined) continue;
    pathKnown = true;
    if (route.method === method) return route.answer({ state, views: new Views(base, state), params, query: url.searchParams, body });
  }
  return pathKnown ? refusal(405, ['Method not allowed']) : refusal(404, ['null for uri: ' + base + url.pathname]);
}

/** Segments in braces become parameters; a literal segment stands before them in the list of routes. */
function matchPath(template: string, path: string): Record<string, string> | undefined {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    const value = given[index] ?? '';
    if (name === undefined && part !== value) return undefined;
    if (name !== undefined) params[name] = decodeURIComponent(value);
  }
  return params;
}

/** What this request made is not in the index yet. */
function hideNew({ state, hidden }: Desk, done: number): void {
  for (const effect of state.effects.slice(done)) if (effect.type === 'issue-created') hidden.add(effect.issue);
}

async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function reply(response: ServerResponse, { status, json, headers }: Answer, wrongJson: boolean): void {
  response.writeHead(status, { ...(json === undefined ? {} : { 'content-type': 'application/json;charset=UTF-8' }), ...headers });
  if (wrongJson) response.end('<html>gateway</html>');
  else response.end(json === undefined ? undefined : JSON.stringify(json));
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the simulated Jira has no port');
  return `http://127.0.0.1:${address.port}`;
}
