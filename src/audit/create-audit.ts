/** The audit log over the store: appends to the chain, reads it, verifies it. */
import { AppError, type AuditEvent, type JsonObject, toAppError } from '#kit';
import type { AuditRow, Store, StoreLog } from '#store';
import { canonicalText, parseObject, seal, toUnsealed, type Unsealed } from './chain.ts';
import type { Audit } from './types.ts';
import { type ChainRow, verifyChain } from './verify.ts';

export interface AuditOptions {
  store: Pick<Store, 'auditRows'>;
  clock: () => Date;
  log: StoreLog;
}

interface Waiting {
  event: Unsealed;
  resolve: (event: AuditEvent) => void;
  reject: (error: AppError) => void;
}

/** One synced commit carries this many events at most. */
const batchSize = 100;
const pageSize = 1000;

/** `list` gives the last `limit` events (1,000 unless said), or with `after` the first ones after it; oldest first. */
export function createAudit({ store, clock, log }: AuditOptions): Audit {
  const waiting: Waiting[] = [];
  let isWriting = false;

  /** What came in while the last commit was under way shares the next one. */
  async function write(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchSize);
      try {
        const sealed = await chain(batch.map(({ event }) => event));
        for (const [index, { resolve, reject }] of batch.entries()) {
          const event = sealed[index];
          if (event === undefined) reject(unavailable(new Error('an event was not sealed')));
          else resolve(event);
        }
      } catch (error) {
        const failure = unavailable(error);
        log.error({ cause: failure.details['cause'] ?? 'unknown', events: batch.length }, 'audit events not written');
        for (const { reject } of batch) reject(failure);
      }
    }
    isWriting = false;
  }

  async function chain(events: Unsealed[]): Promise<AuditEvent[]> {
    let sealed: AuditEvent[] = [];
    await store.auditRows.append((last) => {
      sealed = [];
      let before: Pick<AuditEvent, 'seq' | 'hash'> | undefined = last;
      for (const event of events) {
        const next = seal(event, before);
        sealed.push(next);
        before = next;
      }
      return sealed.map((event) => ({ ...event, body: canonicalText(event.body) }));
    });
    return sealed;
  }

  async function* rows(): AsyncGenerator<ChainRow> {
    let after = Number.MIN_SAFE_INTEGER; // also what somebody put before the first
    for (;;) {
      const page = await store.auditRows.list({ limit: pageSize, after });
      for (const row of page) yield toChainRow(row);
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) return;
      after = last.seq;
    }
  }

  return {
    async append(entry) {
      const event = toUnsealed(entry, clock());
      return new Promise((resolve, reject) => {
        waiting.push({ event, resolve, reject });
        void write();
      });
    },
    async list({ limit = pageSize, run, after }) {
      const found = await store.auditRows.list({ limit, ...(run === undefined ? {} : { run }), ...(after === undefined ? {} : { after }) });
      return found.map((row) => toChainRow(row) ?? { ...row, body: { unreadable: row.body } });
    },
    verify: () => verifyChain(rows()),
  };
}

/** Undefined where the text is not the canonical JSON that was hashed, even if it means the same. */
function toChainRow(row: AuditRow): ChainRow {
  try {
    const body: JsonObject = parseObject(row.body);
    return canonicalText(body) === row.body ? { ...row, body } : undefined;
  } catch {
    return undefined; // not JSON: the row does not hold
  }
}

function unavailable(error: unknown): AppError {
  const { code, hint, details } = toAppError(error);
  return new AppError('The audit log cannot be written, so nothing is done', {
    code: 'AUDIT_UNAVAILABLE',
    hint: code === 'INTERNAL' ? 'See: devos daemon logs   and: devos doctor' : hint,
    details: { cause: code === 'INTERNAL' ? (details['cause'] ?? code) : code },
    cause: error,
  });
}
