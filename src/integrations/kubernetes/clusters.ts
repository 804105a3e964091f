/** One name space for the contexts of the kubeconfig, the clusters of Rancher, and environments that have one cluster. */
import { AppError, type ClusterAccess, type ClusterEntry, type ClusterSource, type EnvironmentRule } from '#kit';
import { type Kubeconfig, readKubeconfigText } from './kubeconfig.ts';
import { contextNamed, resolveContext, type Target } from './kubeconfig-context.ts';

/** Which system, besides the kubeconfig, reaches clusters. */
export const otherSystem = 'rancher';
const ownSystem = 'kubeconfig';

export interface ClusterNames {
  /** Undefined where there is no kubeconfig. */
  config: Kubeconfig | undefined;
  environments: readonly EnvironmentRule[];
  clustersOf: (system: string) => Promise<ClusterSource | undefined>;
}

export type Chosen = { context: string; config: Kubeconfig } | { access: ClusterAccess };

/**
 * What a name means: `rancher/NAME` or `kubeconfig/NAME`, then a context, then an environment with one cluster, then a cluster of Rancher.
 * Throws NOT_FOUND naming what there is, AMBIGUOUS, KUBECONFIG_MISSING.
 */
export async function chooseCluster(names: ClusterNames, wanted: string, signal: AbortSignal): Promise<Chosen> {
  const { config, environments } = names;
  const own = config === undefined ? undefined : contextNamed(config, wanted);
  if (config !== undefined && own !== undefined) return { context: own, config };
  const [system, ...rest] = wanted.split('/');
  const bare = rest.join('/');
  if (system === ownSystem && bare !== '' && config !== undefined) {
    const context = contextNamed(config, bare);
    if (context !== undefined) return { context, config };
  }
  const rule = environments.find(({ name }) => name === wanted);
  if (rule !== undefined && !rule.clusters.includes(wanted))
    return chooseCluster({ ...names, environments: [] }, onlyCluster(rule), signal);
  const source = await names.clustersOf(otherSystem);
  const listed = (await source?.list(signal)) ?? [];
  const asked = system === otherSystem && bare !== '' ? bare : wanted;
  const found = listed.filter(({ name, cluster }) => name === asked || cluster === asked);
  if (found.length > 1) throw severalClusters(wanted, found);
  if (source !== undefined && found[0] !== undefined) return { access: await source.open(found[0].cluster, signal) };
  throw noCluster(wanted, config, listed);
}

/** A rule for many clusters does not say which one. */
function onlyCluster({ name, clusters }: EnvironmentRule): string {
  const [only, second] = clusters;
  if (only !== undefined && second === undefined && !only.includes('*')) return only;
  throw new AppError(
    clusters.length === 0
      ? `The environment ${name} names no cluster`
      : `The environment ${name} has several clusters: ${clusters.join(', ')}`,
    { code: 'AMBIGUOUS', hint: 'Name the cluster itself: --cluster NAME', details: { clusters } },
  );
}

function severalClusters(wanted: string, found: ClusterEntry[]): AppError {
  const ids = found.map(({ through, cluster }) => `${through}/${cluster}`);
  return new AppError(`Several clusters are called ${wanted}`, {
    code: 'AMBIGUOUS',
    hint: `Name one by its id: ${ids.slice(0, 8).join(', ')}`,
    details: { clusters: ids },
  });
}

function noCluster(wanted: string, config: Kubeconfig | undefined, others: ClusterEntry[]): AppError {
  const contexts = [...(config?.contexts.keys() ?? [])];
  const all = [...contexts, ...others.map(({ through, name }) => `${through}/${name}`)];
  return new AppError(`There is no cluster or context ${wanted}`, {
    code: 'NOT_FOUND',
    hint: all.length === 0 ? 'The kubeconfig holds no context: kubectl config get-contexts' : `There are: ${all.slice(0, 12).join(', ')}`,
    details: { contexts: all.slice(0, 50) },
  });
}

/** The address and credentials of a cluster that another system reaches; it is called `rancher/NAME` from here on. */
export async function targetOf({ name, cluster, through, kubeconfig, namespace }: ClusterAccess): Promise<Target> {
  const title = `${through}/${name}`;
  const target = await resolveContext(readKubeconfigText(title, kubeconfig.reveal()));
  return { ...target, context: title, cluster, namespace, names: [title, name, cluster] };
}
