/** Recomputes a chain, from the database or from an export, and names the first row that does not hold. */
import type { AuditEvent, AuditReport } from '#kit';
import { z } from 'zod';
import { firstPrevious, hashEvent } from './chain.ts';

/** A row that cannot be read as an event is `undefined`: it stands in its place and does not hold. */
export type ChainRow = AuditEvent | undefined;

interface BadRow {
  seq: number;
  message: string;
}

const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** Strict: a field beside these would not be covered by the hash. */
const exported = z.strictObject({
  seq: z.int().positive(),
  at: z.string(),
  type: z.string(),
  who: z.string(),
  plan: z.string().nullable(),
  run: z.string().nullable(),
  body: z.record(z.string(), z.json()),
  previous: hash,
  hash,
});

const limit =
  'Rows cut off at the end, or a log written anew from some row to its end, cannot be noticed from the chain alone: that takes signed checkpoints kept elsewhere, which this version does not make.';

/**
 * Reads the rows once, in their order. `events` counts the rows that hold, up to the first that does not.
 * Signed checkpoints will be compared here, with the sequence number and hash of each row that they name.
 */
export async function verifyChain(rows: AsyncIterable<ChainRow> | Iterable<ChainRow>): Promise<AuditReport> {
  let last = { seq: 0, hash: firstPrevious };
  for await (const row of rows) {
    const bad = checkRow(row, last);
    if (bad !== undefined) return { ok: false, events: last.seq, badRow: bad.seq, message: bad.message };
    if (row !== undefined) last = { seq: row.seq, hash: row.hash };
  }
  const held = last.seq === 0 ? 'The log is empty.' : `Every row from 1 to ${last.seq} holds and follows from the one before it.`;
  return { ok: true, events: last.seq, badRow: null, message: `${held} ${limit}` };
}

/** The offline verifier: lines of `devos audit export`, in their order. Needs no database. */
export async function verifyExport(lines: AsyncIterable<string> | Iterable<string>): Promise<AuditReport> {
  return verifyChain(parseLines(lines));
}

async function* parseLines(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<ChainRow> {
  for await (const line of lines) if (line.trim() !== '') yield parseLine(line.trimEnd());
}

/** The line must be exactly what the export writes: a second `who` before the one that counts would fool a reader. */
function parseLine(line: string): ChainRow {
  try {
    const value: unknown = JSON.parse(line);
    if (JSON.stringify(value) !== line) return undefined;
    const event = exported.safeParse(value);
    return event.success ? event.data : undefined;
  } catch {
    return undefined; // not JSON: the row does not hold, and the report says so
  }
}

function checkRow(row: ChainRow, last: { seq: number; hash: string }): BadRow | undefined {
  const expected = last.seq + 1;
  if (row === undefined) return { seq: expected, message: `Row ${expected} was changed: it cannot be read as an event.` };
  if (row.seq > expected) return { seq: expected, message: `Row ${expected} is missing: row ${row.seq} stands in its place.` };
  if (row.seq < expected) return { seq: row.seq, message: `Row ${row.seq} stands out of order or twice: it comes after row ${last.seq}.` };
  const holds = isSealed(row);
  if (row.previous !== last.hash && holds && last.seq > 0)
    return { seq: last.seq, message: `Row ${last.seq} was replaced: row ${row.seq} follows from another one.` };
  if (row.previous !== last.hash)
    return { seq: row.seq, message: `Row ${row.seq} was changed: it does not follow from the row before it.` };
  return holds ? undefined : { seq: row.seq, message: `Row ${row.seq} was changed: its hash does not match.` };
}

function isSealed(row: AuditEvent): boolean {
  try {
    return hashEvent(row) === row.hash;
  } catch {
    return false; // not canonical JSON, so not what was hashed
  }
}
