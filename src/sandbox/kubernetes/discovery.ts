/** What there is: /version, /api, /apis, each group's resources (also all at once), and OpenAPI. */
import type { Json, JsonObject } from './json.ts';
import { groupVersionOf, type Kind } from './kinds.ts';
import { openApiOf } from './open-api.ts';
import { reviews, type Served } from './served.ts';

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

function groupVersions({ kinds }: Served): string[] {
  return [...new Set([...kinds().map(groupVersionOf), ...reviews.map(({ groupVersion }) => groupVersion)])];
}

/** From a version's name: `v1` has none of these words. */
const stability = ['alpha', 'beta', 'v'];

/** Versions by group, the most stable first: v1, v1beta1, v1alpha1. */
function groups(served: Served): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const groupVersion of groupVersions(served)) {
    const [name = '', version] = groupVersion.split('/');
    if (version !== undefined) found.set(name, [...(found.get(name) ?? []), version]);
  }
  const rank = (version: string): string => `${stability.findIndex((word) => version.includes(word))}${version}`;
  for (const [name, versions] of found)
    found.set(
      name,
      versions.toSorted((left, right) => rank(right).localeCompare(rank(left))),
    );
  return found;
}

/** Undefined where the path is no discovery path. */
export function discover(path: string, accept: string, served: Served): Discovered | undefined {
  const all = accept.replaceAll(' ', '').includes('g=apidiscovery.k8s.io;v=v2;') && !path.includes('openapi');
  if (all && (path === '/api' || path === '/apis'))
    return { body: allAtOnce(path === '/api', served), contentType: `application/json;${aggregated}` };
  const body = plain(path.length > 1 ? path.replace(/\/$/, '') : path, served);
  return body === undefined ? undefined : { body, contentType: 'application/json' };
}

function plain(path: string, served: Served): JsonObject | undefined {
  switch (path) {
    case '/version':
      return serverVersion;
    case '/api':
      return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    case '/apis':
      return {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: [...groups(served)].map(([name, versions]) => groupOf(name, versions)),
      };
    case '/openapi/v3':
      return {
        paths: Object.fromEntries(
          groupVersions(served).map((name) => [pathOf(name).slice(1), { serverRelativeURL: `/openapi/v3${pathOf(name)}` }]),
        ),
      };
    default:
  }
  for (const groupVersion of groupVersions(served)) {
    if (path === `/openapi/v3${pathOf(groupVersion)}`) return openApiOf(groupVersion, served);
    if (path === pathOf(groupVersion)) return resourcesOf(groupVersion, served);
  }
  for (const [name, versions] of groups(served))
    if (path === `/apis/${name}`) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(name, versions) };
  return undefined;
}

const pathOf = (groupVersion: string): string => (groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`);

function groupOf(name: string, all: string[]): JsonObject {
  const versions = all.map((version): JsonObject => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] ?? {} };
}

function resourcesOf(groupVersion: string, { kinds }: Served): JsonObject {
  const own = kinds()
    .filter((kind) => groupVersionOf(kind) === groupVersion)
    .flatMap(entriesOf);
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
function allAtOnce(core: boolean, served: Served): JsonObject {
  const named: [string, string[]][] = core ? [['', ['v1']]] : [...groups(served)];
  const items = named.map(([name, versions]): Json => ({
    metadata: name === '' ? {} : { name },
    versions: versions.map((version) => versionOf(name, version, served)),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function versionOf(group: string, version: string, { kinds }: Served): JsonObject {
  const own = kinds()
    .filter((kind) => kind.group === group && kind.version === version)
    .map(discovered);
  const asked = reviews
    .filter(({ groupVersion }) => groupVersion === `${group}/${version}`)
    .map(({ kind }): JsonObject => ({
      resource: `${kind.toLowerCase()}s`,
      responseKind: { group, version, kind },
      scope: 'Cluster',
      singularResource: kind.toLowerCase(),
      verbs: ['create'],
    }));
  return { version, resources: [...own, ...asked], freshness: 'Current' };
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
