/** The states of one object as they come: read once, then watched; read again where the watch is too old, ends, or is not allowed. */
import { AppError, type JsonObject } from '#kit';
import type { Cluster } from './cluster.ts';
import type { Resource } from './resources.ts';
import { isJsonObject } from './schema.ts';

export interface ObjectRef {
  resource: Resource;
  namespace: string | undefined;
  name: string;
}

/** Yields until the signal aborts, which ends it quietly. `undefined` says that the object is gone. */
export async function* changesOf(
  cluster: Cluster,
  { resource, namespace, name }: ObjectRef,
  signal: AbortSignal,
): AsyncGenerator<JsonObject | undefined> {
  const query = { namespace, fieldSelector: `metadata.name=${name}` };
  let mayWatch = true;
  for (let round = 0; !signal.aborted; round += 1) {
    if (round > 0) await pause(mayWatch ? Math.min(200 * round, 2000) : 2000, signal);
    const { items, resourceVersion } = await cluster.list(resource, query, signal).catch((error: unknown) => {
      if (signal.aborted) return { items: undefined, resourceVersion: '' };
      throw error;
    });
    if (items === undefined) return;
    yield items[0];
    if (!mayWatch) continue;
    try {
      for await (const { type, object } of cluster.watch(resource, { ...query, resourceVersion }, signal)) {
        if (type === 'BOOKMARK' || !isJsonObject(object)) continue;
        round = 0;
        yield type === 'DELETED' ? undefined : object;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!AppError.isInstance(error)) throw error;
      // Reading is allowed, watching is not: look again every two seconds.
      if (error.code === 'FORBIDDEN' || error.code === 'REMOTE_REJECTED') mayWatch = false;
      else if (error.code !== 'REMOTE_UNAVAILABLE' && error.code !== 'TIMEOUT' && error.code !== 'REMOTE_LIMITED') throw error;
    }
  }
}

/** Ends early, and without an error, when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
