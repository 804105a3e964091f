/** Secrets in the configuration are references; this is where one becomes a Secret, in the daemon, when it connects. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { cleanLine } from './clean.ts';
import { AppError } from './errors.ts';
import { redact } from './redact.ts';
import { Secret } from './secret.ts';

const maxBytes = 64 * 1024;
const forms = '{ env: NAME }, { file: /path } or { command: [program, argument] }';

/** `{ env: NAME }`, `{ file: path }` or `{ command: [program, …] }`; a plain text is refused, whatever it says. */
export function secretReference() {
  return z.union(
    [
      z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/) }),
      z.strictObject({ file: z.string().min(1).max(4096) }),
      z.strictObject({ command: z.array(z.string()).min(1).max(64) }),
    ],
    {
      error: ({ input }) =>
        typeof input === 'string' ? `a secret is never a value in the configuration: refer to it by ${forms}` : `must be one of ${forms}`,
    },
  );
}

export type SecretReference = z.infer<ReturnType<typeof secretReference>>;

export interface ResolveSecretOptions {
  env: Record<string, string | undefined>;
  /** Where a command runs. */
  cwd: string;
  /** For a command; 10 s unless given. */
  timeoutMs?: number;
}

/** Reads the secret now. CONFIG_INVALID, saying what to mend, where it is a plain value, missing, empty, or open for others to read. */
export async function resolveSecret(reference: unknown, options: ResolveSecretOptions): Promise<Secret> {
  const parsed = secretReference().safeParse(reference);
  if (!parsed.success)
    throw invalid(
      typeof reference === 'string' ? 'A secret is written into the configuration as a value' : 'A secret reference cannot be understood',
      `Secrets are never values in the configuration. Refer to it by ${forms}`,
    );
  const known = parsed.data;
  if ('env' in known) return notEmpty(fromEnv(known.env, options), `The environment variable ${known.env}`);
  if ('file' in known) return notEmpty(await fromFile(known.file, options), `The file ${known.file}`);
  return notEmpty(await fromCommand(known.command, options), `What ${known.command[0] ?? ''} printed`);
}

function notEmpty(text: string, what: string): Secret {
  const value = text.replace(/[\r\n]+$/, '');
  if (value === '') throw invalid(`${what} is empty`, 'Put the secret there, then try again.');
  return new Secret(value);
}

function fromEnv(name: string, { env }: ResolveSecretOptions): string {
  const value = env[name];
  if (value === undefined)
    throw invalid(
      `The environment variable ${name} is not set where the daemon runs`,
      `Start the daemon where it is set: devos daemon stop, then export ${name}=… and ask again`,
    );
  return value;
}

async function fromFile(path: string, options: ResolveSecretOptions): Promise<string> {
  const full = absolutePath(path, options);
  let handle: FileHandle | undefined;
  try {
    // Not blocking: a pipe in its place would hold the daemon up.
    handle = await open(full, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await handle.stat();
    if (!found.isFile() || found.size > maxBytes)
      throw invalid(`${full} is no file that could hold a secret`, `Look at it with: ls -l ${full}`);
    if ((found.mode & 0o007) !== 0)
      throw invalid(`${full} holds a secret and is open to every user of this machine`, `Close it with: chmod 600 ${full}`);
    return await handle.readFile('utf8');
  } catch (error) {
    if (AppError.isInstance(error)) throw error;
    throw invalid(`The secret in ${full} cannot be read`, `Check that it is there and yours: ls -l ${full}`, error);
  } finally {
    await handle?.close();
  }
}

/** Relative paths are refused: which secret is used must not depend on the folder somebody stands in. */
function absolutePath(path: string, { env }: ResolveSecretOptions): string {
  if (isAbsolute(path)) return path;
  const home = env['HOME'];
  if (path.startsWith('~/') && home !== undefined && isAbsolute(home)) return join(home, path.slice(2));
  throw invalid(
    `The secret file ${path} has no absolute path`,
    'Write it from the root, or from your home folder: file: ~/.config/devos/token',
  );
}

function fromCommand([program = '', ...args]: string[], { env, cwd, timeoutMs = 10_000 }: ResolveSecretOptions): Promise<string> {
  // `./helper` would be whatever lies in the folder somebody stands in.
  if (program === '' || (program.includes('/') && !isAbsolute(program)))
    throw invalid(
      `The secret command ${program} has no absolute path`,
      'Write its full path, or a name that PATH finds: command: [pass, show, jira]',
    );
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { cwd, env, encoding: 'utf8', timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: maxBytes, windowsHide: true },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        const said = cleanLine(redact(stderr)).slice(0, 200);
        const why = error.killed === true ? `did not end within ${timeoutMs} ms` : said || `ended with ${error.code ?? 'an error'}`;
        // The error itself repeats the whole command line; it stays out of reach.
        reject(invalid(`The command ${program} gave no secret: ${why}`, `Try it yourself: ${program}`));
      },
    );
    child.stdin?.end(); // nothing ever waits for input
  });
}

function invalid(message: string, hint: string, cause?: unknown): AppError {
  return new AppError(message, { code: 'CONFIG_INVALID', hint, cause });
}
