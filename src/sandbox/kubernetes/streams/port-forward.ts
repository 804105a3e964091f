/** `…/pods/{name}/portforward`: for each port a channel for its bytes and one for what went wrong. The container answers HTTP. */
import { createServer } from 'node:http';
import { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { type JsonObject, list, record, text } from '../json.ts';
import { badRequest } from '../status.ts';
import { type Prepared, notUpgraded, readFrame, sendOn, type StreamRequest, whenGone } from './stream.ts';

/** Throws what the kubelet would refuse. */
export function preparePortForward(request: StreamRequest): Prepared {
  const { pod, query } = request;
  const ports = query
    .getAll('ports')
    .flatMap((value) => value.split(','))
    .filter((value) => value !== '');
  if (ports.length === 0) throw badRequest('query parameter "ports" is required');
  const bad = ports.find((port) => !/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535);
  if (bad !== undefined) throw badRequest(`unable to parse "${bad}" as a port`);
  if (text(pod, 'status', 'phase') !== 'Running') throw notUpgraded(`pod is not running; current status: ${text(pod, 'status', 'phase')}`);
  return { start: (connection) => forward(connection, request, ports.map(Number)) };
}

function forward(connection: WebSocket, request: StreamRequest, ports: number[]): void {
  const { pod } = request;
  const open = ports.map((port, index) => openPort(connection, pod, port, index * 2));
  const stopLooking = whenGone(request.desk, pod, () => connection.terminate());
  connection.on('message', (data) => {
    const { channel, bytes } = readFrame(data);
    const to = open[Math.floor(channel / 2)];
    // What is sent on a channel for errors is for nobody.
    if (channel % 2 === 0) to?.push(bytes);
  });
  connection.on('close', () => {
    stopLooking();
    for (const stream of open) stream?.destroy();
  });
  let left = open.length;
  const one = (): void => {
    left -= 1;
    if (left === 0) connection.close(1000);
  };
  for (const stream of open) {
    if (stream === undefined) one();
    else stream.on('close', one);
  }
}

/** Undefined where nobody listens. */
function openPort(connection: WebSocket, pod: JsonObject, port: number, channel: number): Duplex | undefined {
  const number = Buffer.alloc(2);
  number.writeUInt16LE(port);
  sendOn(connection, channel, number);
  sendOn(connection, channel + 1, number);
  if (!listens(pod, port)) {
    const { name, uid } = record(pod, 'metadata');
    sendOn(
      connection,
      channel + 1,
      `error forwarding port ${port} to pod ${String(name)}, uid ${String(uid)}: failed to execute portforward in network namespace: failed to connect to localhost:${port} inside namespace, IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused`,
    );
    return undefined;
  }
  const stream = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      sendOn(connection, channel, chunk);
      done();
    },
    // Over when its answer is: there is no way to close one direction only.
    final(done) {
      done();
      stream.destroy();
    },
  });
  stream.on('error', () => undefined);
  containerServer(pod, port).emit('connection', stream);
  return stream;
}

function listens(pod: JsonObject, port: number): boolean {
  return list(pod, 'spec', 'containers').some((container) => list(container, 'ports').some((one) => record(one)['containerPort'] === port));
}

/** `GET /size/N` answers with N bytes; everything else says who answered. */
function containerServer(pod: JsonObject, port: number): ReturnType<typeof createServer> {
  return createServer((request, response) => {
    const size = /^\/size\/(\d{1,9})$/.exec(request.url ?? '')?.[1];
    if (size !== undefined) return void response.end(Buffer.alloc(Number(size), 'x'));
    request.resume();
    response.setHeader('content-type', 'text/plain');
    return void response.end(`${request.method} ${request.url} answered by pod ${text(pod, 'metadata', 'name')} on port ${port}\n`);
  });
}
