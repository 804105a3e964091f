/** Context as a person reads it. Headings and indented lines; no boxes. */
import type { ContextFiles, ContextGit, ContextProcess, SystemContext } from '#kit';

export function renderContext({ files, processes, git, notes }: SystemContext): string {
  const parts: string[][] = [];
  if (git !== undefined) parts.push(git === null ? ['git  this folder is in no git work tree'] : gitLines(git));
  if (files !== undefined) parts.push(fileLines(files));
  if (processes !== undefined) parts.push(processLines(processes));
  if (notes.length > 0) parts.push(['left out', ...notes.map((note) => `  ${note}`)]);
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function gitLines(git: ContextGit): string[] {
  const upstream = git.upstream === null ? 'no upstream' : `${git.ahead} ahead, ${git.behind} behind ${git.upstream}`;
  const lines = ['git', `  branch   ${git.branch ?? 'none (HEAD is detached)'}  (${upstream})`, `  remote   ${git.remote ?? 'none'}`];
  lines.push(`  changes  ${git.changes.length === 0 ? 'none' : git.changes.length}`);
  for (const { change, path } of git.changes) lines.push(`    ${change.padEnd(10)} ${path}`);
  lines.push(`  commits  ${git.commits.length === 0 ? 'none' : `last ${git.commits.length}`}`);
  for (const { commit, at, author, subject } of git.commits)
    lines.push(`    ${commit.slice(0, 8)}  ${at.slice(0, 10)}  ${author}  ${subject}`);
  return lines;
}

function fileLines({ folder, from, entries }: ContextFiles): string[] {
  const without = from === 'git' ? 'without what git ignores' : 'without dot folders and node_modules';
  return [`files  ${folder}  (${without})`, ...entries.map((entry) => `  ${fileWords(entry)}`)];
}

function fileWords({ path, type, bytes, files }: ContextFiles['entries'][number]): string {
  switch (type) {
    case 'folder':
      return files === undefined ? `${path}/` : `${path}/  (${files} file${files === 1 ? '' : 's'})`;
    case 'link':
      return `${path}  (link)`;
    case 'file':
      return bytes === undefined ? path : `${path}  ${size(bytes)}`;
  }
}

function processLines(processes: ContextProcess[]): string[] {
  const lines = processes.map(
    ({ pid, cpuPercent, memoryBytes, command }) =>
      `  ${String(pid).padStart(7)}  ${cpuPercent.toFixed(1).padStart(5)}  ${size(memoryBytes).padStart(8)}  ${command}`,
  );
  return ['processes', `  ${'PID'.padStart(7)}  ${'CPU %'.padStart(5)}  ${'MEMORY'.padStart(8)}  COMMAND`, ...lines];
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${Math.round(bytes / 1024)} KiB`;
  if (bytes < 1024 ** 3) return `${Math.round(bytes / 1024 ** 2)} MiB`;
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
