/** metrics.k8s.io: what pods and nodes use. The numbers are made up from names and requests, and are always the same. */
import { authorize, type User } from './access.ts';
import { cpuOf, memoryOf } from './controllers/quantities.ts';
import type { Discovered } from './discovery.ts';
import { isObject, type Json, type JsonObject, list, record, text } from './json.ts';
import { type Kind, kindNamed } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { parseLabelSelector } from './selectors.ts';
import { ApiError } from './status.ts';
import { notAllowed } from './write-objects.ts';

const group = 'metrics.k8s.io';
const groupVersion = `${group}/v1beta1`;
const window = '15s';
const mebibyte = 2 ** 20;

interface Served {
  kind: 'PodMetrics' | 'NodeMetrics';
  plural: 'pods' | 'nodes';
  namespaced: boolean;
}

const served: Served[] = [
  { kind: 'NodeMetrics', plural: 'nodes', namespaced: false },
  { kind: 'PodMetrics', plural: 'pods', namespaced: true },
];

export interface MetricsRequest {
  store: ObjectStore;
  user: User;
  method: string;
  url: URL;
}

export function isMetricsPath(path: string): boolean {
  return path.startsWith(`/apis/${groupVersion}/`);
}

/** Throws 403, 404, 405. */
export function answerMetrics({ store, user, method, url }: MetricsRequest): JsonObject {
  const { one, namespace, name } = parse(url.pathname);
  if (method !== 'GET') throw notAllowed();
  authorize(store, user, name === '' ? 'list' : 'get', { kind: asKind(one), namespace, name, subresource: '' });
  const measured = one.kind === 'PodMetrics' ? pods(store, namespace) : store.list(kindNamed('Node'));
  const show = (object: JsonObject): JsonObject => (one.kind === 'PodMetrics' ? podMetrics(store, object) : nodeMetrics(store, object));
  if (name !== '') {
    const found = measured.find((object) => text(object, 'metadata', 'name') === name);
    if (found === undefined) throw missing(one, namespace, name);
    return { kind: one.kind, apiVersion: groupVersion, ...show(found) };
  }
  const matches = parseLabelSelector(url.searchParams.get('labelSelector') ?? '');
  return { kind: `${one.kind}List`, apiVersion: groupVersion, metadata: {}, items: measured.filter(matches).map(show) };
}

function parse(path: string): { one: Served; namespace: string; name: string } {
  const parts = path.split('/').slice(4).map(decodeURIComponent);
  const inNamespace = parts[0] === 'namespaces';
  const [plural, name = '', more] = inNamespace ? parts.slice(2) : parts;
  const one = served.find((candidate) => candidate.plural === plural && (candidate.namespaced || !inNamespace));
  if (one === undefined || more !== undefined || (one.namespaced && name !== '' && !inNamespace))
    throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
  return { one, namespace: inNamespace ? (parts[1] ?? '') : '', name };
}

function asKind({ kind, plural, namespaced }: Served): Kind {
  return {
    group,
    version: 'v1beta1',
    kind,
    plural,
    singular: '',
    short: [],
    namespaced,
    subresources: [],
    generation: false,
    categories: [],
  };
}

function missing({ kind }: Served, namespace: string, name: string): ApiError {
  const plural = kind.toLowerCase();
  const title = namespace === '' ? name : `${namespace}/${name}`;
  return new ApiError(404, 'NotFound', `${plural}.${group} "${title}" not found`, { name: title, group, kind: plural });
}

/** What does not run is not measured. */
function pods(store: ObjectStore, namespace: string): JsonObject[] {
  return store.list(kindNamed('Pod'), namespace === '' ? undefined : namespace).filter((pod) => text(pod, 'status', 'phase') === 'Running');
}

function podMetrics(store: ObjectStore, pod: JsonObject): JsonObject {
  return {
    metadata: metadataOf(store, pod),
    timestamp: timestamp(store),
    window,
    containers: list(pod, 'spec', 'containers').map((container) => ({
      name: text(container, 'name'),
      usage: usageText(containerUsage(pod, container)),
    })),
  };
}

function nodeMetrics(store: ObjectStore, node: JsonObject): JsonObject {
  const name = text(node, 'metadata', 'name');
  const own = pods(store, '').filter((pod) => text(pod, 'spec', 'nodeName') === name);
  // What the node itself needs, before any pod.
  const sum = { cpu: 0.12 + share(`${name}/cpu`) * 0.2, memory: (700 + share(`${name}/memory`) * 500) * mebibyte };
  for (const pod of own)
    for (const container of list(pod, 'spec', 'containers')) {
      const used = containerUsage(pod, container);
      sum.cpu += used.cpu;
      sum.memory += used.memory;
    }
  return { metadata: metadataOf(store, node), timestamp: timestamp(store), window, usage: usageText(sum) };
}

interface Usage {
  /** Cores. */
  cpu: number;
  /** Bytes. */
  memory: number;
}

/** A third to nine tenths of what was asked for; something small where nothing was; never more than the limit. */
function containerUsage(pod: JsonObject, container: Json): Usage {
  const resources = record(container, 'resources');
  const key = `${text(pod, 'metadata', 'name')}/${text(container, 'name')}`;
  const [requested, limited] = [record(resources, 'requests'), record(resources, 'limits')];
  const part = (of: string): number => 0.33 + share(`${key}/${of}`) * 0.57;
  const cpu = typeof requested['cpu'] === 'string' ? cpuOf(requested['cpu']) * part('cpu') : 0.002 + share(`${key}/cpu`) * 0.118;
  const memory =
    typeof requested['memory'] === 'string'
      ? memoryOf(requested['memory']) * part('memory')
      : (24 + share(`${key}/memory`) * 196) * mebibyte;
  return {
    cpu: typeof limited['cpu'] === 'string' ? Math.min(cpu, cpuOf(limited['cpu'])) : cpu,
    memory: typeof limited['memory'] === 'string' ? Math.min(memory, memoryOf(limited['memory'])) : memory,
  };
}

/** From 0 to 1, from a name. */
function share(name: string): number {
  let sum = 0x811c9dc5;
  for (const byte of Buffer.from(name)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return (sum >>> 8) / 0xffffff;
}

const usageText = ({ cpu, memory }: Usage): JsonObject => ({
  cpu: `${Math.round(cpu * 1e9)}n`,
  memory: `${Math.round(memory / 1024)}Ki`,
});

function metadataOf(store: ObjectStore, object: JsonObject): JsonObject {
  const { name, namespace, labels } = record(object, 'metadata');
  return {
    name: name ?? '',
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    creationTimestamp: timestamp(store),
  };
}

const timestamp = (store: ObjectStore): string => `${store.clock().toISOString().slice(0, 19)}Z`;

/** Adds the group to the lists of groups, and answers for its own paths. */
export function discoverMetrics(path: string, found: Discovered | undefined): Discovered | undefined {
  const versions = { groupVersion, version: 'v1beta1' };
  const described: JsonObject = { name: group, versions: [versions], preferredVersion: versions };
  switch (path.replace(/\/$/, '')) {
    case `/apis/${group}`:
      return { body: { kind: 'APIGroup', apiVersion: 'v1', ...described }, contentType: 'application/json' };
    case `/apis/${groupVersion}`:
      return { body: { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: resources() }, contentType: 'application/json' };
    case '/apis':
      return found === undefined ? undefined : { ...found, body: withGroup(found.body, described) };
    default:
      return found;
  }
}

const resources = (): JsonObject[] =>
  served.map(({ kind, plural, namespaced }) => ({ name: plural, singularName: '', namespaced, kind, verbs: ['get', 'list'] }));

function withGroup(body: JsonObject, described: JsonObject): JsonObject {
  if (body['kind'] === 'APIGroupList') return { ...body, groups: [...list(body, 'groups'), described] };
  const all = served.map(({ kind, plural, namespaced }): JsonObject => ({
    resource: plural,
    responseKind: { group: '', version: '', kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: '',
    verbs: ['get', 'list'],
  }));
  const versions: Json[] = [{ version: 'v1beta1', resources: all, freshness: 'Current' }];
  return { ...body, items: [...list(body, 'items').filter((one) => isObject(one)), { metadata: { name: group }, versions }] };
}
