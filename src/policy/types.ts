import type { ErrorBody, Origin, Plan } from '#kit';
import type { DecideInput, Decision } from '#plan';

/** Whether a stored plan may go on now; the engine's `Authorization` has the same shape. */
export type Authorization = { state: 'allowed' } | { state: 'waiting'; waitingFor: string } | { state: 'denied'; error: ErrorBody };

/** A stored decision of a person about a plan. Only the latest of each person counts. */
export interface Approval {
  planId: string;
  /** Of the plan as the person saw it; an approval of another hash never counts. */
  hash: string;
  decision: 'approved' | 'denied';
  who: string;
  via: string;
  /** RFC 3339 or a Date. */
  at: string | Date;
}

/** What a person sends to approve. */
export interface ApprovalRequest {
  hash: string;
  who: string;
  via: Origin['via'];
  typed?: string;
}

export interface Policy {
  /** May these steps be done, and what is needed first? Any doubt is a deny. Never throws. */
  decide: (input: DecideInput) => Promise<Decision>;
  /** May this stored plan run now, given who approved it? Asks the policies again. Never throws. */
  authorize: (plan: Plan, approvals: Approval[]) => Promise<Authorization>;
  /** Before an approval is stored. Throws APPROVAL_INVALID, PLAN_EXPIRED. */
  checkApproval: (plan: Plan, request: ApprovalRequest) => void;
}
