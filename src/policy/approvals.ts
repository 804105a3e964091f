/** Approvals: what counts, and what is refused before it is stored. */
import { AppError, cleanLine, type Plan } from '#kit';
import type { Approval, ApprovalRequest } from './types.ts';

export interface Counted {
  /** People whose latest decision is a yes to exactly this plan. */
  approvedBy: string[];
  deniedBy: string[];
}

/**
 * The latest decision of each person counts, and a denial wins over another's approval. A yes binds to plan id and hash and is
 * never an agent's; a no counts for the plan whatever the hash.
 */
export function countApprovals(plan: Plan, approvals: Approval[]): Counted {
  const latest = new Map<string, Approval>();
  for (const approval of approvals) {
    if (approval.planId !== plan.id || !countsAtAll(plan, approval)) continue;
    const before = latest.get(approval.who);
    if (before === undefined || isLater(approval, before)) latest.set(approval.who, approval);
  }
  const counted: Counted = { approvedBy: [], deniedBy: [] };
  for (const { who, decision } of latest.values()) (decision === 'approved' ? counted.approvedBy : counted.deniedBy).push(who);
  return counted;
}

function countsAtAll(plan: Plan, approval: Approval): boolean {
  return approval.decision === 'denied' || (approval.hash === plan.hash && isPerson(approval.via));
}

/** At the same instant a denial wins, whatever the order they are read in. */
function isLater(left: Approval, right: Approval): boolean {
  const [a, b] = [new Date(left.at).getTime(), new Date(right.at).getTime()];
  return a === b ? left.decision === 'denied' : a > b;
}

/** Agents and MCP clients never approve. Entrances are named one by one, so that a new one approves nothing by itself. */
export function isPerson(via: string): boolean {
  return via === 'cli' || via === 'chat' || via === 'http';
}

/** Throws APPROVAL_INVALID or PLAN_EXPIRED, and says what to do. */
export function checkApproval(plan: Plan, { hash, typed, via }: ApprovalRequest, now: Date): void {
  if (!isPerson(via)) throw refused(plan, 'An agent cannot approve a plan', `Ask a person to run: devos approve ${plan.id}`);
  if (isExpired(plan, now)) throw expired(plan);
  if (hash !== plan.hash)
    throw refused(
      plan,
      `This approval is for another version of plan ${plan.id}`,
      `Look at the plan again, then: devos approve ${plan.id}`,
    );
  if (plan.needs.confirm !== 'name') return;
  const name = plan.needs.typeName ?? '';
  if (name !== '' && typed?.trim().normalize('NFC') === name.normalize('NFC')) return;
  const given = typed === undefined || typed.trim() === '' ? 'nothing was typed' : `"${cleanLine(typed).slice(0, 80)}" was typed`;
  throw refused(
    plan,
    `Plan ${plan.id} is destructive and is confirmed by typing ${JSON.stringify(cleanLine(name))}; ${given}`,
    `Type exactly: ${cleanLine(name)}`,
  );
}

/** True also where the date cannot be read. */
export function isExpired(plan: Plan, now: Date): boolean {
  return !(now.getTime() <= new Date(plan.expiresAt).getTime());
}

export function expired(plan: Plan): AppError {
  return new AppError(`Plan ${plan.id} expired at ${plan.expiresAt}`, {
    code: 'PLAN_EXPIRED',
    hint: 'Nothing was changed and nothing was refused. Make a new plan with the same sentence.',
    details: { plan: plan.id, expiresAt: plan.expiresAt },
  });
}

function refused(plan: Plan, message: string, hint: string): AppError {
  return new AppError(message, { code: 'APPROVAL_INVALID', hint, details: { plan: plan.id } });
}
