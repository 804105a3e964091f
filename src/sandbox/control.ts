/** What tests and the demo may ask the sandbox from another process: what reached it, what was changed, and to go wrong. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { JsonObject } from '#kit';
import type { SandboxCharts } from './helm/index.ts';
import type { SandboxJira } from './jira/index.ts';
import { faultKinds, type SandboxKubernetes } from './kubernetes/index.ts';
import type { SandboxRancher } from './rancher/index.ts';

export interface Control {
  /** Ends in `/_sandbox`; under it `GET /effects`, `/requests`; `POST /faults` ({ system, … }), `/clear-faults`, `/patch` ({ kind, namespace, name, change }), `/expire-watches`. */
  url: string;
  close: () => Promise<void>;
}

const base = '/_sandbox';

interface Systems {
  kubernetes: SandboxKubernetes;
  branch: SandboxKubernetes;
  rancher: SandboxRancher;
  jira: SandboxJira;
  charts: SandboxCharts;
}

export async function startControl(systems: Systems): Promise<Control> {
  const server = createServer((request, response) => {
    answer(systems, request, response).catch((error: unknown) => send(response, 400, { error: String(error) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}${base}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  { kubernetes, branch, rancher, jira, charts }: Systems,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A page in a browser must not be able to steer the sandbox.
  if (request.headers.origin !== undefined) return send(response, 403, { error: 'no browsers here' });
  const path = request.url?.startsWith(`${base}/`) === true ? request.url.slice(base.length) : '';
  switch (`${request.method} ${path}`) {
    case 'GET /effects':
      return send(
        response,
        200,
        inOrder([
          ...kubernetes.effects.map((effect) => ({ system: 'kubernetes', ...effect })),
          ...branch.effects.map((effect) => ({ system: 'kubernetes', cluster: 'kube-us1', ...effect })),
          ...rancher.effects.map((effect) => ({ system: 'rancher', ...effect })),
          ...jira.effects.map((effect) => ({ system: 'jira', ...effect })),
        ]),
      );
    case 'GET /requests':
      return send(
        response,
        200,
        inOrder([
          ...kubernetes.requests.map((one) => ({ system: 'kubernetes', ...one })),
          ...rancher.requests.map((one) => ({ system: 'rancher', ...one })),
          ...jira.requests.map((one) => ({ system: 'jira', ...one })),
          ...charts.requests.map((one) => ({ system: 'charts', ...one })),
        ]),
      );
    case 'POST /faults':
      addFault({ kubernetes, rancher, jira }, await readBody(request));
      return send(response, 200, {});
    case 'POST /clear-faults':
      kubernetes.faults.clear();
      rancher.faults.clear();
      jira.faults.clear();
      return send(response, 200, {});
    case 'POST /patch': {
      const { kind, namespace, name, change } = await readBody(request);
      return send(response, 200, kubernetes.patch(String(kind), String(namespace ?? ''), String(name), asJson(change)));
    }
    case 'POST /expire-watches':
      kubernetes.expireWatches();
      return send(response, 200, {});
    default:
      return send(response, 404, { error: 'unknown' });
  }
}

/** What one asked for last stays last, whichever system it reached. */
const inOrder = <T extends { at: string }>(all: T[]): T[] => all.toSorted((a, b) => a.at.localeCompare(b.at));

/** Throws where the kind is unknown, so that a test with a slip of the pen does not pass for want of its fault. */
function addFault({ kubernetes, rancher, jira }: Omit<Systems, 'branch' | 'charts'>, body: Record<string, unknown>): void {
  const { system, kind, method, path, times, retryAfterSeconds, delayMs, every, as } = body;
  const known = faultKinds.find((one) => one === kind);
  if (known === undefined) throw new Error(`unknown fault ${String(kind)}; there are: ${faultKinds.join(', ')}`);
  const rest = {
    ...(typeof method === 'string' ? { method } : {}),
    ...(typeof path === 'string' ? { path } : {}),
    ...(typeof times === 'number' ? { times } : {}),
    ...(typeof retryAfterSeconds === 'number' ? { retryAfterSeconds } : {}),
  };
  const modes = {
    ...(typeof delayMs === 'number' ? { delayMs } : {}),
    ...(typeof every === 'number' ? { every } : {}),
    ...(as === 'unavailable' || as === 'cut' ? { as: as === 'cut' ? ('cut' as const) : ('unavailable' as const) } : {}),
  };
  if (system === 'rancher') rancher.faults.add({ kind: known, ...rest, ...modes });
  else if (system !== 'jira') kubernetes.faults.add({ kind: known, ...rest, ...modes });
  else if (known === 'conflict' || known === 'slow' || known === 'flaky') throw new Error(`Jira has no fault ${known}`);
  else jira.faults.add({ kind: known, ...rest });
}

function asJson(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('change must be an object: a merge patch');
  // It came through JSON.parse.
  return value as JsonObject;
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
