/** `devos deny`: a plan that shall not run. */
import type { Plan, RunView } from '#kit/api';
import { exitCodes } from '#kit/errors';
import { type Arguments, type Command, takeOnly } from '../command.ts';
import type { Context } from '../context.ts';
import { printValue } from '../print.ts';
import { self } from '../self.ts';

export const denyCommand: Command = {
  usage: ['deny P-… [--reason TEXT]'],
  flags: { reason: { type: 'string', help: 'TEXT  why, for the record' } },
  startsDaemon: true,
  run,
};

async function run({ api, io, globals, origin }: Context, { words, text }: Arguments): Promise<number> {
  const path = `/v1/plans/${encodeURIComponent(takeOnly('deny', "a plan's id, P-…", words))}`;
  const plan = await api.get<Plan>(path);
  const reason = text['reason'];
  const answer = await api.post<{ plan: Plan; run?: RunView }>(`${path}/deny`, {
    hash: plan.hash,
    origin: origin(),
    ...(reason === undefined ? {} : { reason }),
  });
  const started = answer.run?.steps.some((step) => step.state !== 'pending' && step.state !== 'skipped') === true;
  const what = started
    ? `but ${answer.run?.id ?? 'its run'} had begun. See: ${self()} runs show ${answer.run?.id ?? ''}`
    : 'nothing of it was run';
  if (globals.output === 'table') io.out(`${plan.id} is denied; ${what}\n`);
  else if (globals.output === 'name') io.out(`${plan.id}\n`);
  else await printValue(io, globals.output, { schemaVersion: 1, status: 'denied', plan: plan.id, run: answer.run?.id ?? null });
  return exitCodes.done;
}
