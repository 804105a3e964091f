export { createAudit, type AuditOptions } from './create-audit.ts';
export type { Audit, AuditEntry } from './types.ts';
export { verifyExport } from './verify.ts';
