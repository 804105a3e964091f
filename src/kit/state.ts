/** Where DevOS keeps its state, and the socket of its daemon: the same rule for the CLI and the server. Light: loaded on every call. */
import { AppError } from './errors.ts';

// Not `import`: that makes Node load fs.promises too, which costs each call of the CLI some 2 ms.
const { existsSync, lstatSync, mkdirSync } = process.getBuiltinModule('node:fs');

type Env = Record<string, string | undefined>;

/** The kernel takes about 107 bytes; a few are left for a temporary name beside the socket. */
const longestSocketPath = 100;

/** The state folder: `DEVOS_STATE_DIR`, else `devos` under the XDG state folder. Absolute. Not created here. */
export function stateDir(env: Env, cwd: string = process.cwd()): string {
  const named = env['DEVOS_STATE_DIR'];
  if (named !== undefined && named !== '') return named.startsWith('/') ? withoutEndSlash(named) : `${cwd}/${withoutEndSlash(named)}`;
  const base = env['XDG_STATE_HOME'];
  // XDG says that a relative path must be ignored.
  if (base !== undefined && base.startsWith('/')) return `${withoutEndSlash(base)}/devos`;
  const home = env['HOME'];
  if (home === undefined || home === '')
    throw new AppError('There is no home folder to keep state in', {
      code: 'CONFIG_INVALID',
      hint: 'Set HOME, or name a folder: DEVOS_STATE_DIR=/var/lib/devos devos doctor',
    });
  return `${withoutEndSlash(home)}/.local/state/devos`;
}

/** The daemon's unix socket for a state folder. Long paths move to a private folder beside XDG_RUNTIME_DIR or in /tmp, named by a hash. */
export function socketPath(folder: string, env: Env = process.env): string {
  const plain = `${folder}/devos.sock`;
  if (Buffer.byteLength(plain) <= longestSocketPath) return plain;
  // Loaded here only: nearly nobody needs it, and it would cost every call some milliseconds.
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const runtime = env['XDG_RUNTIME_DIR'];
  const base = runtime?.startsWith('/') === true && Buffer.byteLength(runtime) <= 40 ? withoutEndSlash(runtime) : '/tmp';
  return `${base}/devos-${process.getuid?.() ?? 0}/${hash}.sock`;
}

/** Makes a folder that only we can enter, or proves that it is one. Throws CONFIG_INVALID where somebody else could stand in it. */
export function ensurePrivateFolder(path: string): void {
  makeFolder(path);
  checkPrivateFolder(path);
}

/** Not `recursive`: that never returns where the kernel answers ENOENT though the parent is there, as in /proc. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT') throw error;
    const parent = path.slice(0, Math.max(1, path.lastIndexOf('/')));
    if (!existsSync(parent)) makeFolder(parent);
    if (!existsSync(path)) mkdirSync(path, { mode: 0o700 });
  }
}

/** Throws CONFIG_INVALID unless `path` is a folder of our own that nobody else can write to. */
export function checkPrivateFolder(path: string): void {
  const found = lstatSync(path);
  const own = process.getuid?.();
  if (found.isDirectory() && (own === undefined || found.uid === own) && (found.mode & 0o022) === 0) return;
  throw new AppError(`${path} is not a private folder of yours`, {
    code: 'CONFIG_INVALID',
    hint: `Look at it with: ls -ld ${path}   then remove it, or name another: DEVOS_STATE_DIR=/path devos doctor`,
  });
}

function withoutEndSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.replace(/\/+$/, '') || '/' : path;
}
