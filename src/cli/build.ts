/** Tells whether the running daemon was started from other code than ours. Light: loaded on every call. */

// Not `import`: that makes Node load fs.promises too, which costs each call some 2 ms.
const { readFileSync, statSync, writeFileSync } = process.getBuiltinModule('node:fs');

/** The folder that holds package.json. */
export const root = import.meta.dirname.replace(/\/src\/cli$/, '');

/** Changes with every upgrade, pull, checkout and commit. An edit alone does not change it: walking all files would cost each call some milliseconds. */
export function codeStamp(folder: string = root): string {
  return ['package.json', '.git/HEAD', '.git/logs/HEAD'].map((name) => changedAt(`${folder}/${name}`)).join(' ');
}

function changedAt(path: string): string {
  return String(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? '-');
}

const stampFile = (state: string): string => `${state}/daemon.build`;

export function recordBuild(state: string): void {
  writeFileSync(stampFile(state), codeStamp(), { mode: 0o600 });
}

/** False where nothing is recorded: then the daemon was started by other means and is taken as it is. */
export function isOutdated(state: string): boolean {
  try {
    return readFileSync(stampFile(state), 'utf8') !== codeStamp();
  } catch {
    return false;
  }
}
