/** Rancher's clusters for those that work on clusters: their own API, behind Rancher's proxy, with Rancher's token. */
import { AppError, type ClusterAccess, type ClusterEntry, type ClusterSource, Secret } from '#kit';
import type { ClusterState } from './cluster-state.ts';
import type { RancherClient } from './client.ts';

const keptMs = 30_000;

type Reached = Pick<RancherClient, 'host' | 'url' | 'token' | 'ca' | 'clusters'>;

export function createSource(client: Reached, clock: () => number = Date.now): ClusterSource {
  let kept: { at: number; clusters: Promise<ClusterState[]> } | undefined;

  function clusters(signal: AbortSignal): Promise<ClusterState[]> {
    if (kept !== undefined && clock() - kept.at < keptMs) return kept.clusters;
    const read = { at: clock(), clusters: client.clusters(signal) };
    kept = read;
    read.clusters.catch(() => {
      if (kept === read) kept = undefined;
    });
    return read.clusters;
  }

  const entryOf = ({ id, name }: ClusterState): ClusterEntry => ({ name, cluster: id, through: 'rancher' });

  return {
    list: async (signal) => (await clusters(signal)).map(entryOf),
    async open(wanted, signal) {
      const found = (await clusters(signal)).find(({ id, name }) => id === wanted || name === wanted);
      if (found === undefined)
        throw new AppError(`${client.host} has no cluster ${wanted ?? ''}`.trim(), {
          code: 'NOT_FOUND',
          hint: 'See what there is: devos "show me the status of all clusters"',
        });
      return accessOf(client, found);
    },
  };
}

function accessOf({ url, token, ca }: Reached, state: ClusterState): ClusterAccess {
  const { id, name } = state;
  const server = `${url}/k8s/clusters/${encodeURIComponent(id)}`;
  const trust = ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  // JSON is YAML.
  const kubeconfig = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server, ...trust } }],
    users: [{ name: 'rancher', user: { token: token.reveal() } }],
    contexts: [{ name, context: { cluster: name, user: 'rancher', namespace: 'default' } }],
  });
  return { name, cluster: id, through: 'rancher', server, namespace: 'default', kubeconfig: new Secret(kubeconfig) };
}
