/** Exec plug-ins of a kubeconfig (client.authentication.k8s.io): a program that prints a token or a client certificate. */
import { spawn } from 'node:child_process';
import { isAbsolute, join, sep } from 'node:path';
import { AppError, cleanLine, type Json, redact, Secret } from '#kit';
import { z } from 'zod';
import type { Target } from './kubeconfig-context.ts';
import type { KubeconfigExec } from './kubeconfig-file.ts';

export interface ExecCredential {
  token?: Secret;
  cert?: string;
  key?: Secret;
  expiresAt?: Date;
}

export interface ExecPluginOptions {
  spec: KubeconfigExec;
  /** Folder of the kubeconfig: where a command with a path starts. */
  dir: string;
  target: Pick<Target, 'server' | 'ca' | 'servername' | 'insecure' | 'execConfig' | 'user'>;
  env: Record<string, string | undefined>;
  timeoutMs: number;
}

const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
const maxOutput = 1024 * 1024;

const Answer = z.looseObject({
  kind: z.literal('ExecCredential'),
  apiVersion: z.string(),
  status: z.looseObject({
    token: z.string().nullish(),
    clientCertificateData: z.string().nullish(),
    clientKeyData: z.string().nullish(),
    expirationTimestamp: z.string().nullish(),
  }),
});

/** Runs the program once. Throws KUBECONFIG_INVALID where it cannot be run, AUTH_FAILED where it gives no credentials, TIMEOUT. */
export async function runExecPlugin(options: ExecPluginOptions): Promise<ExecCredential> {
  const { spec, target } = options;
  const apiVersion = spec.apiVersion ?? '';
  if (!versions.includes(apiVersion))
    throw invalid(options, `asks for the API version "${apiVersion}"; possible are v1 and v1beta1 of client.authentication.k8s.io`);
  if (spec.interactiveMode === 'Always')
    throw invalid(options, 'has to ask at a terminal (interactiveMode: Always), and there is none here');
  const output = await runProgram(
    options,
    JSON.stringify({ kind: 'ExecCredential', apiVersion, spec: { interactive: false, ...clusterInfo(spec, target) } }),
  );
  return readAnswer(options, apiVersion, output);
}

function clusterInfo(spec: KubeconfigExec, target: ExecPluginOptions['target']): Record<string, Json> {
  if (spec.provideClusterInfo !== true) return {};
  const cluster: Record<string, Json> = { server: target.server };
  if (target.servername !== undefined) cluster['tls-server-name'] = target.servername;
  if (target.insecure) cluster['insecure-skip-tls-verify'] = true;
  if (target.ca !== undefined) cluster['certificate-authority-data'] = Buffer.from(target.ca).toString('base64');
  if (target.execConfig !== undefined) cluster['config'] = target.execConfig;
  return { cluster };
}

function runProgram(options: ExecPluginOptions, info: string): Promise<string> {
  const { spec, dir, env, timeoutMs } = options;
  const command = spec.command.includes(sep) && !isAbsolute(spec.command) ? join(dir, spec.command) : spec.command;
  const own = Object.fromEntries((spec.env ?? []).map(({ name, value }) => [name, value]));
  const limit = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const child = spawn(command, spec.args ?? [], {
      env: { ...env, ...own, KUBERNETES_EXEC_INFO: info },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: false,
      signal: limit,
      killSignal: 'SIGKILL',
    });
    let [out, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.length > maxOutput) child.kill('SIGKILL');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-4000);
    });
    child.once('error', (error) => {
      const give = () => reject(notRun(options, command, limit, error));
      // What was started is stopped by now, but ends a moment later.
      if (child.pid === undefined) give();
      else child.once('exit', give);
    });
    child.once('close', (code) => (code === 0 ? resolve(out) : reject(failed(options, command, code, errors))));
  });
}

function readAnswer(options: ExecPluginOptions, apiVersion: string, output: string): ExecCredential {
  const parsed = Answer.safeParse(parseJson(output));
  if (!parsed.success) throw refused(options, 'printed no ExecCredential');
  if (parsed.data.apiVersion !== apiVersion)
    throw refused(options, `answered in the version ${cleanLine(parsed.data.apiVersion)} instead of ${apiVersion}`);
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = parsed.data.status;
  const credential: ExecCredential = {};
  if (token) credential.token = new Secret(token);
  if (cert && key) Object.assign(credential, { cert, key: new Secret(key) });
  if (credential.token === undefined && credential.cert === undefined)
    throw refused(options, 'gave neither a token nor a client certificate with its key');
  const expires = Date.parse(expirationTimestamp ?? '');
  if (!Number.isNaN(expires)) credential.expiresAt = new Date(expires);
  return credential;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not JSON and not an ExecCredential are the same failure to the reader.
  }
}

function invalid({ spec, target }: ExecPluginOptions, problem: string): AppError {
  return new AppError(`The sign-in program ${spec.command} of the user ${target.user} ${problem}`, {
    code: 'KUBECONFIG_INVALID',
    hint: 'Look at its settings: kubectl config view',
  });
}

function refused({ spec, target }: ExecPluginOptions, problem: string): AppError {
  return new AppError(`The sign-in program ${spec.command} of the user ${target.user} ${problem}`, {
    code: 'AUTH_FAILED',
    hint: `Sign in with it by hand, then try again: ${[spec.command, ...(spec.args ?? [])].map((word) => redact(word)).join(' ')}`,
  });
}

function notRun(options: ExecPluginOptions, command: string, limit: AbortSignal, cause: Error): AppError {
  const { spec, target, timeoutMs } = options;
  if (limit.aborted)
    return new AppError(`The sign-in program ${spec.command} of the user ${target.user} did not answer within ${timeoutMs / 1000} s`, {
      code: 'TIMEOUT',
      hint: `It may be waiting for a browser or a password: run it once by hand: ${spec.command}`,
      cause,
    });
  const asked = spec.installHint ? cleanLine(spec.installHint) : `Install it, or check the PATH of the daemon: command -v ${spec.command}`;
  return new AppError(`The sign-in program ${command} of the user ${target.user} cannot be run`, {
    code: 'KUBECONFIG_INVALID',
    hint: asked,
    cause,
  });
}

function failed(options: ExecPluginOptions, command: string, code: number | null, errors: string): AppError {
  const said = cleanLine(redact(errors.trim())).slice(0, 300);
  const error = refused(options, `failed (${code === null ? 'killed' : `exit ${code}`})${said === '' ? '' : `: ${said}`}`);
  return new AppError(error.message, { code: 'AUTH_FAILED', hint: error.hint, details: { command, exit: code } });
}
