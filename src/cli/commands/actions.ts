/** `devos actions`: everything that can be done. */
import type { ActionInfo } from '#kit/api';
import { AppError, exitCodes } from '#kit/errors';
import type { Arguments, Command } from '../command.ts';
import type { Context } from '../context.ts';
import { printList } from '../print.ts';

export const actionsCommand: Command = {
  usage: ['actions [-o json]', 'actions <system or id>'],
  flags: {},
  startsDaemon: true,
  run,
};

async function run({ api, io, globals }: Context, { words }: Arguments): Promise<number> {
  const all = await api.get<ActionInfo[]>('/v1/actions');
  const [filter] = words;
  const found = filter === undefined ? all : all.filter((action) => action.id === filter || action.id.startsWith(`${filter}.`));
  if (filter !== undefined && found.length === 0)
    throw new AppError(`No action begins with ${filter}`, {
      code: 'ACTION_UNKNOWN',
      hint: `Systems: ${[...new Set(all.map((action) => action.system))].join(', ')}`,
    });
  await printList(io, globals.output, found, {
    columns: ['ACTION', 'SAFETY', 'STATUS', 'WHAT IT DOES'],
    row: (action) => [action.id, action.safety, action.status, action.summary],
    name: (action) => action.id,
    empty: 'There are no actions.',
  });
  const [only] = found;
  if (globals.output === 'table' && found.length === 1 && only !== undefined) io.out(describeInputs(only));
  return exitCodes.done;
}

function describeInputs({ inputs, examples }: ActionInfo): string {
  const lines = inputs.map(({ name, optional, description }) => `  --${name}${optional ? '' : '  (needed)'}  ${description}`);
  return `${['inputs:', ...lines, 'said as:', ...examples.map((example) => `  ${example}`)].join('\n')}\n`;
}
