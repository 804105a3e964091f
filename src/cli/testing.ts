/** For the tests of this layer: a daemon that answers from a script over a real unix socket, and a terminal made of arrays. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan, RunView } from '#kit/api';
import { createApi } from './api.ts';
import type { Globals } from './arguments.ts';
import type { Context } from './context.ts';
import type { Io } from './io.ts';

export interface FakeCall {
  method: string;
  path: string;
  body: unknown;
}

/** An answer: a status with JSON, lines of JSON, text, or full control. */
export type FakeAnswer =
  | { json: unknown; status?: number }
  | { lines: unknown[] }
  | { text: string }
  | { raw: (response: ServerResponse) => void };

export interface FakeDaemon {
  socket: string;
  state: string;
  calls: FakeCall[];
  /** Answers a route from now on; a list is used up in order, its last one stays. */
  on: (route: string, ...answers: FakeAnswer[]) => void;
  close: () => Promise<void>;
}

/** An unexpected request is answered with 599 and kept in `calls`, so that a test sees it. */
export async function startFakeDaemon(): Promise<FakeDaemon> {
  const state = mkdtempSync(join(tmpdir(), 'devos-cli-'));
  const socket = join(state, 'devos.sock');
  const answers = new Map<string, FakeAnswer[]>();
  const calls: FakeCall[] = [];
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    calls.push({ method: request.method ?? '', path, body: await readBody(request) });
    const found = answers.get(`${request.method} ${path}`) ?? answers.get(`${request.method} ${path.split('?')[0]}`);
    respond(response, found === undefined || found.length > 1 ? found?.shift() : found[0]);
  }
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    state,
    calls,
    on: (route, ...given) => void answers.set(route, given),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(state, { recursive: true, force: true });
    },
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? undefined : JSON.parse(text);
}

function respond(response: ServerResponse, answer: FakeAnswer | undefined): void {
  if (answer === undefined) {
    response.writeHead(599, { 'content-type': 'application/json' }).end('{"unexpected":true}');
  } else if ('raw' in answer) {
    answer.raw(response);
  } else if ('text' in answer) {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(answer.text);
  } else if ('lines' in answer) {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const line of answer.lines) response.write(`${JSON.stringify(line)}\n`);
    response.end();
  } else {
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer.json));
  }
}

export interface FakeTerminal extends Io {
  stdout: () => string;
  stderr: () => string;
  /** Questions that were put. */
  asked: string[];
}

/** `answers` are what the person types; where they run out, input has ended. */
export function createFakeTerminal(
  options: { interactive?: boolean; liveLine?: boolean; answers?: string[]; input?: string[] } = {},
): FakeTerminal {
  const out: string[] = [];
  const err: string[] = [];
  const asked: string[] = [];
  const answers = [...(options.answers ?? [])];
  return {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    stdout: () => out.join(''),
    stderr: () => err.join(''),
    asked,
    interactive: options.interactive ?? false,
    liveLine: options.liveLine ?? false,
    ask: async (question) => {
      asked.push(question);
      return answers.shift();
    },
    async *lines() {
      yield* options.input ?? [];
    },
  };
}

export const plainGlobals: Globals = {
  output: 'table',
  noInput: false,
  quiet: false,
  fresh: false,
  yes: false,
  help: false,
  version: false,
};

export function createFakeContext(daemon: FakeDaemon, io: Io, globals: Partial<Globals> = {}): Context {
  return {
    io,
    globals: { ...plainGlobals, ...globals },
    api: createApi({ socket: daemon.socket }),
    env: {},
    cwd: '/work',
    state: daemon.state,
    socket: daemon.socket,
    conversation: undefined,
    origin: () => ({ cwd: '/work', env: {}, via: 'cli', who: 'alice' }),
  };
}

export function makePlan(change: Partial<Plan> = {}): Plan {
  return {
    schemaVersion: 1,
    id: 'P-1',
    hash: 'abc',
    revision: 1,
    title: 'scale deployment',
    sentence: 'scale web-app to 5',
    origin: { cwd: '/work', env: {}, via: 'cli', who: 'alice' },
    createdAt: '2026-01-01T00:00:00Z',
    expiresAt: '2026-01-01T01:00:00Z',
    safety: 'moderate',
    runbook: null,
    steps: [
      {
        id: '1',
        action: 'kubernetes.deployment.scale',
        input: { name: 'web-app', replicas: 5 },
        permission: 'kubernetes:write',
        safety: 'moderate',
        reasons: ['changes something that is easily put back'],
        description: 'scale Deployment web-app from 3 to 5 replicas',
        where: 'cluster demo, namespace shop',
        command: ['kubectl', 'scale', 'deployment/web-app', '--replicas=5'],
        diff: '~ replicas  3 -> 5',
        undo: 'scale back to 3',
        precondition: { resourceVersion: '7' },
        after: [],
      },
    ],
    needs: { approvals: [], change: null, window: null, confirm: 'once' },
    policy: { profile: 'solo', policies: ['solo-moderate'], reasons: [] },
    undoes: null,
    ...change,
  };
}

export function makeRun(change: Partial<RunView> = {}): RunView {
  return {
    id: 'R-1',
    planId: 'P-1',
    planHash: 'abc',
    title: 'scale deployment',
    safety: 'moderate',
    state: 'done',
    who: 'alice',
    createdAt: '2026-01-01T00:00:00Z',
    endedAt: '2026-01-01T00:00:05Z',
    undoes: null,
    canUndo: true,
    waitingFor: null,
    steps: [
      {
        id: '1',
        action: 'kubernetes.deployment.scale',
        description: 'scale Deployment web-app from 3 to 5 replicas',
        state: 'done',
        sends: 1,
        found: false,
        verified: '5/5 ready',
        output: null,
        error: null,
      },
    ],
    error: null,
    ...change,
  };
}
