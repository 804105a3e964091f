/** A daemon as its own process, and plain requests to its socket. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { until } from '../support/api.ts';
import type { World } from '../support/world.ts';

const main = fileURLToPath(new URL('../../src/server/main.ts', import.meta.url));

export interface Reply {
  status: number;
  type: string;
  text: string;
}

export interface AskOptions {
  /** An object is sent as JSON, a text as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Called with each line as it comes. */
  onLine?: (line: string) => void;
  /** The client goes away. */
  signal?: AbortSignal;
}

export function ask(socket: string, method: string, path: string, options: AskOptions = {}): Promise<Reply> {
  const { body, onLine, signal } = options;
  const headers = options.headers ?? (body === undefined ? {} : { 'content-type': 'application/json' });
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: socket, method, path, headers, ...(signal === undefined ? {} : { signal }) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      if (onLine !== undefined) createInterface({ input: response }).on('line', onLine).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, type: String(response.headers['content-type'] ?? ''), text }));
    });
    sent.on('error', reject);
    sent.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
  });
}

export const json = ({ text }: Reply): unknown => JSON.parse(text);

export const lines = ({ text }: Reply): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

/** Code and message of an error answer of the one shape that there is. */
export const ErrorAnswer = z.strictObject({
  schemaVersion: z.literal(1),
  error: z.strictObject({
    code: z.string(),
    message: z.string().min(1),
    hint: z.string().min(1),
    docs: z.string().startsWith('docs/reference/errors.md#'),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});

const DatabaseLine = z.object({ msg: z.literal('embedded database ready'), pid: z.number(), adopted: z.boolean() });

export interface DaemonProcess {
  child: ChildProcess;
  /** Lines of its log, of stdout and stderr. */
  log: string[];
  ended: Promise<unknown[]>;
  /** From the log. */
  database: () => { pid: number; adopted: boolean };
}

/** Does not wait for anything. */
export function spawnDaemon(world: World, extra: Record<string, string | undefined> = {}): DaemonProcess {
  const child = spawn(process.execPath, [main, '--state', world.stateDir], {
    env: { ...world.env, DEVOS_LOG_LEVEL: 'info', ...extra },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', (line) => log.push(line));
  return {
    child,
    log,
    ended: once(child, 'close'),
    database() {
      for (const line of log.filter((text) => text.startsWith('{'))) {
        const parsed = DatabaseLine.safeParse(JSON.parse(line));
        if (parsed.success) return parsed.data;
      }
      throw new Error(`no database in the log:\n${log.join('\n')}`);
    },
  };
}

export const health = (socket: string): Promise<Reply> =>
  until(async () => {
    const reply = await ask(socket, 'GET', '/v1/health');
    return reply.status === 200 ? reply : undefined;
  }, 'the daemon answering');

export async function startDaemon(world: World, extra: Record<string, string | undefined> = {}): Promise<DaemonProcess> {
  const daemon = spawnDaemon(world, extra);
  const first = await Promise.race([health(world.socket), daemon.ended]);
  if (Array.isArray(first)) throw new Error(`the daemon ended:\n${daemon.log.join('\n')}`);
  return daemon;
}

export async function stopDaemon({ child, ended }: DaemonProcess): Promise<unknown[]> {
  child.kill('SIGTERM');
  return ended;
}

export const originOf = (world: World, env: Record<string, string> = {}) => ({
  cwd: '/',
  env: { KUBECONFIG: world.sandbox.kubeconfig, DEVOS_CONFIG: world.config, ...env },
  via: 'http',
});

const Effects = z.array(z.object({ system: z.string(), name: z.string().optional() }));

/** What was really changed, counted by the sandbox. */
export async function effectsOn(world: World, name: string): Promise<number> {
  const answer = await fetch(`${world.sandbox.control}/effects`);
  return Effects.parse(await answer.json()).filter((effect) => effect.name === name).length;
}

/** Changes a deployment behind everybody's back. */
export async function patchDeployment(world: World, name: string, spec: Record<string, unknown>): Promise<void> {
  const body = JSON.stringify({ kind: 'Deployment', namespace: 'shop', name, change: { spec } });
  const answer = await fetch(`${world.sandbox.control}/patch`, { method: 'POST', body });
  if (answer.status !== 200) throw new Error(await answer.text());
}
