/** What actions get: the clusters of a kubeconfig and of Rancher, each connected when first used and closed together. */
import {
  AppError,
  type ClusterAccess,
  type ClusterEntry,
  type ClusterSource,
  type ConnectOptions,
  type EnvironmentRule,
  Secret,
} from '#kit';
import { createCluster } from './client.ts';
import type { Cluster } from './cluster.ts';
import { type Chosen, chooseCluster, type ClusterNames, otherSystem, targetOf } from './clusters.ts';
import { type ContextDetail, readContexts } from './contexts.ts';
import { createCredentials } from './credentials.ts';
import { fileStamp, type Kubeconfig, loadKubeconfig } from './kubeconfig.ts';
import { currentOf, resolveContext, type Target } from './kubeconfig-context.ts';
import { singleContext } from './kubeconfig-single.ts';
import { createSession } from './session.ts';

export interface KubernetesClient {
  /** Names of all contexts, the current one first. */
  contexts: string[];
  environments: EnvironmentRule[];
  /** The cluster of that name (see clusters.ts), of the current context unless named. Throws NOT_FOUND, AMBIGUOUS, KUBECONFIG_INVALID. */
  cluster: (name?: string) => Promise<Cluster>;
  /** All of the name space, for others and for lists. */
  source: ClusterSource;
  /** What the kubeconfig says of each; empty where there is none. */
  contextDetails: () => Promise<ContextDetail[]>;
  close: () => Promise<void>;
}

export interface KubernetesOptions extends Pick<ConnectOptions, 'env' | 'cwd' | 'environments'> {
  clustersOf?: ConnectOptions['clustersOf'];
  clock?: () => Date;
  serviceAccountDir?: string;
  timeoutMs?: number;
}

interface Made {
  /** Of the credentials that it was made from. */
  stamp: string;
  cluster: Cluster;
}

/** Finding out what a name means may ask Rancher. */
const choosingMs = 15_000;

export async function connectKubernetes(options: KubernetesOptions): Promise<KubernetesClient> {
  const { env, environments, clustersOf = () => Promise.resolve(undefined) } = options;
  const config = await readConfig(options);
  const names: ClusterNames = { config, environments, clustersOf };
  const made = new Map<string, Promise<Made>>();
  const old: Cluster[] = [];

  async function choose(name: string | undefined, signal: AbortSignal): Promise<Chosen> {
    if (name !== undefined) return chooseCluster(names, name, signal);
    if (config === undefined) return loadKubeconfig(options).then((late) => ({ context: currentOf(late), config: late }));
    return { context: currentOf(config), config };
  }

  function make(target: Target, stamp: string): Made {
    const credentials = createCredentials({ target, env, clock: options.clock ?? (() => new Date()) });
    const session = createSession({ target, credentials, ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }) });
    return { stamp, cluster: createCluster(session) };
  }

  /** A certificate on disk or a token that was replaced needs a new one. Requests may still run on the connections of the old. */
  async function clusterOf(key: string, read: () => Promise<{ target: Target; stamp: string }>, stampNow: (made: Made) => Promise<string>) {
    const known = await made.get(key);
    if (known !== undefined && (await stampNow(known)) === known.stamp) return known.cluster;
    if (known !== undefined) {
      old.push(known.cluster);
      made.delete(key);
    }
    const next = made.get(key) ?? read().then(({ target, stamp }) => make(target, stamp));
    made.set(key, next);
    next.catch(() => made.delete(key));
    return (await next).cluster;
  }

  return {
    contexts: config === undefined ? [] : contextNames(config),
    environments,
    async cluster(name) {
      const chosen = await choose(name, AbortSignal.timeout(choosingMs));
      if ('access' in chosen) {
        const stamp = chosen.access.kubeconfig.reveal();
        const read = async () => ({ target: await targetOf(chosen.access), stamp });
        return clusterOf(`${otherSystem}/${chosen.access.cluster}`, read, () => Promise.resolve(stamp));
      }
      const read = async () => {
        const target = await resolveContext(chosen.config, chosen.context);
        return { target, stamp: await fileStamp(target.files) };
      };
      return clusterOf(chosen.context, read, ({ cluster }) => fileStamp(cluster.target.files));
    },
    contextDetails: async () => (config === undefined ? [] : readContexts(config)),
    source: {
      list: (signal) => listClusters(names, signal),
      open: async (name, signal) => accessOf(await choose(name, signal)),
    },
    async close() {
      const open = await Promise.allSettled(made.values());
      made.clear();
      await Promise.allSettled(
        [...old.splice(0), ...open.flatMap((one) => (one.status === 'fulfilled' ? [one.value.cluster] : []))].map((cluster) =>
          cluster.close(),
        ),
      );
    },
  };
}

/** Without a kubeconfig there may still be the clusters of Rancher. */
async function readConfig(options: KubernetesOptions): Promise<Kubeconfig | undefined> {
  try {
    return await loadKubeconfig(options);
  } catch (error) {
    if (!AppError.isInstance(error) || error.code !== 'KUBECONFIG_MISSING') throw error;
    if ((await options.clustersOf?.(otherSystem)) === undefined) throw error;
    return undefined;
  }
}

async function listClusters({ config, clustersOf }: ClusterNames, signal: AbortSignal): Promise<ClusterEntry[]> {
  const contexts = config === undefined ? [] : contextNames(config);
  const others = await (await clustersOf(otherSystem))?.list(signal);
  return [
    ...contexts.map((name) => ({ name, cluster: config?.contexts.get(name)?.value.cluster ?? '', through: 'kubeconfig' })),
    ...(others ?? []),
  ];
}

async function accessOf(chosen: Chosen): Promise<ClusterAccess> {
  if ('access' in chosen) return { ...chosen.access, name: `${chosen.access.through}/${chosen.access.name}` };
  const { config, context } = chosen;
  const { cluster, server, namespace } = await resolveContext(config, context);
  return { name: context, cluster, through: 'kubeconfig', server, namespace, kubeconfig: new Secret(singleContext(config, context)) };
}

function contextNames({ currentContext, contexts }: Kubeconfig): string[] {
  const names = [...contexts.keys()];
  return currentContext === undefined || !contexts.has(currentContext)
    ? names
    : [currentContext, ...names.filter((name) => name !== currentContext)];
}
