/** What a command gets: the terminal, the daemon's API, and where the request comes from. Light: loaded with every sentence. */
import type { Origin } from '#kit/api';
import { createApi, type Api } from './api.ts';
import type { Globals } from './arguments.ts';
import type { Io } from './io.ts';
import { findConversation, findPlace, makeOrigin } from './place.ts';

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
  /** What is said goes on from what was said before under the same id. */
  conversation: string | undefined;
  origin: () => Origin;
}

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
  const { state, socket } = findPlace(env, cwd);
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
    conversation: findConversation(env),
    origin: () => makeOrigin(env, cwd, via),
  };
}
