/** One cluster's API: the only file that knows paths, headers and paging. */
import { AppError, type HttpResponse, type JsonObject } from '#kit';
import type { z } from 'zod';
import type { Cluster, Listed, ListQuery } from './cluster.ts';
import { findResource } from './discovery.ts';
import { linesOf } from './lines.ts';
import { type About, remoteError, unreadable } from './remote-errors.ts';
import { apiVersionOf, type Resource, stableResource } from './resources.ts';
import { isJsonObject, List, SubjectReview, Table, Version, WatchEvent } from './schema.ts';
import type { Session } from './session.ts';

const page = 500;
const accept = {
  object: 'application/json',
  table: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  metadata: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json',
};
const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
};

export function createCluster(session: Session): Cluster {
  const { target, asker } = session;
  const kinds = new Map<string, Promise<Resource>>();
  let identity: Promise<string> | undefined;

  function assertOk(answer: HttpResponse, about: About): void {
    if (answer.status < 200 || answer.status > 299) throw remoteError(answer, about, asker());
  }

  async function read<T>(
    path: string,
    schema: z.ZodType<T>,
    options: { about: About; query?: Record<string, string | number | boolean | undefined>; accept?: string; retry?: boolean },
    signal: AbortSignal,
  ): Promise<T> {
    const answer = await session.send(
      {
        method: 'GET',
        path,
        query: options.query ?? {},
        headers: { accept: options.accept ?? accept.object },
        retry: options.retry ?? true,
      },
      signal,
    );
    assertOk(answer, options.about);
    const parsed = schema.safeParse(answer.json);
    if (!parsed.success) throw unreadable(options.about, asker());
    return parsed.data;
  }

  /** Page after page; a token that expired on the way starts the list over, once. */
  async function pages<T extends z.infer<typeof List> | z.infer<typeof Table>>(
    resource: Resource,
    query: ListQuery,
    schema: z.ZodType<T>,
    as: string,
    signal: AbortSignal,
  ): Promise<{ all: T[]; truncated: boolean; resourceVersion: string }> {
    const { namespace, selector, fieldSelector, limit = Infinity, retry = true } = query;
    const about: About = { verb: 'list', resource, namespace };
    for (let start = 1; ; start += 1) {
      const all: T[] = [];
      let [token, size]: [string | undefined, number] = [undefined, 0];
      try {
        do {
          const asked: Record<string, string | number | undefined> = {
            limit: Math.min(page, limit - size),
            labelSelector: selector,
            fieldSelector,
            continue: token,
            ...(as === accept.table ? { includeObject: 'Object' } : {}),
          };
          const one: T = await read(pathOf(resource, namespace), schema, { about, query: asked, accept: as, retry }, signal);
          all.push(one);
          size += countOf(one);
          token = one.metadata?.continue || undefined;
        } while (token !== undefined && size < limit);
        return { all, truncated: token !== undefined, resourceVersion: all.at(-1)?.metadata?.resourceVersion ?? '' };
      } catch (error) {
        if (start > 1 || token === undefined || !isExpired(error)) throw error;
      }
    }
  }

  async function listAs(resource: Resource, query: ListQuery, as: string, signal: AbortSignal): Promise<Listed> {
    const { all, ...rest } = await pages(resource, query, List, as, signal);
    return { items: all.flatMap((one) => one.items.map((item) => typed(item, resource))), ...rest };
  }

  async function askIdentity(signal: AbortSignal): Promise<string> {
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    // It stores nothing, so that it may be repeated like a read.
    const answer = await session.send(
      { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body, retry: true },
      signal,
    );
    if (answer.status === 401) throw remoteError(answer, { verb: 'create' }, asker());
    const parsed = SubjectReview.safeParse(answer.json);
    const name = parsed.success ? parsed.data.status.userInfo.username : asker().who;
    session.remember(name);
    return name;
  }

  const find: Cluster['find'] = async (resource, namespace, name, signal) => {
    const about: About = { verb: 'get', resource, namespace, name };
    const answer = await session.send({ method: 'GET', path: pathOf(resource, namespace, name) }, signal);
    if (answer.status === 404) return undefined;
    assertOk(answer, about);
    if (!isJsonObject(answer.json)) throw unreadable(about, asker());
    return answer.json;
  };

  return {
    target,
    asker,
    find,
    close: () => session.close(),
    identity(signal) {
      identity ??= askIdentity(signal);
      identity.catch(() => {
        identity = undefined;
      });
      return identity;
    },
    version: async (signal) => (await read('/version', Version, { about: { verb: 'get' } }, signal)).gitVersion,
    resource(kind, signal) {
      const known = stableResource(kind);
      if (known !== undefined) return Promise.resolve(known);
      const kept = kinds.get(kind);
      if (kept !== undefined) return kept;
      const made = findResource(kind, (path, schema) => read(path, schema, { about: { verb: 'get' } }, signal), asker());
      kinds.set(kind, made);
      made.catch(() => kinds.delete(kind));
      return made;
    },
    async get(resource, namespace, name, signal) {
      const found = await find(resource, namespace, name, signal);
      if (found === undefined)
        throw remoteError({ status: 404, json: undefined, text: '' }, { verb: 'get', resource, namespace, name }, asker());
      return found;
    },
    list: (resource, query, signal) => listAs(resource, query, accept.object, signal),
    metadata: (resource, query, signal) => listAs(resource, query, accept.metadata, signal),
    async table(resource, query, signal) {
      const { all, ...rest } = await pages(resource, query, Table, accept.table, signal);
      const rows = all.flatMap((one) => one.rows ?? []);
      return {
        columns: (all[0]?.columnDefinitions ?? []).map(({ name, priority }) => ({ name, wide: (priority ?? 0) > 0 })),
        rows: rows.map((row) => row.cells),
        items: rows.map((row) => typed(row.object ?? {}, resource)),
        ...rest,
      };
    },
    async patch(resource, namespace, name, { type, body, dryRun = false }, signal) {
      const about: About = { verb: 'patch', resource, namespace, name };
      const answer = await session.send(
        {
          method: 'PATCH',
          path: pathOf(resource, namespace, name),
          query: { fieldManager: 'devos', fieldValidation: 'Strict', ...(dryRun ? { dryRun: 'All' } : {}) },
          headers: { 'content-type': patchTypes[type] },
          body: JSON.stringify(body),
        },
        signal,
      );
      assertOk(answer, about);
      if (!isJsonObject(answer.json)) throw unreadable(about, asker());
      return answer.json;
    },
    async *log(namespace, pod, query, signal) {
      const about: About = {
        verb: 'get',
        resource: { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true },
        namespace,
        name: pod,
        subresource: 'log',
      };
      const path = `${pathOf(about.resource, namespace, pod)}/log`;
      const { status, chunks } = await session.stream({ method: 'GET', path, query: { ...query }, headers: { accept: '*/*' } }, signal);
      if (status !== 200) throw await streamError(status, chunks, about);
      yield* linesOf(chunks);
    },
    async *watch(resource, { namespace, selector, fieldSelector, resourceVersion }, signal) {
      const about: About = { verb: 'watch', resource, namespace };
      const query = {
        watch: true,
        allowWatchBookmarks: true,
        timeoutSeconds: 240,
        resourceVersion,
        labelSelector: selector,
        fieldSelector,
      };
      const { status, chunks } = await session.stream({ method: 'GET', path: pathOf(resource, namespace), query }, signal);
      if (status !== 200) throw await streamError(status, chunks, about);
      for await (const line of linesOf(chunks)) {
        const event = WatchEvent.safeParse(parseJson(line));
        if (!event.success) throw unreadable(about, asker());
        // A watch that is too old answers 200 and says 410 in its stream.
        if (event.data.type === 'ERROR')
          throw remoteError({ status: codeOf(event.data.object), json: event.data.object, text: '' }, about, asker());
        yield event.data;
      }
    },
  };

  async function streamError(status: number, chunks: AsyncIterable<string>, about: About): Promise<AppError> {
    let text = '';
    for await (const chunk of chunks) if (text.length < 64_000) text += chunk;
    return remoteError({ status, json: parseJson(text), text }, about, asker());
  }
}

export function isExpired(error: unknown): boolean {
  return AppError.isInstance(error) && error.details['expired'] === true;
}

function pathOf(resource: Resource | undefined, namespace?: string, name?: string): string {
  if (resource === undefined) return '/';
  const base = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const place = resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${base}${place}/${resource.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
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
