/** Git as facts: branch, changes, last commits, remote. Nothing of a repository's own configuration may run a program. */
import { cleanLine, type ContextGit, redact } from '#kit';
import { type ProgramOptions, runProgram } from './program.ts';

export interface GitLimits {
  changes: number;
  commits: number;
}

/** Settings of a work tree that would start programs or ask for something are switched off. */
const quiet = [
  '--no-pager',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'log.showSignature=false',
  '-c',
  'core.quotePath=false',
];

export async function runGit(args: string[], options: ProgramOptions): ReturnType<typeof runProgram> {
  return runProgram('git', [...quiet, ...args], options);
}

/** Null outside of a work tree; `notes` gets what was cut or could not be read. */
export async function readGit(options: ProgramOptions, limits: GitLimits, notes: string[]): Promise<ContextGit | null> {
  const status = await runGit(
    ['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=normal', '--ignore-submodules=all'],
    options,
  );
  if (status.exitCode !== 0 && !status.cut) {
    if (status.timedOut) notes.push('git did not answer in time');
    return null;
  }
  const [log, remote] = await Promise.all([
    runGit(['log', `--max-count=${limits.commits}`, '-z', '--format=%H%x1f%aI%x1f%an%x1f%s'], options),
    runGit(['config', '--get-regexp', '-z', String.raw`^remote\..*\.url$`], options),
  ]);
  const { changes, ...head } = parseStatus(status.stdout);
  if (status.cut) notes.push('git: the list of changes was too long and was cut');
  else if (changes.length > limits.changes) notes.push(`git: ${limits.changes} of ${changes.length} changes shown`);
  return { ...head, changes: changes.slice(0, limits.changes), commits: parseLog(log.stdout), remote: parseRemote(remote.stdout) };
}

type Status = Omit<ContextGit, 'commits' | 'remote'>;

/** Reads `git status --porcelain=v2 --branch -z`. */
export function parseStatus(text: string): Status {
  const status: Status = { branch: null, commit: null, upstream: null, ahead: 0, behind: 0, changes: [] };
  const records = text.split('\0');
  for (let index = 0; index < records.length; index += 1) {
    const record = records[index] ?? '';
    const fields = record.split(' ');
    switch (fields[0]) {
      case '#':
        readHeader(status, fields);
        break;
      case '1':
        status.changes.push({ path: pathAfter(fields, 8), change: changeWord(fields[1] ?? '') });
        break;
      case '2':
        status.changes.push({ path: pathAfter(fields, 9), change: 'renamed' });
        index += 1; // The next record is the path it had before.
        break;
      case 'u':
        status.changes.push({ path: pathAfter(fields, 10), change: 'conflicted' });
        break;
      case '?':
        status.changes.push({ path: pathAfter(fields, 1), change: 'untracked' });
        break;
      default: // Ignored files and the empty end.
    }
  }
  return status;
}

function readHeader(status: Status, [, name, ...values]: string[]): void {
  const value = cleanLine(values.join(' '));
  if (name === 'branch.head') status.branch = value === '(detached)' ? null : value;
  if (name === 'branch.oid') status.commit = value === '(initial)' ? null : value;
  if (name === 'branch.upstream') status.upstream = value;
  if (name === 'branch.ab') [status.ahead, status.behind] = [Math.abs(Number(values[0])), Math.abs(Number(values[1]))];
}

function pathAfter(fields: string[], count: number): string {
  return cleanLine(fields.slice(count).join(' '));
}

/** Of `XY`, the index and the work tree: the first that says something. */
function changeWord(codes: string): string {
  const code = [...codes].find((letter) => letter !== '.') ?? 'M';
  return { A: 'added', D: 'deleted', R: 'renamed', C: 'added' }[code] ?? 'modified';
}

/** Reads the log in the form asked for above. */
export function parseLog(text: string): ContextGit['commits'] {
  const commits: ContextGit['commits'] = [];
  for (const record of text.split('\0')) {
    const [commit = '', at = '', author = '', subject = ''] = record.split('\u001f');
    const date = new Date(at);
    if (!/^[0-9a-f]{40,64}$/.test(commit) || Number.isNaN(date.getTime())) continue;
    commits.push({ commit, at: date.toISOString(), author: cleanLine(author), subject: redact(cleanLine(subject)).slice(0, 200) });
  }
  return commits;
}

/** `origin` if it is there, else the first; names and passwords in the address are masked. */
export function parseRemote(text: string): string | null {
  const remotes = text
    .split('\0')
    .map((record) => record.split('\n', 2))
    .filter((parts) => parts.length === 2);
  const found = remotes.find(([key]) => key === 'remote.origin.url') ?? remotes[0];
  return found?.[1] === undefined ? null : maskAddress(cleanLine(found[1]));
}

/** `https://user:token@host/x` → `https://***@host/x`; also where the address is broken. `git@host:x` holds no secret. */
export function maskAddress(address: string): string {
  return redact(address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1***@'));
}
