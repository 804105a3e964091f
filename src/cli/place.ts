/** Where the daemon is, whether it runs our code, and what a request tells of where it comes from. Light: loaded before a sentence is sent. */
import { userInfo } from 'node:os';
import type { Origin } from '#kit/api';
import { checkPrivateFolder, socketPath, stateDir } from '#kit/state';

// Not `import`: that makes Node load fs.promises too, which costs each call some 2 ms.
const { existsSync, fstatSync, readFileSync, statSync, writeFileSync } = process.getBuiltinModule('node:fs');

/** The folder that holds package.json. */
export const root = import.meta.dirname.replace(/\/src\/cli$/, '');

/** Changes with every upgrade, pull, checkout and commit. An edit alone does not change it: walking all files would cost each call some milliseconds. */
export function codeStamp(folder: string = root): string {
  return ['package.json', '.git/HEAD', '.git/logs/HEAD'].map((name) => changedAt(`${folder}/${name}`)).join(' ');
}

function changedAt(path: string): string {
  return String(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? '-');
}

const stampFile = (state: string): string => `${state}/daemon.build`;

export function recordBuild(state: string): void {
  writeFileSync(stampFile(state), codeStamp(), { mode: 0o600 });
}

/** False where nothing is recorded: then the daemon was started by other means and is taken as it is. */
export function isOutdated(state: string): boolean {
  try {
    return readFileSync(stampFile(state), 'utf8') !== codeStamp();
  } catch {
    return false;
  }
}

type Env = Record<string, string | undefined>;

export interface Place {
  /** Folder of the state of the daemon. */
  state: string;
  socket: string;
}

/** Throws CONFIG_INVALID where there is no home folder, or where somebody else could stand in the socket's folder. */
export function findPlace(env: Env, cwd: string): Place {
  const state = stateDir(env, cwd);
  const socket = socketPath(state, env);
  if (!socket.startsWith(state)) checkBorrowedFolder(socket);
  return { state, socket };
}

/**
 * Variables that a request carries; none holds a secret. The daemon drops those that no integration declares.
 * Written down here because asking the daemon first would cost each call a round trip; a whole-program test compares it with the integrations.
 */
export const carriedNames: readonly string[] = [
  'HOME',
  'USERPROFILE',
  'XDG_CONFIG_HOME',
  'DEVOS_CONFIG',
  'KUBECONFIG',
  'AWS_PROFILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AZURE_CONFIG_DIR',
  'CLOUDSDK_CONFIG',
  'CLOUDSDK_ACTIVE_CONFIG_NAME',
  'HELM_CACHE_HOME',
  'HELM_CONFIG_HOME',
  'HELM_DATA_HOME',
  'HELM_REPOSITORY_CONFIG',
  'HELM_REPOSITORY_CACHE',
  'HELM_REGISTRY_CONFIG',
  'HELM_DRIVER',
];

export function makeOrigin(env: Env, cwd: string, via: Origin['via'] = 'cli'): Origin {
  return { cwd, env: carried(env), via, who: userName() };
}

/**
 * Requests from one terminal go on from each other: its device and the program that was started in it, so that neither a second
 * window nor a terminal that gets the same device later shares anything. Undefined without a terminal, unless the caller names one.
 */
export function findConversation(env: Env): string | undefined {
  const named = env['DEVOS_CONVERSATION'];
  if (named !== undefined && named !== '') return `env:${named}`;
  const own = processFields('self');
  const [session, terminal] = [own[3], Number(own[4])];
  if (session === undefined || !(terminal > 0) || ![0, 1, 2].some((handle) => isDevice(handle, terminal))) return undefined;
  return `tty:${terminal}:${session}:${processFields(session)[19] ?? ''}`;
}

/** Fields of /proc/PID/stat from the third on: the name before them may hold anything. Empty where there is no /proc. */
function processFields(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** A job without a terminal at any end is nobody's conversation, even where it was started from one. */
function isDevice(handle: number, device: number): boolean {
  try {
    return fstatSync(handle).rdev === device;
  } catch {
    return false;
  }
}

/** In a folder that is shared, such as /tmp, somebody else may have put a daemon of theirs. */
function checkBorrowedFolder(socket: string): void {
  const folder = socket.slice(0, socket.lastIndexOf('/'));
  if (existsSync(folder)) checkPrivateFolder(folder);
}

/** Some containers run as a number that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 0}`;
  }
}

function carried(env: Env): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of carriedNames) {
    const value = env[name];
    if (value !== undefined && value !== '') found[name] = value;
  }
  return found;
}
