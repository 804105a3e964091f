/** What actions get: the clusters of a kubeconfig, each connected when first used and closed together. */
import type { ConnectOptions, EnvironmentRule } from '#kit';
import { createCluster } from './client.ts';
import type { Cluster } from './cluster.ts';
import { createCredentials } from './credentials.ts';
import { fileStamp, type Kubeconfig, loadKubeconfig } from './kubeconfig.ts';
import { resolveContext } from './kubeconfig-context.ts';
import { createSession } from './session.ts';

export interface KubernetesClient {
  /** Names of all contexts, the current one first. */
  contexts: string[];
  environments: EnvironmentRule[];
  /** The cluster of a context, of the current one unless named. Throws NOT_FOUND, KUBECONFIG_INVALID. */
  cluster: (context?: string) => Promise<Cluster>;
  close: () => Promise<void>;
}

export interface KubernetesOptions extends Pick<ConnectOptions, 'env' | 'cwd' | 'environments'> {
  clock?: () => Date;
  serviceAccountDir?: string;
  timeoutMs?: number;
}

interface Made {
  /** Of the credential files that it was made from. */
  stamp: string;
  files: string[];
  cluster: Cluster;
}

export async function connectKubernetes(options: KubernetesOptions): Promise<KubernetesClient> {
  const { env, cwd, serviceAccountDir } = options;
  const config = await loadKubeconfig({ env, cwd, ...(serviceAccountDir === undefined ? {} : { serviceAccountDir }) });
  const made = new Map<string, Promise<Made>>();
  const old: Cluster[] = [];

  async function make(context: string | undefined): Promise<Made> {
    const target = await resolveContext(config, context);
    const stamp = await fileStamp(target.files);
    const credentials = createCredentials({ target, env, clock: options.clock ?? (() => new Date()) });
    const cluster = createCluster(
      createSession({ target, credentials, ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }) }),
    );
    return { stamp, files: target.files, cluster };
  }

  return {
    contexts: contextNames(config),
    environments: options.environments,
    async cluster(context) {
      const key = context ?? '';
      const known = await made.get(key);
      if (known !== undefined && (known.files.length === 0 || (await fileStamp(known.files)) === known.stamp)) return known.cluster;
      if (known !== undefined) {
        // A certificate on disk was replaced. Requests may still run on the connections of the old one.
        old.push(known.cluster);
        made.delete(key);
      }
      const next = made.get(key) ?? make(context);
      made.set(key, next);
      next.catch(() => made.delete(key));
      return (await next).cluster;
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

function contextNames({ currentContext, contexts }: Kubeconfig): string[] {
  const names = [...contexts.keys()];
  return currentContext === undefined || !contexts.has(currentContext)
    ? names
    : [currentContext, ...names.filter((name) => name !== currentContext)];
}
