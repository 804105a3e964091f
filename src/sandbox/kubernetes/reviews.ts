/** `kubectl auth can-i` and `whoami`. */
import { isAllowed, type User } from './access.ts';
import { type JsonObject, record, text } from './json.ts';

export function reviewSelf(user: User): JsonObject {
  return {
    kind: 'SelfSubjectReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: null },
    status: { userInfo: { username: user.name, groups: user.groups } },
  };
}

export function reviewAccess(user: User, body: JsonObject): JsonObject {
  const asked = record(body, 'spec', 'resourceAttributes');
  const allowed = isAllowed(user, text(asked, 'verb'), { group: text(asked, 'group'), plural: text(asked, 'resource') });
  const status: JsonObject = allowed ? { allowed, reason: 'RBAC: allowed' } : { allowed };
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec: record(body, 'spec'),
    status,
  };
}

export function reviewRules(user: User): JsonObject {
  const verbs = user.name === 'admin' ? ['*'] : ['get', 'list', 'watch'];
  return {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec: {},
    status: {
      resourceRules: [{ verbs, apiGroups: ['*'], resources: ['*'] }],
      nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['*'] }],
      incomplete: false,
    },
  };
}
