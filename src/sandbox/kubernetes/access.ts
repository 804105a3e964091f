/** Who asks, and whether they may. */
import { type Json, type JsonObject, list, record, text } from './json.ts';
import { kindNamed } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import type { Route } from './route.ts';
import { forbidden, unauthorized } from './status.ts';

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

/** What somebody wants to do; the fields are those of an access review. */
export interface Wish {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace: string;
  name?: string;
}

export const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** No token is anonymous; a wrong one is 401. */
export function authenticate(authorization: string | undefined, tokens: Tokens): User {
  if (authorization === undefined) return anonymous;
  const token = authorization.replace(/^bearer\s+/i, '');
  if (token === tokens.admin) return { name: 'admin', groups: ['system:masters', 'system:authenticated'] };
  if (token === tokens.viewer) return { name: 'viewer', groups: ['viewers', 'system:authenticated'] };
  throw unauthorized();
}

export function isAdmin({ groups }: User): boolean {
  return groups.includes('system:masters');
}

/** As somebody else, which only an administrator may be. Throws 403. */
export function impersonate(user: User, name: string | undefined, groups: string[]): User {
  if (name === undefined) return user;
  if (!isAdmin(user)) throw forbidden(user.name, 'impersonate', { group: '', plural: 'users' }, name, '');
  return { name, groups: [...groups, ...(name === anonymous.name ? [] : ['system:authenticated'])] };
}

const reviewGroups = ['authorization.k8s.io', 'authentication.k8s.io'];

export function isAllowed(store: ObjectStore, user: User, wish: Wish): boolean {
  if (isAdmin(user)) return true;
  if (reviewGroups.includes(wish.group)) return user.name !== anonymous.name;
  return rulesFor(store, user, wish.namespace).some((rule) => grants(rule, wish));
}

/** All rules that roles and cluster roles give a user in a namespace; in none, only those that hold everywhere. */
export function rulesFor(store: ObjectStore, user: User, namespace: string): JsonObject[] {
  const everywhere = store.list(kindNamed('ClusterRoleBinding')).filter((binding) => binds(binding, user));
  const here = namespace === '' ? [] : store.list(kindNamed('RoleBinding'), namespace).filter((binding) => binds(binding, user));
  return [...everywhere, ...here].flatMap((binding) => {
    const isCluster = text(binding, 'roleRef', 'kind') === 'ClusterRole';
    const role = store.find(kindNamed(isCluster ? 'ClusterRole' : 'Role'), isCluster ? '' : namespace, text(binding, 'roleRef', 'name'));
    return list(role, 'rules').map((rule) => record(rule));
  });
}

function binds(binding: JsonObject, user: User): boolean {
  return list(binding, 'subjects').some((subject) => {
    const name = text(subject, 'name');
    switch (text(subject, 'kind')) {
      case 'User':
        return name === user.name;
      case 'Group':
        return user.groups.includes(name);
      default:
        return user.name === `system:serviceaccount:${text(subject, 'namespace')}:${name}`;
    }
  });
}

function grants(rule: JsonObject, { verb, group, resource, subresource = '', name = '' }: Wish): boolean {
  const wanted = subresource === '' ? resource : `${resource}/${subresource}`;
  const has = (values: Json[], value: string): boolean => values.includes('*') || values.includes(value);
  const names = list(rule, 'resourceNames');
  return (
    has(list(rule, 'verbs'), verb) &&
    has(list(rule, 'apiGroups'), group) &&
    (has(list(rule, 'resources'), wanted) || (subresource !== '' && list(rule, 'resources').includes(`*/${subresource}`))) &&
    (names.length === 0 || names.includes(name))
  );
}

export function authorize(store: ObjectStore, user: User, verb: string, { kind, namespace, name, subresource }: Route): void {
  const at = kind.kind === 'Namespace' && name !== '' ? name : namespace;
  if (isAllowed(store, user, { verb, group: kind.group, resource: kind.plural, subresource, namespace: at, name })) return;
  const plural = subresource === '' ? kind.plural : `${kind.plural}/${subresource}`;
  throw forbidden(user.name, verb, { group: kind.group, plural }, name, at);
}
