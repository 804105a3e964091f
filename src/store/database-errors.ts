/** What Postgres or the file system said, as a coded error. Sorted by SQLSTATE and errno, never by message text. */
import { AppError } from '#kit/errors';

export const diskFullHint = 'Free some space, or set DEVOS_STATE_DIR to a larger disk. Then: devos daemon start';
export const logsHint = 'See: devos daemon logs   Start again with: devos daemon start';

/** errno or SQLSTATE of something thrown. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function isDiskFull(error: unknown): boolean {
  const code = codeOf(error);
  return code === '53100' || code === 'ENOSPC' || code === 'EDQUOT';
}

/** DISK_FULL or DATABASE_UNAVAILABLE; an error that has a code already stays. */
export function toDatabaseError(error: unknown, message: string, hint: string = logsHint, details: Record<string, unknown> = {}): AppError {
  if (AppError.isInstance(error)) return error;
  const code = codeOf(error);
  const told = { ...details, ...(code === undefined ? {} : { cause: code }) };
  if (isDiskFull(error)) return new AppError('The disk is full', { code: 'DISK_FULL', hint: diskFullHint, details: told, cause: error });
  return new AppError(message, { code: 'DATABASE_UNAVAILABLE', hint, details: told, cause: error });
}
