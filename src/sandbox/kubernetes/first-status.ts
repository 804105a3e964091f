/** The status that an object is born with. */
import { type JsonObject, list, record } from './json.ts';

/** Undefined where a kind has none. */
export function firstStatus(kind: string, object: JsonObject): JsonObject | undefined {
  switch (kind) {
    case 'Namespace':
      return { phase: 'Active' };
    case 'Pod':
      return { phase: 'Pending', qosClass: qualityOf(object) };
    case 'PersistentVolumeClaim':
      return { phase: 'Pending' };
    case 'Service':
    case 'Ingress':
      return { loadBalancer: {} };
    case 'ReplicaSet':
      return { replicas: 0 };
    case 'StatefulSet':
      return { replicas: 0, availableReplicas: 0 };
    case 'DaemonSet':
      return { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };
    case 'HorizontalPodAutoscaler':
      return { desiredReplicas: 0, currentMetrics: null };
    case 'PodDisruptionBudget':
      return { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
    case 'Deployment':
    case 'Job':
    case 'CronJob':
    case 'ResourceQuota':
      return {};
    default:
      return undefined;
  }
}

function qualityOf(pod: JsonObject): string {
  const all = list(pod, 'spec', 'containers').map((container) => record(container, 'resources'));
  const asked = all.filter((one) => Object.keys(record(one, 'requests')).length + Object.keys(record(one, 'limits')).length > 0);
  if (asked.length === 0) return 'BestEffort';
  const exact = all.every((one) =>
    ['cpu', 'memory'].every(
      (name) => record(one, 'limits')[name] !== undefined && record(one, 'limits')[name] === record(one, 'requests')[name],
    ),
  );
  return exact ? 'Guaranteed' : 'Burstable';
}
