/** `devos connections`: the systems, and whether they answer. */
import type { ConnectionInfo } from '#kit/api';
import { exitCodes } from '#kit/errors';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { printList } from '../print.ts';

export const connectionsCommand: Command = {
  usage: ['connections [-o json]'],
  flags: {},
  startsDaemon: true,
  run,
};

async function run({ api, io, globals, origin }: Context): Promise<number> {
  const found = await api.post<ConnectionInfo[]>('/v1/connections', { origin: origin() });
  await printList(io, globals.output, found, {
    columns: ['SYSTEM', 'STATE', 'AS', 'MESSAGE'],
    row: ({ system, ok, as, message }) => [system, ok ? 'ok' : 'not connected', as ?? '-', message],
    name: ({ system }) => system,
    empty: 'No system is known.',
  });
  if (globals.output === 'table' && !globals.quiet)
    for (const { system, ok, hint } of found) if (!ok && hint !== null) io.err(`hint: ${system}: ${hint}\n`);
  return exitCodes.done;
}
