/** What containers say: made up from the pod, steadily, so that tail, since and follow have something to work on. */
import type { ServerResponse } from 'node:http';
import { type JsonObject, list, number, record, text } from './json.ts';
import { badRequest } from './status.ts';

interface Line {
  at: number;
  text: string;
}

const everyMs = 1000;
const mostLines = 2000;

/** A crashed container ends with its reason; a living one goes on until now. */
function linesOf(pod: JsonObject, container: string, previous: boolean, now: number): Line[] {
  const app = text(pod, 'metadata', 'labels', 'app') || text(pod, 'metadata', 'name');
  const started = Date.parse(text(pod, 'status', 'startTime') || text(pod, 'metadata', 'creationTimestamp'));
  const status = list(pod, 'status', 'containerStatuses').find((one) => text(one, 'name') === container);
  const crashed = previous || text(status, 'state', 'waiting', 'reason') === 'CrashLoopBackOff';
  const lines: Line[] = [
    { at: started, text: `level=info msg="starting ${app}" version=${text(pod, 'spec', 'containers', 0, 'image') || '1.0'}` },
    { at: started + 20, text: `level=info msg="listening" port=8080` },
  ];
  if (crashed) {
    lines.push({ at: started + 40, text: `level=error msg="cannot connect to database" host=db.internal err="connection refused"` });
    lines.push({ at: started + 60, text: `level=fatal msg="giving up after 3 attempts"` });
    return lines;
  }
  const first = Math.max(0, Math.floor((now - started) / everyMs) - mostLines);
  for (let index = first; started + (index + 1) * everyMs <= now; index += 1)
    lines.push(requestLine(app, index, started + (index + 1) * everyMs));
  return lines;
}

function requestLine(app: string, index: number, at: number): Line {
  const paths = ['/health', '/api/items', '/api/orders', '/metrics'];
  const failed = app.startsWith('payment') && index % 5 === 4;
  const outcome = failed ? 'level=error msg="upstream timeout" status=504' : 'level=info msg="request" status=200';
  return { at, text: `${outcome} path=${paths[index % paths.length] ?? '/'} ms=${3 + (index % 17)}` };
}

export function sendLogs(pod: JsonObject, query: URLSearchParams, response: ServerResponse): void {
  const name = text(pod, 'metadata', 'name');
  const names = list(pod, 'spec', 'containers').map((one) => text(one, 'name'));
  const container = query.get('container') ?? names[0] ?? '';
  if (query.get('container') === null && names.length > 1)
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`);
  if (!names.includes(container)) throw badRequest(`container ${container} is not valid for pod ${name}`);
  const status = list(pod, 'status', 'containerStatuses').find((one) => text(one, 'name') === container);
  const previous = query.get('previous') === 'true';
  if (previous && Object.keys(record(status, 'lastState', 'terminated')).length === 0)
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  const waiting = text(status, 'state', 'waiting', 'reason');
  if (!previous && number(status, 0, 'restartCount') === 0 && (status === undefined || waiting !== ''))
    throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${waiting || 'ContainerCreating'}`);
  write(linesOf(pod, container, previous, Date.now()), query, response);
  if (query.get('follow') === 'true' && !previous) follow(pod, response, query.get('timestamps') === 'true');
  else response.end();
}

function write(lines: Line[], query: URLSearchParams, response: ServerResponse): void {
  const since = query.get('sinceSeconds');
  const tail = query.get('tailLines');
  const recent = since === null ? lines : lines.filter((line) => line.at >= Date.now() - Number(since) * 1000);
  const shown = tail === null ? recent : recent.slice(recent.length - Math.min(recent.length, Number(tail)));
  response.writeHead(200, { 'content-type': 'text/plain' });
  for (const line of shown) response.write(format(line, query.get('timestamps') === 'true'));
  response.flushHeaders();
}

function format(line: Line, timestamps: boolean): string {
  return timestamps ? `${new Date(line.at).toISOString().replace('Z', '000000Z')} ${line.text}\n` : `${line.text}\n`;
}

function follow(pod: JsonObject, response: ServerResponse, timestamps: boolean): void {
  const app = text(pod, 'metadata', 'labels', 'app');
  let index = 0;
  const timer = setInterval(() => {
    index += 1;
    response.write(format(requestLine(app, index, Date.now()), timestamps));
  }, everyMs / 4);
  response.on('close', () => clearInterval(timer));
}
