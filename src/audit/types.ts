/** The contract of the audit log: what engine and server write through and read from. */
import type { AuditEvent, AuditReport, JsonObject } from '#kit';

export interface AuditEntry {
  /** Noun-verb, past tense when it is over: `plan-made`, `approval-given`, `effect-intended`, `effect-done`. */
  type: string;
  who: string;
  plan?: string;
  run?: string;
  body: JsonObject;
}

export interface Audit {
  /** Durable when it returns. Serialised: one writer chains at a time (advisory lock in the transaction). Throws AUDIT_UNAVAILABLE. */
  append: (entry: AuditEntry) => Promise<AuditEvent>;
  list: (filter: { limit?: number; run?: string; after?: number }) => Promise<AuditEvent[]>;
  /** Recomputes the whole chain in pages. */
  verify: () => Promise<AuditReport>;
}
