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

export interface TableQuery extends ListQuery {
  /** What comes with each row: the whole object unless given. */
  objects?: 'whole' | 'metadata' | 'none';
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

/** A write that stores nothing where `dryRun` is set. */
export interface Write {
  dryRun?: boolean;
}

export interface Removal extends Write {
  /** Only this very object: another one of the same name is a CONFLICT. */
  uid?: string | undefined;
  /** `Background` unless given: what it owns goes after it. */
  propagation?: 'Background' | 'Foreground' | 'Orphan';
  graceSeconds?: number | undefined;
}

/** What somebody wants to do, for asking beforehand. */
export interface Wish {
  verb: string;
  resource: Resource;
  subresource?: string;
  namespace: string;
  name?: string;
}

export interface Execution {
  container: string;
  /** The program and its arguments. No shell reads them. */
  argv: string[];
  /** Bytes as the program wrote them. */
  onOutput: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;
}

/** How a program ended: its exit code, or why it could not be started, in the words of the cluster. */
export type Ended = { exitCode: number } | { failure: string };

/** One connection to a port inside a pod. */
export interface PodConnection {
  /** What comes from there; ends with the connection. */
  bytes: AsyncIterable<Uint8Array>;
  write: (bytes: Uint8Array) => Promise<void>;
  close: () => void;
  /** Why nobody answers there, in the words of the cluster; known when `bytes` has ended. */
  failure: () => string | undefined;
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
  table: (resource: Resource, query: TableQuery, signal: AbortSignal) => Promise<ListedTable>;
  /** Names, labels and owners only: small even for thousands. */
  metadata: (resource: Resource, query: ListQuery, signal: AbortSignal) => Promise<Listed>;
  patch: (resource: Resource, namespace: string | undefined, name: string, patch: Patch, signal: AbortSignal) => Promise<JsonObject>;
  /** Throws CONFLICT where it is there already. */
  create: (resource: Resource, namespace: string | undefined, body: JsonObject, write: Write, signal: AbortSignal) => Promise<JsonObject>;
  /** Server-side apply as `devos`. Throws CONFLICT, naming the owners, where others hold a field and `force` is not set. */
  apply: (
    resource: Resource,
    namespace: string | undefined,
    name: string,
    body: JsonObject,
    write: Write & { force?: boolean },
    signal: AbortSignal,
  ) => Promise<JsonObject>;
  /** False where there was none. */
  remove: (resource: Resource, namespace: string | undefined, name: string, removal: Removal, signal: AbortSignal) => Promise<boolean>;
  /** Asks that a pod leaves its node. CONFLICT where a PodDisruptionBudget needs it; false where it is gone. */
  evict: (namespace: string, pod: string, removal: Removal, signal: AbortSignal) => Promise<boolean>;
  /** Lines of a container's log, without their line ends. */
  log: (namespace: string, pod: string, query: LogQuery, signal: AbortSignal) => AsyncIterable<string>;
  /** Changes after `resourceVersion`; ends when the server ends it. An event of type ERROR is thrown. */
  watch: (resource: Resource, query: ListQuery & { resourceVersion: string }, signal: AbortSignal) => AsyncIterable<WatchEvent>;
  /** Undefined where the server does not say. */
  mayI: (wish: Wish, signal: AbortSignal) => Promise<boolean | undefined>;
  /** Runs a program in a container, once. Where it broke off and nobody knows how it ended: `details.unclear`. */
  exec: (namespace: string, pod: string, execution: Execution, signal: AbortSignal) => Promise<Ended>;
  forward: (namespace: string, pod: string, port: number, signal: AbortSignal) => Promise<PodConnection>;
  close: () => Promise<void>;
}
