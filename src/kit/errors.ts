/**
 * The one error class of DevOS and the table that decides what a code means.
 * This file imports nothing, so that the CLI's light path can load it alone.
 */

/** Exit status of the command line, one per outcome, the same in every output format. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  waiting: 3,
  signIn: 4,
  denied: 5,
  stale: 6,
  unknown: 7,
  unavailable: 8,
  interrupted: 130,
} as const;

type Exit = keyof typeof exitCodes;

interface CodeMeaning {
  exit: Exit;
  http: number;
}

const meaning = (exit: Exit, http: number): CodeMeaning => ({ exit, http });

/** Every stable error code: what it exits with and its HTTP status. Never renamed, never reused. */
export const errorCodes = {
  INTERNAL: meaning('failed', 500),
  USAGE: meaning('usage', 400),
  INPUT_INVALID: meaning('usage', 400),
  INPUT_TOO_LARGE: meaning('usage', 413),
  NOT_UNDERSTOOD: meaning('usage', 422),
  NEEDS_ANSWER: meaning('usage', 422),
  PROPOSAL_REFUSED: meaning('usage', 422),
  CONFIG_INVALID: meaning('usage', 400),
  NOT_FOUND: meaning('failed', 404),
  AMBIGUOUS: meaning('usage', 409),
  ACTION_UNKNOWN: meaning('usage', 404),
  ACTION_PLANNED: meaning('failed', 501),
  CONNECTION_MISSING: meaning('usage', 424),
  KUBECONFIG_MISSING: meaning('usage', 424),
  KUBECONFIG_INVALID: meaning('usage', 400),
  NAMESPACE_NOT_FOUND: meaning('failed', 404),
  AUTH_FAILED: meaning('signIn', 401),
  FORBIDDEN: meaning('denied', 403),
  CONFLICT: meaning('failed', 409),
  REMOTE_REJECTED: meaning('failed', 502),
  REMOTE_UNAVAILABLE: meaning('unavailable', 503),
  REMOTE_LIMITED: meaning('unavailable', 503),
  TIMEOUT: meaning('unavailable', 504),
  POLICY_DENIED: meaning('denied', 403),
  APPROVAL_PENDING: meaning('waiting', 409),
  APPROVAL_INVALID: meaning('denied', 409),
  APPROVAL_EXPIRED: meaning('stale', 409),
  PLAN_STALE: meaning('stale', 409),
  PLAN_EXPIRED: meaning('stale', 410),
  PLAN_NOT_FOUND: meaning('failed', 404),
  RUN_NOT_FOUND: meaning('failed', 404),
  RUN_STATE: meaning('failed', 409),
  RUN_CANCELLED: meaning('failed', 409),
  OUTCOME_UNKNOWN: meaning('unknown', 409),
  COMMAND_FAILED: meaning('failed', 502),
  VERIFY_FAILED: meaning('failed', 500),
  UNDO_IMPOSSIBLE: meaning('failed', 409),
  AUDIT_UNAVAILABLE: meaning('unavailable', 503),
  AUDIT_BROKEN: meaning('failed', 500),
  DATABASE_UNAVAILABLE: meaning('unavailable', 503),
  INSTALL_FAILED: meaning('unavailable', 503),
  DISK_FULL: meaning('unavailable', 507),
  PORT_UNAVAILABLE: meaning('unavailable', 503),
  DAEMON_UNAVAILABLE: meaning('unavailable', 503),
  NO_TERMINAL: meaning('waiting', 409),
  INTERRUPTED: meaning('interrupted', 499),
} as const satisfies Record<string, CodeMeaning>;

export type ErrorCode = keyof typeof errorCodes;

export interface AppErrorOptions {
  code: ErrorCode;
  /** What to do next, ideally the exact command. */
  hint: string;
  details?: Record<string, unknown>;
  cause?: unknown;
}

/** An error in the shape every entrance prints: `{ code, message, hint, docs }`. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  hint: string;
  docs: string;
  details?: Record<string, unknown>;
}

const MARK = Symbol.for('devos.AppError');

/** An expected failure: it has a stable code and says what to do next. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly details: Record<string, unknown>;
  readonly [MARK] = true;

  constructor(message: string, options: AppErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = options.code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }

  /** Holds across package copies, where `instanceof` would not. */
  static isInstance(value: unknown): value is AppError {
    return typeof value === 'object' && value !== null && MARK in value;
  }

  get exitCode(): number {
    return exitCodes[errorCodes[this.code].exit];
  }

  get httpStatus(): number {
    return errorCodes[this.code].http;
  }

  toBody(): ErrorBody {
    const body: ErrorBody = {
      code: this.code,
      message: this.message,
      hint: this.hint,
      docs: `docs/reference/errors.md#${this.code.toLowerCase()}`,
    };
    if (Object.keys(this.details).length > 0) body.details = this.details;
    return body;
  }
}

/** Turns anything thrown into an AppError; what was not expected becomes INTERNAL. */
export function toAppError(thrown: unknown): AppError {
  if (AppError.isInstance(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError(message, { code: 'INTERNAL', hint: 'This is a bug. See: devos daemon logs', cause: thrown });
}
