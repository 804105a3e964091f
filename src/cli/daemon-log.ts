/** What the daemon wrote: JSON lines of its own, and whatever else its process printed. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, type ErrorCode, errorCodes } from '#kit/errors';
import { cleanText } from '#kit/clean';

const maxReadBytes = 1024 * 1024;

export function logPath(state: string): string {
  return join(state, 'daemon.log');
}

/** The last lines, oldest first; empty where there is no log. Reads at most the last megabyte. */
export function readLastLines(state: string, count: number, from = 0): string[] {
  let file: number;
  try {
    file = openSync(logPath(state), 'r');
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(file);
    const start = Math.max(from, size - maxReadBytes);
    const bytes = Buffer.alloc(Math.max(0, size - start));
    readSync(file, bytes, 0, bytes.length, start);
    const lines = bytes
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
    return lines.slice(-count).map(cleanText);
  } finally {
    closeSync(file);
  }
}

/** Why a daemon ended before it was ready, from what it logged since `from`. */
export function readFailure(state: string, from: number): AppError {
  const lines = readLastLines(state, 50, from);
  for (const line of lines.toReversed()) {
    const said = readLoggedError(line);
    if (said !== undefined) return said;
  }
  const tail = lines.slice(-5).join('\n');
  return new AppError(`The daemon ended while starting${tail === '' ? ', and said nothing' : `:\n${tail}`}`, {
    code: 'DAEMON_UNAVAILABLE',
    hint: 'See: devos daemon logs   and: devos doctor',
  });
}

function readLoggedError(line: string): AppError | undefined {
  const error = parseObject(line)?.['error'];
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return undefined;
  const { code, message } = error;
  if (typeof code !== 'string' || !isErrorCode(code) || typeof message !== 'string') return undefined;
  const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : 'See: devos daemon logs';
  return new AppError(`The daemon did not start: ${message}`, { code, hint });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
