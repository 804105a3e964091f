/** What a diagnosis reads of kinds that no other action reads. */
import { z } from 'zod';
import { Condition, KubeObject, Selector } from '../schema.ts';

const strings = z.record(z.string(), z.string()).nullish();
const port = z.union([z.number(), z.string()]).nullish();

export const Node = KubeObject.extend({
  spec: z
    .looseObject({
      unschedulable: z.boolean().nullish(),
      taints: z.array(z.looseObject({ key: z.string(), value: z.string().nullish(), effect: z.string().nullish() })).nullish(),
    })
    .default({}),
  status: z.looseObject({ conditions: z.array(Condition).nullish() }).default({}),
});
export type Node = z.infer<typeof Node>;

export const Service = KubeObject.extend({
  spec: z
    .looseObject({
      type: z.string().nullish(),
      clusterIP: z.string().nullish(),
      externalName: z.string().nullish(),
      selector: strings,
      ports: z
        .array(z.looseObject({ name: z.string().nullish(), port: z.number(), targetPort: port, protocol: z.string().nullish() }))
        .nullish(),
    })
    .default({}),
});
export type Service = z.infer<typeof Service>;

export const Slice = KubeObject.extend({
  ports: z.array(z.looseObject({ name: z.string().nullish(), port: z.number().nullish() })).nullish(),
  endpoints: z
    .array(
      z.looseObject({
        addresses: z.array(z.string()).nullish(),
        conditions: z.looseObject({ ready: z.boolean().nullish(), serving: z.boolean().nullish() }).nullish(),
        targetRef: z.looseObject({ kind: z.string().nullish(), name: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
});
export type Slice = z.infer<typeof Slice>;

export const Claim = KubeObject.extend({
  spec: z.looseObject({ storageClassName: z.string().nullish(), volumeName: z.string().nullish() }).default({}),
  status: z.looseObject({ phase: z.string().nullish() }).default({}),
});
export type Claim = z.infer<typeof Claim>;

const JobSpec = z.looseObject({
  suspend: z.boolean().nullish(),
  backoffLimit: z.number().nullish(),
  activeDeadlineSeconds: z.number().nullish(),
});

export const Job = KubeObject.extend({
  spec: JobSpec.default({}),
  status: z
    .looseObject({
      conditions: z.array(Condition).nullish(),
      active: z.number().nullish(),
      succeeded: z.number().nullish(),
      failed: z.number().nullish(),
      startTime: z.string().nullish(),
    })
    .default({}),
});
export type Job = z.infer<typeof Job>;

export const CronJob = KubeObject.extend({
  spec: z.looseObject({ schedule: z.string().nullish(), suspend: z.boolean().nullish() }).default({}),
  status: z.looseObject({ lastScheduleTime: z.string().nullish(), lastSuccessfulTime: z.string().nullish() }).default({}),
});
export type CronJob = z.infer<typeof CronJob>;

export const Quota = KubeObject.extend({
  status: z
    .looseObject({ hard: z.record(z.string(), z.unknown()).nullish(), used: z.record(z.string(), z.unknown()).nullish() })
    .default({}),
});
export type Quota = z.infer<typeof Quota>;

export const Scaler = KubeObject.extend({
  spec: z
    .looseObject({
      scaleTargetRef: z.looseObject({ kind: z.string(), name: z.string() }).nullish(),
      minReplicas: z.number().nullish(),
      maxReplicas: z.number().nullish(),
    })
    .default({}),
  status: z.looseObject({ conditions: z.array(Condition).nullish() }).default({}),
});
export type Scaler = z.infer<typeof Scaler>;

const Peer = z.looseObject({
  podSelector: Selector.nullish(),
  namespaceSelector: Selector.nullish(),
  ipBlock: z.looseObject({ cidr: z.string().nullish() }).nullish(),
});
export type Peer = z.infer<typeof Peer>;

const PolicyPort = z.looseObject({ port, endPort: z.number().nullish(), protocol: z.string().nullish() });
export type PolicyPort = z.infer<typeof PolicyPort>;

export const Policy = KubeObject.extend({
  spec: z
    .looseObject({
      podSelector: Selector.nullish(),
      policyTypes: z.array(z.string()).nullish(),
      ingress: z.array(z.looseObject({ from: z.array(Peer).nullish(), ports: z.array(PolicyPort).nullish() })).nullish(),
      egress: z.array(z.looseObject({ to: z.array(Peer).nullish(), ports: z.array(PolicyPort).nullish() })).nullish(),
    })
    .default({}),
});
export type Policy = z.infer<typeof Policy>;

const Backend = z
  .looseObject({
    service: z
      .looseObject({ name: z.string(), port: z.looseObject({ name: z.string().nullish(), number: z.number().nullish() }).nullish() })
      .nullish(),
  })
  .nullish();

export const Ingress = KubeObject.extend({
  spec: z
    .looseObject({
      ingressClassName: z.string().nullish(),
      defaultBackend: Backend,
      tls: z.array(z.looseObject({ secretName: z.string().nullish(), hosts: z.array(z.string()).nullish() })).nullish(),
      rules: z
        .array(
          z.looseObject({
            host: z.string().nullish(),
            http: z.looseObject({ paths: z.array(z.looseObject({ path: z.string().nullish(), backend: Backend })).nullish() }).nullish(),
          }),
        )
        .nullish(),
    })
    .default({}),
});
export type Ingress = z.infer<typeof Ingress>;

/** Those of a list that can be read. */
export function parseAll<T>(schema: z.ZodType<T>, items: readonly unknown[]): T[] {
  return items.flatMap((item) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

/** The condition of a type, where it has this status. */
export function conditionOf(
  { status }: { status: { conditions?: Condition[] | null | undefined } },
  type: string,
  holds = 'True',
): Condition | undefined {
  return (status.conditions ?? []).find((one) => one.type === type && one.status === holds);
}
