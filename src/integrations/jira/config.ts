/** `connections.jira` of the configuration. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, type ConnectOptions, createHttp, resolveSecret, Secret, secretReference } from '#kit';
import { z } from 'zod';
import { createClient, type JiraClient } from './client.ts';

export const JiraConfig = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe('Address of the site, such as https://example.atlassian.net'),
  email: z.email().describe('E-mail address that the API token belongs to'),
  token: secretReference().describe('Where the API token is'),
  project: z.string().min(1).max(80).optional().describe('Key of the project that is meant where none is named'),
});
export type JiraConfig = z.infer<typeof JiraConfig>;

/** Throws CONNECTION_MISSING where nothing is configured, CONFIG_INVALID where it cannot be used. Sends nothing yet. */
export async function connectJira(options: ConnectOptions): Promise<JiraClient> {
  const { url, email, token, project } = readConfig(options);
  const secret = await resolveSecret(token, options);
  const http = createHttp({
    baseUrl: url,
    headers: { authorization: new Secret(`Basic ${Buffer.from(`${email}:${secret.reveal()}`).toString('base64')}`) },
    concurrency: 8,
  });
  return createClient(http, { url, ...(project === undefined ? {} : { project }) });
}

function readConfig(options: ConnectOptions): JiraConfig {
  if (Object.keys(options.config).length === 0)
    throw new AppError('Jira is not connected', { code: 'CONNECTION_MISSING', hint: `Add to ${configPath(options)}: ${example}` });
  const parsed = JiraConfig.safeParse(options.config);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError(`connections.jira.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`.replace('.:', ':'), {
      code: 'CONFIG_INVALID',
      hint: `In ${configPath(options)} it should look like this: ${example}`,
    });
  }
  assertSecure(parsed.data.url);
  return parsed.data;
}

const example =
  'connections: { jira: { url: "https://example.atlassian.net", email: me@example.com, token: { file: ~/.config/devos/jira-token }, project: OPS } }';

/** The token travels with every request: over plain HTTP only to this machine. */
function assertSecure(url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)) return;
  throw new AppError(`connections.jira.url: ${url} would send the token unprotected`, {
    code: 'CONFIG_INVALID',
    hint: `Write it with https: https://${hostname}`,
  });
}

/** The file that a person would write this into. */
function configPath({ env }: ConnectOptions): string {
  if (env['DEVOS_CONFIG'] !== undefined && env['DEVOS_CONFIG'] !== '') return env['DEVOS_CONFIG'];
  return join(env['XDG_CONFIG_HOME'] || '~/.config', 'devos', 'devos.yaml');
}

/** Changes when the token's file does, so that a new token is used at once. */
export async function jiraStamp({ config, env }: ConnectOptions): Promise<string> {
  const parsed = JiraConfig.safeParse(config);
  if (!parsed.success || !('file' in parsed.data.token)) return '';
  const path = parsed.data.token.file.replace(/^~\//, `${env['HOME'] ?? ''}/`);
  const found = await stat(path).catch(() => undefined); // what is wrong with it is said when it is read
  return found === undefined ? '' : `${found.mtimeMs}/${found.size}/${found.ino}`;
}
