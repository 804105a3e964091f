/** What exec and port-forward have in common. */
import type { RawData, WebSocket } from 'ws';
import type { FaultKind } from '../faults.ts';
import { type Json, type JsonObject, list, record, text } from '../json.ts';
import type { Desk } from '../server.ts';
import { ApiError, badRequest } from '../status.ts';

export interface StreamRequest {
  desk: Desk;
  user: string;
  pod: JsonObject;
  query: URLSearchParams;
  protocol: string;
  /** What goes wrong once the work is done. */
  after?: FaultKind;
}

/** Everything was checked: it can be upgraded. */
export interface Prepared {
  start: (connection: WebSocket) => void;
}

/** A frame: the number of the channel, then its bytes. */
export function sendOn(connection: WebSocket, channel: number, data: string | Buffer): void {
  if (connection.readyState !== connection.OPEN) return;
  connection.send(Buffer.concat([Buffer.of(channel), typeof data === 'string' ? Buffer.from(data) : data]), { binary: true });
}

export function readFrame(data: RawData): { channel: number; bytes: Buffer } {
  const whole = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
  return { channel: whole[0] ?? 0, bytes: whole.subarray(1) };
}

/** A stream of an object that goes away goes with it. Gives a function that stops looking. */
export function whenGone({ store }: Pick<Desk, 'store'>, pod: JsonObject, gone: () => void): () => void {
  const uid = text(pod, 'metadata', 'uid');
  return store.listen((change) => {
    if (change.type === 'DELETED' && text(change.object, 'metadata', 'uid') === uid) gone();
  });
}

/** Throws 400 where it is unclear or unknown, 500 where it does not run, as the kubelet words it. */
export function runningContainer(pod: JsonObject, name: string | null): Json {
  const title = text(pod, 'metadata', 'name');
  const all = list(pod, 'spec', 'containers');
  const names = all.map((one) => text(one, 'name'));
  if ((name === null || name === '') && all.length > 1)
    throw badRequest(`a container name must be specified for pod ${title}, choose one of: [${names.join(' ')}]`);
  const found = name === null || name === '' ? all[0] : all.find((one) => text(one, 'name') === name);
  if (found === undefined) throw badRequest(`container ${name ?? ''} is not valid for pod ${title}`);
  const status = list(pod, 'status', 'containerStatuses').find((one) => text(one, 'name') === text(found, 'name'));
  if (Object.keys(record(status, 'state', 'running')).length === 0) throw notUpgraded(`container not found ("${text(found, 'name')}")`);
  return found;
}

export function notUpgraded(why: string): ApiError {
  const message = `unable to upgrade connection: ${why}`;
  return new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}
