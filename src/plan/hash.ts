/** The identity of a plan: sha-256 over RFC 8785 canonical JSON. Two plans with one hash say the same thing. */
import { createHash } from 'node:crypto';
import { AppError, type Json, type Plan } from '#kit';
import canonicalize from 'canonicalize';

/** Canonical JSON. Throws INPUT_INVALID for what JSON cannot carry exactly: NaN, Infinity, integers past 2^53, lone surrogates. */
export function canonicalJson(value: unknown): string {
  assertExact(value, '');
  const text = canonicalize(value);
  if (text === undefined) throw inexact('', 'is not JSON');
  return text;
}

/** 64 hexadecimal digits over everything but `hash` itself. */
export function hashPlan(plan: Omit<Plan, 'hash'> & { hash?: string }): string {
  const { hash: _hash, ...rest } = plan;
  return createHash('sha256').update(canonicalJson(rest)).digest('hex');
}

/** False where anything in the plan was changed after its hash was made. */
export function isIntact(plan: Plan): boolean {
  try {
    return hashPlan(plan) === plan.hash;
  } catch {
    return false; // What cannot be hashed was not made by us.
  }
}

/** Drops what is undefined; throws where something is no JSON (a Date, a function, a bigint). */
export function toJson(value: unknown): Json {
  const text = canonicalJson(value);
  const json: Json = JSON.parse(text);
  return json;
}

function assertExact(value: unknown, path: string): void {
  switch (typeof value) {
    case 'number':
      if (!Number.isFinite(value)) throw inexact(path, 'is not a finite number');
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw inexact(path, 'is too large to be exact');
      return;
    case 'string':
      if (!value.isWellFormed()) throw inexact(path, 'holds half a character (a lone surrogate)');
      return;
    case 'object':
      if (value === null) return;
      if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null)
        throw inexact(path, 'is not JSON');
      for (const [key, inner] of Object.entries(value)) {
        assertExact(key, path);
        assertExact(inner, path === '' ? key : `${path}.${key}`);
      }
      return;
    case 'boolean':
    case 'undefined':
      return;
    default:
      throw inexact(path, 'is not JSON');
  }
}

function inexact(path: string, what: string): AppError {
  return new AppError(`${path === '' ? 'The value' : path} ${what}`, {
    code: 'INPUT_INVALID',
    hint: 'Give plain text, true or false, and numbers up to 9007199254740991.',
  });
}
