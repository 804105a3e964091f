/** The integration connected to a simulated Jira. */
import { type ConnectOptions, type JsonObject, type RunContext } from '#kit';
import { type SandboxJira, startJira } from '#sandbox';
import type { JiraClient } from '../client.ts';
import { jira } from '../index.ts';

export interface World {
  site: SandboxJira;
  client: JiraClient;
  context: (key?: string) => RunContext<JiraClient>;
  /** Requests that change something. */
  writes: () => string[];
  close: () => Promise<void>;
}

const now = new Date('2026-11-23T12:00:00Z');

export const options = (config: JsonObject, env: Record<string, string | undefined> = {}): ConnectOptions => ({
  config,
  environments: [],
  env,
  cwd: '/',
  clustersOf: () => Promise.resolve(undefined),
});

export async function startWorld(more: JsonObject = {}): Promise<World> {
  const site = await startJira({ clock: () => now });
  const connected = await jira.connect(
    options({ url: site.url, email: site.email, token: { env: 'TOKEN' }, ...more }, { TOKEN: site.token }),
  );
  return {
    site,
    client: connected.client,
    context: (key = 'R-1/1') => ({
      client: connected.client,
      signal: AbortSignal.timeout(10_000),
      clock: () => now,
      cwd: '/',
      key,
      progress: () => undefined,
      output: () => undefined,
    }),
    writes: () => site.requests.filter(({ method, path }) => method !== 'GET' && !path.includes('/search/')).map(({ method, path }) => `${method} ${path}`),
    async close() {
      await connected.close();
      await site.close();
    },
  };
}
