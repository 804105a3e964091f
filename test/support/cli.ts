/** Runs the command line as a process of its own, without a terminal. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const cliMain = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export async function runCli(
  args: string[],
  options: { env: Record<string, string | undefined>; cwd?: string; input?: string },
): Promise<CliResult> {
  const child = spawn(process.execPath, [cliMain, ...args], {
    env: options.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const result: CliResult = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (result.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const [code] = await once(child, 'close');
  result.code = typeof code === 'number' ? code : null;
  return result;
}

/** The error of a `-o json` answer: `{ code, hint }`. */
export function errorOf({ stdout, stderr, code }: CliResult): { exit: number | null; code: string; hint: string } {
  const text = stdout.trim() === '' ? '{}' : stdout;
  const parsed: unknown = JSON.parse(text);
  const whole = isObject(parsed) ? parsed : {};
  const error = isObject(whole['error']) ? whole['error'] : whole;
  return { exit: code, code: String(error['code'] ?? error['status'] ?? stderr), hint: String(error['hint'] ?? '') };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
