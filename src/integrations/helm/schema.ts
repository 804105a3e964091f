/** What we read of helm's JSON; everything else passes unread. */
import { AppError, type JsonObject } from '#kit';
import { z } from 'zod';

export const ListedRelease = z.looseObject({
  name: z.string(),
  namespace: z.string(),
  revision: z.union([z.string(), z.number()]).transform(Number),
  updated: z.string().nullish(),
  status: z.string(),
  chart: z.string(),
  app_version: z.string().nullish(),
});
export type ListedRelease = z.infer<typeof ListedRelease>;

export const Revision = z.looseObject({
  revision: z.number(),
  updated: z.string().nullish(),
  status: z.string(),
  chart: z.string().nullish(),
  app_version: z.string().nullish(),
  description: z.string().nullish(),
});
export type Revision = z.infer<typeof Revision>;

const anObject = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

export const Release = z.looseObject({
  name: z.string(),
  namespace: z.string().nullish(),
  version: z.number(),
  manifest: z.string().nullish(),
  info: z.looseObject({
    status: z.string(),
    description: z.string().nullish(),
    last_deployed: z.string().nullish(),
    notes: z.string().nullish(),
    /** Live objects by kind, `v1/Pod(related)` among them. */
    resources: z.record(z.string(), z.array(anObject).nullish()).nullish(),
  }),
  chart: z
    .looseObject({ metadata: z.looseObject({ name: z.string(), version: z.string(), appVersion: z.string().nullish() }).nullish() })
    .nullish(),
  hooks: z.array(z.looseObject({ name: z.string(), kind: z.string(), events: z.array(z.string()).nullish() })).nullish(),
});
export type Release = z.infer<typeof Release>;

export const Metadata = z.looseObject({ revision: z.number(), status: z.string(), labels: z.record(z.string(), z.string()).nullish() });

export const ChartFile = z.looseObject({
  name: z.string(),
  version: z.string(),
  appVersion: z.union([z.string(), z.number()]).nullish(),
  type: z.string().nullish(),
});

/** Throws REMOTE_REJECTED where it is not what helm prints. */
export function readJson<T>(text: string, schema: z.ZodType<T>, what: string): T {
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new AppError(`helm ${what} printed something that is not understood`, {
    code: 'REMOTE_REJECTED',
    hint: 'Check its version: helm version   (3 and 4 are supported)',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told by the caller
  }
}
