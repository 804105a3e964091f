/** What runs on this machine: from /proc on Linux, from `ps` elsewhere. Command lines are masked and cut. */
import { readdir, readFile } from 'node:fs/promises';
import { cleanLine, type ContextProcess } from '#kit';
import { maskArguments } from './mask.ts';
import { type ProgramOptions, runProgram } from './program.ts';

/** Linux counts process times in hundredths of a second whatever the kernel's own clock is. */
const ticksPerSecond = 100;

/** The busiest first, then the largest. */
export async function readProcesses(options: ProgramOptions, limit: number, notes: string[]): Promise<ContextProcess[]> {
  const found = (await fromProc(options.signal)) ?? (await fromPs(options));
  if (found === undefined) {
    notes.push('processes: neither /proc nor ps could be read');
    return [];
  }
  if (found.length > limit) notes.push(`processes: ${limit} of ${found.length} shown`);
  return found.toSorted((left, right) => right.cpuPercent - left.cpuPercent || right.memoryBytes - left.memoryBytes).slice(0, limit);
}

/** Undefined where there is no /proc. */
async function fromProc(signal: AbortSignal): Promise<ContextProcess[] | undefined> {
  const [names, uptime] = await Promise.all([readdir('/proc').catch(() => []), readFile('/proc/uptime', 'utf8').catch(() => '')]);
  const upSeconds = Number(uptime.split(' ')[0]);
  const pids = names.filter((name) => /^\d+$/.test(name));
  if (pids.length === 0 || !(upSeconds > 0)) return undefined;
  const found: ContextProcess[] = [];
  for (const pid of pids) {
    signal.throwIfAborted();
    const one = await readOne(pid, upSeconds);
    if (one !== undefined) found.push(one);
  }
  return found;
}

async function readOne(pid: string, upSeconds: number): Promise<ContextProcess | undefined> {
  try {
    const [stat, status, commandLine] = await Promise.all(
      ['stat', 'status', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8')),
    );
    return parseProc({ pid: Number(pid), stat: stat ?? '', status: status ?? '', commandLine: commandLine ?? '', upSeconds });
  } catch {
    return undefined; // It ended while we looked.
  }
}

/** Undefined for threads of the kernel, which have no command line. */
export function parseProc(read: {
  pid: number;
  stat: string;
  status: string;
  commandLine: string;
  upSeconds: number;
}): ContextProcess | undefined {
  if (read.commandLine === '') return undefined;
  // The name stands in brackets and may hold spaces and brackets itself: fields count from the last one.
  const close = read.stat.lastIndexOf(')');
  const fields = read.stat.slice(close + 2).split(' ');
  const [userTicks, systemTicks, startTicks] = [fields[11], fields[12], fields[19]].map(Number);
  const lived = Math.max(read.upSeconds - (startTicks ?? 0) / ticksPerSecond, 0.01);
  const cpu = ((userTicks ?? 0) + (systemTicks ?? 0)) / ticksPerSecond / lived;
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(read.status)?.[1] ?? 0);
  return {
    pid: read.pid,
    name: cleanLine(read.stat.slice(read.stat.indexOf('(') + 1, close)),
    command: maskArguments(read.commandLine.replace(/\0+$/, '').split('\0')),
    cpuPercent: Math.round(cpu * 1000) / 10,
    memoryBytes: kilobytes * 1024,
  };
}

async function fromPs(options: ProgramOptions): Promise<ContextProcess[] | undefined> {
  const { stdout, exitCode } = await runProgram('ps', ['-axo', 'pid=,pcpu=,rss=,args='], options);
  return exitCode === 0 ? parsePs(stdout) : undefined;
}

/** Lines of pid, CPU percent, resident kilobytes, command line. */
export function parsePs(text: string): ContextProcess[] {
  const found: ContextProcess[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*(\d+)\s+([\d.]+)\s+(\d+)\s+(\S.*)$/.exec(line);
    if (match === null) continue;
    const args = (match[4] ?? '').split(' ');
    found.push({
      pid: Number(match[1]),
      name: cleanLine((args[0] ?? '').split('/').at(-1) ?? ''),
      command: maskArguments(args),
      cpuPercent: Number(match[2]),
      memoryBytes: Number(match[3]) * 1024,
    });
  }
  return found;
}
