/** One request against the stored objects. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { authorize, type User } from './access.ts';
import { parseBody, parseJsonValue, presentList, presentOne, readBytes, sendJson, shapeOf } from './answer.ts';
import { type JsonObject, list, number, record, text } from './json.ts';
import { kindNamed } from './kinds.ts';
import { sendLogs } from './logs.ts';
import type { ObjectStore } from './object-store.ts';
import { apply, asObject, change, create, fromScale, remove, toScale, type WriteOptions, type Written } from './operations.ts';
import { jsonPatch, mergePatch, strategicMerge } from './patch.ts';
import type { Route } from './route.ts';
import { matchesLabels, parseFieldSelector, parseLabelSelector } from './selectors.ts';
import { ApiError, badRequest, notFound, unknownResource, unsupportedMediaType } from './status.ts';
import { watch } from './watch.ts';

export interface Call {
  store: ObjectStore;
  route: Route;
  user: User;
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  /** Told once a write has been made, before it is answered. */
  wrote: (verb: string, route: Route, object: JsonObject, before: JsonObject | undefined) => void;
}

export async function handle(call: Call): Promise<void> {
  const { route, request, user, query } = call;
  if (route.subresource !== '' && !route.kind.subresources.includes(route.subresource)) throw unknownResource();
  const verb = verbOf(request.method ?? 'GET', route, query);
  authorize(user, verb, route.kind, route.name, route.namespace);
  switch (verb) {
    case 'get':
      return getOne(call);
    case 'list':
    case 'watch':
      return getMany(call);
    case 'create':
      return createOne(call);
    case 'update':
    case 'patch':
      return changeOne(call);
    case 'delete':
      return deleteOne(call);
    default:
      return deleteMany(call);
  }
}

function verbOf(method: string, route: Route, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
      if (route.name !== '') return 'get';
      return query.get('watch') === 'true' || query.get('watch') === '1' ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return route.name === '' ? 'deletecollection' : 'delete';
    default:
      throw new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
  }
}

function findOne({ store, route }: Call): JsonObject {
  const found = store.find(route.kind, route.namespace, route.name);
  if (found === undefined) throw notFound(route.kind, route.name);
  return found;
}

function getOne(call: Call): void {
  const { route, query, request, response } = call;
  const object = findOne(call);
  if (route.subresource === 'log') return sendLogs(object, query, response);
  const body =
    route.subresource === 'scale' ? toScale(object) : presentOne(route.kind, object, shapeOf(request.headers.accept ?? ''), query);
  sendJson(response, 200, body);
}

function getMany(call: Call): void {
  const { store, route, query, request, response } = call;
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(route.kind, query.get('fieldSelector') ?? '');
  const inPlace = (object: JsonObject) => route.namespace === '' || text(object, 'metadata', 'namespace') === route.namespace;
  const matches = (object: JsonObject) => inPlace(object) && labels(object) && fields(object);
  const shape = shapeOf(request.headers.accept ?? '');
  if (query.get('watch') === 'true' || query.get('watch') === '1') {
    if (query.get('sendInitialEvents') === 'true')
      throw new ApiError(
        422,
        'Invalid',
        'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
        { group: 'meta.k8s.io', kind: 'ListOptions', causes: [] },
      );
    watch(store, response, {
      kind: route.kind,
      resourceVersion: query.get('resourceVersion') ?? '',
      bookmarks: query.get('allowWatchBookmarks') === 'true',
      timeoutSeconds: Number(query.get('timeoutSeconds') ?? 1800),
      matches,
      present: (object) => presentOne(route.kind, object, shape, query),
    });
    return;
  }
  const all = store.list(route.kind, route.namespace === '' ? undefined : route.namespace).filter(matches);
  const { objects, metadata } = page(all, query, store.version);
  sendJson(response, 200, presentList({ kind: route.kind, objects, metadata }, shape, query));
}

function page(all: JsonObject[], query: URLSearchParams, version: number): { objects: JsonObject[]; metadata: JsonObject } {
  const start = startOf(query.get('continue') ?? '');
  const limit = Number(query.get('limit') ?? 0);
  const objects = limit > 0 ? all.slice(start, start + limit) : all.slice(start);
  const left = all.length - start - objects.length;
  const metadata: JsonObject = { resourceVersion: String(version) };
  if (left > 0)
    Object.assign(metadata, {
      continue: Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: start + objects.length })).toString('base64url'),
      remainingItemCount: left,
    });
  return { objects, metadata };
}

function startOf(token: string): number {
  if (token === '') return 0;
  try {
    return number(asObject(JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))), 0, 'start');
  } catch {
    throw badRequest(`invalid continue token: continue key is not valid: invalid character 'Ï' looking for beginning of value`);
  }
}

function writeOptions({ query, request }: Call): WriteOptions {
  const agent = (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown';
  return {
    dryRun: query.get('dryRun') === 'All',
    manager: query.get('fieldManager') ?? (agent === 'node' || agent === '' ? 'unknown' : agent),
    fieldValidation: query.get('fieldValidation') ?? 'Warn',
    force: query.get('force') === 'true',
  };
}

async function createOne(call: Call): Promise<void> {
  const { store, route, request, response } = call;
  const sent = await readBytes(request);
  const options = writeOptions(call);
  // Of an eviction only the address counts.
  if (route.subresource === 'eviction') return evict(call, options.dryRun);
  const body = parseBody(sent, request.headers['content-type'] ?? '', route.kind, store.fields);
  const written = create(store, route.kind, route.namespace, body, options);
  finish(call, 'create', written, undefined, options.dryRun);
  sendJson(response, 201, presentOne(route.kind, written.object, shapeOf(request.headers.accept ?? ''), call.query), written.warnings);
}

async function changeOne(call: Call): Promise<void> {
  const { store, route, request, response } = call;
  const contentType = (request.headers['content-type'] ?? '').split(';')[0] ?? '';
  const body = await readBytes(request);
  const options = { ...writeOptions(call), status: route.subresource === 'status' };
  const before = store.find(route.kind, route.namespace, route.name);
  const written = contentType.startsWith('application/apply-patch')
    ? apply(store, route.kind, route.namespace, route.name, parseBody(body, contentType, route.kind, store.fields), {
        ...options,
        manager: call.query.get('fieldManager') ?? '',
      })
    : change(store, route.kind, route.namespace, route.name, changer(call, contentType, body), options);
  finish(call, request.method === 'PUT' ? 'update' : 'patch', written, before, options.dryRun);
  const shown =
    route.subresource === 'scale'
      ? toScale(written.object)
      : presentOne(route.kind, written.object, shapeOf(request.headers.accept ?? ''), call.query);
  sendJson(response, written.created ? 201 : 200, shown, written.warnings);
}

function changer({ store, route, request }: Call, contentType: string, body: Buffer): (live: JsonObject) => JsonObject {
  const patched = (target: JsonObject): JsonObject => {
    if (request.method === 'PUT') return parseBody(body, contentType, route.kind, store.fields);
    switch (contentType) {
      case 'application/json-patch+json':
        return jsonPatch(target, parseJsonValue(body));
      case 'application/merge-patch+json':
        return asObject(mergePatch(target, parseJsonValue(body)));
      case 'application/strategic-merge-patch+json':
        return asObject(strategicMerge(target, parseJsonValue(body)));
      default:
        throw unsupportedMediaType('415: Unsupported Media Type');
    }
  };
  return route.subresource === 'scale'
    ? (live) => fromScale(live, withoutVersion(patched(toScale(live)), toScale(live)))
    : (live) => withoutVersion(patched(live), live);
}

/** Only a version that the client itself sent is a precondition. */
function withoutVersion(made: JsonObject, live: JsonObject): JsonObject {
  const metadata = { ...record(made, 'metadata') };
  if (metadata['resourceVersion'] === record(live, 'metadata')['resourceVersion']) delete metadata['resourceVersion'];
  return { ...made, metadata };
}

function finish(call: Call, verb: string, written: Written, before: JsonObject | undefined, dryRun: boolean): void {
  if (!dryRun && written.changed) call.wrote(verb, call.route, written.object, before);
}

async function deleteOne(call: Call): Promise<void> {
  const { store, route, request, response, query } = call;
  const raw = await readBytes(request);
  const body = raw.length === 0 ? {} : parseBody(raw, request.headers['content-type'] ?? '', route.kind, store.fields);
  const dryRun = query.get('dryRun') === 'All' || list(body, 'dryRun').includes('All');
  const before = store.find(route.kind, route.namespace, route.name);
  const status = remove(store, route.kind, route.namespace, route.name, body, dryRun);
  if (!dryRun && before !== undefined) call.wrote('delete', route, before, before);
  sendJson(response, 200, status);
}

function deleteMany(call: Call): void {
  const { store, route, query, response } = call;
  const matches = parseLabelSelector(query.get('labelSelector') ?? '');
  const objects = store.list(route.kind, route.namespace).filter(matches);
  for (const object of objects) {
    if (query.get('dryRun') === 'All') continue;
    store.remove(route.kind, route.namespace, text(object, 'metadata', 'name'));
    call.wrote('delete', { ...route, name: text(object, 'metadata', 'name') }, object, object);
  }
  sendJson(
    response,
    200,
    presentList({ kind: route.kind, objects, metadata: { resourceVersion: String(store.version) } }, 'object', query),
  );
}

/** Refused with 429 while a disruption budget has nothing left. */
function evict(call: Call, dryRun: boolean): void {
  const { store, route, response } = call;
  const pod = findOne(call);
  for (const budget of store.list(kindNamed('PodDisruptionBudget'), route.namespace)) {
    if (!matchesLabels(pod, record(budget, 'spec', 'selector'))) continue;
    if (number(budget, 0, 'status', 'disruptionsAllowed') > 0) continue;
    const name = text(budget, 'metadata', 'name');
    const needed = number(budget, 0, 'status', 'desiredHealthy');
    const healthy = number(budget, 0, 'status', 'currentHealthy');
    throw new ApiError(429, 'TooManyRequests', `Cannot evict pod as it would violate the pod's disruption budget.`, {
      causes: [
        { reason: 'DisruptionBudget', message: `The disruption budget ${name} needs ${needed} healthy pods and has ${healthy} currently` },
      ],
    });
  }
  if (!dryRun) {
    store.remove(route.kind, route.namespace, route.name);
    call.wrote('delete', route, pod, pod);
  }
  sendJson(response, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
}
