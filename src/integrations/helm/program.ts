/** The user's own helm as a child process: argument arrays, a small environment, an end on abort, and coded errors. */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { AppError } from '#kit';
import { helmError } from './remote-errors.ts';

export interface HelmVersion {
  major: number;
  /** `v4.1.4`. */
  text: string;
}

export interface HelmRun {
  /** Path of the kubeconfig; absent for what asks no cluster. */
  kubeconfig?: string;
  cwd: string;
  signal: AbortSignal;
  /** Past this the program is ended; 60 s unless given. */
  timeoutMs?: number;
  /** It changes something: an outcome that is not known is said to be so. */
  write?: boolean;
}

export interface HelmProgram {
  path: string;
  version: (signal: AbortSignal) => Promise<HelmVersion>;
  /** What it printed. Throws the coded errors of remote-errors.ts. */
  run: (args: readonly string[], options: HelmRun) => Promise<string>;
}

/** What helm, and the sign-in programs of a kubeconfig, need to find their way. No other variable reaches it. */
export const passed = [
  'PATH',
  'HOME',
  'TMPDIR',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'HELM_CACHE_HOME',
  'HELM_CONFIG_HOME',
  'HELM_DATA_HOME',
  'HELM_REPOSITORY_CONFIG',
  'HELM_REPOSITORY_CACHE',
  'HELM_REGISTRY_CONFIG',
  'HELM_DRIVER',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'AWS_PROFILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AZURE_CONFIG_DIR',
  'CLOUDSDK_CONFIG',
  'CLOUDSDK_ACTIVE_CONFIG_NAME',
];

const mostBytes = 32 * 1024 * 1024;
const mostSaid = 64 * 1024;
/** It may have to roll back before it goes. */
const graceMs = 20_000;

export interface FindHelmOptions {
  /** As configured. */
  program: string | undefined;
  env: Record<string, string | undefined>;
}

/** Throws CONNECTION_MISSING where there is none. Nothing is started yet. */
export async function findHelm({ program, env }: FindHelmOptions): Promise<HelmProgram> {
  const path = await locate(program, env);
  const kept = Object.fromEntries(passed.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  let version: Promise<HelmVersion> | undefined;
  const run: HelmProgram['run'] = (args, options) => runHelm(path, args, kept, options);
  return {
    path,
    version(signal) {
      version ??= readVersion(run, signal);
      version.catch(() => (version = undefined));
      return version;
    },
    run,
  };
}

async function locate(program: string | undefined, env: Record<string, string | undefined>): Promise<string> {
  const named = program?.replace(/^~\//, `${env['HOME'] ?? ''}/`);
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const candidates = named === undefined ? folders.map((folder) => join(folder, 'helm')) : [named];
  for (const candidate of candidates) {
    const found = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  throw new AppError(
    named === undefined ? 'helm is not installed, or not in the PATH of the daemon' : `${named} is no program that can be run`,
    {
      code: 'CONNECTION_MISSING',
      hint: 'Install it (https://helm.sh/docs/intro/install), or name it: connections: { helm: { program: /path/to/helm } }; then: devos daemon stop',
    },
  );
}

async function readVersion(run: HelmProgram['run'], signal: AbortSignal): Promise<HelmVersion> {
  const text = (await run(['version', '--short'], { cwd: '/', signal, timeoutMs: 10_000 })).trim();
  const found = /^v(\d+)\.\d+\.\d+/.exec(text);
  const major = Number(found?.[1] ?? 0);
  if (major === 3 || major === 4) return { major, text: found?.[0] ?? text };
  throw new AppError(`helm ${text.slice(0, 40)} is not supported`, { code: 'CONFIG_INVALID', hint: 'Use helm 3 or 4.' });
}

function runHelm(path: string, args: readonly string[], env: Record<string, string | undefined>, options: HelmRun): Promise<string> {
  const { kubeconfig, cwd, signal, timeoutMs = 60_000, write = false } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, {
      cwd,
      env: { ...env, ...(kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    let [size, said] = [0, ''];
    let ended: 'aborted' | 'late' | 'large' | undefined;
    let last: NodeJS.Timeout | undefined;
    const end = (why: typeof ended): void => {
      if (ended !== undefined) return;
      ended = why;
      child.kill('SIGTERM');
      last = setTimeout(() => child.kill('SIGKILL'), graceMs);
    };
    const stop = (): void => end('aborted');
    const late = setTimeout(() => end('late'), timeoutMs);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostBytes) end('large');
      else chunks.push(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < mostSaid) said += text;
    });
    const done = (): void => {
      clearTimeout(late);
      clearTimeout(last);
      signal.removeEventListener('abort', stop);
    };
    child.once('error', (error) => {
      done();
      reject(
        new AppError(`${path} cannot be started`, { code: 'CONNECTION_MISSING', hint: `Look at it with: ls -l ${path}`, cause: error }),
      );
    });
    child.once('close', (code) => {
      done();
      if (code === 0 && ended === undefined) resolve(Buffer.concat(chunks).toString('utf8'));
      else reject(helmError({ command: args[0] ?? '', said, ended, write }));
    });
  });
}
