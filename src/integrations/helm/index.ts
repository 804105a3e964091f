/** Helm releases, with the user's own helm. */
import { AppError, type ConnectionHealth, defineIntegration, type LiveNames } from '#kit';
import { deployRelease } from './actions/deploy-release.ts';
import { generateChart } from './actions/generate-chart.ts';
import { listReleases } from './actions/list-releases.ts';
import { removeChart } from './actions/remove-chart.ts';
import { releaseHistory } from './actions/release-history.ts';
import { releaseStatus } from './actions/release-status.ts';
import { releaseValues } from './actions/release-values.ts';
import { rollbackRelease } from './actions/rollback-release.ts';
import { uninstallRelease } from './actions/uninstall-release.ts';
import { connectHelm, type HelmClient } from './client.ts';
import { HelmConfig } from './config.ts';
import { listReleases as readReleases } from './releases.ts';

/** Where helm keeps its own settings. None holds a secret. */
const carries = [
  'HELM_CACHE_HOME',
  'HELM_CONFIG_HOME',
  'HELM_DATA_HOME',
  'HELM_REPOSITORY_CONFIG',
  'HELM_REPOSITORY_CACHE',
  'HELM_REGISTRY_CONFIG',
  'HELM_DRIVER',
];

export const helm = defineIntegration<HelmClient>({
  id: 'helm',
  summary: 'Releases of Helm charts',
  config: HelmConfig,
  actions: [
    listReleases,
    releaseStatus,
    releaseHistory,
    releaseValues,
    deployRelease,
    rollbackRelease,
    uninstallRelease,
    generateChart,
    removeChart,
  ],
  carries,
  connect: async (options) => {
    const client = await connectHelm(options);
    return { client, close: () => client.close() };
  },
  names: readNames,
  health: readHealth,
});

/** Releases of the current cluster, and what charts are configured for. */
async function readNames(client: HelmClient, signal: AbortSignal): Promise<LiveNames> {
  const releases = await client.at({}, { cwd: '/', signal }, (place) => readReleases(place, ['--all-namespaces'])).catch(() => []);
  const configured = Object.keys(client.config.charts).filter((name) => !releases.some((one) => one.name === name));
  return {
    names: [
      ...releases.map(({ name, namespace }) => ({ of: 'release', name, namespace })),
      ...configured.map((name) => ({ of: 'release', name })),
    ],
    defaults: {},
  };
}

async function readHealth(client: HelmClient, signal: AbortSignal): Promise<ConnectionHealth> {
  const { text } = await client.version(signal);
  const message = `helm ${text} at ${client.program.path}`;
  try {
    return {
      ok: true,
      message: await client.at({}, { cwd: '/', signal }, ({ cluster }) => Promise.resolve(`${message}, cluster ${cluster}`)),
    };
  } catch (error) {
    return { ok: true, message: `${message}; no cluster: ${AppError.isInstance(error) ? error.message : 'it cannot be connected'}` };
  }
}
