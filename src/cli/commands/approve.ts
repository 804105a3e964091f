/** `devos approve`: shows a plan and asks. Scripts say `--yes`, or `--hash` to be sure that it is the plan they saw. */
import { AppError } from '#kit/errors';
import { approveAndFollow, handleChange, readProposal } from '../change.ts';
import { type Arguments, type Command, takeOnly } from '../command.ts';
import type { Context } from '../context.ts';
import { doRequest } from '../sentence.ts';

export const approveCommand: Command = {
  usage: ['approve P-…', 'approve P-… --yes [--type NAME]', 'approve P-… --hash HASH [--type NAME]'],
  flags: {
    yes: { type: 'boolean', help: 'approve without being asked' },
    hash: { type: 'string', help: 'HASH  approve without being asked, and only the plan with this hash' },
    type: { type: 'string', help: 'NAME  the name of the target, where the plan destroys something' },
  },
  startsDaemon: true,
  run,
};

async function run(context: Context, { words, text, on }: Arguments): Promise<number> {
  const planId = takeOnly('approve', "a plan's id, P-…", words);
  const proposal = await readProposal(context, planId);
  const { plan } = proposal;
  if (on['yes'] !== true && text['hash'] === undefined) {
    if (context.io.interactive) return handleChange(context, proposal, (again) => doRequest(context, again));
    const typed = plan.needs.confirm === 'name' ? ` --type ${plan.needs.typeName ?? 'NAME'}` : '';
    throw new AppError('There is no terminal to show the plan on and ask', {
      code: 'NO_TERMINAL',
      hint: `Look at it, then: devos approve ${plan.id} --yes${typed}`,
    });
  }
  if (plan.needs.confirm === 'name' && text['type'] !== plan.needs.typeName) {
    throw new AppError(`This plan needs the name of its target: ${plan.needs.typeName ?? ''}`, {
      code: 'APPROVAL_INVALID',
      hint: `devos approve ${plan.id} --yes --type NAME`,
    });
  }
  return approveAndFollow(context, plan, {
    ...(text['hash'] === undefined ? {} : { hash: text['hash'] }),
    ...(text['type'] === undefined ? {} : { typed: text['type'] }),
  });
}
