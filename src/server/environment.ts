/** Which variables travel with a request, and what a request's environment is. */
import type { AnyIntegration } from '#kit';

/** What decides where configuration lies; integrations add their own (KUBECONFIG). None holds a secret. */
const always = ['HOME', 'XDG_CONFIG_HOME', 'DEVOS_CONFIG'];

export function carriedNames(integrations: AnyIntegration[]): string[] {
  return [...new Set([...always, ...integrations.flatMap((integration) => integration.carries)])];
}

/** The daemon's own environment, but for the carried variables: those are the request's, also where it has none. */
export function requestEnvironment(
  daemon: Record<string, string | undefined>,
  request: Record<string, string>,
  carried: string[],
): Record<string, string | undefined> {
  const env = { ...daemon };
  for (const name of carried) {
    delete env[name];
    if (request[name] !== undefined) env[name] = request[name];
  }
  return env;
}
