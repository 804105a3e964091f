/** `/k8s/clusters/{id}/…`: the cluster's own API through Rancher, as the cluster's administrator or as a reader. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:tls';
import type { Duplex } from 'node:stream';
import type { SandboxKubernetes } from '../kubernetes/start-kubernetes.ts';
import { refusal, send } from './answers.ts';

function headersFor({ tokens }: SandboxKubernetes, incoming: IncomingMessage, readOnly: boolean): Record<string, string | string[]> {
  const { host: _host, authorization: _authorization, ...rest } = incoming.headers;
  const kept = Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { ...Object.fromEntries(kept), authorization: `Bearer ${readOnly ? tokens.viewer : tokens.admin}` };
}

export function proxy(
  kubernetes: SandboxKubernetes,
  path: string,
  incoming: IncomingMessage,
  response: ServerResponse,
  readOnly: boolean,
): void {
  const target = new URL(kubernetes.url);
  const onward = request(
    {
      host: target.hostname,
      port: target.port,
      path,
      method: incoming.method ?? 'GET',
      headers: headersFor(kubernetes, incoming, readOnly),
      ca: kubernetes.ca,
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    },
  );
  onward.on('error', (error) => {
    if (response.headersSent) response.destroy();
    else send(response, refusal(502, 'BadGateway', error.message));
  });
  response.on('close', () => onward.destroy());
  incoming.pipe(onward);
}

/** WebSockets: the handshake with another token, then bytes both ways. */
export function proxyUpgrade(
  kubernetes: SandboxKubernetes,
  path: string,
  incoming: IncomingMessage,
  socket: Duplex,
  readOnly: boolean,
): void {
  const target = new URL(kubernetes.url);
  const onward = connect({ host: target.hostname, port: Number(target.port), ca: kubernetes.ca }, () => {
    const lines = Object.entries(headersFor(kubernetes, incoming, readOnly)).map(
      ([name, value]) => `${name}: ${[value].flat().join(', ')}`,
    );
    onward.write(`${incoming.method ?? 'GET'} ${path} HTTP/1.1\r\nhost: ${target.host}\r\n${lines.join('\r\n')}\r\n\r\n`);
    onward.pipe(socket).pipe(onward);
  });
  onward.on('error', () => socket.destroy());
  socket.on('error', () => onward.destroy());
  socket.on('close', () => onward.destroy());
}
