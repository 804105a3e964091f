/** Kubeconfigs for the sandbox's users. */
import { stringify } from 'yaml';
import type { Tokens } from './access.ts';
import type { Certificate } from './certificates.ts';
import type { JsonObject } from './json.ts';

export interface KubeconfigParts {
  url: string;
  ca: string;
  tokens: Tokens;
  client: Certificate;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

export function kubeconfigFor(
  { url, ca, tokens, client }: KubeconfigParts,
  user: 'admin' | 'viewer' | 'expired' | 'anonymous' | 'certificate',
): string {
  const credentials: Record<typeof user, JsonObject> = {
    admin: { token: tokens.admin },
    viewer: { token: tokens.viewer },
    expired: { token: tokens.expired },
    anonymous: {},
    certificate: { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) },
  };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'demo',
    clusters: [{ name: 'demo', cluster: { server: url, 'certificate-authority-data': base64(ca) } }],
    users: [{ name: user, user: credentials[user] }],
    contexts: [{ name: 'demo', context: { cluster: 'demo', user, namespace: 'shop' } }],
  });
}
