/** A plan that changes something: shown, asked for, run, and told about to its end. */
import type { ApproveRequest, Plan, RunView } from '#kit/api';
import { exitCodes } from '#kit/errors';
import type { Again } from './asked.ts';
import type { Context } from './context.ts';
import { decide } from './decide.ts';
import { followRun } from './follow.ts';
import { printOutcome } from './outcome.ts';
import { printValue } from './print.ts';
import { cleanText } from '#kit/clean';
import { self } from './self.ts';

export interface Proposal {
  plan: Plan;
  /** The plan as a person reads it. */
  text: string;
  notes: string[];
}

/** Nothing has run yet. Gives the exit code of what happens then. */
export async function handleChange(context: Context, proposal: Proposal, again: Again): Promise<number> {
  const { io, globals } = context;
  const { plan } = proposal;
  if (!globals.quiet) for (const note of proposal.notes) io.err(`${cleanText(note)}\n`);
  if (plan.needs.confirm === 'none' && !waitsForOthers(plan)) return startAndFollow(context, plan);
  if (globals.yes && plan.needs.confirm !== 'name' && plan.needs.approvals.length === 0) {
    if (!globals.quiet) io.err(withLineEnd(cleanText(proposal.text)));
    return approveAndFollow(context, plan, {});
  }
  if (!io.interactive) return leaveWaiting(context, proposal);
  io.err(withLineEnd(cleanText(proposal.text)));
  const decision = await decide(io, plan);
  switch (decision.say) {
    case 'approve':
      return approveAndFollow(context, plan, decision.typed === undefined ? {} : { typed: decision.typed });
    case 'request':
      return leaveWaiting(context, proposal);
    case 'edit':
      return again({ sentence: decision.sentence });
    case 'no':
      await context.api.post(`/v1/plans/${plan.id}/deny`, { hash: plan.hash, origin: context.origin(), reason: 'declined at the prompt' });
      io.err(`Not approved: nothing was changed.\n`);
      return exitCodes.denied;
  }
}

/** Fetches a stored plan with the text that a person approves. */
export async function readProposal(context: Context, planId: string): Promise<Proposal> {
  const path = `/v1/plans/${encodeURIComponent(planId)}`;
  const [plan, text] = await Promise.all([context.api.get<Plan>(path), context.api.text(`${path}/text`)]);
  return { plan, text, notes: [] };
}

export async function approveAndFollow(
  context: Context,
  plan: Plan,
  given: Pick<ApproveRequest, 'typed'> & { hash?: string },
): Promise<number> {
  const body: ApproveRequest = { hash: plan.hash, ...given, origin: context.origin() };
  const view = await context.api.post<RunView>(`/v1/plans/${plan.id}/approve`, body);
  return follow(context, plan, view);
}

async function startAndFollow(context: Context, plan: Plan): Promise<number> {
  return follow(context, plan, await start(context, plan));
}

function start(context: Context, plan: Plan): Promise<RunView> {
  return context.api.post<RunView>('/v1/runs', { planId: plan.id, origin: context.origin() });
}

/** A run that waits for other people is not waited for here. */
async function follow(context: Context, plan: Plan, view: RunView): Promise<number> {
  if (view.state === 'waiting' && waitsForOthers(plan)) return printOutcome(context, view);
  const session = plan.steps.some((step) => step.session === true);
  const ended = await followRun(context, view, { session });
  if (ended === 'interrupted') return exitCodes.interrupted;
  const exit = await printOutcome(context, ended);
  // A session ends well by being ended.
  return session && ended.state === 'cancelled' && ended.error === null ? exitCodes.done : exit;
}

function waitsForOthers({ needs }: Plan): boolean {
  return needs.approvals.length > 0 || needs.change !== null || needs.window !== null;
}

/** Nobody can say yes here: the plan is stored as a waiting run, and how to go on is said. */
async function leaveWaiting(context: Context, { plan, text }: Proposal): Promise<number> {
  const { io, globals } = context;
  const view = await start(context, plan);
  if (view.state !== 'waiting' && view.endedAt !== null) return printOutcome(context, view);
  const approve = `${self()} approve ${plan.id}`;
  if (globals.output === 'table') {
    io.out(withLineEnd(cleanText(text)));
    if (!globals.quiet) io.err(`waiting for approval: ${view.id}; nothing was changed yet\n`);
    io.err(`approve: ${approve}\n`);
  } else if (globals.output === 'name') {
    io.out(`${plan.id}\n`);
  } else {
    await printValue(io, globals.output, { schemaVersion: 1, status: 'waiting', plan, run: view.id, approve });
  }
  return exitCodes.waiting;
}

function withLineEnd(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
