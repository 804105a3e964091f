/** `GET …/pods/{name}/log`. */
import type { ServerResponse } from 'node:http';
import { type Json, type JsonObject, list, number, record, text } from './json.ts';
import { kindNamed } from './kinds.ts';
import { everyMs, type Life, type Line, lineAt, linesOf } from './log-lines.ts';
import type { ObjectStore } from './object-store.ts';
import { badRequest } from './status.ts';

export function sendLogs(store: ObjectStore, pod: JsonObject, query: URLSearchParams, response: ServerResponse): void {
  const container = chosen(pod, query.get('container'));
  const life = lifeOf(pod, container, query.get('previous') === 'true');
  const lines = selected(linesOf(life, store.clock().getTime()), query, store.clock().getTime());
  const timestamps = query.get('timestamps') === 'true';
  response.writeHead(200, { 'cache-control': 'no-cache, private', 'content-type': 'text/plain' });
  const most = query.get('limitBytes');
  const all = lines.map((line) => format(line, timestamps)).join('');
  response.write(most === null ? all : all.slice(0, Number(most)));
  response.flushHeaders();
  if (query.get('follow') === 'true' && life.finishedAt === undefined) follow(store, life, response, timestamps);
  else response.end();
}

/** Throws 400 where it is unclear or unknown, as the kubelet words it. */
function chosen(pod: JsonObject, name: string | null): Json {
  const title = text(pod, 'metadata', 'name');
  const all = [...list(pod, 'spec', 'containers'), ...list(pod, 'spec', 'initContainers')];
  const [first] = all;
  if ((name === null || name === '') && first !== undefined) {
    if (all.length > 1)
      throw badRequest(
        `a container name must be specified for pod ${title}, choose one of: [${list(pod, 'spec', 'containers')
          .map((one) => text(one, 'name'))
          .join(' ')}]`,
      );
    return first;
  }
  const found = all.find((one) => text(one, 'name') === name);
  if (found === undefined) throw badRequest(`container ${name ?? ''} is not valid for pod ${title}`);
  return found;
}

/** The life whose lines are asked for. Throws 400 where there is none. */
function lifeOf(pod: JsonObject, container: Json, previous: boolean): Life {
  const [title, name] = [text(pod, 'metadata', 'name'), text(container, 'name')];
  const status = [...list(pod, 'status', 'containerStatuses'), ...list(pod, 'status', 'initContainerStatuses')].find(
    (one) => text(one, 'name') === name,
  );
  const last = record(status, 'lastState', 'terminated');
  const hasLast = Object.keys(last).length > 0;
  if (previous && !hasLast) throw badRequest(`previous terminated container "${name}" in pod "${title}" not found\n`);
  const running = record(status, 'state', 'running');
  const over =
    previous || (Object.keys(running).length === 0 && Object.keys(record(status, 'state', 'terminated')).length === 0)
      ? last
      : record(status, 'state', 'terminated');
  if (!previous && Object.keys(running).length > 0)
    return { pod, container, startedAt: Date.parse(text(running, 'startedAt')), finishedAt: undefined, exitCode: 0, reason: '' };
  if (Object.keys(over).length === 0) {
    const reason = text(status, 'state', 'waiting', 'reason') || 'ContainerCreating';
    const failure = reason.includes('Image') ? `trying and failing to pull image` : reason;
    throw badRequest(`container "${name}" in pod "${title}" is waiting to start: ${failure}`);
  }
  return {
    pod,
    container,
    startedAt: Date.parse(text(over, 'startedAt')),
    finishedAt: Date.parse(text(over, 'finishedAt')),
    exitCode: number(over, 0, 'exitCode'),
    reason: text(over, 'reason'),
  };
}

function selected(lines: Line[], query: URLSearchParams, now: number): Line[] {
  const since = query.get('sinceSeconds');
  const sinceTime = query.get('sinceTime');
  const tail = query.get('tailLines');
  const from = since === null ? Date.parse(sinceTime ?? '1970-01-01T00:00:00Z') : now - Number(since) * 1000;
  const recent = lines.filter((line) => line.at >= from);
  return tail === null ? recent : recent.slice(recent.length - Math.min(recent.length, Number(tail)));
}

function format(line: Line, timestamps: boolean): string {
  return timestamps ? `${new Date(line.at).toISOString().replace('Z', '000000Z')} ${line.text}\n` : `${line.text}\n`;
}

/** Goes on with the next lines as they come, until the container or the reader goes. */
function follow(store: ObjectStore, life: Life, response: ServerResponse, timestamps: boolean): void {
  const kind = kindNamed('Pod');
  let index = Math.max(0, Math.floor((store.clock().getTime() - life.startedAt) / everyMs));
  const [namespace, name, uid] = [
    text(life.pod, 'metadata', 'namespace'),
    text(life.pod, 'metadata', 'name'),
    text(life.pod, 'metadata', 'uid'),
  ];
  const isThere = (): boolean => text(store.find(kind, namespace, name), 'metadata', 'uid') === uid;
  const timer = setInterval(() => {
    if (!isThere()) {
      response.end();
      return;
    }
    for (; life.startedAt + (index + 1) * everyMs <= store.clock().getTime(); index += 1)
      response.write(format(lineAt(life, index), timestamps));
  }, everyMs / 4);
  response.on('close', () => clearInterval(timer));
}
