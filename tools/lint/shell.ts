/** Other programs get argument arrays, never strings for a shell. */

/** Exports of `node:child_process` that take a string for a shell. */
export const shellFunctions: readonly string[] = ['exec', 'execSync'];

/** Functions whose options may ask for a shell. */
export const spawnFunctions: readonly string[] = ['spawn', 'spawnSync', 'execFile', 'execFileSync'];

export const shellPrograms = /^(?:.*\/)?(?:sh|bash|dash|zsh|ksh|fish|cmd|cmd\.exe|powershell|pwsh)$/;
