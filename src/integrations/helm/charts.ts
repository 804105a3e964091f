/** Where a chart comes from, fetched and hashed: what is approved is what is installed. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { AppError } from '#kit';
import { parse } from 'yaml';
import type { ChartSource, HelmConfig } from './config.ts';
import type { HelmProgram } from './program.ts';
import { ChartFile } from './schema.ts';

export interface ChartRequest {
  release: string;
  chart?: string | undefined;
  version?: string | undefined;
}

/** How helm is told: `[rabbitmq, --repo, https://…]`. */
export interface ChartPlace {
  title: string;
  args: string[];
  /** A folder or archive of this machine. */
  path?: string;
  /** As configured. */
  version?: string;
}

export interface FetchedChart {
  /** A folder or archive that helm can install. */
  file: string;
  name: string;
  version: string;
  appVersion: string;
  /** sha-256 of its content, hexadecimal. */
  digest: string;
  title: string;
  /** As a person would type it: `[user-service, --repo, https://…]`. */
  typed: string[];
}

const mostBytes = 20 * 1024 * 1024;
const mostFiles = 2000;

/** Throws NEEDS_ANSWER where nothing says which chart, INPUT_INVALID for one that cannot be told. */
export function placeOfChart({ release, chart }: ChartRequest, config: HelmConfig, cwd: string, home: string): ChartPlace {
  if (chart === undefined) {
    const source = config.charts[release];
    if (source !== undefined) return configured(source, cwd, home);
    throw new AppError(`Which chart is ${release} made from?`, {
      code: 'NEEDS_ANSWER',
      hint: `Name it ("… from ./charts/${release}"), or once for all: connections: { helm: { charts: { ${release}: { path: ./charts/${release} } } } }`,
      details: { input: 'chart', options: Object.keys(config.charts) },
    });
  }
  if (chart.startsWith('-'))
    throw new AppError(`${chart} is no chart`, { code: 'INPUT_INVALID', hint: 'Name a path, repository/name or oci:// address.' });
  if (config.charts[chart] !== undefined) return configured(config.charts[chart], cwd, home);
  if (chart.startsWith('oci://')) return { title: chart, args: [chart] };
  if (/^https?:\/\//.test(chart)) return { title: chart, args: [secureUrl(chart)] };
  const [repository = '', name, ...rest] = chart.split('/');
  const url = config.repositories[repository];
  if (url !== undefined && name !== undefined && rest.length === 0) return { title: `${chart} (${url})`, args: [name, '--repo', url] };
  if (/^(?:\.{1,2}|~)?\//.test(chart) || chart.endsWith('.tgz') || rest.length > 0) return local(chart, cwd, home);
  // A repository that the user added to helm itself.
  return { title: chart, args: [chart] };
}

function configured(source: ChartSource, cwd: string, home: string): ChartPlace {
  if ('path' in source) return local(source.path, cwd, home);
  const version = source.version === undefined ? {} : { version: source.version };
  if ('oci' in source) return { title: source.oci, args: [source.oci], ...version };
  return { title: `${source.chart} (${source.repository})`, args: [source.chart, '--repo', source.repository], ...version };
}

function local(path: string, cwd: string, home: string): ChartPlace {
  const full = path.startsWith('~/') ? join(home, path.slice(2)) : resolve(cwd, path);
  return { title: path, args: [full], path: full };
}

function secureUrl(url: string): string {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)) return url;
  throw new AppError(`${url} would fetch a chart unprotected`, { code: 'INPUT_INVALID', hint: `Take it from https://${hostname}` });
}

/**
 * Gives the chart to `work` and removes what was fetched. `latest` is worked out here. Throws NOT_FOUND, INPUT_INVALID, and what helm says.
 */
export async function withChart<T>(
  helm: HelmProgram,
  place: ChartPlace,
  version: string | undefined,
  { cwd, signal }: { cwd: string; signal: AbortSignal },
  work: (chart: FetchedChart) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'devos-chart-'));
  try {
    const file = place.path ?? (await pull(helm, place, wanted(version, place), { folder, cwd, signal }));
    const described = await describe(helm, file, { cwd, signal });
    assertVersion(described.version, version, place);
    return await work({
      file,
      ...described,
      digest: await digestOf(file),
      title: place.title,
      typed: place.path === undefined ? place.args : [place.title],
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function wanted(version: string | undefined, place: ChartPlace): string | undefined {
  return version === undefined || version === 'latest' ? place.version : version;
}

async function pull(
  helm: HelmProgram,
  { args, title }: ChartPlace,
  version: string | undefined,
  { folder, cwd, signal }: { folder: string; cwd: string; signal: AbortSignal },
): Promise<string> {
  const exact = version === undefined ? [] : ['--version', version];
  await helm.run(['pull', ...args, ...exact, '--destination', folder], { cwd, signal, timeoutMs: 120_000 });
  const [file] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  if (file === undefined)
    throw new AppError(`helm fetched no chart from ${title}`, { code: 'NOT_FOUND', hint: 'Check the chart and its version.' });
  return join(folder, file);
}

async function describe(
  helm: HelmProgram,
  file: string,
  { cwd, signal }: { cwd: string; signal: AbortSignal },
): Promise<Pick<FetchedChart, 'name' | 'version' | 'appVersion'>> {
  const text = await helm.run(['show', 'chart', file], { cwd, signal });
  const parsed = ChartFile.safeParse(parse(text));
  if (!parsed.success)
    throw new AppError(`${file} has no Chart.yaml that can be read`, { code: 'INPUT_INVALID', hint: `Look at it with: helm lint ${file}` });
  return { name: parsed.data.name, version: parsed.data.version, appVersion: String(parsed.data.appVersion ?? '') };
}

/** A folder has the version it has. */
function assertVersion(found: string, asked: string | undefined, place: ChartPlace): void {
  if (asked === undefined || asked === 'latest' || place.path === undefined || plain(asked) === plain(found)) return;
  throw new AppError(`The chart in ${place.title} has version ${found}, not ${asked}`, {
    code: 'NOT_FOUND',
    hint: 'Leave the version out, or name a repository that has it.',
  });
}

const plain = (version: string): string => version.replace(/^v/, '');

/** Of a folder: of the names and contents of its files. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new AppError(`There is no chart at ${path}`, { code: 'NOT_FOUND', hint: 'Check the path.' });
  if (!found.isDirectory()) return hash.update(await readFile(path)).digest('hex');
  let size = 0;
  for (const file of await filesOf(path)) {
    const content = await readFile(file);
    size += content.length;
    if (size > mostBytes) throw tooLarge(path);
    hash.update(`${relative(path, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

async function filesOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.flatMap((entry) => (entry.isFile() || entry.isSymbolicLink() ? [join(entry.parentPath, entry.name)] : []));
  if (files.length > mostFiles) throw tooLarge(root);
  return files.toSorted();
}

function tooLarge(path: string): AppError {
  return new AppError(`${path} is too large for a chart`, {
    code: 'INPUT_INVALID',
    hint: `A chart may have ${mostFiles} files and 20 MB.`,
  });
}

/** Files with values, of the working folder. */
export async function digestOfFiles(files: readonly string[], cwd: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    const path = isAbsolute(file) ? file : resolve(cwd, file);
    const content = await readFile(path).catch((error: unknown) => {
      throw new AppError(`The values file ${file} cannot be read`, {
        code: 'NOT_FOUND',
        hint: `Look at it with: ls -l ${path}`,
        cause: error,
      });
    });
    hash.update(`${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
