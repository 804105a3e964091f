/** `devos run`: a stored plan by its id, or one action with typed inputs. */
import { AppError } from '#kit/errors';
import { handleChange, readProposal } from '../change.ts';
import type { Arguments, Command } from '../command.ts';
import type { Context } from '../context.ts';
import { doRequest } from '../sentence.ts';

export const runCommand: Command = {
  usage: ['run P-…', 'run <action> [--name value …] [--yes]', 'run <action> --input \'{"name": …}\' [--yes]'],
  // Read with the whole line (arguments.ts): everything else that begins with dashes is an input of the action.
  flags: { yes: { type: 'boolean', help: 'approve without being asked; what destroys, or needs other people, still waits' } },
  startsDaemon: true,
  raw: true,
  run,
};

async function run(context: Context, _given: Arguments, raw: string[]): Promise<number> {
  const [what, ...rest] = raw;
  if (what === undefined || what.startsWith('-')) {
    throw new AppError('devos run needs a plan or an action', {
      code: 'USAGE',
      hint: 'Try: devos run kubernetes.resources.list --kind Pod   Actions are listed by: devos actions',
    });
  }
  if (what.startsWith('P-')) {
    if (rest.length > 0)
      throw new AppError(`devos run ${what} takes nothing more`, {
        code: 'USAGE',
        hint: 'A plan is fixed. To change it, make a new one: devos plan "<sentence>"',
      });
    return handleChange(context, await readProposal(context, what), (again) => doRequest(context, again));
  }
  return doRequest(context, { typed: { action: what, flags: rest } });
}
