/** `devos run`: a stored plan by its id, or one action with typed inputs. */
import type { ActionInfo } from '#kit/api';
import { AppError } from '#kit/errors';
import { handleChange, readProposal } from '../change.ts';
import type { Arguments, Command } from '../command.ts';
import type { Context } from '../context.ts';
import { doRequest } from '../sentence.ts';
import { nearest } from '../suggest.ts';
import { readInputs } from '../typed-inputs.ts';

export const runCommand: Command = {
  usage: ['run P-…', 'run <action> [--name value …]', 'run <action> --input \'{"name": …}\''],
  flags: {},
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
  const action = await findAction(context, what, rest);
  return doRequest(context, { call: { action: action.id, input: readInputs(action, rest) } });
}

async function findAction({ api }: Context, id: string, rest: string[]): Promise<ActionInfo> {
  const found = await api.get<ActionInfo>(`/v1/actions/${encodeURIComponent(id)}`).catch((error: unknown) => {
    if (AppError.isInstance(error) && error.code === 'ACTION_UNKNOWN') return undefined;
    throw error;
  });
  if (found?.status === 'available') return found;
  if (found !== undefined)
    throw new AppError(`${id} is planned, but not there yet`, {
      code: 'ACTION_PLANNED',
      hint: 'What there is is listed by: devos actions',
    });
  const near = nearest(
    id,
    (await api.get<ActionInfo[]>('/v1/actions')).map((action) => action.id),
  );
  const sentence = `As a sentence: devos do run ${[id, ...rest].join(' ')}`;
  throw new AppError(`There is no action ${JSON.stringify(id)}`, {
    code: 'ACTION_UNKNOWN',
    hint: near === undefined ? `They are listed by: devos actions   ${sentence}` : `Did you mean: devos run ${near}`,
  });
}
