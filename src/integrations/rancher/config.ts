/** `connections.rancher` of the configuration. */
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { AppError, type ConnectOptions, createHttp, resolveSecret, Secret, secretReference } from '#kit';
import { z } from 'zod';
import { createClient, type RancherClient } from './client.ts';

export const RancherConfig = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe('Address of Rancher, such as https://rancher.example.com'),
  token: secretReference().describe('Where the API key (token-xxxxx:secret) is'),
  ca: z.string().min(1).max(4096).describe('File with the certificate authority, where it is your own').optional(),
});
export type RancherConfig = z.infer<typeof RancherConfig>;

/** Throws CONNECTION_MISSING where nothing is configured, CONFIG_INVALID where it cannot be used. Sends nothing yet. */
export async function connectRancher(options: ConnectOptions): Promise<RancherClient> {
  const { url, token, ca } = readConfig(options);
  const secret = await resolveSecret(token, options);
  const pem = ca === undefined ? undefined : await readCa(ca, options);
  const http = createHttp({
    baseUrl: url,
    headers: { authorization: new Secret(`Bearer ${secret.reveal()}`) },
    concurrency: 16,
    ...(pem === undefined ? {} : { tls: { ca: pem } }),
  });
  return createClient(http, { url: url.replace(/\/+$/, ''), token: secret, ca: pem, environments: options.environments });
}

function readConfig(options: ConnectOptions): RancherConfig {
  if (Object.keys(options.config).length === 0)
    throw new AppError('Rancher is not connected', {
      code: 'CONNECTION_MISSING',
      hint: `Add to ${configPath(options)}: ${example}   The contexts of your kubeconfig: devos "list the kubernetes contexts"`,
    });
  const parsed = RancherConfig.safeParse(options.config);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError(`connections.rancher.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`.replace('.:', ':'), {
      code: 'CONFIG_INVALID',
      hint: `In ${configPath(options)} it should look like this: ${example}`,
    });
  }
  assertSecure(parsed.data.url);
  return parsed.data;
}

const example = 'connections: { rancher: { url: "https://rancher.example.com", token: { file: ~/.config/devos/rancher-token } } }';

/** The token travels with every request: over plain HTTP only to this machine. */
function assertSecure(url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)) return;
  throw new AppError(`connections.rancher.url: ${url} would send the token unprotected`, {
    code: 'CONFIG_INVALID',
    hint: `Write it with https: https://${hostname}`,
  });
}

function located(path: string, { env, cwd }: ConnectOptions): string {
  const home = path.replace(/^~\//, `${env['HOME'] ?? ''}/`);
  return isAbsolute(home) ? home : resolve(cwd, home);
}

async function readCa(path: string, options: ConnectOptions): Promise<string> {
  try {
    return await readFile(located(path, options), 'utf8');
  } catch (error) {
    throw new AppError(`connections.rancher.ca: ${path} cannot be read`, {
      code: 'CONFIG_INVALID',
      hint: `Look at it with: ls -l ${path}`,
      cause: error,
    });
  }
}

/** The file that a person would write this into. */
function configPath({ env }: ConnectOptions): string {
  if (env['DEVOS_CONFIG'] !== undefined && env['DEVOS_CONFIG'] !== '') return env['DEVOS_CONFIG'];
  return join(env['XDG_CONFIG_HOME'] || '~/.config', 'devos', 'devos.yaml');
}

/** Changes when a file that was read does, so that a new token is used at once. */
export async function rancherStamp(options: ConnectOptions): Promise<string> {
  const parsed = RancherConfig.safeParse(options.config);
  if (!parsed.success) return '';
  const { token, ca } = parsed.data;
  const files = [...('file' in token ? [token.file] : []), ...(ca === undefined ? [] : [ca])];
  const stamps = await Promise.all(
    files.map((path) =>
      stat(located(path, options)).then(
        ({ mtimeMs, size, ino }) => `${mtimeMs}/${size}/${ino}`,
        () => '-', // what is wrong with it is said when it is read
      ),
    ),
  );
  return stamps.join(' ');
}
