/** The simulated Rancher as an https server on loopback, over the simulated clusters. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { type Certificate, issueCertificate } from '../kubernetes/certificates.ts';
import { createFaults, type FaultBox, type Faults } from '../kubernetes/faults.ts';
import { failAfter, failBefore } from '../kubernetes/inject-faults.ts';
import { ApiError } from '../kubernetes/status.ts';
import type { SandboxKubernetes } from '../kubernetes/start-kubernetes.ts';
import { notFound, refusal, send, unauthorized } from './answers.ts';
import { answerNorman, type RancherUser } from './norman.ts';
import { proxy, proxyUpgrade } from './proxy.ts';
import { type RancherEffect, type RancherState, seedRancher } from './state.ts';
import { answerSteve } from './steve.ts';

export interface RancherRequest {
  at: string;
  method: string;
  /** With the query. */
  path: string;
  dryRun: boolean;
  /** 0 where nothing was answered. */
  status: number;
}

export interface SandboxRancher {
  url: string;
  /** PEM of the authority that signed the server's certificate. */
  ca: string;
  /** `token-xxxxx:secret` of an administrator, of one who may only read, and one that has expired. */
  tokens: { admin: string; viewer: string; expired: string };
  /** In the order they came, those to the clusters too. */
  requests: RancherRequest[];
  effects: RancherEffect[];
  faults: Faults;
  close: () => Promise<void>;
}

export interface StartRancherOptions {
  /** The cluster of the company, and the smaller one. */
  eu: SandboxKubernetes;
  us: SandboxKubernetes;
  clock?: () => Date;
}

const tokens = {
  admin: 'token-admin:sandbox-rancher-secret',
  viewer: 'token-viewer:sandbox-rancher-viewer',
  expired: 'token-old:sandbox-rancher-expired',
};

interface Desk {
  state: RancherState;
  faults: FaultBox;
  requests: RancherRequest[];
  base: string;
  ca: string;
}

export async function startRancher({ eu, us, clock = () => new Date() }: StartRancherOptions): Promise<SandboxRancher> {
  const now = clock();
  const authority = issueCertificate({ name: 'DevOS sandbox Rancher', use: 'authority', now });
  const own: Certificate = issueCertificate({ name: '127.0.0.1', use: 'server', now }, { ...authority, name: 'DevOS sandbox Rancher' });
  const desk: Desk = { state: seedRancher(eu, us, clock), faults: createFaults(), requests: [], base: '', ca: authority.cert };
  const server = createServer({ cert: own.cert, key: own.key }, (request, response) => {
    serve(desk, request, response).catch((error: unknown) => {
      const known =
        error instanceof ApiError ? refusal(error.code, error.reason, error.message) : refusal(500, 'ServerError', String(error));
      send(response, known);
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => upgrade(desk, request, socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  desk.base = `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    url: desk.base,
    ca: authority.cert,
    tokens,
    requests: desk.requests,
    effects: desk.state.effects,
    faults: desk.faults,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', desk.base);
  const log = {
    at: desk.state.clock().toISOString(),
    method: request.method ?? 'GET',
    path: url.pathname + url.search,
    dryRun: url.searchParams.get('dryRun') === 'All',
    status: 0,
  };
  desk.requests.push(log);
  response.on('finish', () => (log.status = response.statusCode));
  const { fault, delayMs } = desk.faults.take(log.method, url.pathname);
  if (delayMs > 0) await pause(delayMs);
  if (fault !== undefined && failBefore(fault, request)) return;
  const user = userOf(desk, request);
  if (user === undefined) return send(response, unauthorized());
  const answerTo = fault === undefined ? response : failAfter(fault, response, request);
  const [surface, ...parts] = url.pathname.split('/').slice(1).map(decodeURIComponent);
  if (surface === 'k8s') return throughProxy(desk, parts, url, request, answerTo, user);
  const body = await readBody(request);
  const { state, base, ca } = desk;
  if (surface === 'v3') return send(answerTo, answerNorman({ state, method: log.method, parts, url, body, base, ca, user }));
  if (surface === 'v1') return send(answerTo, answerSteve(state, log.method, parts, url));
  send(answerTo, notFound(url.pathname));
}

function throughProxy(desk: Desk, parts: string[], url: URL, request: IncomingMessage, response: ServerResponse, user: RancherUser): void {
  const cluster = desk.state.clusters.find(({ id }) => id === parts[1]);
  if (parts[0] !== 'clusters' || cluster === undefined) return send(response, notFound(`cluster "${parts[1] ?? ''}"`));
  if (cluster.kubernetes === undefined)
    return send(response, refusal(503, 'ClusterUnavailable', `ClusterUnavailable 503: cluster not found or its agent is not connected`));
  proxy(cluster.kubernetes, pathBelow(url), request, response, user.readOnly);
}

const pathBelow = (url: URL): string => `/${url.pathname.split('/').slice(4).join('/')}${url.search}`;

function upgrade(desk: Desk, request: IncomingMessage, socket: Duplex): void {
  const url = new URL(request.url ?? '/', desk.base);
  const user = userOf(desk, request);
  const cluster = desk.state.clusters.find(({ id }) => url.pathname.startsWith(`/k8s/clusters/${id}/`));
  desk.requests.push({ at: desk.state.clock().toISOString(), method: 'GET', path: url.pathname + url.search, dryRun: false, status: 101 });
  if (user === undefined || cluster?.kubernetes === undefined)
    return void socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
  proxyUpgrade(cluster.kubernetes, pathBelow(url), request, socket, user.readOnly);
}

/** `Bearer token-x:secret`, or the same as Basic. */
function userOf({ state }: Desk, { headers }: IncomingMessage): RancherUser | undefined {
  const [scheme = '', value = ''] = (headers.authorization ?? '').split(' ');
  const token = /^basic$/i.test(scheme) ? Buffer.from(value, 'base64').toString('utf8') : value;
  const [name = '', secret = ''] = token.split(':');
  if (token === tokens.admin || state.tokens.get(name) === secret) return { id: 'user-admin', name: 'admin', readOnly: false };
  return token === tokens.viewer ? { id: 'u-viewer', name: 'viewer', readOnly: true } : undefined;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined; // what is missing is said by the route
  }
}
