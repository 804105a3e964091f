/** Reads of one cluster's API: headers and paging. */
import { AppError, type HttpResponse, type JsonObject } from '#kit';
import type { z } from 'zod';
import type { Cluster, Listed, ListedTable, ListQuery, LogQuery, TableQuery, Wish } from './cluster.ts';
import { findResource } from './discovery.ts';
import { linesOf } from './lines.ts';
import { type About, remoteError, unreadable } from './remote-errors.ts';
import { pathOf } from './paths.ts';
import { apiVersionOf, type Resource, resourceOf, stableResource } from './resources.ts';
import { AccessReview, isJsonObject, List, SubjectReview, Table, Version, WatchEvent } from './schema.ts';
import type { Session } from './session.ts';
import { createStreams } from './streams.ts';
import { createWrites } from './writes.ts';

const page = 500;
const accept = {
  object: 'application/json',
  table: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  metadata: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json',
};

const includes = { whole: 'Object', metadata: 'Metadata', none: 'None' };

export function createCluster(session: Session): Cluster {
  const { target, asker } = session;
  const kinds = new Map<string, Promise<Resource>>();
  let identity: Promise<string> | undefined;
  return {
    target,
    asker,
    close: () => session.close(),
    identity(signal) {
      identity ??= askIdentity(session, signal);
      identity.catch(() => {
        identity = undefined;
      });
      return identity;
    },
    version: async (signal) => (await read(session, '/version', Version, { about: { verb: 'get' } }, signal)).gitVersion,
    resource(kind, signal) {
      const known = stableResource(kind);
      if (known !== undefined) return Promise.resolve(known);
      const kept = kinds.get(kind);
      if (kept !== undefined) return kept;
      const made = findResource(kind, (path, schema) => read(session, path, schema, { about: { verb: 'get' } }, signal), asker());
      kinds.set(kind, made);
      made.catch(() => kinds.delete(kind));
      return made;
    },
    find: (resource, namespace, name, signal) => findObject(session, { verb: 'get', resource, namespace, name }, signal),
    async get(resource, namespace, name, signal) {
      const about: About = { verb: 'get', resource, namespace, name };
      const found = await findObject(session, about, signal);
      if (found === undefined) throw remoteError({ status: 404, json: undefined, text: '' }, about, asker());
      return found;
    },
    list: (resource, query, signal) => listAs(session, resource, query, accept.object, signal),
    metadata: (resource, query, signal) => listAs(session, resource, query, accept.metadata, signal),
    table: (resource, query, signal) => listTable(session, resource, query, signal),
    ...createWrites(session),
    ...createStreams(session),
    mayI: (wish, signal) => askMayI(session, wish, signal),
    log: (namespace, pod, query, signal) => readLog(session, namespace, pod, query, signal),
    watch: (resource, query, signal) => watch(session, resource, query, signal),
  };
}

interface ReadOptions {
  about: About;
  query?: Record<string, string | number | boolean | undefined>;
  accept?: string;
  retry?: boolean;
}

function assertOk(session: Session, answer: HttpResponse, about: About): void {
  if (answer.status < 200 || answer.status > 299) throw remoteError(answer, about, session.asker());
}

async function read<T>(session: Session, path: string, schema: z.ZodType<T>, options: ReadOptions, signal: AbortSignal): Promise<T> {
  const { about, query = {}, accept: as = accept.object, retry = true } = options;
  const answer = await session.send({ method: 'GET', path, query, headers: { accept: as }, retry }, signal);
  assertOk(session, answer, about);
  const parsed = schema.safeParse(answer.json);
  if (!parsed.success) throw unreadable(about, session.asker());
  return parsed.data;
}

type Page = z.infer<typeof List> | z.infer<typeof Table>;

interface Pages<T> {
  all: T[];
  truncated: boolean;
  resourceVersion: string;
}

interface Listing<T> {
  resource: Resource;
  query: ListQuery;
  schema: z.ZodType<T>;
  as: string;
  /** Of a table. */
  objects?: NonNullable<TableQuery['objects']>;
}

/** A token that expired on the way starts the list over, once. */
async function readPages<T extends Page>(session: Session, listing: Listing<T>, signal: AbortSignal): Promise<Pages<T>> {
  const got = { pages: 0 };
  try {
    return await readOnce(session, listing, got, signal);
  } catch (error) {
    if (got.pages === 0 || !isExpired(error)) throw error;
    return readOnce(session, listing, { pages: 0 }, signal);
  }
}

async function readOnce<T extends Page>(
  session: Session,
  { resource, query, schema, as, objects }: Listing<T>,
  got: { pages: number },
  signal: AbortSignal,
): Promise<Pages<T>> {
  const { namespace, selector, fieldSelector, limit = Infinity, retry = true } = query;
  const about: About = { verb: 'list', resource, namespace };
  const all: T[] = [];
  let [token, size]: [string | undefined, number] = [undefined, 0];
  do {
    const asked: Record<string, string | number | undefined> = {
      limit: Math.min(page, limit - size),
      labelSelector: selector,
      fieldSelector,
      continue: token,
      ...(objects === undefined ? {} : { includeObject: includes[objects] }),
    };
    const one: T = await read(session, pathOf(resource, namespace), schema, { about, query: asked, accept: as, retry }, signal);
    all.push(one);
    got.pages += 1;
    size += countOf(one);
    token = one.metadata?.continue || undefined;
  } while (token !== undefined && size < limit);
  return { all, truncated: token !== undefined, resourceVersion: all.at(-1)?.metadata?.resourceVersion ?? '' };
}

async function listAs(session: Session, resource: Resource, query: ListQuery, as: string, signal: AbortSignal): Promise<Listed> {
  const { all, ...rest } = await readPages(session, { resource, query, schema: List, as }, signal);
  return { items: all.flatMap((one) => one.items.map((item) => typed(item, resource))), ...rest };
}

async function listTable(session: Session, resource: Resource, query: TableQuery, signal: AbortSignal): Promise<ListedTable> {
  const { all, ...rest } = await readPages(
    session,
    { resource, query, schema: Table, as: accept.table, objects: query.objects ?? 'whole' },
    signal,
  );
  const rows = all.flatMap((one) => one.rows ?? []);
  return {
    columns: (all[0]?.columnDefinitions ?? []).map(({ name, priority }) => ({ name, wide: (priority ?? 0) > 0 })),
    rows: rows.map((row) => row.cells),
    items: rows.map((row) => typed(row.object ?? {}, resource)),
    ...rest,
  };
}

async function askIdentity(session: Session, signal: AbortSignal): Promise<string> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  // It stores nothing, so that it may be repeated like a read.
  const answer = await session.send(
    { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body, retry: true },
    signal,
  );
  if (answer.status === 401) throw remoteError(answer, { verb: 'create' }, session.asker());
  const parsed = SubjectReview.safeParse(answer.json);
  const name = parsed.success ? parsed.data.status.userInfo.username : session.asker().who;
  session.remember(name);
  return name;
}

/** It stores nothing. Only for saying sooner what the server would say later, so that a failure says nothing. */
async function askMayI(
  session: Session,
  { verb, resource, subresource, namespace, name }: Wish,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const resourceAttributes = { verb, group: resource.group, resource: resource.plural, subresource, namespace, name };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const answer = await session.send({ method: 'POST', path, body, retry: true }, signal);
  const parsed = AccessReview.safeParse(answer.json);
  return answer.status === 201 && parsed.success ? parsed.data.status.allowed : undefined;
}

async function findObject(session: Session, about: About, signal: AbortSignal): Promise<JsonObject | undefined> {
  const answer = await session.send({ method: 'GET', path: pathOf(about.resource, about.namespace, about.name) }, signal);
  if (answer.status === 404) return undefined;
  assertOk(session, answer, about);
  if (!isJsonObject(answer.json)) throw unreadable(about, session.asker());
  return answer.json;
}

async function* readLog(session: Session, namespace: string, pod: string, query: LogQuery, signal: AbortSignal): AsyncGenerator<string> {
  const resource = resourceOf('Pod');
  const about: About = { verb: 'get', resource, namespace, name: pod, subresource: 'log' };
  const path = `${pathOf(resource, namespace, pod)}/log`;
  const { status, chunks } = await session.stream({ method: 'GET', path, query: { ...query }, headers: { accept: '*/*' } }, signal);
  if (status !== 200) throw await streamError(session, status, chunks, about);
  yield* linesOf(chunks);
}

type WatchQuery = ListQuery & { resourceVersion: string };

async function* watch(session: Session, resource: Resource, query: WatchQuery, signal: AbortSignal): AsyncGenerator<WatchEvent> {
  const { namespace, selector, fieldSelector, resourceVersion } = query;
  const about: About = { verb: 'watch', resource, namespace };
  const asked = { watch: true, allowWatchBookmarks: true, timeoutSeconds: 240, resourceVersion, labelSelector: selector, fieldSelector };
  const { status, chunks } = await session.stream({ method: 'GET', path: pathOf(resource, namespace), query: asked }, signal);
  if (status !== 200) throw await streamError(session, status, chunks, about);
  for await (const line of linesOf(chunks)) {
    const event = WatchEvent.safeParse(parseJson(line));
    if (!event.success) throw unreadable(about, session.asker());
    const { type, object } = event.data;
    // A watch that is too old answers 200 and says 410 in its stream.
    if (type === 'ERROR') throw remoteError({ status: codeOf(object), json: object, text: '' }, about, session.asker());
    yield event.data;
  }
}

async function streamError(session: Session, status: number, chunks: AsyncIterable<string>, about: About): Promise<AppError> {
  let text = '';
  for await (const chunk of chunks) if (text.length < 64_000) text += chunk;
  return remoteError({ status, json: parseJson(text), text }, about, session.asker());
}

export function isExpired(error: unknown): boolean {
  return AppError.isInstance(error) && error.details['expired'] === true;
}

/** Items of a list come without kind and version, which every other place of an object has. */
function typed(item: Record<string, unknown>, resource: Resource): JsonObject {
  // Parsed from JSON, so that it is JSON.
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    ...(item as JsonObject),
    ...(item['kind'] === 'PartialObjectMetadata' ? { apiVersion: apiVersionOf(resource), kind: resource.kind } : {}),
  };
}

function countOf(one: z.infer<typeof List> | z.infer<typeof Table>): number {
  const all = 'rows' in one ? one.rows : one['items'];
  return Array.isArray(all) ? all.length : 0;
}

function codeOf(status: Record<string, unknown>): number {
  return typeof status['code'] === 'number' ? status['code'] : 500;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The caller tells from it that the answer is not JSON.
  }
}
