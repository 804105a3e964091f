/** One call of each action, in an order in which they can follow each other, and what it must change. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../src/integrations/helm/charts.ts';
import { writeChart } from '../helm/charts.ts';
import type { CliResult } from '../support/cli.ts';

export interface Row {
  action: string;
  flags: string[];
  /** `verb Kind name` of each change, in their order; absent for a read. */
  effects?: string[];
  /** The form of further changes, where one action is many. */
  more?: RegExp;
  /** What must be there afterwards, or not, in the working folder: for what changes this machine instead of a server. */
  files?: Record<string, boolean>;
  /** It can be neither repeated nor looked up: after a crash its outcome is unknown. */
  unknown?: true;
  /** What must be printed. */
  shows?: RegExp;
  /** Gives further flags. */
  before?: (world: {
    dir: string;
    devos: (...args: string[]) => Promise<CliResult>;
    /** Plans and approves another action first. */
    change: (action: string, ...flags: string[]) => Promise<void>;
  }) => Promise<string[] | void>;
}

const shop = ['--namespace', 'shop'];

const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: limits }\ndata: { rate: "10" }\n';
const limits = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'limits' }, data: { rate: '10' } };
const former = JSON.stringify([{ way: 'create', kind: 'ConfigMap', name: 'limits', namespace: 'shop', object: limits }]);
/** What Helm keeps of a release, and what the chart is made of. */
const ofRelease = /^\w+ (?:Secret sh\.helm\.release\.v1\.shopfront\.v\d|Service shopfront|Deployment shopfront)$/;

export const rows: Row[] = [
  { action: 'kubernetes.resources.list', flags: ['--kind', 'Pod', ...shop], shows: /web-app/ },
  { action: 'kubernetes.resource.describe', flags: ['--kind', 'Deployment', '--name', 'web-app', ...shop], shows: /web-app/ },
  { action: 'kubernetes.logs.get', flags: ['--name', 'web-app', ...shop] },
  { action: 'kubernetes.workload.diagnose', flags: ['--name', 'web-app', ...shop] },
  { action: 'kubernetes.cluster.diagnose', flags: [...shop], shows: /"looked"/ },
  { action: 'kubernetes.network.diagnose', flags: ['--name', 'web-app', ...shop], shows: /nothing breaks on the way/ },
  { action: 'kubernetes.rollout.status', flags: ['--name', 'web-app', ...shop] },
  { action: 'kubernetes.rollout.history', flags: ['--name', 'web-app', ...shop] },
  {
    action: 'kubernetes.deployment.scale',
    flags: ['--name', 'web-app', '--replicas', '4', ...shop],
    effects: ['patch Deployment web-app'],
    shows: /4\/4 ready/,
  },
  { action: 'kubernetes.pods.restart', flags: ['--name', 'web-app', ...shop], effects: ['patch Deployment web-app'] },
  {
    action: 'kubernetes.deployment.setImage',
    flags: ['--name', 'web-app', '--image', 'registry.sandbox/web-app:2.0.0', ...shop],
    effects: ['patch Deployment web-app'],
  },
  { action: 'kubernetes.rollout.undo', flags: ['--name', 'web-app', ...shop], effects: ['patch Deployment web-app'] },
  { action: 'kubernetes.rollout.pause', flags: ['--name', 'web-app', ...shop], effects: ['patch Deployment web-app'] },
  { action: 'kubernetes.rollout.resume', flags: ['--name', 'web-app', ...shop], effects: ['patch Deployment web-app'] },
  { action: 'kubernetes.node.cordon', flags: ['--name', 'node-2'], effects: ['patch Node node-2'] },
  { action: 'kubernetes.node.uncordon', flags: ['--name', 'node-2'], effects: ['patch Node node-2'] },
  {
    action: 'kubernetes.node.taint',
    flags: ['--name', 'node-2', '--taint', 'dedicated=ml:NoSchedule'],
    effects: ['patch Node node-2'],
    shows: /dedicated=ml:NoSchedule/,
  },
  {
    action: 'kubernetes.node.drain',
    // Its budget lets no pod of orders go while there are three.
    before: ({ change }) => change('kubernetes.deployment.scale', '--name', 'orders', '--replicas', '4', '--namespace', 'production'),
    flags: ['--name', 'node-3'],
    effects: ['patch Node node-3'],
    more: /^delete Pod /,
    shows: /empty but for 1 pod/,
  },
  {
    action: 'kubernetes.autoscaler.set',
    flags: ['--name', 'cart', '--min-replicas', '2', '--max-replicas', '5', '--cpu-percent', '70', ...shop],
    effects: ['create HorizontalPodAutoscaler cart'],
    shows: /kept between 2 and 5/,
  },
  {
    action: 'kubernetes.service.expose',
    flags: ['--name', 'log-agent', '--port', '80', '--namespace', 'kube-system'],
    effects: ['create Service log-agent'],
    shows: /endpoints ready/,
  },
  {
    action: 'kubernetes.job.run',
    flags: ['--cron-job', 'nightly-report', '--name', 'by-hand', ...shop],
    effects: ['create Job by-hand'],
    shows: /completed/,
  },
  // Which of its pods is chosen when it is planned.
  {
    action: 'kubernetes.pod.exec',
    flags: ['--name', 'web-app', '--command', 'cat /etc/hostname', ...shop],
    effects: [],
    more: /^exec Pod web-app-/,
    unknown: true,
    shows: /^web-app-/,
  },
  {
    action: 'kubernetes.manifest.apply',
    before: ({ dir }) => writeFile(join(dir, 'limits.yaml'), manifest),
    flags: ['--file', 'limits.yaml', ...shop],
    // Server-side apply: the same request makes and changes.
    effects: ['patch ConfigMap limits'],
    shows: /ConfigMap limits/,
  },
  {
    action: 'kubernetes.resource.create',
    flags: ['--kind', 'ServiceAccount', '--name', 'deployer', ...shop],
    effects: ['create ServiceAccount deployer'],
  },
  {
    action: 'kubernetes.resource.patch',
    flags: ['--kind', 'ConfigMap', '--name', 'limits', '--patch', '{"data":{"burst":"20"}}', ...shop],
    effects: ['patch ConfigMap limits'],
  },
  {
    action: 'kubernetes.resource.label',
    flags: ['--kind', 'ConfigMap', '--name', 'limits', '--labels', 'team=search', ...shop],
    effects: ['patch ConfigMap limits'],
  },
  {
    action: 'kubernetes.resource.delete',
    flags: ['--kind', 'ConfigMap', '--name', 'limits', ...shop],
    effects: ['delete ConfigMap limits'],
  },
  {
    action: 'kubernetes.objects.restore',
    flags: ['--former', former, ...shop],
    effects: ['create ConfigMap limits'],
  },
  { action: 'kubernetes.namespace.create', flags: ['--name', 'load-tests'], effects: ['create Namespace load-tests'] },
  { action: 'kubernetes.usage.top', flags: ['--kind', 'Node'], shows: /node-1/ },
  { action: 'kubernetes.contexts.list', flags: [], shows: /"current": ?true/ },
  { action: 'rancher.clusters.list', flags: [], shows: /"name": "lab-9",\s+"state": "unavailable"/ },
  { action: 'rancher.cluster.status', flags: ['--cluster', 'kube-us1'], shows: /"nodes": 3/ },
  { action: 'rancher.projects.list', flags: ['--cluster', 'kube-us1'], shows: /Support/ },
  {
    action: 'rancher.project.create',
    flags: ['--cluster', 'kube-us1', '--name', 'Growth'],
    effects: ['create Project Growth'],
  },
  {
    action: 'rancher.namespace.create',
    flags: ['--cluster', 'kube-us1', '--name', 'push-gateway', '--project', 'Support', '--quota', 'cpu=4'],
    effects: ['create Namespace push-gateway'],
  },
  { action: 'rancher.kubeconfig.generate', flags: ['--cluster', 'kube-us1'], effects: ['create Token kube-us1'] },
  {
    action: 'rancher.project.delete',
    flags: ['--cluster', 'kube-us1', '--project', 'c-m-us1:p-default'],
    effects: ['delete Project Default'],
  },
  {
    action: 'helm.release.deploy',
    before: async ({ dir }) => void (await writeChart(dir, 'shopfront')),
    flags: ['--release', 'shopfront', '--chart', './shopfront', ...shop],
    effects: ['create Secret sh.helm.release.v1.shopfront.v1'],
    more: ofRelease,
  },
  {
    action: 'helm.chart.generate',
    flags: ['--name', 'wallet'],
    effects: [],
    files: { 'charts/wallet/Chart.yaml': true },
    shows: /helm lint --strict finds nothing wrong/,
  },
  {
    action: 'helm.chart.remove',
    before: async ({ dir }) => ['--path', join(dir, 'charts/wallet'), '--digest', await digestOf(join(dir, 'charts/wallet'))],
    flags: [],
    effects: [],
    files: { 'charts/wallet': false },
  },
  { action: 'helm.releases.list', flags: shop, shows: /shopfront/ },
  { action: 'helm.release.status', flags: ['--release', 'shopfront', ...shop], shows: /"status": "deployed"/ },
  { action: 'helm.release.values', flags: ['--release', 'shopfront', ...shop] },
  { action: 'helm.release.history', flags: ['--release', 'shopfront', ...shop], shows: /"chart": "shopfront-1.0.0"/ },
  {
    action: 'helm.release.rollback',
    before: async ({ dir, change }) => {
      await writeChart(dir, 'shopfront', { version: '1.1.0' });
      await change('helm.release.deploy', '--release', 'shopfront', '--chart', './shopfront', ...shop);
    },
    flags: ['--release', 'shopfront', ...shop],
    effects: ['create Secret sh.helm.release.v1.shopfront.v3'],
    more: ofRelease,
  },
  {
    action: 'helm.release.uninstall',
    flags: ['--release', 'shopfront', ...shop],
    effects: ['update Secret sh.helm.release.v1.shopfront.v3'],
    more: ofRelease,
  },
];
