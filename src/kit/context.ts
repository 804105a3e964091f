/** What is around a request: the working folder, processes, git. Collected by `context`, offered by `integrations/system`. */

export type ContextType = 'files' | 'processes' | 'git';

export interface ContextFile {
  /** Relative to the working folder, with `/`. */
  path: string;
  type: 'file' | 'folder' | 'link';
  /** Size of a file. */
  bytes?: number;
  /** Files below a folder that was not opened, because it lies deeper than the limit. */
  files?: number;
}

export interface ContextFiles {
  folder: string;
  /** `git`: what git does not ignore. `walk`: all but dot folders and node_modules. */
  from: 'git' | 'walk';
  entries: ContextFile[];
}

export interface ContextProcess {
  pid: number;
  name: string;
  /** With secrets masked, and cut. */
  command: string;
  /** Of one core, on average since it started. */
  cpuPercent: number;
  memoryBytes: number;
}

export interface ContextGit {
  /** Null where HEAD is detached. */
  branch: string | null;
  /** Null before the first commit. */
  commit: string | null;
  upstream: string | null;
  ahead: number;
  behind: number;
  /** `modified`, `added`, `deleted`, `renamed`, `conflicted`, `untracked`. */
  changes: { path: string; change: string }[];
  /** Newest first; `at` is RFC 3339. */
  commits: { commit: string; at: string; author: string; subject: string }[];
  /** With credentials masked. */
  remote: string | null;
}

export interface SystemContext {
  files?: ContextFiles;
  processes?: ContextProcess[];
  /** Null where the folder is in no git work tree. */
  git?: ContextGit | null;
  /** What was left out or could not be read, in words. */
  notes: string[];
}

/** Collects; never throws for a part that cannot be read (a note says so), only where the folder itself is not there. */
export interface ContextSource {
  collect: (options: { cwd: string; types: ContextType[]; signal: AbortSignal }) => Promise<SystemContext>;
}
