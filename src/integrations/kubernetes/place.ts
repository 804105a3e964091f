/** Where an action works, worked out once: cluster, namespace, environment, and the words for a reader. */
import { type Environment, environmentOf, type Preview } from '#kit';
import type { Cluster } from './cluster.ts';
import type { KubernetesClient } from './connect.ts';
import type { TargetInput } from './inputs.ts';
import { nearNames } from './near.ts';
import { namespaceMissing } from './remote-errors.ts';
import { resourceOf } from './resources.ts';
import { isJsonObject } from './schema.ts';

export interface ActionPlace {
  cluster: Cluster;
  namespace: string;
  where: string;
  environment: Environment | undefined;
  /** The input with the place filled in, so that a plan stays where it was made for. */
  resolved: { namespace: string; cluster?: string };
  /** `-n shop --context kube-eu1`. */
  flags: string[];
}

export async function placeOf(client: KubernetesClient, { namespace: asked, cluster: context }: TargetInput): Promise<ActionPlace> {
  const cluster = await client.cluster(context);
  const { target } = cluster;
  const namespace = asked ?? target.namespace;
  return {
    cluster,
    namespace,
    where: `cluster ${target.context}, namespace ${namespace}`,
    environment: environmentOf(client.environments, { clusters: target.names, namespace }),
    resolved: { namespace, ...resolvedCluster(target.context) },
    flags: ['-n', namespace, ...contextFlag(client, target.context)],
  };
}

/** kubectl takes any name for a context; the input only plain ones. */
export function resolvedCluster(context: string): { cluster?: string } {
  return /^[A-Za-z0-9][-A-Za-z0-9._:@/]*$/.test(context) && context.length <= 253 ? { cluster: context } : {};
}

export function contextFlag({ contexts }: KubernetesClient, context: string): string[] {
  return contexts[0] === context ? [] : ['--context', context];
}

/** The environment only where there is one: an absent property and an undefined one differ in a plan. */
export function inEnvironment(environment: Environment | undefined): Pick<Preview, 'environment'> {
  return environment === undefined ? {} : { environment };
}

/** Throws NAMESPACE_NOT_FOUND. Where namespaces may not be read, nothing is said: the object's own error is then all there is. */
export async function assertNamespace(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<void> {
  const found = await cluster.find(resourceOf('Namespace'), undefined, namespace, signal).catch(() => 'unreadable' as const);
  if (found !== undefined) return;
  const all = await cluster.metadata(resourceOf('Namespace'), { limit: 2000 }, signal).catch(() => ({ items: [] }));
  const names = all.items.flatMap(({ metadata }) =>
    isJsonObject(metadata) && typeof metadata['name'] === 'string' ? [metadata['name']] : [],
  );
  throw namespaceMissing(namespace, cluster.asker(), nearNames(namespace, names));
}
