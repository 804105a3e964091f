/** How an event is sealed into the chain, and how its hash is recomputed. Pure. */
import { createHash } from 'node:crypto';
import type { AuditEvent, Json, JsonObject } from '#kit';
import canonicalize from 'canonicalize';
import type { AuditEntry } from './types.ts';

/** What the first event follows. */
export const firstPrevious = '0'.repeat(64);

/** An event before it has its place. */
export type Unsealed = Omit<AuditEvent, 'seq' | 'previous' | 'hash'>;

/** SHA-256, as hexadecimal, over the RFC 8785 canonical JSON of everything but the hash itself. */
export function hashEvent({ seq, at, type, who, plan, run, body, previous }: Omit<AuditEvent, 'hash'>): string {
  return createHash('sha256').update(canonicalText({ seq, at, type, who, plan, run, body, previous })).digest('hex');
}

export function seal(event: Unsealed, last: Pick<AuditEvent, 'seq' | 'hash'> | undefined): AuditEvent {
  const placed = { ...event, seq: (last?.seq ?? 0) + 1, previous: last?.hash ?? firstPrevious };
  return { ...placed, hash: hashEvent(placed) };
}

/** What is stored must come back letter for letter, or its hash would not hold: half characters and NUL cannot. */
export function toUnsealed(entry: AuditEntry, at: Date): Unsealed {
  return {
    at: at.toISOString(),
    type: storable(entry.type),
    who: storable(entry.who),
    plan: entry.plan === undefined ? null : storable(entry.plan),
    run: entry.run === undefined ? null : storable(entry.run),
    body: parseObject(canonicalText(wellFormed(entry.body))),
  };
}

/** Throws where the value is not JSON: NaN, a cycle, half a character. */
export function canonicalText(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('an audit event is not JSON');
  return text;
}

/** Throws where the text is not a JSON object. */
export function parseObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError('the body of an audit event is not an object');
  return value as JsonObject; // JSON.parse makes nothing but JSON
}

function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}

function wellFormed(value: Json): Json {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toWellFormed(), wellFormed(member)]));
}
