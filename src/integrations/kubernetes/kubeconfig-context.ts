/** One context of a kubeconfig, ready to connect to: address, trust, and where its credentials come from. */
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { AppError, type Json, Secret } from '#kit';
import type { Kubeconfig, Located } from './kubeconfig.ts';
import type { KubeconfigCluster, KubeconfigExec, KubeconfigUser } from './kubeconfig-file.ts';

export interface Target {
  context: string;
  cluster: string;
  /** Everything that a rule of an environment may call it. */
  names: string[];
  user: string;
  /** Where a bare name is looked for. */
  namespace: string;
  server: string;
  ca?: string;
  servername?: string;
  insecure: boolean;
  /** What exec plug-ins may be told about the cluster. */
  execConfig?: Json;
  login: Login;
  /** Credential files; when one changes, what was made from the target is old. */
  files: string[];
}

export interface Login {
  token?: Secret;
  tokenFile?: string;
  cert?: string;
  key?: Secret;
  exec?: { spec: KubeconfigExec; dir: string };
  /** `Impersonate-*` headers. */
  headers: Record<string, string>;
}

/** The current context unless one is named. Throws NOT_FOUND for one that is not there, KUBECONFIG_INVALID for one that cannot be used. */
export async function resolveContext(config: Kubeconfig, wanted?: string): Promise<Target> {
  const name = wanted ?? currentOf(config);
  const context = config.contexts.get(name)?.value;
  if (context === undefined)
    throw new AppError(`There is no context ${name} in the kubeconfig`, {
      code: 'NOT_FOUND',
      hint: `There are: ${[...config.contexts.keys()].slice(0, 12).join(', ')}`,
    });
  const clusterName = context.cluster ?? '';
  const userName = context.user ?? '';
  const cluster = config.clusters.get(clusterName);
  if (cluster === undefined) throw unusable(config, `The context ${name} names a cluster "${clusterName}" that is not there`);
  const user = config.users.get(userName);
  if (user === undefined && userName !== '') throw unusable(config, `The context ${name} names a user "${userName}" that is not there`);
  const files: string[] = [];
  const trust = await readTrust(config, name, cluster, files);
  const login = user === undefined ? { headers: {} } : await readLogin(config, userName, user, files);
  const namespace =
    context.namespace === undefined || context.namespace === null || context.namespace === '' ? 'default' : context.namespace;
  return { context: name, cluster: clusterName, names: [name, clusterName], user: userName, namespace, ...trust, login, files };
}

/** Throws KUBECONFIG_INVALID where there is none. */
export function currentOf(config: Kubeconfig): string {
  const { currentContext } = config;
  if (currentContext !== undefined && config.contexts.has(currentContext)) return currentContext;
  const names = [...config.contexts.keys()];
  throw new AppError(
    currentContext === undefined
      ? 'The kubeconfig has no current context'
      : `The current context "${currentContext}" is not in the kubeconfig`,
    {
      code: 'KUBECONFIG_INVALID',
      hint:
        names.length === 0
          ? `It holds no context: ${config.files.join(', ')}`
          : `Choose one: kubectl config use-context ${names[0]}   (there are: ${names.slice(0, 8).join(', ')})`,
      details: { files: config.files },
    },
  );
}

/** A context by its name; the name of a cluster does where only one context leads there. Throws AMBIGUOUS. */
export function contextNamed(config: Kubeconfig, wanted: string): string | undefined {
  if (config.contexts.has(wanted)) return wanted;
  const leading = [...config.contexts].filter(([, { value }]) => value.cluster === wanted).map(([name]) => name);
  if (leading.length < 2) return leading[0];
  throw new AppError(`Several contexts lead to the cluster ${wanted}`, {
    code: 'AMBIGUOUS',
    hint: `There are: ${leading.slice(0, 12).join(', ')}`,
    details: { contexts: leading.slice(0, 50) },
  });
}

/** Plain HTTP is for this machine only. */
function isPrivate(server: string): boolean {
  const { protocol, hostname } = new URL(server);
  return protocol === 'https:' || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

type Trust = Pick<Target, 'server' | 'insecure' | 'ca' | 'servername' | 'execConfig'>;

async function readTrust(config: Kubeconfig, context: string, { value, dir }: Located<KubeconfigCluster>, files: string[]): Promise<Trust> {
  const server = (value.server ?? '').replace(/\/+$/, '');
  if (!URL.canParse(server) || !/^https?:$/.test(new URL(server).protocol))
    throw unusable(config, `The context ${context} has no usable server address: "${server}"`);
  if (!isPrivate(server))
    throw unusable(
      config,
      `The context ${context} would send its credentials unprotected to ${server}`,
      'Use https for a cluster that is not on this machine.',
    );
  if (value['proxy-url'])
    throw unusable(
      config,
      `The context ${context} asks for a proxy (proxy-url), which is not supported yet`,
      'Use a context that reaches the cluster without one, or a tunnel of your own.',
    );
  const ca = await readPem(config, value['certificate-authority-data'], value['certificate-authority'], dir, files);
  const insecure = value['insecure-skip-tls-verify'] === true;
  if (insecure && ca !== undefined)
    throw unusable(
      config,
      `The context ${context} has both a certificate authority and insecure-skip-tls-verify`,
      'Take one of the two out: kubectl config set-cluster NAME --insecure-skip-tls-verify=false',
    );
  const extension = value.extensions?.find((candidate) => candidate.name === 'client.authentication.k8s.io/exec')?.extension;
  const trust: Trust = { server, insecure };
  if (ca !== undefined) trust.ca = ca;
  if (value['tls-server-name']) trust.servername = value['tls-server-name'];
  if (extension !== undefined && extension !== null) trust.execConfig = extension;
  return trust;
}

async function readLogin(config: Kubeconfig, name: string, { value, dir }: Located<KubeconfigUser>, files: string[]): Promise<Login> {
  refuseOldLogins(config, name, value);
  const login: Login = { headers: impersonation(config, name, value) };
  const cert = await readPem(config, value['client-certificate-data'], value['client-certificate'], dir, files);
  const key = await readPem(config, value['client-key-data'], value['client-key'], dir, files);
  if ((cert === undefined) !== (key === undefined))
    throw unusable(
      config,
      `The user ${name} has a client ${cert === undefined ? 'key without its certificate' : 'certificate without its key'}`,
    );
  if (cert !== undefined && key !== undefined) Object.assign(login, { cert, key: new Secret(key) });
  if (value.token) login.token = new Secret(value.token);
  if (value.tokenFile) login.tokenFile = located(value.tokenFile, dir);
  if (value.exec) login.exec = { spec: value.exec, dir };
  return login;
}

function refuseOldLogins(config: Kubeconfig, name: string, user: KubeconfigUser): void {
  if (user['auth-provider'] !== undefined && user['auth-provider'] !== null)
    throw unusable(
      config,
      `The user ${name} signs in through auth-provider, which Kubernetes removed in 1.26`,
      'Let your cloud write an exec plug-in instead, for example: gcloud container clusters get-credentials NAME',
    );
  if (user.username || user.password)
    throw unusable(
      config,
      `The user ${name} signs in with a password, which Kubernetes removed in 1.19`,
      `Use a token: kubectl config set-credentials ${name} --token=…`,
    );
}

/** One header cannot be sent several times here, so that several groups are refused instead of losing all but one. */
function impersonation(config: Kubeconfig, name: string, user: KubeconfigUser): Record<string, string> {
  const groups = user['as-groups'] ?? [];
  if (groups.length > 1 || (user['as-user-extra'] !== undefined && user['as-user-extra'] !== null))
    throw unusable(config, `The user ${name} impersonates with several groups or extra fields, which is not supported yet`);
  const headers: Record<string, string> = {};
  if (user.as) headers['impersonate-user'] = user.as;
  if (user['as-uid']) headers['impersonate-uid'] = user['as-uid'];
  if (groups[0] !== undefined) headers['impersonate-group'] = groups[0];
  return headers;
}

/** Data before file, as kubectl does. */
async function readPem(
  config: Kubeconfig,
  data: string | null | undefined,
  file: string | null | undefined,
  dir: string,
  files: string[],
): Promise<string | undefined> {
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  if (!file) return undefined;
  const path = located(file, dir);
  files.push(path);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unusable(config, `The kubeconfig names ${path}, which cannot be read`, `Look at it with: ls -l ${path}`, error);
  }
}

/** Relative paths of an entry start at the file that it came from. */
export function located(path: string, dir: string): string {
  return isAbsolute(path) ? path : join(dir, path);
}

function unusable(config: Kubeconfig, message: string, hint = 'Look at it with: kubectl config view', cause?: unknown): AppError {
  return new AppError(message, { code: 'KUBECONFIG_INVALID', hint, details: { files: config.files }, cause });
}
