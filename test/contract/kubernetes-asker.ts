/** Requests to the simulated Kubernetes API, as its administrator unless told otherwise. */
import { request } from 'node:https';
import type { SandboxKubernetes } from '../../src/sandbox/kubernetes/index.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** Undefined where it is not JSON. */
  json: unknown;
}

export interface Asking {
  token?: string | null;
  accept?: string;
}

/** `body` is sent as it is where it is text. */
export type Ask = (method: string, path: string, body?: unknown, contentType?: string, options?: Asking) => Promise<Answer>;

export function asker(sandbox: SandboxKubernetes): Ask {
  return (method, path, body, contentType = 'application/json', { token = sandbox.tokens.admin, accept } = {}) =>
    new Promise((resolve, reject) => {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const headers: Record<string, string | number> = {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(accept === undefined ? {} : { accept }),
        ...(text === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }),
      };
      const asked = request(new URL(path, sandbox.url), { method, ca: sandbox.ca, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const content = Buffer.concat(chunks).toString('utf8');
          const shown = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')]));
          resolve({ status: answer.statusCode ?? 0, headers: shown, text: content, json: parse(content) });
        });
      });
      asked.on('error', reject);
      asked.end(text);
    });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
