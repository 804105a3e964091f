/** Kubeconfigs for the sandbox's users. */
import type { Tokens } from './access.ts';
import type { Certificate } from './certificates.ts';

export type SandboxUser = 'admin' | 'viewer' | 'expired' | 'anonymous' | 'certificate';

export interface KubeconfigParts {
  url: string;
  ca: string;
  tokens: Tokens;
  client: Certificate;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** YAML text. */
export function kubeconfigFor({ url, ca, tokens, client }: KubeconfigParts, user: SandboxUser): string {
  return `apiVersion: v1
kind: Config
current-context: demo
clusters:
  - name: demo
    cluster:
      server: ${url}
      certificate-authority-data: ${base64(ca)}
users:
  - name: ${user}
    user:${credentialsOf(user, tokens, client)}
contexts:
  - name: demo
    context:
      cluster: demo
      user: ${user}
      namespace: shop
`;
}

function credentialsOf(user: SandboxUser, tokens: Tokens, client: Certificate): string {
  switch (user) {
    case 'anonymous':
      return ' {}';
    case 'certificate':
      return `\n      client-certificate-data: ${base64(client.cert)}\n      client-key-data: ${base64(client.key)}`;
    default:
      return `\n      token: ${tokens[user]}`;
  }
}
