/** What is around a request. Reads only, with limits; what was left out is said. */
import { stat } from 'node:fs/promises';
import { AppError, type ContextType, type SystemContext } from '#kit';
import { type FileLimits, readFiles } from './files.ts';
import { type GitLimits, readGit } from './git.ts';
import { readProcesses } from './processes.ts';
import type { ProgramOptions } from './program.ts';

export interface ContextLimits {
  files: FileLimits;
  git: GitLimits;
  processes: number;
  /** For each program that is asked. */
  timeoutMs: number;
  maxBytes: number;
}

export interface CollectOptions {
  /** Absolute. */
  cwd: string;
  types: ContextType[];
  signal: AbortSignal;
  limits?: ContextLimits;
}

const usualLimits: ContextLimits = {
  files: { depth: 4, entries: 500 },
  git: { changes: 200, commits: 10 },
  processes: 50,
  timeoutMs: 5000,
  maxBytes: 16 * 1024 * 1024,
};

/** Throws NOT_FOUND where the folder is not there; a part that cannot be read is a note. */
export async function collectContext({ cwd, types, signal, limits = usualLimits }: CollectOptions): Promise<SystemContext> {
  const folder = await stat(cwd).catch(() => undefined);
  if (folder?.isDirectory() !== true)
    throw new AppError(`There is no folder ${cwd}`, {
      code: 'NOT_FOUND',
      hint: 'Ask from a folder that exists.',
      details: { folder: cwd },
    });
  const options: ProgramOptions = { cwd, signal, timeoutMs: limits.timeoutMs, maxBytes: limits.maxBytes };
  const notes: string[] = [];
  const wants = (type: ContextType): boolean => types.includes(type);
  const [files, processes, git] = await Promise.all([
    wants('files') ? readFiles(options, limits.files, notes) : undefined,
    wants('processes') ? readProcesses(options, limits.processes, notes) : undefined,
    wants('git') ? readGit(options, limits.git, notes) : undefined,
  ]);
  return {
    ...(files === undefined ? {} : { files }),
    ...(processes === undefined ? {} : { processes }),
    ...(git === undefined ? {} : { git }),
    notes: notes.toSorted(),
  };
}
