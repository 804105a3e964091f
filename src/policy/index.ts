export { createPolicy, type PolicyOptions } from './policy.ts';
export type { Approval, ApprovalRequest, Authorization, Policy } from './types.ts';
