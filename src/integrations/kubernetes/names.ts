/** Live names for grounding, by requests that carry names only. What may not be read is simply missing. */
import type { JsonObject, LiveName, LiveNames } from '#kit';
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

/** Of all namespaces, else of the default one, else none. */
async function namesOf(cluster: Cluster, kind: StableKind, of: string, signal: AbortSignal): Promise<LiveName[]> {
  const resource = resourceOf(kind);
  const scopes: ListQuery[] = resource.namespaced ? [{}, { namespace: cluster.target.namespace }] : [{}];
  for (const scope of scopes) {
    const items = await cluster.metadata(resource, { ...scope, limit: maxNames }, signal).then(
      (listed) => listed.items,
      () => undefined,
    );
    if (items !== undefined) return items.flatMap((item) => nameOf(item, kind, of));
  }
  return [];
}

function nameOf(item: JsonObject, kind: StableKind, of: string): LiveName[] {
  const metadata = item['metadata'];
  if (!isJsonObject(metadata) || typeof metadata['name'] !== 'string') return [];
  const name: LiveName = { of, name: metadata['name'] };
  if (of === 'workload') name.kind = kind;
  if (typeof metadata['namespace'] === 'string') name.namespace = metadata['namespace'];
  return [name];
}
