/** Each action of the cluster systems from a sentence, in a live company: its names are looked up, and the step that comes out is the one that is meant. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { integrations } from '#integrations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { realHelm } from '../support/real-programs.ts';
import { openRoom, type Room } from '../support/room.ts';

const program = await realHelm();
let room: Room;

const sentences: [action: string, sentence: string, input: Record<string, unknown>][] = [
  ['kubernetes.resources.list', 'show me the pods in staging', { kind: 'Pod', namespace: 'staging' }],
  [
    'kubernetes.resource.describe',
    'describe the service web-app in production',
    { kind: 'Service', name: 'web-app', namespace: 'production' },
  ],
  ['kubernetes.logs.get', 'tail the last 20 lines of payment-service logs', { name: 'payment-service', tail: 20 }],
  ['kubernetes.workload.diagnose', 'why is recommendations crashing?', { name: 'recommendations', namespace: 'staging' }],
  ['kubernetes.cluster.diagnose', 'is anything unhealthy in staging?', { namespace: 'staging' }],
  ['kubernetes.network.diagnose', 'why can nobody reach the payment-service service?', { name: 'payment-service' }],
  ['kubernetes.rollout.status', 'how is the rollout of cart going?', { name: 'cart' }],
  ['kubernetes.rollout.history', 'rollout history of api-gateway', { name: 'api-gateway' }],
  ['kubernetes.deployment.scale', 'bump cart to 4 replicas', { name: 'cart', replicas: 4 }],
  ['kubernetes.pods.restart', 'restart payment-service', { name: 'payment-service' }],
  ['kubernetes.deployment.setImage', 'set the image of search to acme/search:0.9.2', { name: 'search', image: 'acme/search:0.9.2' }],
  ['kubernetes.rollout.undo', 'roll back api-gateway', { name: 'api-gateway' }],
  ['kubernetes.rollout.pause', 'pause the rollout of cart', { name: 'cart' }],
  ['kubernetes.rollout.resume', 'resume the rollout of cart', { name: 'cart' }],
  ['kubernetes.node.cordon', 'cordon node-2', { name: 'node-2' }],
  ['kubernetes.node.uncordon', 'uncordon node node-2', { name: 'node-2' }],
  ['kubernetes.node.drain', 'drain node-1 for maintenance', { name: 'node-1' }],
  ['kubernetes.node.taint', 'taint node-2 with dedicated=ml:NoSchedule', { name: 'node-2', taint: 'dedicated=ml:NoSchedule' }],
  [
    'kubernetes.autoscaler.set',
    'autoscale cart between 2 and 6 pods at 70% cpu',
    { name: 'cart', minReplicas: 2, maxReplicas: 6, cpuPercent: 70 },
  ],
  ['kubernetes.service.expose', 'expose log-agent on port 80', { name: 'log-agent', port: 80 }],
  ['kubernetes.job.run', 'run the cron job nightly-report now', { cronJob: 'nightly-report' }],
  ['kubernetes.pod.exec', "run 'cat /etc/hostname' in a pod of web-app", { name: 'web-app', command: 'cat /etc/hostname' }],
  ['kubernetes.port.forward', 'forward local port 8080 to port 80 of web-app', { name: 'web-app', localPort: 8080, remotePort: 80 }],
  ['kubernetes.manifest.apply', 'apply limits.yaml in shop', { file: 'limits.yaml', namespace: 'shop' }],
  [
    'kubernetes.resource.create',
    'create a deployment called mailer with image nginx:1.27 and 2 replicas',
    { kind: 'Deployment', name: 'mailer' },
  ],
  ['kubernetes.resource.patch', `patch the service cart with '{"metadata":{"labels":{"a":"b"}}}'`, { kind: 'Service', name: 'cart' }],
  [
    'kubernetes.resource.label',
    'label the deployment cart with tier=backend',
    { kind: 'Deployment', name: 'cart', labels: 'tier=backend' },
  ],
  ['kubernetes.resource.delete', 'delete the configmap web-app-config in shop', { kind: 'ConfigMap', name: 'web-app-config' }],
  ['kubernetes.namespace.create', 'create a namespace called load-tests', { name: 'load-tests' }],
  ['kubernetes.usage.top', 'top pods in shop', { kind: 'Pod', namespace: 'shop' }],
  ['kubernetes.contexts.list', 'which contexts does my kubeconfig have?', {}],
  ['rancher.clusters.list', 'show me the status of all clusters', {}],
  ['rancher.cluster.status', 'status of the rancher cluster kube-us1', { cluster: 'kube-us1' }],
  ['rancher.projects.list', 'list the rancher projects of kube-us1', { cluster: 'kube-us1' }],
  ['rancher.project.create', 'create a rancher project called Growth on kube-us1', { cluster: 'kube-us1', name: 'Growth' }],
  [
    'rancher.namespace.create',
    'create the namespace invoices in the rancher project Support of kube-us1',
    { cluster: 'kube-us1', name: 'invoices', project: 'Support' },
  ],
  ['rancher.kubeconfig.generate', 'give me a kubeconfig for kube-us1', { cluster: 'kube-us1' }],
  ['helm.releases.list', 'list the helm releases', {}],
  ['helm.release.status', 'status of the helm release user-service', { release: 'user-service' }],
  ['helm.release.history', 'helm history of user-service', { release: 'user-service' }],
  ['helm.release.values', 'show the values of the helm release user-service', { release: 'user-service' }],
  ['helm.release.deploy', 'upgrade user-service to version 1.6.2 with helm', { release: 'user-service', version: '1.6.2' }],
  ['helm.release.rollback', 'roll back the helm release user-service', { release: 'user-service' }],
  ['helm.release.uninstall', 'uninstall the helm release user-service', { release: 'user-service' }],
  ['helm.chart.generate', 'scaffold a helm chart called wallet', { name: 'wallet' }],
];

const Planned = z.object({
  plan: z.object({ steps: z.array(z.object({ action: z.string(), input: z.record(z.string(), z.unknown()) })) }),
});

beforeAll(async () => {
  room = await openRoom();
  await writeFile(join(room.dir, 'limits.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: limits }\ndata: { rate: "10" }\n');
});

afterAll(() => room.close());

describe('the table', () => {
  it('has a sentence for each action that a sentence can mean', () => {
    const systems = ['kubernetes', 'rancher', 'helm'];
    const all = integrations.filter(({ id }) => systems.includes(id)).flatMap((one) => one.actions);
    const said = all.filter(({ language }) => language.triggers.length > 0).map(({ id }) => id);

    expect(new Set(sentences.map(([action]) => action))).toEqual(new Set(said));
  });
});

describe('a sentence', () => {
  const can = sentences.filter(([action]) => program !== undefined || !action.startsWith('helm.'));

  it.each(can)('%s: %s', async (action, sentence, input) => {
    const { code, stdout, stderr } = await room.devos('plan', sentence, '-o', 'json');

    expect({ code, said: stdout + stderr }).toMatchObject({ code: 0 });
    expect(Planned.parse(JSON.parse(stdout)).plan.steps).toMatchObject([{ action, input }]);
  });
});
