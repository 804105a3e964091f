/** Runs a command: everything that is no sentence. */
import { type CommandLine, isCommandName } from './arguments.ts';
import { isOutdated } from './place.ts';
import { readArguments } from './command.ts';
import { commandTable } from './command-table.ts';
import { createContext } from './context.ts';
import { createIo, type Io } from './io.ts';
import { reportError } from './report.ts';

export async function runCommand(line: CommandLine): Promise<number> {
  const io = createIo(line.globals);
  try {
    return await run(io, line);
  } catch (error) {
    return reportError(io, line.globals.output, error);
  }
}

async function run(io: Io, line: CommandLine): Promise<number> {
  const { globals } = line;
  if (globals.version) return runNamed('version', []);
  if (line.command === '__complete')
    return (await import('./complete.ts')).complete(createContext({ io, globals, autoStart: false }), line.rest);
  if (line.command === undefined || globals.help) return runNamed('help', line.command === undefined ? [] : [line.command]);
  return runNamed(line.command, line.rest);

  async function runNamed(name: string, rest: string[]): Promise<number> {
    if (!isCommandName(name)) throw new Error(`no command ${name}`);
    const command = await commandTable[name].load();
    const given = command.raw === true ? { words: rest, text: {}, on: {} } : readArguments(name, command, rest);
    const startsDaemon = typeof command.startsDaemon === 'function' ? command.startsDaemon(given) : command.startsDaemon;
    const context = createContext({ io, globals, autoStart: startsDaemon });
    if (startsDaemon && isOutdated(context.state))
      await (await import('./daemon-start.ts')).restartOutdated({ ...context, quiet: globals.quiet });
    return command.run(context, given, rest);
  }
}
