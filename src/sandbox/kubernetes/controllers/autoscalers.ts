/** HorizontalPodAutoscalers without metrics: they keep their target within its bounds, and say that they know no more. */
import { clone, type Json, type JsonObject, list, number, put, record, text } from '../json.ts';
import { type Kind, kindNamed, kinds } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs, wholeSeconds } from '../operations.ts';
import { tell } from './events.ts';
import { controllerManager, namespaceOf, uidOf, withTimes } from './shared.ts';

const component = 'horizontal-pod-autoscaler';
/** How often the real one looks. */
const everyMs = 15_000;
/** It waits before it takes pods away, so that a short peak does not make it saw. */
const downAfterMs = 300_000;

/** `above`: since when targets have had too many replicas, by uid of the autoscaler. Says when to look again. */
export function tendAutoscaler(store: ObjectStore, autoscaler: JsonObject, above: Map<string, number>): number | undefined {
  const reference = record(autoscaler, 'spec', 'scaleTargetRef');
  const kind = kinds.find((one) => one.kind === reference['kind'] && one.subresources.includes('scale'));
  const target = kind === undefined ? undefined : store.find(kind, namespaceOf(autoscaler), text(reference, 'name'));
  if (kind === undefined || target === undefined) {
    write(
      store,
      autoscaler,
      [
        {
          type: 'AbleToScale',
          status: 'False',
          reason: 'FailedGetScale',
          message: `the HPA controller was unable to get the target's current scale: ${text(reference, 'name')} not found`,
        },
      ],
      0,
      0,
    );
    return everyMs;
  }
  const replicas = number(target, 0, 'spec', 'replicas');
  const least = number(autoscaler, 1, 'spec', 'minReplicas');
  const most = number(autoscaler, least, 'spec', 'maxReplicas');
  // A target of none is switched off, on purpose.
  const wanted = replicas === 0 ? 0 : Math.min(most, Math.max(least, replicas));
  if (wanted !== replicas && isTime(store, autoscaler, wanted < replicas, above)) rescale(store, autoscaler, kind, target, wanted);
  if (wanted >= replicas) above.delete(uidOf(autoscaler));
  const able: JsonObject = {
    type: 'AbleToScale',
    status: 'True',
    reason: 'SucceededGetScale',
    message: "the HPA controller was able to get the target's current scale",
  };
  const active: JsonObject =
    replicas === 0
      ? {
          type: 'ScalingActive',
          status: 'False',
          reason: 'ScalingDisabled',
          message: 'scaling is disabled since the replica count of the target is zero',
        }
      : {
          type: 'ScalingActive',
          status: 'False',
          reason: 'FailedGetResourceMetric',
          message:
            'the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
        };
  write(store, autoscaler, [able, active], number(target, 0, 'status', 'replicas'), wanted);
  return everyMs;
}

function isTime(store: ObjectStore, autoscaler: JsonObject, isDown: boolean, above: Map<string, number>): boolean {
  if (!isDown) return true;
  const now = store.clock().getTime();
  const since = above.get(uidOf(autoscaler)) ?? now;
  above.set(uidOf(autoscaler), since);
  return now - since >= downAfterMs;
}

function rescale(store: ObjectStore, autoscaler: JsonObject, kind: Kind, target: JsonObject, wanted: number): void {
  const changed = clone(target);
  put(changed, ['spec', 'replicas'], wanted);
  saveAs(store, kind, changed, controllerManager, '');
  const bound =
    wanted === number(autoscaler, 1, 'spec', 'minReplicas')
      ? 'Current number of replicas below Spec.MinReplicas'
      : 'Current number of replicas above Spec.MaxReplicas';
  tell(store, autoscaler, { reason: 'SuccessfulRescale', message: `New size: ${wanted}; reason: ${bound}`, component });
}

function write(store: ObjectStore, autoscaler: JsonObject, conditions: JsonObject[], current: number, desired: number): void {
  const timed: Json[] = withTimes(list(autoscaler, 'status', 'conditions'), conditions, wholeSeconds(store.clock()));
  const status: JsonObject = {
    ...(current === 0 ? {} : { currentReplicas: current }),
    desiredReplicas: desired,
    currentMetrics: null,
    conditions: timed,
  };
  saveAs(store, kindNamed('HorizontalPodAutoscaler'), { ...autoscaler, status }, controllerManager);
}
