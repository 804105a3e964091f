/** What there is: /version, /api, /apis, and as much of OpenAPI v3 as kubectl needs to see that the server checks fields itself. */
import type { Json, JsonObject } from './json.ts';
import { groupVersionOf, type Kind, kinds } from './kinds.ts';

export const serverVersion: JsonObject = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.0',
  gitCommit: 'sandbox',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'go1.24',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const reviewGroups: Record<string, string[]> = {
  'authentication.k8s.io/v1': ['SelfSubjectReview'],
  'authorization.k8s.io/v1': ['SelfSubjectAccessReview', 'SelfSubjectRulesReview'],
};

const groupVersions = (): string[] => [...new Set([...kinds.map(groupVersionOf), ...Object.keys(reviewGroups)])];

/** Undefined where the path is no discovery path. */
export function discover(path: string): JsonObject | undefined {
  if (path === '/version') return serverVersion;
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (path === '/apis')
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: groupVersions()
        .filter((name) => name !== 'v1')
        .map(groupOf),
    };
  if (path === '/openapi/v3')
    return {
      paths: Object.fromEntries(
        groupVersions().map((name) => [
          name === 'v1' ? 'api/v1' : `apis/${name}`,
          { serverRelativeURL: `/openapi/v3/${name === 'v1' ? 'api/v1' : `apis/${name}`}` },
        ]),
      ),
    };
  const openApi = /^\/openapi\/v3\/(?:api|apis)\/(.+)$/.exec(path)?.[1];
  if (openApi !== undefined && groupVersions().includes(openApi)) return openApiOf(openApi);
  const listed = /^\/(?:api|apis)\/(v1|[^/]+\/[^/]+)$/.exec(path)?.[1];
  if (listed !== undefined && groupVersions().includes(listed)) return resourcesOf(listed);
  const group = /^\/apis\/([^/]+)$/.exec(path)?.[1];
  const version = groupVersions().find((name) => group !== undefined && name.startsWith(`${group}/`));
  return version === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(version) };
}

function groupOf(groupVersion: string): JsonObject {
  const [name = '', version = ''] = groupVersion.split('/');
  return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
}

function resourcesOf(groupVersion: string): JsonObject {
  const own = kinds.filter((kind) => groupVersionOf(kind) === groupVersion).flatMap(resourceEntries);
  const reviews = (reviewGroups[groupVersion] ?? []).map((kind): JsonObject => ({
    name: `${kind.toLowerCase()}s`,
    singularName: kind.toLowerCase(),
    namespaced: false,
    kind,
    verbs: ['create'],
  }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: [...own, ...reviews] };
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

function resourceEntries(kind: Kind): JsonObject[] {
  const main: JsonObject = {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: allVerbs,
  };
  if (kind.short.length > 0) main['shortNames'] = kind.short;
  if (kind.categories.length > 0) main['categories'] = kind.categories;
  return [main, ...kind.subresources.map((name) => subresourceEntry(kind, name))];
}

function subresourceEntry(kind: Kind, name: string): JsonObject {
  const base: JsonObject = { name: `${kind.plural}/${name}`, singularName: '', namespaced: kind.namespaced };
  switch (name) {
    case 'scale':
      return { ...base, group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] };
    case 'eviction':
      return { ...base, group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] };
    case 'binding':
      return { ...base, kind: 'Binding', verbs: ['create'] };
    case 'log':
      return { ...base, kind: kind.kind, verbs: ['get'] };
    default:
      return { ...base, kind: kind.kind, verbs: ['get', 'patch', 'update'] };
  }
}

/** kubectl looks here whether `fieldValidation` and `dryRun` are understood. */
function openApiOf(groupVersion: string): JsonObject {
  const query = (name: string): JsonObject => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } });
  const paths: JsonObject = {};
  for (const kind of kinds.filter((candidate) => groupVersionOf(candidate) === groupVersion)) {
    const root = groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`;
    const path = `${root}${kind.namespaced ? '/namespaces/{namespace}' : ''}/${kind.plural}/{name}`;
    const parameters: Json[] = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map(query);
    const gvk: JsonObject = { group: kind.group, kind: kind.kind, version: kind.version };
    paths[path] = {
      patch: {
        'x-kubernetes-action': 'patch',
        'x-kubernetes-group-version-kind': gvk,
        parameters,
        responses: { '200': { description: 'OK' } },
      },
    };
  }
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'v1.34.0' }, paths };
}
