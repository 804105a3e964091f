/** Finds and merges kubeconfig files as kubectl does: KUBECONFIG, else ~/.kube/config, else the service account of the pod. */
import { readFile, stat } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { AppError } from '#kit';
import { type KubeconfigCluster, type KubeconfigContext, type KubeconfigUser, parseKubeconfig } from './kubeconfig-file.ts';

export interface KubeconfigSources {
  env: Record<string, string | undefined>;
  /** What relative entries of KUBECONFIG are relative to. */
  cwd: string;
  /** Where a pod finds its service account. */
  serviceAccountDir?: string;
}

/** An entry and the folder that its relative paths start from. */
export interface Located<T> {
  value: T;
  dir: string;
}

export interface Kubeconfig {
  /** Files that were read, first wins. */
  files: string[];
  currentContext: string | undefined;
  clusters: ReadonlyMap<string, Located<KubeconfigCluster>>;
  users: ReadonlyMap<string, Located<KubeconfigUser>>;
  contexts: ReadonlyMap<string, Located<KubeconfigContext>>;
}

const accountDir = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Throws KUBECONFIG_MISSING where there is none, KUBECONFIG_INVALID where one cannot be read or understood. */
export async function loadKubeconfig(sources: KubeconfigSources): Promise<Kubeconfig> {
  const { paths, named } = kubeconfigPaths(sources);
  const found: { path: string; text: string }[] = [];
  for (const path of paths) {
    const text = await readIfThere(path);
    if (text !== undefined) found.push({ path, text });
  }
  if (found.length === 0) return (await inCluster(sources)) ?? missing(paths, named);
  return merge(found);
}

/** A kubeconfig that is no file. */
export function readKubeconfigText(title: string, text: string): Kubeconfig {
  return { ...merge([{ path: title, text }]), files: [] };
}

/** The files that are read, whether they exist or not. */
export function kubeconfigPaths({ env, cwd }: KubeconfigSources): { paths: string[]; named: boolean } {
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((entry) => entry !== '');
  if (named.length > 0) return { paths: [...new Set(named.map((entry) => resolve(cwd, entry)))], named: true };
  const home = env['HOME'] ?? env['USERPROFILE'];
  return { paths: home === undefined || home === '' ? [] : [join(home, '.kube', 'config')], named: false };
}

/** Changes when one of the files was changed, appeared or went. */
export async function kubeconfigStamp(sources: KubeconfigSources): Promise<string> {
  return fileStamp(kubeconfigPaths(sources).paths);
}

export async function fileStamp(paths: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    paths.map((path) =>
      stat(path, { bigint: true }).then(
        (found) => `${found.ino}.${found.mtimeNs}.${found.size}`,
        () => '-',
      ),
    ),
  );
  return stamps.join(' ');
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new AppError(`Cannot read ${path}`, {
      code: 'KUBECONFIG_INVALID',
      hint: `Look at it with: ls -l ${path}`,
      details: { file: path },
      cause: error,
    });
  }
}

function missing(paths: string[], named: boolean): never {
  const where = paths.join(', ');
  throw new AppError(
    named ? `KUBECONFIG names no file that exists: ${where}` : `There is no kubeconfig${where === '' ? '' : ` at ${where}`}`,
    {
      code: 'KUBECONFIG_MISSING',
      hint: named
        ? 'Mend the variable, or leave it out: unset KUBECONFIG'
        : 'Name one: export KUBECONFIG=/path/to/kubeconfig   or look around first: devos demo',
      details: { paths },
    },
  );
}

function merge(found: { path: string; text: string }[]): Kubeconfig {
  const clusters = new Map<string, Located<KubeconfigCluster>>();
  const users = new Map<string, Located<KubeconfigUser>>();
  const contexts = new Map<string, Located<KubeconfigContext>>();
  let currentContext: string | undefined;
  for (const { path, text } of found) {
    const file = parseKubeconfig(path, text);
    const dir = dirname(path);
    for (const { name, cluster } of file.clusters ?? []) keepFirst(clusters, name, cluster, dir);
    for (const { name, user } of file.users ?? []) keepFirst(users, name, user, dir);
    for (const { name, context } of file.contexts ?? []) keepFirst(contexts, name, context, dir);
    currentContext ??= file['current-context'] || undefined;
  }
  return { files: found.map(({ path }) => path), currentContext, clusters, users, contexts };
}

function keepFirst<T>(map: Map<string, Located<T>>, name: string, value: T | null | undefined, dir: string): void {
  if (!map.has(name) && value !== null && value !== undefined) map.set(name, { value, dir });
}

/** Inside a pod: the API server from the environment, credentials from the mounted service account. */
async function inCluster({ env, serviceAccountDir: dir = accountDir }: KubeconfigSources): Promise<Kubeconfig | undefined> {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const token = await readIfThere(join(dir, 'token'));
  if (host === undefined || host === '' || token === undefined) return undefined;
  const namespace = (await readIfThere(join(dir, 'namespace')))?.trim();
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT'] ?? '443'}`;
  const name = 'in-cluster';
  return {
    files: [],
    currentContext: name,
    clusters: new Map([[name, { value: { server, 'certificate-authority': 'ca.crt' }, dir }]]),
    users: new Map([[name, { value: { tokenFile: 'token' }, dir }]]),
    contexts: new Map([[name, { value: { cluster: name, user: name, ...(namespace === undefined ? {} : { namespace }) }, dir }]]),
  };
}
