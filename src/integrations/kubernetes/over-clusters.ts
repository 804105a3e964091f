/** The same read in all clusters at once; one that fails is named and does not fail the others. */
import { AppError, flag, toAppError } from '#kit';
import type { KubernetesClient } from './connect.ts';
import { mapLimited } from './map-limited.ts';

export const allClusters = () =>
  flag(
    [
      'all clusters',
      'all the clusters',
      'all our clusters',
      'all my clusters',
      'every cluster',
      'each cluster',
      'any cluster',
      'across clusters',
      'across all clusters',
      'across the clusters',
    ],
    'In all clusters?',
  ).optional();

export interface OverClusters<T> {
  done: { cluster: string; result: T }[];
  failed: { cluster: string; code: string; message: string }[];
}

const atOnce = 8;
/** A cluster that hangs must not hold up the others for longer. */
const patienceMs = 15_000;

/** Names of all clusters, each once: where several contexts lead to one, the first of them, the current one before all. */
export async function clusterNames(client: KubernetesClient, signal: AbortSignal): Promise<string[]> {
  const seen = new Set<string>();
  const names: string[] = [];
  for (const { name, cluster, through } of await client.source.list(signal)) {
    const key = `${through}/${cluster}`;
    if (!seen.has(key)) names.push(through === 'kubeconfig' ? name : `${through}/${name}`);
    seen.add(key);
  }
  return names;
}

/** Throws the first failure where no cluster answered. */
export async function overClusters<T>(
  client: KubernetesClient,
  signal: AbortSignal,
  work: (cluster: string, signal: AbortSignal) => Promise<T>,
): Promise<OverClusters<T>> {
  const names = await clusterNames(client, signal);
  const outcomes = await mapLimited(names, atOnce, async (cluster) => {
    try {
      return { cluster, result: await work(cluster, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])) };
    } catch (error) {
      if (signal.aborted) throw error;
      return { cluster, error: toAppError(error) };
    }
  });
  const done = outcomes.flatMap((one) => ('result' in one ? [{ cluster: one.cluster, result: one.result as T }] : []));
  const errors = outcomes.flatMap((one) => (one.error === undefined ? [] : [{ cluster: one.cluster, error: one.error }]));
  const [first] = errors;
  if (done.length === 0 && first !== undefined) throw first.error;
  if (done.length === 0)
    throw new AppError('There is no cluster', { code: 'NOT_FOUND', hint: 'The kubeconfig holds no context: kubectl config get-contexts' });
  return { done, failed: errors.map(({ cluster, error: { code, message } }) => ({ cluster, code, message })) };
}

export function failureLines({ failed }: Pick<OverClusters<unknown>, 'failed'>): string[] {
  return failed.map(({ cluster, code, message }) => `${cluster}: not read: ${message} (${code})`);
}
