/** `…/pods/{name}/exec`: the streams of one program, each on its channel. */
import { PassThrough } from 'node:stream';
import type { WebSocket } from 'ws';
import { type Json, type JsonObject, text } from '../json.ts';
import { badRequest } from '../status.ts';
import { runProgram } from './programs.ts';
import { notUpgraded, type Prepared, readFrame, runningContainer, sendOn, type StreamRequest, whenGone } from './stream.ts';

const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 };
/** Killed, because its pod went away. */
const killed = 137;

/** Throws what the kubelet would refuse. */
export function prepareExec(request: StreamRequest): Prepared {
  const { pod, query, desk, user } = request;
  const argv = query.getAll('command');
  const isOn = (name: string): boolean => query.get(name) === 'true' || query.get(name) === '1';
  if (argv.length === 0 || argv[0] === '') throw badRequest('you must specify at least one command for the container');
  if (!['stdin', 'stdout', 'stderr'].some(isOn)) throw badRequest('you must specify at least one of stdin, stdout, stderr');
  const phase = text(pod, 'status', 'phase');
  if (phase === 'Succeeded' || phase === 'Failed') throw notUpgraded(`cannot exec in a stopped container; pod is ${phase}`);
  const container = runningContainer(pod, query.get('container'));
  return {
    start(connection) {
      desk.effects.push({
        at: new Date().toISOString(),
        user,
        verb: 'exec',
        kind: 'Pod',
        namespace: text(pod, 'metadata', 'namespace'),
        name: text(pod, 'metadata', 'name'),
        key: null,
      });
      void run(connection, { request, argv, container, isOn });
    },
  };
}

interface Execution {
  request: StreamRequest;
  argv: string[];
  container: Json;
  isOn: (name: string) => boolean;
}

async function run(connection: WebSocket, { request, argv, container, isOn }: Execution): Promise<void> {
  const stdin = new PassThrough();
  const ended = new AbortController();
  const stopLooking = whenGone(request.desk, request.pod, () => ended.abort());
  connection.on('close', () => {
    stdin.end();
    ended.abort();
  });
  connection.on('message', (data) => take(readFrame(data), stdin, request.protocol));
  if (!isOn('stdin')) stdin.end();
  // Tells the client that it is connected.
  sendOn(connection, isOn('stdout') ? channel.stdout : channel.error, '');
  const write = (to: number, wanted: boolean) => (said: string) => {
    if (wanted) sendOn(connection, to, said);
  };
  const out = write(channel.stdout, isOn('stdout'));
  // A terminal has one screen for both.
  const err = isOn('tty') ? out : write(channel.stderr, isOn('stderr'));
  try {
    const code = await runProgram(argv, { pod: request.pod, container, stdin, out, err, signal: ended.signal });
    finish(connection, request, statusOf(code));
  } catch {
    finish(connection, request, statusOf(killed));
  } finally {
    stopLooking();
  }
}

/** v5 can say that a channel has ended; before, only the whole connection could. */
function take(frame: { channel: number; bytes: Buffer }, stdin: PassThrough, protocol: string): void {
  if (frame.channel === channel.stdin && !stdin.writableEnded) stdin.write(frame.bytes);
  else if (frame.channel === channel.close && protocol.startsWith('v5.') && frame.bytes[0] === channel.stdin) stdin.end();
}

function finish(connection: WebSocket, { after }: StreamRequest, status: JsonObject): void {
  if (after === 'hang-after') return;
  if (after !== undefined) {
    connection.terminate();
    return;
  }
  sendOn(connection, channel.error, JSON.stringify(status));
  connection.close(1000);
}

function statusOf(code: number): JsonObject {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}
