/** Runs another program for its output: an argument array, no shell, a deadline, a limit, and an environment of its own. */
import { spawn } from 'node:child_process';

export interface ProgramOptions {
  cwd: string;
  signal: AbortSignal;
  timeoutMs: number;
  /** Output past this is cut, and the program is stopped. */
  maxBytes: number;
}

export interface ProgramOutput {
  /** Undefined where it could not be started or was stopped. */
  exitCode: number | undefined;
  stdout: string;
  /** True where output was cut. */
  cut: boolean;
  timedOut: boolean;
}

/** Only what a program needs to find itself and its user's configuration; nothing of ours, no secret. */
const passedOn = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'TMPDIR'];

/** Never throws for what the program does; throws only when the caller's signal aborts. */
export async function runProgram(program: string, args: string[], options: ProgramOptions): Promise<ProgramOutput> {
  options.signal.throwIfAborted();
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const env: Record<string, string> = { LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
  for (const name of passedOn) if (process.env[name] !== undefined) env[name] = process.env[name];
  const output = await new Promise<ProgramOutput>((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
      signal: AbortSignal.any([options.signal, deadline]),
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let cut = false;
    child.stdout.on('data', (chunk: Buffer) => {
      if (cut) return;
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= options.maxBytes) return;
      cut = true;
      child.kill('SIGKILL');
    });
    const end = (exitCode: number | undefined): void =>
      resolve({ exitCode, stdout: Buffer.concat(chunks).toString('utf8'), cut, timedOut: deadline.aborted });
    child.on('error', () => end(undefined));
    child.on('close', (code) => end(code ?? undefined));
  });
  options.signal.throwIfAborted();
  return output;
}
