/** What a command gets: the terminal, the daemon's API, and where the request comes from. Light: loaded on every call. */
import { userInfo } from 'node:os';
import type { Origin } from '#kit/api';
import { checkPrivateFolder, socketPath, stateDir } from '#kit/state';
import { createApi, type Api } from './api.ts';
import type { Globals } from './arguments.ts';
import type { Io } from './io.ts';

type Env = Record<string, string | undefined>;

export interface Context {
  io: Io;
  globals: Globals;
  api: Api;
  env: Env;
  cwd: string;
  /** Folder of the state and socket of the daemon that `api` talks to. */
  state: string;
  socket: string;
  origin: () => Origin;
}

/** Variables that a request carries; none holds a secret. The daemon drops those that no integration declares. */
export const carriedNames: readonly string[] = ['HOME', 'KUBECONFIG', 'XDG_CONFIG_HOME', 'DEVOS_CONFIG'];

export interface ContextOptions {
  io: Io;
  globals: Globals;
  env?: Env;
  cwd?: string;
  via?: Origin['via'];
  /** Off for commands that look at the daemon without starting it. */
  autoStart?: boolean;
}

export function createContext({
  io,
  globals,
  env = process.env,
  cwd = process.cwd(),
  via = 'cli',
  autoStart = true,
}: ContextOptions): Context {
  const state = stateDir(env, cwd);
  const socket = socketPath(state, env);
  if (!socket.startsWith(state)) checkBorrowedFolder(socket);
  const start = async (): Promise<void> =>
    (await import('./daemon-start.ts')).ensureDaemon({ state, socket, env, io, quiet: globals.quiet });
  return {
    io,
    globals,
    env,
    cwd,
    state,
    socket,
    api: createApi(autoStart ? { socket, start } : { socket }),
    origin: () => ({ cwd, env: carried(env), via, who: userName() }),
  };
}

/** In a folder that is shared, such as /tmp, somebody else may have put a daemon of theirs. */
function checkBorrowedFolder(socket: string): void {
  const folder = socket.slice(0, socket.lastIndexOf('/'));
  if (process.getBuiltinModule('node:fs').existsSync(folder)) checkPrivateFolder(folder);
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
