/** What there is: /version, /api, /apis, each group's resources (also all at once), and OpenAPI. */
import type { FieldSchema } from './field-schema.ts';
import type { Json, JsonObject } from './json.ts';
import { groupVersionOf, type Kind, kinds } from './kinds.ts';
import { openApiOf } from './open-api.ts';
import { reviews } from './served.ts';

export const serverVersion: JsonObject = {
  major: '1',
  minor: '34',
  emulationMajor: '1',
  emulationMinor: '34',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '33',
  gitVersion: 'v1.34.0',
  gitCommit: 'sandbox',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'go1.24',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const aggregated = 'g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

export interface Discovered {
  body: JsonObject;
  contentType: string;
}

function groupVersions(): string[] {
  return [...new Set([...kinds.map(groupVersionOf), ...reviews.map(({ groupVersion }) => groupVersion)])];
}

/** Undefined where the path is no discovery path. */
export function discover(path: string, accept: string, fields: FieldSchema): Discovered | undefined {
  const all = accept.replaceAll(' ', '').includes('g=apidiscovery.k8s.io;v=v2;') && !path.includes('openapi');
  if (all && (path === '/api' || path === '/apis'))
    return { body: allAtOnce(path === '/api'), contentType: `application/json;${aggregated}` };
  const body = plain(path.length > 1 ? path.replace(/\/$/, '') : path, fields);
  return body === undefined ? undefined : { body, contentType: 'application/json' };
}

function plain(path: string, fields: FieldSchema): JsonObject | undefined {
  switch (path) {
    case '/version':
      return serverVersion;
    case '/api':
      return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    case '/apis':
      return {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: groupVersions()
          .filter((name) => name !== 'v1')
          .map(groupOf),
      };
    case '/openapi/v3':
      return {
        paths: Object.fromEntries(
          groupVersions().map((name) => [pathOf(name).slice(1), { serverRelativeURL: `/openapi/v3${pathOf(name)}` }]),
        ),
      };
    default:
  }
  for (const groupVersion of groupVersions()) {
    if (path === `/openapi/v3${pathOf(groupVersion)}`) return openApiOf(groupVersion, fields);
    if (path === pathOf(groupVersion)) return resourcesOf(groupVersion);
    if (groupVersion !== 'v1' && path === `/apis/${groupVersion.split('/')[0] ?? ''}`)
      return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(groupVersion) };
  }
  return undefined;
}

const pathOf = (groupVersion: string): string => (groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`);

function groupOf(groupVersion: string): JsonObject {
  const [name = '', version = ''] = groupVersion.split('/');
  return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
}

function resourcesOf(groupVersion: string): JsonObject {
  const own = kinds.filter((kind) => groupVersionOf(kind) === groupVersion).flatMap(entriesOf);
  const asked = reviews
    .filter((review) => review.groupVersion === groupVersion)
    .map(({ kind }): JsonObject => ({
      name: `${kind.toLowerCase()}s`,
      singularName: kind.toLowerCase(),
      namespaced: false,
      kind,
      verbs: ['create'],
    }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: [...own, ...asked] };
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

function verbsOf(kind: Kind): string[] {
  return kind.kind === 'Namespace' ? allVerbs.filter((verb) => verb !== 'deletecollection') : allVerbs;
}

function entriesOf(kind: Kind): JsonObject[] {
  const main: JsonObject = {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: verbsOf(kind),
  };
  if (kind.short.length > 0) main['shortNames'] = kind.short;
  if (kind.categories.length > 0) main['categories'] = kind.categories;
  const others = kind.subresources.map((name): JsonObject => {
    const { kind: shown, group, version, verbs } = subresourceOf(kind, name);
    return {
      name: `${kind.plural}/${name}`,
      singularName: '',
      namespaced: kind.namespaced,
      ...(group === undefined ? {} : { group, version }),
      kind: shown,
      verbs,
    };
  });
  return [main, ...others];
}

interface Subresource {
  kind: string;
  verbs: string[];
  group?: string;
  version: string;
}

function subresourceOf(kind: Kind, name: string): Subresource {
  const version = kind.version;
  switch (name) {
    case 'scale':
      return { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] };
    case 'eviction':
      return { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] };
    case 'binding':
      return { kind: 'Binding', version, verbs: ['create'] };
    case 'exec':
      return { kind: 'PodExecOptions', version, verbs: ['create', 'get'] };
    case 'portforward':
      return { kind: 'PodPortForwardOptions', version, verbs: ['create', 'get'] };
    case 'log':
      return { kind: kind.kind, version, verbs: ['get'] };
    default:
      return { kind: kind.kind, version, verbs: ['get', 'patch', 'update'] };
  }
}

/** Every group with its resources in one answer. */
function allAtOnce(core: boolean): JsonObject {
  const items: Json[] = groupVersions()
    .filter((name) => (name === 'v1') === core)
    .map((groupVersion) => {
      const [left = '', right] = groupVersion.split('/');
      const version = right ?? left;
      const own = kinds.filter((kind) => groupVersionOf(kind) === groupVersion).map(discovered);
      const asked = reviews
        .filter((review) => review.groupVersion === groupVersion)
        .map(({ kind }): JsonObject => ({
          resource: `${kind.toLowerCase()}s`,
          responseKind: { group: left, version, kind },
          scope: 'Cluster',
          singularResource: kind.toLowerCase(),
          verbs: ['create'],
        }));
      return {
        metadata: right === undefined ? {} : { name: left },
        versions: [{ version, resources: [...own, ...asked], freshness: 'Current' }],
      };
    });
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function discovered(kind: Kind): JsonObject {
  const subresources: Json[] = kind.subresources.map((name) => {
    const { kind: shown, group, version, verbs } = subresourceOf(kind, name);
    return { subresource: name, responseKind: { group: group ?? kind.group, version, kind: shown }, verbs };
  });
  return {
    resource: kind.plural,
    responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: verbsOf(kind),
    ...(kind.short.length > 0 ? { shortNames: kind.short } : {}),
    ...(kind.categories.length > 0 ? { categories: kind.categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}
