/** What actions can do with one cluster; made by client.ts. */
import type { JsonObject } from '#kit';
import type { Target } from './kubeconfig-context.ts';
import type { Asker } from './remote-errors.ts';
import type { Resource } from './resources.ts';
import type { WatchEvent } from './schema.ts';

export interface ListQuery {
  /** All namespaces where it is absent. */
  namespace?: string | undefined;
  selector?: string | undefined;
  fieldSelector?: string | undefined;
  /** At most so many objects. */
  limit?: number;
  /** False: fails at once where the server does not answer, instead of trying again. */
  retry?: boolean;
}

export interface Listed {
  items: JsonObject[];
  /** More exist than were read. */
  truncated: boolean;
  resourceVersion: string;
}

export interface ListedTable extends Listed {
  columns: { name: string; wide: boolean }[];
  /** One row for each item. */
  rows: unknown[][];
}

export interface LogQuery {
  container?: string | undefined;
  tailLines?: number | undefined;
  sinceSeconds?: number | undefined;
  sinceTime?: string | undefined;
  previous?: boolean | undefined;
  follow?: boolean | undefined;
  timestamps?: boolean | undefined;
}

export interface Patch {
  type: 'merge' | 'strategic' | 'json';
  body: unknown;
  dryRun?: boolean;
}

/** Every method throws the coded errors of remote-errors.ts. */
export interface Cluster {
  target: Target;
  asker: () => Asker;
  /** As whom the server sees us; the name in the kubeconfig where it does not tell. */
  identity: (signal: AbortSignal) => Promise<string>;
  version: (signal: AbortSignal) => Promise<string>;
  /** By kind, plural, singular or short name. NOT_FOUND where the cluster has no such kind. */
  resource: (kind: string, signal: AbortSignal) => Promise<Resource>;
  get: (resource: Resource, namespace: string | undefined, name: string, signal: AbortSignal) => Promise<JsonObject>;
  /** Undefined where there is no such object. */
  find: (resource: Resource, namespace: string | undefined, name: string, signal: AbortSignal) => Promise<JsonObject | undefined>;
  list: (resource: Resource, query: ListQuery, signal: AbortSignal) => Promise<Listed>;
  table: (resource: Resource, query: ListQuery, signal: AbortSignal) => Promise<ListedTable>;
  /** Names, labels and owners only: small even for thousands. */
  metadata: (resource: Resource, query: ListQuery, signal: AbortSignal) => Promise<Listed>;
  patch: (resource: Resource, namespace: string | undefined, name: string, patch: Patch, signal: AbortSignal) => Promise<JsonObject>;
  /** Lines of a container's log, without their line ends. */
  log: (namespace: string, pod: string, query: LogQuery, signal: AbortSignal) => AsyncIterable<string>;
  /** Changes after `resourceVersion`; ends when the server ends it. An event of type ERROR is thrown. */
  watch: (resource: Resource, query: ListQuery & { resourceVersion: string }, signal: AbortSignal) => AsyncIterable<WatchEvent>;
  close: () => Promise<void>;
}
