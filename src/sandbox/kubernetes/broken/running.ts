/** What runs, or should: rollouts, services, autoscalers, jobs. */
import type { Json, JsonObject } from '../json.ts';
import { brokenNamespace as namespace, type BrokenWorkload, deployment, httpProbe, job, service } from './world.ts';

function row(id: string, name: string, title: string, make: BrokenWorkload['make'], more: Partial<BrokenWorkload> = {}): BrokenWorkload {
  return { id, title, namespace, kind: 'Deployment', name, make, ...more };
}

function withImage(name: string, image: string): JsonObject {
  const containers: Json[] = [{ name, image, ports: [{ name: 'http', containerPort: 8080 }], readinessProbe: httpProbe(8080) }];
  return { spec: { template: { spec: { containers } } } };
}

function cronJob(name: string, schedule: string, image: string, spec: JsonObject = {}): JsonObject {
  return { metadata: { name }, spec: { schedule, jobTemplate: { spec: job(name, image, { backoffLimit: 0 })['spec'] ?? {} }, ...spec } };
}

export const brokenRunning: BrokenWorkload[] = [
  row(
    'stuck-rollout',
    'storefront',
    'its new revision never becomes ready, and its rollout was given up',
    ({ add }) => {
      const spec: JsonObject = { progressDeadlineSeconds: 120 };
      add('Deployment', deployment('storefront', { replicas: 2, container: { readinessProbe: httpProbe(8080) }, spec }));
    },
    { later: ({ change }) => change('Deployment', 'storefront', withImage('storefront', 'acme/storefront:2.0-never-ready')) },
  ),
  row(
    'paused-rollout',
    'loyalty',
    'its rollout is paused before it was done',
    ({ add }) => add('Deployment', deployment('loyalty', { replicas: 2, container: { readinessProbe: httpProbe(8080) } })),
    {
      later({ change }) {
        change('Deployment', 'loyalty', { spec: { paused: true } });
        change('Deployment', 'loyalty', withImage('loyalty', 'acme/loyalty:2.0'));
      },
    },
  ),
  row('scaled-to-zero', 'surveys', 'it has no replicas', ({ add }) => add('Deployment', deployment('surveys', { replicas: 0 }))),
  row('wrong-selector', 'inbox', 'its service selects none of its pods', ({ add }) => {
    add('Deployment', deployment('inbox', { replicas: 2 }));
    add('Service', service('inbox', { app: 'inbx' }, 8080));
  }),
  row('wrong-target-port', 'geo', 'its service aims at a port that its pods do not have', ({ add }) => {
    add('Deployment', deployment('geo', { replicas: 2 }));
    add('Service', service('geo', { app: 'geo' }, 'web'));
  }),
  row('blind-autoscaler', 'feed', 'its autoscaler gets no metrics', ({ add }) => {
    add('Deployment', deployment('feed', { replicas: 2 }));
    const scaleTargetRef: JsonObject = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'feed' };
    add('HorizontalPodAutoscaler', { metadata: { name: 'feed' }, spec: { minReplicas: 2, maxReplicas: 6, scaleTargetRef } });
  }),
  row(
    'failing-job',
    'import-2',
    'its pods failed as often as they may',
    ({ add }) => add('Job', job('import-2', 'acme/import:fail', { backoffLimit: 1 })),
    {
      kind: 'Job',
    },
  ),
  row(
    'late-job',
    'reindex-9',
    'it was not done in its time',
    ({ add }) => add('Job', job('reindex-9', 'acme/reindex:1', { activeDeadlineSeconds: 60 })),
    {
      kind: 'Job',
    },
  ),
  row(
    'suspended-cron-job',
    'cleanup',
    'it is suspended',
    ({ add }) => add('CronJob', cronJob('cleanup', '*/5 * * * *', 'busybox:1', { suspend: true })),
    {
      kind: 'CronJob',
    },
  ),
  row(
    'failing-cron-job',
    'nightly-sync',
    'its last run failed',
    ({ add }) => add('CronJob', cronJob('nightly-sync', '*/5 * * * *', 'acme/report:fail')),
    {
      kind: 'CronJob',
    },
  ),
];
