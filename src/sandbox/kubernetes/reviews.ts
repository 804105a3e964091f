/** `kubectl auth can-i` and `whoami`: what the caller may do, and who it is. */
import { isAdmin, isAllowed, rulesFor, type User } from './access.ts';
import { type Json, type JsonObject, list, record, text } from './json.ts';
import type { ObjectStore } from './object-store.ts';

export function reviewSelf(user: User): JsonObject {
  return {
    kind: 'SelfSubjectReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: `${new Date().toISOString().slice(0, 19)}Z` },
    status: { userInfo: { username: user.name, groups: user.groups } },
  };
}

export function reviewAccess(store: ObjectStore, user: User, body: JsonObject): JsonObject {
  const asked = record(body, 'spec', 'resourceAttributes');
  const wish = {
    verb: text(asked, 'verb'),
    group: text(asked, 'group'),
    resource: text(asked, 'resource'),
    subresource: text(asked, 'subresource'),
    namespace: text(asked, 'namespace'),
    name: text(asked, 'name'),
  };
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: record(body, 'spec'),
    status: { allowed: isAllowed(store, user, wish) },
  };
}

export function reviewRules(store: ObjectStore, user: User, body: JsonObject): JsonObject {
  const namespace = text(body, 'spec', 'namespace');
  const all: Json[] = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }];
  const resourceRules: Json[] = isAdmin(user)
    ? all
    : rulesFor(store, user, namespace).map((rule) => ({
        verbs: list(rule, 'verbs'),
        apiGroups: list(rule, 'apiGroups'),
        resources: list(rule, 'resources'),
        ...(list(rule, 'resourceNames').length === 0 ? {} : { resourceNames: list(rule, 'resourceNames') }),
      }));
  const paths = isAdmin(user)
    ? ['*']
    : ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz', '/version', '/version/'];
  return {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: {},
    status: { resourceRules, nonResourceRules: [{ verbs: isAdmin(user) ? ['*'] : ['get'], nonResourceURLs: paths }], incomplete: false },
  };
}
