/** `devos daemon`: the process that holds everything. It starts by itself; this is for looking and ending. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Health } from '#kit/api';
import { AppError, exitCodes } from '#kit/errors';
import { ensurePrivateFolder } from '#kit/state';
import { isOutdated, recordBuild, root } from '../place.ts';
import { type Arguments, type Command, takeNumber, takeOnly, unknownWord } from '../command.ts';
import type { Context } from '../context.ts';
import { logPath, readLastLines } from '../daemon-log.ts';
import { ensureDaemon, readHealth, stopDaemon } from '../daemon-start.ts';
import { printValue } from '../print.ts';

const words = ['start', 'stop', 'status', 'logs'];

export const daemonCommand: Command = {
  usage: ['daemon start [--foreground]', 'daemon stop', 'daemon status', 'daemon logs [--lines N]'],
  flags: {
    foreground: { type: 'boolean', help: 'stay in this terminal, log to it, end with Ctrl-C' },
    lines: { type: 'string', short: 'n', help: 'N  so many of the last lines (100)' },
  },
  words,
  startsDaemon: false,
  run,
};

async function run(context: Context, { words: given, on, text }: Arguments): Promise<number> {
  const word = takeOnly('daemon', `one of ${words.join(', ')}`, given);
  switch (word) {
    case 'start':
      return on['foreground'] === true ? runInForeground(context) : start(context);
    case 'stop':
      return stop(context);
    case 'status':
      return status(context);
    case 'logs':
      for (const line of readLastLines(context.state, takeNumber('daemon', 'lines', text['lines'], 100))) context.io.out(`${line}\n`);
      return exitCodes.done;
    default:
      throw unknownWord('daemon', word, words);
  }
}

async function start(context: Context): Promise<number> {
  await ensureDaemon({ ...context, quiet: context.globals.quiet, replace: true });
  return status(context);
}

async function stop(context: Context): Promise<number> {
  const stopped = await stopDaemon(context);
  if (context.globals.output === 'table') context.io.out(stopped ? 'the daemon has ended\n' : 'no daemon was running\n');
  else if (context.globals.output !== 'name') await printValue(context.io, context.globals.output, { schemaVersion: 1, stopped });
  return exitCodes.done;
}

async function status({ socket, state, io, globals }: Context): Promise<number> {
  const health = await readHealth(socket);
  if (globals.output === 'table') io.out(describe(health, state));
  else if (globals.output !== 'name')
    await printValue(io, globals.output, {
      schemaVersion: 1,
      running: health !== undefined,
      outdated: isOutdated(state),
      health: health ?? null,
      log: logPath(state),
    });
  return health === undefined ? exitCodes.unavailable : exitCodes.done;
}

function describe(health: Health | undefined, state: string): string {
  if (health === undefined) return `not running\n  state   ${state}\n  start   devos daemon start\n`;
  const age = isOutdated(state) ? '  (older code; the next command restarts it)' : '';
  return `running  version ${health.version}${age}\n  process ${health.pid}\n  since   ${health.startedAt}\n  state   ${health.stateDir}\n  log     ${logPath(state)}\n`;
}

/** Ctrl-C reaches the child as well: it is of the same terminal. A service manager's SIGTERM is passed on. */
async function runInForeground({ state, socket, env }: Context): Promise<number> {
  if ((await readHealth(socket)) !== undefined)
    throw new AppError('The daemon already runs', { code: 'DAEMON_UNAVAILABLE', hint: 'End it first: devos daemon stop' });
  ensurePrivateFolder(state);
  recordBuild(state);
  const child = spawn(process.execPath, [join(root, 'src/server/main.ts'), '--state', state], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
  });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGTERM', pass).on('SIGINT', () => undefined);
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => resolve(code ?? exitCodes.done));
  });
}
