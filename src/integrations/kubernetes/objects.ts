/** Any object by kind and name, with where it is; the ground of the actions that change one object. */
import { type Environment, environmentOf, type JsonObject } from '#kit';
import type { Cluster } from './cluster.ts';
import type { KubernetesClient } from './connect.ts';
import type { TargetInput } from './inputs.ts';
import { nearNames } from './near.ts';
import { assertNamespace, placeOf, resolvedCluster } from './place.ts';
import { objectMissing, unreadable } from './remote-errors.ts';
import type { Resource } from './resources.ts';
import { isJsonObject, KubeObject } from './schema.ts';

export interface FoundObject {
  kind: string;
  resource: Resource;
  /** Undefined for objects of the whole cluster. */
  namespace: string | undefined;
  name: string;
  object: KubeObject;
  /** As the server sent it. */
  raw: JsonObject;
}

export interface ObjectPlace {
  cluster: Cluster;
  resource: Resource;
  namespace: string | undefined;
  where: string;
  environment: Environment | undefined;
  /** The input's place filled in, so that a plan stays where it was made for. */
  resolved: JsonObject;
  /** `-n shop --context kube-eu1`, without a namespace where the kind has none. */
  flags: string[];
}

/** Where an object of this kind is looked for. Throws NOT_FOUND for a kind that the cluster does not have. */
export async function placeOfKind(client: KubernetesClient, kind: string, input: TargetInput, signal: AbortSignal): Promise<ObjectPlace> {
  const { cluster, namespace, where, environment, resolved, flags } = await placeOf(client, input);
  const resource = await cluster.resource(kind, signal);
  if (resource.namespaced) return { cluster, resource, namespace, where, environment, resolved, flags };
  const { context, names } = cluster.target;
  return {
    cluster,
    resource,
    namespace: undefined,
    where: `cluster ${context}`,
    environment: environmentOf(client.environments, { clusters: names, namespace: '' }),
    resolved: resolvedCluster(context),
    flags: flags.slice(2),
  };
}

/** Throws NOT_FOUND with near names, NAMESPACE_NOT_FOUND. */
export async function findObject({ cluster, resource, namespace }: ObjectPlace, name: string, signal: AbortSignal): Promise<FoundObject> {
  const found = await readObject(cluster, resource, namespace, name, signal);
  if (found !== undefined) return found;
  if (namespace !== undefined) await assertNamespace(cluster, namespace, signal);
  const listed = await cluster.metadata(resource, { namespace, limit: 2000 }, signal).catch(() => ({ items: [] }));
  const names = listed.items.flatMap(({ metadata }) =>
    isJsonObject(metadata) && typeof metadata['name'] === 'string' ? [metadata['name']] : [],
  );
  const near = nearNames(name, names);
  throw objectMissing({ resource, namespace, name }, cluster.asker(), near.length === 0 ? '' : `Did you mean ${near.join(', ')}?`);
}

/** Undefined where there is none. */
export async function readObject(
  cluster: Cluster,
  resource: Resource,
  namespace: string | undefined,
  name: string,
  signal: AbortSignal,
): Promise<FoundObject | undefined> {
  const raw = await cluster.find(resource, namespace, name, signal);
  return raw === undefined ? undefined : toObject(cluster, resource, namespace, raw);
}

export function toObject(cluster: Cluster, resource: Resource, namespace: string | undefined, raw: JsonObject): FoundObject {
  const parsed = KubeObject.safeParse(raw);
  if (!parsed.success) throw unreadable({ verb: 'get', resource }, cluster.asker());
  return { kind: resource.kind, resource, namespace, name: parsed.data.metadata.name, object: parsed.data, raw };
}

/** A value inside an object, by its path; undefined where there is none. */
export function valueAt(object: unknown, path: readonly string[]): unknown {
  let value = object;
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined;
  return value;
}
