/** What containers say: made up from the pod, steadily, so that tail, since and follow have something to work on. */
import { type Json, type JsonObject, list, record, text } from './json.ts';

export interface Line {
  /** In ms since 1970. */
  at: number;
  text: string;
}

/** One life of a container: running, or over. */
export interface Life {
  pod: JsonObject;
  container: Json;
  startedAt: number;
  /** Undefined while it runs. */
  finishedAt: number | undefined;
  exitCode: number;
  reason: string;
}

/** Between two lines of a running container. */
export const everyMs = 1000;
const mostLines = 2000;

/** The lines of a life up to `now`, the latest two thousand of them. */
export function linesOf(life: Life, now: number): Line[] {
  const end = Math.min(now, life.finishedAt ?? now);
  const lines: Line[] = [];
  const opening = openingOf(life).map((line, index) => ({ at: Math.min(end, life.startedAt + index * 20), text: line }));
  const count = Math.floor((end - life.startedAt) / everyMs);
  const first = Math.max(0, count - mostLines);
  if (first === 0) lines.push(...opening);
  if (life.finishedAt !== undefined) return [...lines, ...closingOf(life).map((line) => ({ at: end, text: line }))];
  for (let index = first; index < count; index += 1) lines.push(lineAt(life, index));
  return lines;
}

/** The line number `index` of a running container. */
export function lineAt(life: Life, index: number): Line {
  return { at: life.startedAt + (index + 1) * everyMs, text: workLine(nameOf(life), index) };
}

function nameOf({ pod }: Life): string {
  return text(pod, 'metadata', 'labels', 'app') || text(pod, 'metadata', 'labels', 'job-name') || text(pod, 'metadata', 'name');
}

function openingOf(life: Life): string[] {
  // Nothing of its own ever ran.
  if (life.exitCode === wrongMachine || life.reason === 'StartError') return [];
  const image = text(life.container, 'image');
  const [port] = list(life.container, 'ports');
  return [
    `level=info msg="starting ${nameOf(life)}" version=${image}`,
    ...(port === undefined ? [] : [`level=info msg="listening" port=${String(record(port)['containerPort'])}`]),
  ];
}

/** The exit code where the program is made for another machine. */
const wrongMachine = 255;

/** A container that ended says why, where it could. */
function closingOf({ exitCode, reason }: Life): string[] {
  if (reason === 'StartError') return [];
  if (exitCode === wrongMachine) return ['exec /usr/local/bin/app: exec format error'];
  // Killed from outside: its last words are about its work.
  if (exitCode === 137 && reason === 'Error') return ['level=warn msg="worker pool is exhausted" waiting=512 busy=64'];
  if (reason === 'OOMKilled')
    return [
      'level=info msg="resizing" file=banner-7680x4320.tiff size=96MB',
      'level=warn msg="heap is almost full" used=251Mi limit=256Mi',
    ];
  if (exitCode === 0) return ['level=info msg="done" rows=1284 ms=412'];
  return [
    'level=error msg="cannot connect to database" host=db.internal:5432 err="connection refused"',
    'level=fatal msg="giving up after 3 attempts"',
  ];
}

const paths = ['/health', '/api/items', '/api/orders', '/api/items/42', '/metrics'];

function workLine(app: string, index: number): string {
  const ms = 3 + ((index * 7) % 41);
  if (app === 'postgres') return `level=info msg="checkpoint complete" buffers=${20 + (index % 60)} ms=${ms}`;
  if (app.startsWith('payment') && index % 5 === 4)
    return `level=error msg="upstream timeout" upstream=acquirer status=504 path=/api/charge ms=${5000 + ms}`;
  if (app === 'log-agent') return `level=info msg="shipped" lines=${100 + (index % 400)} ms=${ms}`;
  if (index % 60 === 59) return `level=warn msg="slow request" status=200 path=${paths[index % paths.length] ?? '/'} ms=${800 + ms}`;
  return `level=info msg="request" status=200 path=${paths[index % paths.length] ?? '/'} ms=${ms}`;
}
