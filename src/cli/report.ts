/** How an error leaves the program: words on stderr, or JSON on stdout where a machine reads. */
import type { OutputFormat } from '#kit/api';
import { AppError, errorCodes, exitCodes, toAppError } from '#kit/errors';
import type { Io } from './io.ts';
import { cleanText } from '#kit/clean';

/** Like ErrorBody, with room for the codes of refusals (NEGATED …), which the language engine names. */
export interface Problem {
  code: string;
  message: string;
  hint: string;
  docs: string;
  details?: Record<string, unknown>;
}

/** A code that the table does not know comes from understanding: the sentence has to change, so it is a usage error. */
export function exitOf(code: string): number {
  return Object.hasOwn(errorCodes, code) ? exitCodes[errorCodes[code as keyof typeof errorCodes].exit] : exitCodes.usage;
}

/** Prints and gives the exit code, the same in every format. */
export async function reportProblem(io: Pick<Io, 'out' | 'err'>, output: OutputFormat, problem: Problem): Promise<number> {
  switch (output) {
    case 'json':
      io.out(`${JSON.stringify({ schemaVersion: 1, error: problem }, null, 2)}\n`);
      break;
    case 'jsonl':
      io.out(`${JSON.stringify({ schemaVersion: 1, error: problem })}\n`);
      break;
    case 'yaml':
      io.out((await import('yaml')).stringify({ schemaVersion: 1, error: problem }));
      break;
    case 'table':
    case 'name':
      io.err(`error ${problem.code}: ${cleanText(problem.message)}\n`);
      if (problem.hint !== '') io.err(`hint: ${cleanText(problem.hint)}\n`);
  }
  return exitOf(problem.code);
}

export async function reportError(io: Pick<Io, 'out' | 'err'>, output: OutputFormat, thrown: unknown): Promise<number> {
  const error = asAppError(thrown);
  if (error.code === 'INTERNAL' && process.env['DEVOS_DEBUG'] !== undefined) io.err(`${error.stack ?? ''}\n`);
  return reportProblem(io, output, error.toBody());
}

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new AppError('Stopped', { code: 'INTERRUPTED', hint: 'Nothing more was asked of the daemon.' });
  return toAppError(thrown);
}
