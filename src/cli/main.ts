/** The command line's entry. Decides with little code whether a sentence or a command was typed, and loads only what that needs. */
import { readCommandLine } from './arguments.ts';
import { isOutdated } from './build.ts';
import { isCommandName } from './command-names.ts';
import { createContext } from './context.ts';
import { createIo } from './io.ts';
import { reportError } from './report.ts';
import { doRequest } from './sentence.ts';

const isCommand = (word: string): boolean => isCommandName(word) || word === '__complete';

async function main(argv: string[]): Promise<number> {
  const line = readCommandLine(argv, isCommand);
  const { globals, sentence } = line;
  const io = createIo(globals);
  try {
    if (line.command !== undefined || sentence === '' || globals.help || globals.version)
      return await (await import('./run-command.ts')).runCommand(io, line);
    const context = createContext({ io, globals });
    if (isOutdated(context.state)) await (await import('./daemon-start.ts')).restartOutdated({ ...context, quiet: globals.quiet });
    return await doRequest(context, { sentence });
  } catch (error) {
    return reportError(io, globals.output, error);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // The line itself could not be read, so that no format is known but what stands on it.
  const asJson = process.argv.some((word) => word === '--json' || word === '-ojson' || word === 'json');
  process.exitCode = await reportError(
    { out: (text) => process.stdout.write(text), err: (text) => process.stderr.write(text) },
    asJson ? 'json' : 'table',
    error,
  );
}
