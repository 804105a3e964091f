/** Runs the real kubectl against a simulated cluster, with a folder of its own for what it keeps. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxKubernetes, SandboxUser } from '../../src/sandbox/kubernetes/index.ts';

export interface Ran {
  /** Standard output, then standard error, as a terminal would show them. */
  text: string;
  stdout: string;
  code: number;
}

export interface Kubectl {
  /** As the administrator, unless the arguments name a kubeconfig. */
  run: (args: string[], options?: { timeoutMs?: number }) => Promise<Ran>;
  /** Path of a kubeconfig for one of the users, or with this text. */
  kubeconfig: (user: SandboxUser | 'nonsense' | { text: string; name: string }) => Promise<string>;
  /** Path of a file with this text. */
  file: (name: string, text: string) => Promise<string>;
  close: () => Promise<void>;
}

export async function createKubectl(program: string, sandbox: SandboxKubernetes): Promise<Kubectl> {
  const folder = await mkdtemp(join(tmpdir(), 'devos-kubectl-'));
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const kubeconfig: Kubectl['kubeconfig'] = (user) => {
    if (typeof user === 'object') return file(`kubeconfig-${user.name}`, user.text);
    const text = user === 'nonsense' ? sandbox.kubeconfig('admin').replace(/token: .*/, 'token: nonsense') : sandbox.kubeconfig(user);
    return file(`kubeconfig-${user}`, text);
  };
  const admin = await kubeconfig('admin');
  return {
    file,
    kubeconfig,
    run(args, { timeoutMs = 60_000 } = {}) {
      const all = ['--cache-dir', join(folder, 'cache'), ...args];
      const env = { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: admin };
      return new Promise((resolve) => {
        execFile(program, all, { env, timeout: timeoutMs, killSignal: 'SIGINT', maxBuffer: 10_000_000 }, (error, stdout, stderr) => {
          const code = typeof error?.code === 'number' ? error.code : 0;
          resolve({ text: `${stdout}${stderr}`, stdout, code });
        });
      });
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
