/** What a request to the cluster carries, kept as long as it holds. */
import { readFile } from 'node:fs/promises';
import { AppError, Secret } from '#kit';
import { type ExecCredential, runExecPlugin } from './exec-plugin.ts';
import type { Target } from './kubeconfig-context.ts';

export interface Credentials {
  headers: Record<string, string | Secret>;
  cert?: string;
  key?: Secret;
  /** Nothing to sign in with: the server sees `system:anonymous`. */
  anonymous: boolean;
}

export interface CredentialSource {
  read: (signal: AbortSignal) => Promise<Credentials>;
  /** After a 401: forgets what was kept. False where the same would come again. */
  renew: () => boolean;
}

export interface CredentialOptions {
  target: Target;
  env: Record<string, string | undefined>;
  clock: () => Date;
  execTimeoutMs?: number;
}

/** Token files of pods are rewritten under us; client-go looks again after a minute as well. */
const fileLifeMs = 60_000;
/** A credential that ends within this time is fetched anew, so that it does not end on its way. */
const marginMs = 10_000;

export function createCredentials({ target, env, clock, execTimeoutMs = 60_000 }: CredentialOptions): CredentialSource {
  const { login } = target;
  let file: { token: Secret; readAt: number } | undefined;
  let exec: Promise<ExecCredential> | undefined;

  async function fileToken(path: string): Promise<Secret> {
    const now = clock().getTime();
    if (file !== undefined && now - file.readAt < fileLifeMs) return file.token;
    file = { token: new Secret(await readToken(path)), readAt: now };
    return file.token;
  }

  /** One run at a time, however many requests wait for it; a request that is stopped does not stop it for the others. */
  async function plugIn(signal: AbortSignal): Promise<ExecCredential> {
    const known = exec;
    if (known !== undefined) {
      const kept = await orStop(
        known.catch(() => undefined),
        signal,
      );
      if (kept !== undefined && (kept.expiresAt?.getTime() ?? Infinity) - marginMs > clock().getTime()) return kept;
      if (exec === known) exec = undefined;
    }
    if (login.exec === undefined) return {};
    exec ??= runExecPlugin({ ...login.exec, target, env, timeoutMs: execTimeoutMs });
    return orStop(exec, signal);
  }

  return {
    async read(signal) {
      const fromExec = login.exec === undefined ? {} : await plugIn(signal);
      const token = fromExec.token ?? (login.tokenFile === undefined ? login.token : await fileToken(login.tokenFile));
      const cert = fromExec.cert ?? login.cert;
      const key = fromExec.key ?? login.key;
      const headers: Record<string, string | Secret> = { ...login.headers };
      if (token !== undefined) headers['authorization'] = new Secret(`Bearer ${token.reveal()}`);
      return {
        headers,
        anonymous: token === undefined && cert === undefined,
        ...(cert === undefined || key === undefined ? {} : { cert, key }),
      };
    },
    renew() {
      const renewable = login.exec !== undefined || login.tokenFile !== undefined;
      exec = undefined;
      file = undefined;
      return renewable;
    },
  };
}

async function readToken(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new AppError(`The token file ${path} of the kubeconfig cannot be read`, {
      code: 'KUBECONFIG_INVALID',
      hint: `Look at it with: ls -l ${path}`,
      cause: error,
    });
  }
}

function orStop<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new AppError('Stopped while signing in', { code: 'INTERRUPTED', hint: 'Ask again when you want it.' }));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
