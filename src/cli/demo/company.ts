/** The simulated company's processes: its servers, and a daemon of its own, in a folder of their own. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AppError } from '#kit/errors';
import { ensurePrivateFolder, socketPath } from '#kit/state';
import { root } from '../place.ts';
import { stopDaemon } from '../daemon-start.ts';
import { claimFolder } from './remove.ts';
import { endProcess, isAlive } from '../process.ts';
import { cleanText } from '#kit/clean';

type Env = Record<string, string | undefined>;

/** Kept in the folder, so that later calls find the company. */
export interface Company {
  sandboxPid: number;
  kubeconfig: string;
  config: string;
  /** State folder of the daemon. */
  state: string;
}

const readyTimeoutMs = 30_000;
const stopTimeoutMs = 5000;

/** The company that already lives in this folder. */
export function findCompany(folder: string): Company | undefined {
  const path = recordPath(folder);
  if (!existsSync(path)) return undefined;
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isCompany(value)) return undefined;
  return isSandbox(value.sandboxPid) ? value : undefined;
}

const recordPath = (folder: string): string => join(folder, 'demo.json');

function isCompany(value: unknown): value is Company {
  return (
    typeof value === 'object' &&
    value !== null &&
    'sandboxPid' in value &&
    typeof value.sandboxPid === 'number' &&
    'kubeconfig' in value &&
    typeof value.kubeconfig === 'string' &&
    'config' in value &&
    typeof value.config === 'string' &&
    'state' in value &&
    typeof value.state === 'string'
  );
}

/** A process number may have been given to somebody else: only what runs our sandbox counts. */
function isSandbox(pid: number): boolean {
  if (!isAlive(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('src/sandbox/main.ts');
  } catch {
    return true; // no /proc here
  }
}

/** Starts the servers; the daemon starts at the first request, as always. */
export async function startCompany(folder: string): Promise<Company> {
  ensurePrivateFolder(folder);
  claimFolder(folder);
  const state = join(folder, 'state');
  ensurePrivateFolder(state);
  const log = openSync(join(folder, 'company.log'), 'a', 0o600);
  const child = spawn(process.execPath, [join(root, 'src/sandbox/main.ts'), '--dir', join(folder, 'company')], {
    detached: true,
    stdio: ['ignore', 'pipe', log],
    cwd: folder,
  });
  closeSync(log);
  child.once('error', () => undefined); // it then says nothing, and that is told
  const { stdout } = child;
  if (stdout === null) throw new Error('the company has no stdout');
  const ready = await readReady(stdout, folder).catch(async (error: unknown) => {
    if (child.pid !== undefined) await endProcess(child.pid, stopTimeoutMs);
    throw error;
  });
  stdout.destroy();
  child.unref();
  const company: Company = { sandboxPid: child.pid ?? 0, kubeconfig: ready.kubeconfig, config: writeConfig(folder, ready), state };
  writeFileSync(recordPath(folder), JSON.stringify(company), { mode: 0o600 });
  return company;
}

/** With the last lines of its log: an unattended demo removes the folder. */
function notStarted(folder: string): AppError {
  const path = join(folder, 'company.log');
  const said = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-8).map(cleanText).join('\n');
  return new AppError(`The simulated company did not start${said === '' ? '' : `:\n${said}`}`, {
    code: 'DAEMON_UNAVAILABLE',
    hint: 'Try once more; if it stays so: devos doctor',
  });
}

interface Ready {
  kubeconfig: string;
  jira: { url: string; email: string; token: string };
  rancher: { url: string; token: string; ca: string };
  /** Address of the chart repository. */
  charts: string;
}

async function readReady(stdout: NodeJS.ReadableStream, folder: string): Promise<Ready> {
  const late = setTimeout(() => lines.close(), readyTimeoutMs);
  const lines = createInterface({ input: stdout });
  try {
    for await (const line of lines) {
      const value: unknown = JSON.parse(line);
      if (isReady(value)) return value;
      break;
    }
    throw notStarted(folder);
  } finally {
    clearTimeout(late);
  }
}

function isReady(value: unknown): value is Ready {
  if (typeof value !== 'object' || value === null || !('kubeconfig' in value) || typeof value.kubeconfig !== 'string') return false;
  return 'jira' in value && isAccount(value.jira) && 'rancher' in value && isAccount(value.rancher) && 'charts' in value;
}

function isAccount(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'url' in value && 'token' in value;
}

/** JSON is YAML. Tokens stay references, as they must. */
function writeConfig(folder: string, { jira, rancher, charts }: Ready): string {
  const kept = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const path = join(folder, 'devos.yaml');
  writeFileSync(
    path,
    JSON.stringify({
      connections: {
        jira: { url: jira.url, email: jira.email, token: { file: kept('jira-token', jira.token) }, project: 'OPS' },
        rancher: { url: rancher.url, token: { file: kept('rancher-token', rancher.token) }, ca: kept('rancher-ca.pem', rancher.ca) },
        helm: { charts: chartsOf(charts) },
      },
    }),
    { mode: 0o600 },
  );
  return path;
}

function chartsOf(repository: string): Record<string, { repository: string; chart: string }> {
  return Object.fromEntries(['user-service', 'web-app', 'cart'].map((chart) => [chart, { repository, chart }]));
}

/** The environment in which every command talks to the company and to nothing else. */
export function companyEnv(company: Company, env: Env): Env {
  const { DEVOS_DATABASE_URL: _database, ...kept } = env;
  return { ...kept, DEVOS_STATE_DIR: company.state, DEVOS_CONFIG: company.config, KUBECONFIG: company.kubeconfig };
}

/** Ends the daemon and the servers; false where nothing ran. */
export async function stopCompany(folder: string, env: Env): Promise<boolean> {
  const state = join(folder, 'state');
  const company = findCompany(folder);
  const daemonRan = await stopDaemon({ state, socket: socketPath(state, env) });
  if (company !== undefined) await endProcess(company.sandboxPid, stopTimeoutMs);
  rmSync(recordPath(folder), { force: true });
  return daemonRan || company !== undefined;
}
