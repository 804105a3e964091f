/** The HTTPS front: faults, identity, discovery, then the objects. Every request and every change is written down. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { anonymous, type Tokens, type User } from './access.ts';
import { parseBody, readBytes, sendJson } from './answer.ts';
import type { Wrote } from './call.ts';
import { callerOf } from './caller.ts';
import { discover } from './discovery.ts';
import { openApiV2 } from './open-api.ts';
import type { FaultBox } from './faults.ts';
import { handle } from './handler.ts';
import { failAfter, failBefore } from './inject-faults.ts';
import { record, text } from './json.ts';
import { kindNamed } from './kinds.ts';
import { answerMetrics, discoverMetrics, isMetricsPath } from './metrics.ts';
import type { ObjectStore } from './object-store.ts';
import { reviewAccess, reviewRules, reviewSelf } from './reviews.ts';
import { parseRoute } from './route.ts';
import { ApiError, unknownResource } from './status.ts';

export interface KubernetesRequest {
  at: string;
  method: string;
  /** With the query. */
  path: string;
  user: string;
  dryRun: boolean;
  /** 0 where nothing was answered. */
  status: number;
}

/** One real change by a client: dry runs, refusals and writes that change nothing are none. */
export interface KubernetesEffect {
  at: string;
  user: string;
  verb: string;
  kind: string;
  namespace: string;
  name: string;
  /** The annotation `devos.io/effect`, where this very write set it. */
  key: string | null;
}

export interface Desk {
  store: ObjectStore;
  tokens: Tokens;
  faults: FaultBox;
  requests: KubernetesRequest[];
  effects: KubernetesEffect[];
  /** Whether metrics.k8s.io is there. */
  metrics: boolean;
  /** Connections that were upgraded, which the server itself does not end. */
  upgraded: Set<Duplex>;
}

const effectKey = 'devos.io/effect';
const mostRequests = 100_000;

export async function serve(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://sandbox');
  const log = writeDown(desk, request, url);
  response.on('finish', () => (log.status = response.statusCode));
  try {
    const { fault, delayMs } = desk.faults.take(log.method, url.pathname);
    if (delayMs > 0) await pause(delayMs);
    if (fault !== undefined && failBefore(fault, request)) return;
    const user = callerOf(desk.tokens, request);
    log.user = user.name;
    await dispatch(desk, user, url, request, fault === undefined ? response : failAfter(fault, response, request));
  } catch (error) {
    refuse(response, error);
  }
}

/** Its user and status follow once they are known. */
export function writeDown(desk: Desk, request: IncomingMessage, url: URL): KubernetesRequest {
  const log: KubernetesRequest = {
    at: new Date().toISOString(),
    method: request.method ?? 'GET',
    path: `${url.pathname}${url.search}`,
    user: '',
    dryRun: url.searchParams.get('dryRun') === 'All',
    status: 0,
  };
  if (desk.requests.length < mostRequests) desk.requests.push(log);
  return log;
}

export function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.end();
    return;
  }
  const known = error instanceof ApiError ? error : new ApiError(500, 'InternalError', `Internal error occurred: ${String(error)}`);
  sendJson(response, known.code, known.toStatus(), [], known.headers);
}

async function dispatch(desk: Desk, user: User, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (url.pathname === '/healthz' || url.pathname === '/readyz' || url.pathname === '/livez') {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
    return;
  }
  if (url.pathname === '/openapi/v2') {
    response.writeHead(200, { 'content-type': 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' }).end(openApiV2());
    return;
  }
  const plain = discover(url.pathname, request.headers.accept ?? '', desk.store);
  const found = desk.metrics ? discoverMetrics(url.pathname, plain) : plain;
  if (found !== undefined) {
    if (user.name === anonymous.name && url.pathname !== '/version')
      throw new ApiError(403, 'Forbidden', `forbidden: User "system:anonymous" cannot get path "${url.pathname}"`, {});
    sendJson(response, 200, found.body, [], { 'content-type': found.contentType });
    return;
  }
  if (/^\/apis\/(authorization|authentication)\.k8s\.io\/v1\//.test(url.pathname)) return review(desk, user, url, request, response);
  if (desk.metrics && isMetricsPath(url.pathname)) {
    sendJson(response, 200, answerMetrics({ store: desk.store, user, method: request.method ?? 'GET', url }));
    return;
  }
  const route = parseRoute(url.pathname, desk.store.kinds());
  if (route === undefined) return notServed(url, response);
  const wrote = (write: Wrote): void => {
    const effect = effectOf(write, user);
    if (effect !== undefined) desk.effects.push(effect);
  };
  await handle({ store: desk.store, route, user, request, response, query: url.searchParams, wrote });
}

/** Undefined for events: they only tell. */
function effectOf({ verb, route, object, before }: Wrote, user: User): KubernetesEffect | undefined {
  if (route.kind.kind === 'Event') return undefined;
  const key = record(object, 'metadata', 'annotations')[effectKey];
  const old = record(before, 'metadata', 'annotations')[effectKey];
  return {
    at: new Date().toISOString(),
    user: user.name,
    verb,
    kind: route.kind.kind,
    namespace: route.namespace,
    name: text(object, 'metadata', 'name'),
    key: typeof key === 'string' && key !== old ? key : null,
  };
}

/** A group that is not there is answered by the web server in front, in plain text. */
function notServed(url: URL, response: ServerResponse): void {
  if (/^\/apis\/(metrics|custom\.metrics|external\.metrics)\.k8s\.io/.test(url.pathname)) {
    response.writeHead(404, {
      'cache-control': 'no-cache, private',
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    response.end('404 page not found\n');
    return;
  }
  throw unknownResource();
}

async function review(desk: Desk, user: User, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const what = url.pathname.split('/').at(-1);
  if (user.name === anonymous.name)
    throw new ApiError(
      403,
      'Forbidden',
      `${what} is forbidden: User "system:anonymous" cannot create resource "${what}" at the cluster scope`,
      {},
    );
  const body = await parseBody(await readBytes(request), request.headers['content-type'] ?? '', kindNamed('Pod'), desk.store.fields);
  if (what === 'selfsubjectreviews') sendJson(response, 201, reviewSelf(user));
  else if (what === 'selfsubjectaccessreviews') sendJson(response, 201, reviewAccess(desk.store, user, body));
  else if (what === 'selfsubjectrulesreviews') sendJson(response, 201, reviewRules(desk.store, user, body));
  else throw unknownResource();
}
