/** How far a rollout is: the rules of `kubectl rollout status`, as values. */
import { cleanLine } from '#kit';
import type { Workload } from './schema.ts';
import { counted } from './words.ts';
import type { WorkloadKind } from './workloads.ts';

export interface RolloutProgress {
  done: boolean;
  /** The controller has given up. */
  failed: boolean;
  ready: number;
  wanted: number;
  /** `5/5 ready`, `waiting for 2 of 5 pods to be updated`. */
  message: string;
}

export function progressOf(kind: WorkloadKind, object: Workload): RolloutProgress {
  const { metadata, status } = object;
  const [ready, wanted] =
    kind === 'DaemonSet'
      ? [status.numberReady ?? 0, status.desiredNumberScheduled ?? 0]
      : [status.readyReplicas ?? 0, object.spec.replicas ?? 1];
  const wait = waitOf(kind, object, wanted);
  const shown = `${ready}/${wanted} ready`;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0))
    return { done: false, failed: false, ready, wanted, message: 'waiting for the controller to see the change' };
  const late = (status.conditions ?? []).find(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded');
  if (late !== undefined && wait !== undefined)
    return {
      done: false,
      failed: true,
      ready,
      wanted,
      message: `${shown}; it made no progress in time: ${cleanLine(late.message ?? 'ProgressDeadlineExceeded')}`,
    };
  return { done: wait === undefined, failed: false, ready, wanted, message: wait === undefined ? shown : `${shown}; ${wait}` };
}

/** What is still waited for; undefined where all is done. */
function waitOf(kind: WorkloadKind, object: Workload, wanted: number): string | undefined {
  const { spec, status } = object;
  switch (kind) {
    case 'Deployment': {
      const updated = status.updatedReplicas ?? 0;
      const current = status.replicas ?? 0;
      if (spec.paused === true && updated < wanted) return 'the rollout is paused';
      if (updated < wanted) return `${updated} of ${wanted} pods are updated`;
      if (updated > wanted) return `waiting for ${counted(updated - wanted, 'pod')} to end`;
      if (current > updated) return `waiting for ${counted(current - updated, 'old pod')} to end`;
      return (status.availableReplicas ?? 0) < updated
        ? `${status.availableReplicas ?? 0} of ${updated} updated pods are available`
        : undefined;
    }
    case 'StatefulSet':
      return statefulSetWait(object, wanted);
    case 'DaemonSet': {
      const updated = status.updatedNumberScheduled ?? 0;
      if (spec.updateStrategy?.type !== 'OnDelete' && updated < wanted) return `${updated} of ${wanted} pods are updated`;
      return (status.numberAvailable ?? 0) < wanted ? `${status.numberAvailable ?? 0} of ${wanted} pods are available` : undefined;
    }
    case 'ReplicaSet':
      if ((status.replicas ?? 0) !== wanted) return `${status.replicas ?? 0} of ${wanted} pods exist`;
      return (status.readyReplicas ?? 0) < wanted ? 'pods are starting' : undefined;
  }
}

function statefulSetWait({ spec, status }: Workload, wanted: number): string | undefined {
  const ready = status.readyReplicas ?? 0;
  if ((status.replicas ?? 0) > wanted) return `waiting for ${counted((status.replicas ?? 0) - wanted, 'pod')} to end`;
  if (ready < wanted) return 'pods are starting';
  if (spec.updateStrategy?.type === 'OnDelete') return undefined;
  const updated = status.updatedReplicas ?? 0;
  const due = wanted - Math.min(wanted, spec.updateStrategy?.rollingUpdate?.partition ?? 0);
  return status.updateRevision !== status.currentRevision && updated < due ? `${updated} of ${due} pods are updated` : undefined;
}

/** New pods come only when the old ones are deleted by hand. */
export function isOnDelete({ spec }: Workload): boolean {
  return spec.updateStrategy?.type === 'OnDelete';
}
