/** Live names for grounding, by requests that carry names only. What may not be read is simply missing. */
import { AppError, type JsonObject, type LiveName, type LiveNames } from '#kit';
import type { Cluster, ListQuery } from './cluster.ts';
import type { KubernetesClient } from './connect.ts';
import { resourceOf, type StableKind } from './resources.ts';
import { isJsonObject } from './schema.ts';

/** A cluster with more than this many of one kind is named in part; a sentence then takes names as given. */
const maxNames = 5000;

export async function readNames(client: KubernetesClient, signal: AbortSignal): Promise<LiveNames> {
  const clusters: LiveName[] = client.contexts.map((name) => ({ of: 'cluster', name }));
  const cluster = await client.cluster();
  const context = cluster.target.context;
  const kinds: [StableKind, string][] = [
    ['Namespace', 'namespace'],
    ['Node', 'node'],
    ['Deployment', 'workload'],
    ['StatefulSet', 'workload'],
    ['DaemonSet', 'workload'],
    ['Pod', 'pod'],
  ];
  const lists = await Promise.all(kinds.map(([kind, of]) => namesOf(cluster, kind, of, signal)));
  return {
    names: [...clusters, ...lists.flat().map((name) => ({ ...name, cluster: context }))],
    defaults: { cluster: context, namespace: cluster.target.namespace },
  };
}

/** Of all namespaces; of the default one where only that may be read; else none. */
async function namesOf(cluster: Cluster, kind: StableKind, of: string, signal: AbortSignal): Promise<LiveName[]> {
  const resource = resourceOf(kind);
  const read = async (scope: ListQuery) => (await cluster.metadata(resource, { ...scope, limit: maxNames, retry: false }, signal)).items;
  const items = await read({}).catch((error: unknown) => {
    const mayRetry = resource.namespaced && AppError.isInstance(error) && error.code === 'FORBIDDEN';
    return mayRetry ? read({ namespace: cluster.target.namespace }).catch(() => []) : [];
  });
  return items.flatMap((item) => nameOf(item, kind, of));
}

function nameOf(item: JsonObject, kind: StableKind, of: string): LiveName[] {
  const metadata = item['metadata'];
  if (!isJsonObject(metadata) || typeof metadata['name'] !== 'string') return [];
  const name: LiveName = { of, name: metadata['name'] };
  if (of === 'workload') name.kind = kind;
  if (typeof metadata['namespace'] === 'string') name.namespace = metadata['namespace'];
  const labels = metadata['labels'];
  const service = of === 'workload' && isJsonObject(labels) ? labels['backstage.io/kubernetes-id'] : undefined;
  if (typeof service === 'string') name.service = service;
  return [name];
}
