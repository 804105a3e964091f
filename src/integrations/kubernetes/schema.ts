/** What is read of the API's replies: named fields only, everything else is carried along unread. */
import type { JsonObject } from '#kit';
import { z } from 'zod';

const strings = z.record(z.string(), z.string()).nullish();

export const Metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().nullish(),
  uid: z.string().nullish(),
  resourceVersion: z.string().nullish(),
  generation: z.number().nullish(),
  creationTimestamp: z.string().nullish(),
  deletionTimestamp: z.string().nullish(),
  finalizers: z.array(z.string()).nullish(),
  labels: strings,
  annotations: strings,
  ownerReferences: z
    .array(z.looseObject({ kind: z.string(), name: z.string(), uid: z.string().nullish(), controller: z.boolean().nullish() }))
    .nullish(),
});

export const KubeObject = z.looseObject({ apiVersion: z.string().nullish(), kind: z.string().nullish(), metadata: Metadata });
export type KubeObject = z.infer<typeof KubeObject>;

export const Condition = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
});
export type Condition = z.infer<typeof Condition>;

export const Selector = z.looseObject({
  matchLabels: strings,
  matchExpressions: z.array(z.looseObject({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() })).nullish(),
});
export type Selector = z.infer<typeof Selector>;

export const Probe = z.looseObject({
  initialDelaySeconds: z.number().nullish(),
  timeoutSeconds: z.number().nullish(),
  periodSeconds: z.number().nullish(),
  failureThreshold: z.number().nullish(),
});

const Container = z.looseObject({
  name: z.string(),
  image: z.string().nullish(),
  command: z.array(z.string()).nullish(),
  ports: z.array(z.looseObject({ name: z.string().nullish(), containerPort: z.number(), protocol: z.string().nullish() })).nullish(),
  resources: z
    .looseObject({ requests: z.record(z.string(), z.unknown()).nullish(), limits: z.record(z.string(), z.unknown()).nullish() })
    .nullish(),
  readinessProbe: Probe.nullish(),
  livenessProbe: Probe.nullish(),
  startupProbe: Probe.nullish(),
});
export type Container = z.infer<typeof Container>;

const PodSpec = z.looseObject({
  containers: z.array(Container).default([]),
  initContainers: z.array(Container).nullish(),
  nodeName: z.string().nullish(),
  serviceAccountName: z.string().nullish(),
  nodeSelector: strings,
  imagePullSecrets: z.array(z.looseObject({ name: z.string().nullish() })).nullish(),
  volumes: z
    .array(z.looseObject({ name: z.string(), persistentVolumeClaim: z.looseObject({ claimName: z.string() }).nullish() }))
    .nullish(),
});

const IntOrPercent = z.union([z.number(), z.string()]).nullish();

/** Deployment, StatefulSet, DaemonSet and ReplicaSet. */
export const Workload = KubeObject.extend({
  spec: z
    .looseObject({
      replicas: z.number().nullish(),
      paused: z.boolean().nullish(),
      selector: Selector.nullish(),
      template: z
        .looseObject({ metadata: z.looseObject({ annotations: strings, labels: strings }).nullish(), spec: PodSpec.nullish() })
        .nullish(),
      strategy: z
        .looseObject({ type: z.string().nullish(), rollingUpdate: z.looseObject({ maxUnavailable: IntOrPercent }).nullish() })
        .nullish(),
      updateStrategy: z
        .looseObject({
          type: z.string().nullish(),
          rollingUpdate: z.looseObject({ partition: z.number().nullish(), maxUnavailable: IntOrPercent }).nullish(),
        })
        .nullish(),
    })
    .default({}),
  status: z
    .looseObject({
      observedGeneration: z.number().nullish(),
      replicas: z.number().nullish(),
      readyReplicas: z.number().nullish(),
      updatedReplicas: z.number().nullish(),
      availableReplicas: z.number().nullish(),
      currentRevision: z.string().nullish(),
      updateRevision: z.string().nullish(),
      desiredNumberScheduled: z.number().nullish(),
      updatedNumberScheduled: z.number().nullish(),
      numberAvailable: z.number().nullish(),
      numberReady: z.number().nullish(),
      conditions: z.array(Condition).nullish(),
    })
    .default({}),
});
export type Workload = z.infer<typeof Workload>;

const Terminated = z.looseObject({
  exitCode: z.number().nullish(),
  signal: z.number().nullish(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
});

const ContainerState = z.looseObject({
  waiting: z.looseObject({ reason: z.string().nullish(), message: z.string().nullish() }).nullish(),
  running: z.looseObject({ startedAt: z.string().nullish() }).nullish(),
  terminated: Terminated.nullish(),
});

const ContainerStatus = z.looseObject({
  name: z.string(),
  ready: z.boolean().nullish(),
  restartCount: z.number().nullish(),
  image: z.string().nullish(),
  state: ContainerState.nullish(),
  lastState: ContainerState.nullish(),
});
export type ContainerStatus = z.infer<typeof ContainerStatus>;

export const Pod = KubeObject.extend({
  spec: PodSpec.default({ containers: [] }),
  status: z
    .looseObject({
      phase: z.string().nullish(),
      reason: z.string().nullish(),
      message: z.string().nullish(),
      podIP: z.string().nullish(),
      startTime: z.string().nullish(),
      qosClass: z.string().nullish(),
      conditions: z.array(Condition).nullish(),
      containerStatuses: z.array(ContainerStatus).nullish(),
      initContainerStatuses: z.array(ContainerStatus).nullish(),
    })
    .default({}),
});
export type Pod = z.infer<typeof Pod>;

export const Event = KubeObject.extend({
  type: z.string().nullish(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
  count: z.number().nullish(),
  firstTimestamp: z.string().nullish(),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
  series: z.looseObject({ count: z.number().nullish(), lastObservedTime: z.string().nullish() }).nullish(),
  involvedObject: z.looseObject({ kind: z.string().nullish(), name: z.string().nullish(), uid: z.string().nullish() }).nullish(),
  source: z.looseObject({ component: z.string().nullish() }).nullish(),
  reportingComponent: z.string().nullish(),
});
export type Event = z.infer<typeof Event>;

export const Autoscaler = KubeObject.extend({
  spec: z.looseObject({
    scaleTargetRef: z.looseObject({ kind: z.string(), name: z.string() }),
    minReplicas: z.number().nullish(),
    maxReplicas: z.number().nullish(),
    metrics: z.array(z.custom<JsonObject>((value) => isJsonObject(value))).nullish(),
  }),
});

/** A saved template of a StatefulSet or DaemonSet; `data` is a patch that brings it back. */
export const ControllerRevision = KubeObject.extend({ revision: z.number(), data: z.unknown() });
export type ControllerRevision = z.infer<typeof ControllerRevision>;

export const List = z.looseObject({
  kind: z.string().nullish(),
  metadata: z
    .looseObject({ continue: z.string().nullish(), resourceVersion: z.string().nullish(), remainingItemCount: z.number().nullish() })
    .nullish(),
  items: z.array(z.record(z.string(), z.unknown())),
});

export const Table = z.looseObject({
  kind: z.literal('Table'),
  metadata: List.shape.metadata,
  columnDefinitions: z.array(z.looseObject({ name: z.string(), priority: z.number().nullish() })),
  rows: z.array(z.looseObject({ cells: z.array(z.unknown()), object: z.record(z.string(), z.unknown()).nullish() })).nullish(),
});

export const Status = z.looseObject({
  kind: z.literal('Status'),
  message: z.string().nullish(),
  reason: z.string().nullish(),
  code: z.number().nullish(),
  details: z
    .looseObject({
      name: z.string().nullish(),
      group: z.string().nullish(),
      kind: z.string().nullish(),
      causes: z
        .array(z.looseObject({ reason: z.string().nullish(), message: z.string().nullish(), field: z.string().nullish() }))
        .nullish(),
    })
    .nullish(),
});

export type Status = z.infer<typeof Status>;

export const WatchEvent = z.looseObject({ type: z.string(), object: z.record(z.string(), z.unknown()) });
export type WatchEvent = z.infer<typeof WatchEvent>;

export const SubjectReview = z.looseObject({ status: z.looseObject({ userInfo: z.looseObject({ username: z.string() }) }) });
export const AccessReview = z.looseObject({ status: z.looseObject({ allowed: z.boolean() }) });
export const Version = z.looseObject({ gitVersion: z.string() });

export const ApiResourceList = z.looseObject({
  groupVersion: z.string(),
  resources: z.array(
    z.looseObject({
      name: z.string(),
      singularName: z.string().nullish(),
      namespaced: z.boolean(),
      kind: z.string(),
      shortNames: z.array(z.string()).nullish(),
    }),
  ),
});

export const ApiGroupList = z.looseObject({
  groups: z.array(
    z.looseObject({
      name: z.string(),
      preferredVersion: z.looseObject({ groupVersion: z.string() }).nullish(),
      versions: z.array(z.looseObject({ groupVersion: z.string() })),
    }),
  ),
});

/** A parsed JSON body is JSON. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
