/** Get, list and watch. */
import type { Call } from './call.ts';
import { presentList, presentOne, type Shape, shapeOf, sendJson } from './answer.ts';
import { type Json, type JsonObject, text } from './json.ts';
import { sendLogs } from './logs.ts';
import type { ObjectStore } from './object-store.ts';
import { toScale } from './scale.ts';
import { parseFieldSelector, parseLabelSelector } from './selectors.ts';
import { ApiError, badRequest, notFound } from './status.ts';
import { watch } from './watch.ts';

export function findOne({ store, route }: Call): JsonObject {
  const found = store.find(route.kind, route.namespace, route.name);
  if (found === undefined) throw notFound(route.kind, route.name);
  return found;
}

export function getOne(call: Call): void {
  const { route, query, response } = call;
  const object = findOne(call);
  if (route.subresource === 'log') return sendLogs(call.store, object, query, response);
  sendJson(response, 200, route.subresource === 'scale' ? toScale(object) : presentOne(route.kind, object, shape(call), query));
}

export function shape({ request }: Call): Shape {
  return shapeOf(request.headers.accept ?? '');
}

export function isWatch(query: URLSearchParams): boolean {
  return query.get('watch') === 'true' || query.get('watch') === '1';
}

/** What both selectors and the address let through. */
export function selection({ route, query }: Call): (object: JsonObject) => boolean {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(route.kind, query.get('fieldSelector') ?? '');
  const inPlace = (object: JsonObject) => route.namespace === '' || text(object, 'metadata', 'namespace') === route.namespace;
  return (object) => inPlace(object) && labels(object) && fields(object);
}

export function getMany(call: Call): void {
  const { store, route, query, response } = call;
  const matches = selection(call);
  assertVersion(store, query);
  const as = shape(call);
  if (isWatch(query)) {
    const sendInitialEvents = query.get('sendInitialEvents') === 'true';
    const bookmarks = query.get('allowWatchBookmarks') === 'true' || query.get('allowWatchBookmarks') === '1';
    if (query.has('sendInitialEvents')) assertStreamedList(query);
    watch(store, response, {
      kind: route.kind,
      resourceVersion: query.get('resourceVersion') ?? '',
      bookmarks,
      sendInitialEvents,
      timeoutSeconds: Number(query.get('timeoutSeconds') ?? 1800),
      matches,
      present: (object, first) => presentOne(route.kind, object, as, query, !first),
    });
    return;
  }
  const all = store.list(route.kind, route.namespace === '' ? undefined : route.namespace).filter(matches);
  const { objects, metadata } = page(call, all);
  sendJson(response, 200, presentList({ kind: route.kind, objects, metadata }, as, query));
}

function assertVersion(store: ObjectStore, query: URLSearchParams): void {
  const version = query.get('resourceVersion') ?? '';
  if (version === '') return;
  if (!/^\d+$/.test(version)) throw badRequest(`Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`);
  if (Number(version) > store.version)
    throw new ApiError(
      504,
      'Timeout',
      `Timeout: Too large resource version: ${version}, current: ${store.version}`,
      {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      },
      { 'retry-after': '1' },
    );
  const exact = query.get('resourceVersionMatch') === 'Exact';
  if (exact && !isWatch(query) && Number(version) < store.oldest) throw expired(`The resourceVersion for the provided list is too old.`);
}

function assertStreamedList(query: URLSearchParams): void {
  if (query.get('resourceVersionMatch') === 'NotOlderThan') return;
  const message = 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
  const causes: Json[] = [{ reason: 'FieldValueForbidden', message, field: 'resourceVersionMatch' }];
  throw new ApiError(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: ${message}`, {
    group: 'meta.k8s.io',
    kind: 'ListOptions',
    causes,
  });
}

const expired = (message: string): ApiError => new ApiError(410, 'Expired', message);

interface Token {
  version: number;
  /** Key of the last object of the page before. */
  start: string;
}

function page({ store, query, route }: Call, all: JsonObject[]): { objects: JsonObject[]; metadata: JsonObject } {
  const token = readToken(query.get('continue') ?? '');
  if (token !== undefined && token.version < store.oldest)
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    );
  const keyOf = (object: JsonObject) =>
    `${route.namespace === '' && route.kind.namespaced ? `/${text(object, 'metadata', 'namespace')}` : ''}/${text(object, 'metadata', 'name')}\0`;
  const left = token === undefined ? all : all.filter((object) => keyOf(object) > token.start);
  const limit = Number(query.get('limit') ?? 0);
  const objects = limit > 0 ? left.slice(0, limit) : left;
  const metadata: JsonObject = { resourceVersion: String(token?.version ?? store.version) };
  const last = objects.at(-1);
  if (left.length > objects.length && last !== undefined) {
    const next = { v: 'meta.k8s.io/v1', rv: token?.version ?? store.version, start: keyOf(last) };
    metadata['continue'] = Buffer.from(JSON.stringify(next)).toString('base64url');
    if (!query.has('labelSelector') && !query.has('fieldSelector')) metadata['remainingItemCount'] = left.length - objects.length;
  }
  return { objects, metadata };
}

function readToken(token: string): Token | undefined {
  if (token === '') return undefined;
  const decoded = Buffer.from(token, 'base64url').toString('latin1');
  try {
    const value: unknown = JSON.parse(Buffer.from(decoded, 'latin1').toString('utf8'));
    if (
      typeof value === 'object' &&
      value !== null &&
      'rv' in value &&
      'start' in value &&
      typeof value.rv === 'number' &&
      typeof value.start === 'string'
    )
      return { version: value.rv, start: value.start };
  } catch {
    throw badRequest(
      `invalid continue token: continue key is not valid: invalid character '${decoded[0] ?? ''}' looking for beginning of value`,
    );
  }
  throw badRequest('invalid continue token: continue key is not valid: server did not recognize an encoded version');
}
