/** Who asks, and whether they may. */
import { forbidden, unauthorized } from './status.ts';
import type { Kind } from './kinds.ts';

export interface User {
  name: string;
  groups: string[];
}

export interface Tokens {
  admin: string;
  viewer: string;
  /** Known once, accepted no more. */
  expired: string;
}

export const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** No token is anonymous; a wrong one is 401. */
export function authenticate(authorization: string | undefined, tokens: Tokens): User {
  if (authorization === undefined) return anonymous;
  const token = authorization.replace(/^bearer\s+/i, '');
  if (token === tokens.admin) return { name: 'admin', groups: ['system:masters', 'system:authenticated'] };
  if (token === tokens.viewer) return { name: 'viewer', groups: ['system:authenticated'] };
  throw unauthorized();
}

const readVerbs = ['get', 'list', 'watch'];

export function isAllowed(user: User, verb: string, resource: { group: string; plural: string }): boolean {
  if (user.name === 'admin') return true;
  if (resource.group === 'authorization.k8s.io' || resource.group === 'authentication.k8s.io') return user.name !== anonymous.name;
  return user.name === 'viewer' && readVerbs.includes(verb) && resource.plural !== 'secrets';
}

export function authorize(user: User, verb: string, kind: Kind, name: string, namespace: string): void {
  if (!isAllowed(user, verb, kind)) throw forbidden(user.name, verb, kind, name, namespace);
}
