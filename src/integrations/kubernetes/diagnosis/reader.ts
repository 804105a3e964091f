/** Reads lists for a diagnosis. What may not be read is noted, and nothing is concluded from it. */
import { AppError, type JsonObject } from '#kit';
import type { Cluster, ListQuery } from '../cluster.ts';
import { qualified, type Resource, stableResource } from '../resources.ts';

export interface Reader {
  /** Undefined where it may not be read, or the cluster has no such kind. */
  list: (kind: string, query: ListQuery) => Promise<JsonObject[] | undefined>;
  /** Names, labels and owners only; never contents. */
  metadata: (kind: string, query: ListQuery) => Promise<JsonObject[] | undefined>;
  find: (kind: string, namespace: string | undefined, name: string) => Promise<JsonObject | 'absent' | undefined>;
  /** Undefined is what may not be read. */
  noted: <T>(kind: string, read: Promise<T | undefined>) => Promise<T | undefined>;
  /** `secrets: forbidden`. */
  notRead: () => string[];
  /** Kinds of which there are more than were read. */
  truncated: () => string[];
}

export function createReader(cluster: Cluster, signal: AbortSignal): Reader {
  const notRead = new Set<string>();
  const truncated = new Set<string>();

  async function attempt<T>(resource: Resource, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !AppError.isInstance(error) || !['FORBIDDEN', 'NOT_FOUND'].includes(error.code)) throw error;
      notRead.add(`${qualified(resource)}: ${error.code === 'FORBIDDEN' ? 'forbidden' : 'this cluster has none'}`);
      return undefined;
    }
  }

  function resourceOf(kind: string): Resource {
    const found = stableResource(kind);
    if (found === undefined) throw new Error(`no stable kind ${kind}`);
    return found;
  }

  async function read(kind: string, how: 'list' | 'metadata', query: ListQuery): Promise<JsonObject[] | undefined> {
    const resource = resourceOf(kind);
    const listed = await attempt(resource, () => cluster[how](resource, query, signal));
    if (listed?.truncated === true) truncated.add(qualified(resource));
    return listed?.items;
  }

  return {
    list: (kind, query) => read(kind, 'list', query),
    metadata: (kind, query) => read(kind, 'metadata', query),
    async find(kind, namespace, name) {
      const resource = resourceOf(kind);
      const found = await attempt(resource, async () => (await cluster.find(resource, namespace, name, signal)) ?? ('absent' as const));
      return found;
    },
    async noted(kind, work) {
      const found = await work;
      if (found === undefined) notRead.add(`${qualified(resourceOf(kind))}: forbidden`);
      return found;
    },
    notRead: () => [...notRead].toSorted(),
    truncated: () => [...truncated].toSorted(),
  };
}
