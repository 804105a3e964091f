/** Events of objects, oldest first, in the words of the cluster, cleaned. */
import { cleanLine, type JsonObject, redact } from '#kit';
import { z } from 'zod';
import type { Cluster } from './cluster.ts';
import { compareTime } from './log-lines.ts';
import { valueAt } from './objects.ts';
import { resourceOf } from './resources.ts';
import { Event } from './schema.ts';

export const SeenEvent = z.object({
  type: z.string(),
  reason: z.string(),
  /** `Pod web-app-1`. */
  object: z.string(),
  message: z.string(),
  count: z.number(),
  /** RFC 3339; empty where the event carries no time. */
  last: z.string(),
  from: z.string(),
});
export type SeenEvent = z.infer<typeof SeenEvent>;

const limit = 2000;

interface Named {
  kind: string;
  name: string;
  namespace?: string | undefined;
}

/** Of one object. Where events may not be read there are none to show. */
export async function eventsOf(
  cluster: Cluster,
  object: Named & { uid?: string | null | undefined },
  signal: AbortSignal,
): Promise<SeenEvent[]> {
  return (await eventsByName(cluster, object, signal))(object.uid);
}

/** The same for an object that is not read yet: of the one of that name whose uid is given then. */
export async function eventsByName(
  cluster: Cluster,
  { kind, name, namespace }: Named,
  signal: AbortSignal,
): Promise<(uid: string | null | undefined) => SeenEvent[]> {
  const items = await readEvents(cluster, namespace, `involvedObject.kind=${kind},involvedObject.name=${name}`, signal);
  return (uid) => {
    // A node's events carry its name as their uid.
    const isOfAny = !uid || namespace === undefined;
    return toSeenEvents(isOfAny ? items : items.filter((item) => valueAt(item, ['involvedObject', 'uid']) === uid));
  };
}

async function readEvents(
  cluster: Cluster,
  namespace: string | undefined,
  fieldSelector: string,
  signal: AbortSignal,
): Promise<JsonObject[]> {
  const { items } = await cluster.list(resourceOf('Event'), { namespace, fieldSelector, limit }, signal).catch((error: unknown) => {
    if (signal.aborted) throw error;
    return { items: [] };
  });
  return items;
}

/** As a list of the API has them. */
export function toSeenEvents(items: readonly JsonObject[]): SeenEvent[] {
  const events = items.flatMap((item) => {
    const parsed = Event.safeParse(item);
    return parsed.success ? [{ seen: toSeen(parsed.data), order: Number(parsed.data.metadata.resourceVersion ?? 0) }] : [];
  });
  // Times are often whole seconds; among equal ones the order of writing decides.
  return events.toSorted((left, right) => compareTime(left.seen.last, right.seen.last) || left.order - right.order).map(({ seen }) => seen);
}

function toSeen(event: Event): SeenEvent {
  const { involvedObject: object, series } = event;
  return {
    type: cleanLine(event.type ?? 'Normal'),
    reason: cleanLine(event.reason ?? ''),
    object: cleanLine(`${object?.kind ?? ''} ${object?.name ?? ''}`),
    message: cleanLine(redact(event.message ?? '')).trim(),
    count: series?.count ?? event.count ?? 1,
    last:
      series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? event.metadata.creationTimestamp ?? '',
    from: cleanLine(event.source?.component ?? event.reportingComponent ?? ''),
  };
}
