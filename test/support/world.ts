/** The sandbox as a process of its own, and daemons that come and go beside it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { socketPath } from '#kit/state';
import { z } from 'zod';
import { realHelm } from './real-programs.ts';

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const Ready = z.object({
  ready: z.literal(true),
  kubeconfig: z.string(),
  kubeconfigs: z.record(z.string(), z.string()),
  kubernetes: z.string(),
  control: z.string(),
  rancher: z.object({ url: z.string(), token: z.string(), ca: z.string() }),
  charts: z.string(),
  jira: z.object({ url: z.string(), email: z.string(), token: z.string() }),
});

export interface World {
  sandbox: z.infer<typeof Ready>;
  stateDir: string;
  /** Path of its devos.yaml. */
  config: string;
  socket: string;
  env: Record<string, string | undefined>;
  /** A daemon that dies at `crash` (`after-call:1`), or a normal one. */
  startDaemon: (options: { crash?: string; plant?: boolean }) => ChildProcess;
  close: () => Promise<void>;
}

export async function startWorld(dir: string): Promise<World> {
  const sandboxDir = join(dir, 'sandbox');
  const stateDir = join(dir, 'state');
  await mkdir(sandboxDir, { recursive: true });
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const sandboxProcess = spawn(process.execPath, [file('src/sandbox/main.ts'), '--dir', sandboxDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const sandbox = await readReady(sandboxProcess);
  const config = join(dir, 'devos.yaml');
  const ca = join(dir, 'rancher-ca.pem');
  await writeFile(ca, sandbox.rancher.ca);
  const helm = await realHelm();
  await writeFile(
    config,
    `connections:\n${helm === undefined ? '' : `  helm: { program: "${helm}", charts: { user-service: { repository: "${sandbox.charts}", chart: user-service } } }\n`}  rancher: { url: "${sandbox.rancher.url}", token: { env: SANDBOX_RANCHER_TOKEN }, ca: "${ca}" }\n  jira: { url: "${sandbox.jira.url}", email: "${sandbox.jira.email}", token: { env: SANDBOX_JIRA_TOKEN }, project: OPS }\n`,
  );
  const env = {
    ...process.env,
    HELM_CACHE_HOME: join(dir, 'helm', 'cache'),
    HELM_CONFIG_HOME: join(dir, 'helm', 'config'),
    HELM_DATA_HOME: join(dir, 'helm', 'data'),
    KUBECONFIG: sandbox.kubeconfig,
    DEVOS_CONFIG: config,
    SANDBOX_JIRA_TOKEN: sandbox.jira.token,
    SANDBOX_RANCHER_TOKEN: sandbox.rancher.token,
    DEVOS_LOG_LEVEL: 'warn',
  };
  return {
    sandbox,
    stateDir,
    config,
    socket: socketPath(stateDir),
    env,
    startDaemon: ({ crash, plant }) =>
      spawn(
        process.execPath,
        [
          file('test/crash/crashing-daemon.ts'),
          '--state',
          stateDir,
          ...(crash === undefined ? [] : ['--crash', crash]),
          ...(plant === true ? ['--plant'] : []),
        ],
        { env, stdio: ['ignore', 'ignore', 'inherit'] },
      ),
    async close() {
      sandboxProcess.kill('SIGTERM');
      if (sandboxProcess.exitCode === null) await once(sandboxProcess, 'exit');
    },
  };
}

async function readReady(child: ChildProcess): Promise<z.infer<typeof Ready>> {
  if (child.stdout === null) throw new Error('the sandbox has no stdout');
  for await (const line of createInterface({ input: child.stdout })) return Ready.parse(JSON.parse(line));
  throw new Error('the sandbox ended before it was ready');
}
