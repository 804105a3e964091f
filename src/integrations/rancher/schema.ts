/** What we read of Rancher's answers; everything else passes unread. */
import { z } from 'zod';

const Condition = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
});
export type Condition = z.infer<typeof Condition>;

const Amounts = z.record(z.string(), z.union([z.string(), z.number()])).nullish();

/** Of `/v3/clusters`. */
export const NormanCluster = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  state: z.string().nullish(),
  transitioningMessage: z.string().nullish(),
  provider: z.string().nullish(),
  conditions: z.array(Condition).nullish(),
  version: z.looseObject({ gitVersion: z.string().nullish() }).nullish(),
  nodeCount: z.number().nullish(),
  capacity: Amounts,
  allocatable: Amounts,
  requested: Amounts,
});

/** Of `/v1/management.cattle.io.clusters`, where a Rancher no longer serves `/v3`. */
export const SteveCluster = z.looseObject({
  id: z.string(),
  metadata: z.looseObject({ state: z.looseObject({ name: z.string().nullish(), message: z.string().nullish() }).nullish() }).nullish(),
  spec: z.looseObject({ displayName: z.string().nullish() }).nullish(),
  status: z
    .looseObject({
      provider: z.string().nullish(),
      conditions: z.array(Condition).nullish(),
      version: z.looseObject({ gitVersion: z.string().nullish() }).nullish(),
      nodeCount: z.number().nullish(),
      capacity: Amounts,
      allocatable: Amounts,
    })
    .nullish(),
});

export const RancherNode = z.looseObject({
  id: z.string(),
  nodeName: z.string().nullish(),
  hostname: z.string().nullish(),
  state: z.string().nullish(),
  unschedulable: z.boolean().nullish(),
  conditions: z.array(Condition).nullish(),
  info: z.looseObject({ kubernetes: z.looseObject({ kubeletVersion: z.string().nullish() }).nullish() }).nullish(),
});
export type RancherNode = z.infer<typeof RancherNode>;

export const Project = z.looseObject({
  id: z.string(),
  clusterId: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  state: z.string().nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
});
export type Project = z.infer<typeof Project>;

export const User = z.looseObject({ id: z.string(), username: z.string().nullish(), name: z.string().nullish() });

export const Kubeconfig = z.looseObject({ config: z.string().min(1) });

export const Refusal = z.looseObject({ code: z.string().nullish(), message: z.string().nullish() });

export const NormanPage = z.looseObject({
  data: z.array(z.unknown()),
  pagination: z.looseObject({ next: z.string().nullish() }).nullish(),
});
export const StevePage = z.looseObject({ data: z.array(z.unknown()), continue: z.string().nullish() });

export const KubeObject = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string().nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
    resourceVersion: z.string().nullish(),
  }),
});
export type KubeObject = z.infer<typeof KubeObject>;
export const KubeList = z.looseObject({ items: z.array(z.unknown()) });
