/** An unreachable database or a full disk comes out of every repository as a coded error. */
import { codeOf, toDatabaseError } from './database-errors.ts';

/** Wraps every function of a repository; each returns a promise. */
export function guarded<T extends object>(repository: T): T {
  const wrapped = Object.entries(repository).map(([name, member]) => [
    name,
    typeof member === 'function' ? (...args: unknown[]) => coded(() => member(...args)) : member,
  ]);
  return Object.fromEntries(wrapped) as T; // same names, same promises
}

export async function coded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isBug(error)) throw error;
    throw toDatabaseError(error, 'The database does not answer');
  }
}

/** A statement that Postgres understood and refused (a constraint, a type, a name) is a mistake of ours, not an outage. */
function isBug(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return true;
  const code = codeOf(error);
  return code !== undefined && /^(0[^8]|2|3|42|44|P0)[0-9A-Z]{2,}$/.test(code) && code.length === 5;
}
