/** Kubernetes through its API, with the user's kubeconfig. */
import { type ConnectionHealth, type ConnectOptions, defineIntegration } from '#kit';
import { z } from 'zod';
import { cordonNode, uncordonNode } from './actions/cordon-node.ts';
import { describeResource } from './actions/describe-resource.ts';
import { diagnoseCluster } from './actions/diagnose-cluster.ts';
import { diagnoseNetwork } from './actions/diagnose-network.ts';
import { diagnoseWorkload } from './actions/diagnose-workload.ts';
import { drainNode } from './actions/drain-node.ts';
import { exposeService } from './actions/expose-service.ts';
import { execPod } from './actions/exec-pod.ts';
import { forwardPort } from './actions/forward-port.ts';
import { getLogs } from './actions/get-logs.ts';
import { listContexts } from './actions/list-contexts.ts';
import { listResources } from './actions/list-resources.ts';
import { pauseRollout, resumeRollout } from './actions/pause-rollout.ts';
import { restartPods } from './actions/restart-pods.ts';
import { rolloutHistory } from './actions/rollout-history.ts';
import { rolloutStatus } from './actions/rollout-status.ts';
import { rolloutUndo } from './actions/rollout-undo.ts';
import { runJob } from './actions/run-job.ts';
import { scaleDeployment } from './actions/scale-deployment.ts';
import { setAutoscaler } from './actions/set-autoscaler.ts';
import { setImage } from './actions/set-image.ts';
import { taintNode } from './actions/taint-node.ts';
import { topUsage } from './actions/top-usage.ts';
import { applyManifest } from './actions/apply-manifest.ts';
import { createNamespace } from './actions/create-namespace.ts';
import { createResource } from './actions/create-resource.ts';
import { deleteResource } from './actions/delete-resource.ts';
import { labelResource } from './actions/label-resource.ts';
import { patchResource } from './actions/patch-resource.ts';
import { restoreObjects } from './actions/restore-objects.ts';
import { connectKubernetes, type KubernetesClient } from './connect.ts';
import { kubeconfigStamp } from './kubeconfig.ts';
import { readNames } from './names.ts';

export type { KubernetesClient } from './connect.ts';

/** Where kubeconfigs lie, and where the sign-in programs of the clouds look for their settings. None holds a secret. */
const carries = [
  'KUBECONFIG',
  'HOME',
  'USERPROFILE',
  'XDG_CONFIG_HOME',
  'AWS_PROFILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AZURE_CONFIG_DIR',
  'CLOUDSDK_CONFIG',
  'CLOUDSDK_ACTIVE_CONFIG_NAME',
];

export const kubernetes = defineIntegration<KubernetesClient>({
  id: 'kubernetes',
  summary: 'Clusters of your kubeconfig',
  config: z.strictObject({}),
  actions: [
    applyManifest,
    createNamespace,
    createResource,
    deleteResource,
    labelResource,
    patchResource,
    restoreObjects,
    listResources,
    describeResource,
    getLogs,
    scaleDeployment,
    restartPods,
    rolloutStatus,
    rolloutHistory,
    rolloutUndo,
    pauseRollout,
    resumeRollout,
    setImage,
    cordonNode,
    uncordonNode,
    drainNode,
    taintNode,
    setAutoscaler,
    exposeService,
    runJob,
    topUsage,
    listContexts,
    diagnoseWorkload,
    diagnoseCluster,
    diagnoseNetwork,
    execPod,
    forwardPort,
  ],
  carries,
  stamp: (options: ConnectOptions) => kubeconfigStamp(options),
  connect: async (options: ConnectOptions) => {
    const client = await connectKubernetes(options);
    return { client, close: () => client.close() };
  },
  names: readNames,
  clusters: ({ source }) => source,
  health: readHealth,
});

async function readHealth(client: KubernetesClient, signal: AbortSignal): Promise<ConnectionHealth> {
  const cluster = await client.cluster();
  const [version, as] = await Promise.all([cluster.version(signal), cluster.identity(signal)]);
  return { ok: true, as, message: `context ${cluster.target.context}, Kubernetes ${version} at ${cluster.target.server}` };
}
