/** Rancher: its clusters and projects, and the way to each cluster through its proxy. */
import { type ConnectionHealth, defineIntegration, type LiveNames } from '#kit';
import { clusterStatus } from './actions/cluster-status.ts';
import { createNamespace } from './actions/create-namespace.ts';
import { createProject } from './actions/create-project.ts';
import { deleteProject } from './actions/delete-project.ts';
import { generateKubeconfig } from './actions/generate-kubeconfig.ts';
import { listClusters } from './actions/list-clusters.ts';
import { listProjects } from './actions/list-projects.ts';
import type { RancherClient } from './client.ts';
import { connectRancher, RancherConfig, rancherStamp } from './config.ts';

export const rancher = defineIntegration<RancherClient>({
  id: 'rancher',
  summary: 'Clusters and projects of Rancher',
  config: RancherConfig,
  actions: [listClusters, clusterStatus, listProjects, createProject, deleteProject, createNamespace, generateKubeconfig],
  carries: [],
  stamp: rancherStamp,
  connect: async (options) => {
    const client = await connectRancher(options);
    return { client, close: () => client.close() };
  },
  clusters: ({ source }) => source,
  names: readNames,
  health: readHealth,
});

async function readNames(client: RancherClient, signal: AbortSignal): Promise<LiveNames> {
  const [clusters, projects] = await Promise.all([client.clusters(signal), client.projects(undefined, signal)]);
  const names = [...new Set(projects.map(({ name }) => name))];
  return {
    names: [...clusters.map(({ name }) => ({ of: 'cluster', name })), ...names.map((name) => ({ of: 'rancherProject', name }))],
    defaults: {},
  };
}

async function readHealth(client: RancherClient, signal: AbortSignal): Promise<ConnectionHealth> {
  const [as, clusters] = await Promise.all([client.me(signal), client.clusters(signal)]);
  return { ok: true, as, message: `Rancher at ${client.host}, ${clusters.length} clusters` };
}
