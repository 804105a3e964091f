/** Connections that become streams: exec and port-forward, as WebSockets. Everything else that wants to upgrade is refused. */
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { authorize } from '../access.ts';
import { callerOf } from '../caller.ts';
import { notStreamed } from '../handler.ts';
import { failBefore } from '../inject-faults.ts';
import { parseRoute, type Route } from '../route.ts';
import { type Desk, refuse, writeDown } from '../server.ts';
import { badRequest, notFound, unknownResource } from '../status.ts';
import { prepareExec } from './exec.ts';
import { preparePortForward } from './port-forward.ts';
import type { Prepared, StreamRequest } from './stream.ts';

/** Best first. */
const protocols: Record<string, string[]> = {
  exec: ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
  portforward: ['v4.channel.k8s.io'],
};
const mostBytes = 32 * 1024 * 1024;

export async function serveUpgrade(desk: Desk, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  desk.upgraded.add(socket);
  socket.on('error', () => socket.destroy()).on('close', () => desk.upgraded.delete(socket));
  const url = new URL(request.url ?? '/', 'https://sandbox');
  const log = writeDown(desk, request, url);
  try {
    const { fault, delayMs } = desk.faults.take(log.method, url.pathname);
    if (delayMs > 0) await pause(delayMs);
    if (fault !== undefined && failBefore(fault, request)) return;
    const user = callerOf(desk.tokens, request);
    log.user = user.name;
    const route = parseRoute(url.pathname, desk.store.kinds());
    if (route === undefined) throw unknownResource();
    authorize(desk.store, user, log.method === 'POST' ? 'create' : 'get', route);
    const protocol = negotiate(route, request);
    const pod = desk.store.find(route.kind, route.namespace, route.name);
    if (pod === undefined) throw notFound(route.kind, route.name);
    const after = fault?.kind;
    const stream = prepare(
      { desk, user: user.name, pod, query: url.searchParams, protocol, ...(after === undefined ? {} : { after }) },
      route,
    );
    log.status = 101;
    accept(request, socket, head, protocol, stream);
  } catch (error) {
    const response = responseOn(request, socket);
    response.on('finish', () => (log.status = response.statusCode));
    refuse(response, error);
  }
}

function prepare(request: StreamRequest, { subresource }: Route): Prepared {
  return subresource === 'exec' ? prepareExec(request) : preparePortForward(request);
}

/** Throws where it is no stream of ours, or no WebSocket that speaks a known protocol. */
function negotiate(route: Route, { headers }: IncomingMessage): string {
  const known = route.kind.kind === 'Pod' ? protocols[route.subresource] : undefined;
  if (known === undefined || headers.upgrade?.toLowerCase() !== 'websocket') throw notStreamed(route.subresource);
  const wanted = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const chosen = known.find((name) => wanted.includes(name));
  if (chosen === undefined)
    throw badRequest(
      `unable to upgrade: unable to negotiate protocol: client supports [${wanted.join(' ')}], server accepts [${known.join(' ')}]`,
    );
  return chosen;
}

function accept(request: IncomingMessage, socket: Duplex, head: Buffer, protocol: string, stream: Prepared): void {
  const server = new WebSocketServer({ noServer: true, maxPayload: mostBytes, handleProtocols: () => protocol });
  server.handleUpgrade(request, socket, head, (connection) => {
    connection.on('error', () => connection.terminate());
    stream.start(connection);
  });
}

/** The server has let go of the socket, so that the refusal needs a way out of its own. */
function responseOn(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(request.socket);
  response.on('finish', () => socket.end());
  return response;
}
