/** Create, update, patch, delete, and the pod's eviction and binding. */
import { parseBody, parseJsonValue, presentList, presentOne, readBytes, sendJson } from './answer.ts';
import type { Call } from './call.ts';
import { eventToCore } from './event-views.ts';
import { type JsonObject, list, number, put, record, text } from './json.ts';
import { kindNamed } from './kinds.ts';
import { apply, asObject, change, create, typeOf, type WriteOptions, type Written } from './operations.ts';
import { jsonPatch, mergePatch } from './patch.ts';
import { findOne, selection, shape } from './read-objects.ts';
import { remove } from './remove.ts';
import { fromScale, toScale } from './scale.ts';
import { matchesSelector } from './selectors.ts';
import { ApiError, badRequest, unsupportedMediaType } from './status.ts';
import { strategicMerge } from './strategic-merge.ts';

function writeOptions({ query, request, route }: Call): WriteOptions {
  const agent = (request.headers['user-agent'] ?? '').split('/')[0] ?? '';
  const subresource = route.subresource === 'status' || route.subresource === 'scale' ? route.subresource : undefined;
  return {
    dryRun: isDryRun(query.getAll('dryRun')),
    manager: query.get('fieldManager') ?? (agent === '' ? 'unknown' : agent),
    fieldValidation: query.get('fieldValidation') ?? 'Warn',
    force: query.get('force') === 'true',
    ...(subresource === undefined ? {} : { subresource }),
  };
}

/** Throws 422 for anything but All. */
function isDryRun(values: string[]): boolean {
  const given = values.filter((value) => value !== '');
  const wrong = given.find((value) => value !== 'All');
  if (wrong === undefined) return given.length > 0;
  const message = `Unsupported value: ${JSON.stringify(wrong)}: supported values: "All"`;
  throw new ApiError(422, 'Invalid', `options "" is invalid: dryRun: ${message}`, {
    causes: [{ reason: 'FieldValueNotSupported', message, field: 'dryRun' }],
  });
}

const contentTypeOf = ({ request }: Call): string => (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';

async function bodyOf(call: Call): Promise<JsonObject> {
  const { request, route, store } = call;
  const body = await parseBody(await readBytes(request), contentTypeOf(call), route.kind, store.fields);
  return route.kind.group === 'events.k8s.io' ? eventToCore(body) : body;
}

export async function createOne(call: Call): Promise<void> {
  const { store, route, response } = call;
  const options = writeOptions(call);
  if (route.subresource === 'eviction') return evict(call, await bodyOf(call), options.dryRun);
  if (route.subresource === 'binding') return bind(call, await bodyOf(call), options.dryRun);
  if (route.subresource !== '' || route.name !== '') throw notAllowed();
  const written = create(store, kindFor(call), route.namespace, await bodyOf(call), options);
  finish(call, 'create', written, undefined, options.dryRun);
  sendJson(response, 201, presentOne(route.kind, written.object, shape(call), call.query), written.warnings);
}

/** Events are stored as core events, whichever group they come through. */
function kindFor({ route }: Call) {
  return route.kind.kind === 'Event' ? kindNamed('Event') : route.kind;
}

export const notAllowed = () =>
  new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

export async function changeOne(call: Call): Promise<void> {
  const { store, route, request, response, query } = call;
  const options = writeOptions(call);
  const before = store.find(route.kind, route.namespace, route.name);
  const written =
    contentTypeOf(call) === 'application/apply-patch+yaml' && request.method === 'PATCH'
      ? await applyOne(call, options)
      : await patchOne(call, options);
  finish(call, request.method === 'PUT' ? 'update' : 'patch', written, before, options.dryRun);
  const shown = route.subresource === 'scale' ? toScale(written.object) : presentOne(route.kind, written.object, shape(call), query);
  sendJson(response, written.created ? 201 : 200, shown, written.warnings);
}

async function applyOne(call: Call, options: WriteOptions): Promise<Written> {
  const { store, route, query } = call;
  if (route.subresource !== '') throw unsupportedMediaType('415: Unsupported Media Type', {});
  return apply(store, kindFor(call), route.namespace, route.name, await bodyOf(call), {
    ...options,
    manager: query.get('fieldManager') ?? '',
  });
}

async function patchOne(call: Call, options: WriteOptions): Promise<Written> {
  const { store, route } = call;
  const make = await maker(call);
  const whole =
    route.subresource === 'scale'
      ? (live: JsonObject) => fromScale(live, withoutVersion(make(toScale(live)), toScale(live)))
      : (live: JsonObject) => withoutVersion(make(live), live);
  return change(store, kindFor(call), route.namespace, route.name, whole, options);
}

async function maker(call: Call): Promise<(target: JsonObject) => JsonObject> {
  const { store, route, request } = call;
  const isScale = route.subresource === 'scale';
  if (request.method === 'PUT') {
    const body = await bodyOf(call);
    return () => body;
  }
  const bytes = await readBytes(request);
  switch (contentTypeOf(call)) {
    case 'application/json-patch+json':
      return (target) => jsonPatch(target, parseJsonValue(bytes));
    case 'application/merge-patch+json':
      return (target) => asPatched(mergePatch(target, parseJsonValue(bytes)));
    case 'application/strategic-merge-patch+json': {
      const type = isScale ? store.fields.ofKind({ group: 'autoscaling', kind: 'Scale' }) : typeOf(store, route.kind);
      const patch = asPatched(parseJsonValue(bytes));
      return (target) => (type === undefined ? target : strategicMerge(type, target, patch));
    }
    default:
      throw unsupportedMediaType('415: Unsupported Media Type', {});
  }
}

function asPatched(value: unknown): JsonObject {
  try {
    return asObject(value);
  } catch {
    throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}');
  }
}

/** Only a version that the client itself sent is a precondition. */
function withoutVersion(made: JsonObject, live: JsonObject): JsonObject {
  const metadata = { ...record(made, 'metadata') };
  if (metadata['resourceVersion'] === record(live, 'metadata')['resourceVersion']) delete metadata['resourceVersion'];
  return { ...made, metadata };
}

function finish(call: Call, verb: string, { object, changed }: Written, before: JsonObject | undefined, dryRun: boolean): void {
  if (!dryRun && changed) call.wrote({ verb, route: call.route, object, before });
}

async function deleteOptions(call: Call): Promise<{ options: JsonObject; dryRun: boolean }> {
  const { request, query, route, store } = call;
  const bytes = await readBytes(request);
  const options = bytes.length === 0 ? {} : await parseBody(bytes, contentTypeOf(call), route.kind, store.fields);
  for (const name of ['propagationPolicy', 'gracePeriodSeconds']) {
    const given = query.get(name);
    if (given !== null && options[name] === undefined) options[name] = name === 'gracePeriodSeconds' ? Number(given) : given;
  }
  return { options, dryRun: isDryRun([...query.getAll('dryRun'), ...list(options, 'dryRun').map(String)]) };
}

export async function deleteOne(call: Call): Promise<void> {
  const { store, route, response, query } = call;
  if (route.subresource !== '') throw notAllowed();
  const { options, dryRun } = await deleteOptions(call);
  const before = store.find(route.kind, route.namespace, route.name);
  const answer = remove(store, route.kind, route.namespace, route.name, options, dryRun);
  if (!dryRun && before !== undefined && text(before, 'metadata', 'deletionTimestamp') === '')
    call.wrote({ verb: 'delete', route, object: before, before });
  sendJson(response, 200, answer['kind'] === 'Status' ? answer : presentOne(route.kind, answer, shape(call), query));
}

export async function deleteMany(call: Call): Promise<void> {
  const { store, route, query, response } = call;
  const { options, dryRun } = await deleteOptions(call);
  const objects = store.list(route.kind, route.namespace === '' ? undefined : route.namespace).filter(selection(call));
  for (const object of objects) {
    const name = text(object, 'metadata', 'name');
    remove(store, route.kind, text(object, 'metadata', 'namespace'), name, options, dryRun);
    if (!dryRun) call.wrote({ verb: 'delete', route: { ...route, name }, object, before: object });
  }
  sendJson(
    response,
    200,
    presentList({ kind: route.kind, objects, metadata: { resourceVersion: String(store.version) } }, shape(call), query),
  );
}

const success = (code: number): JsonObject => ({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code });

/** Refused with 429 while a disruption budget has nothing left. */
function evict(call: Call, body: JsonObject, dryRun: boolean): void {
  const { store, route, response } = call;
  const pod = findOne(call);
  const isSpent = ['Succeeded', 'Failed', 'Pending'].includes(text(pod, 'status', 'phase'));
  for (const budget of isSpent ? [] : store.list(kindNamed('PodDisruptionBudget'), route.namespace)) {
    if (!matchesSelector(pod, record(budget, 'spec', 'selector'))) continue;
    const allowed = number(budget, 0, 'status', 'disruptionsAllowed');
    if (allowed <= 0) throw overBudget(budget);
    if (dryRun) continue;
    // Counted at once, so that two evictions in a row do not both pass before the controller has looked.
    const spent = { ...budget };
    put(spent, ['status'], { ...record(budget, 'status'), disruptionsAllowed: allowed - 1 });
    store.save(kindNamed('PodDisruptionBudget'), spent);
  }
  remove(store, route.kind, route.namespace, route.name, record(body, 'deleteOptions'), dryRun);
  if (!dryRun) call.wrote({ verb: 'delete', route, object: pod, before: pod });
  sendJson(response, 201, success(201));
}

function overBudget(budget: JsonObject): ApiError {
  const name = text(budget, 'metadata', 'name');
  const [needed, healthy] = [number(budget, 0, 'status', 'desiredHealthy'), number(budget, 0, 'status', 'currentHealthy')];
  const message = `The disruption budget ${name} needs ${needed} healthy pods and has ${healthy} currently`;
  return new ApiError(429, 'TooManyRequests', `Cannot evict pod as it would violate the pod's disruption budget.`, {
    causes: [{ reason: 'DisruptionBudget', message }],
  });
}

/** What a scheduler does. */
function bind(call: Call, body: JsonObject, dryRun: boolean): void {
  const { store, route, response } = call;
  const pod = findOne(call);
  const node = text(pod, 'spec', 'nodeName');
  if (node !== '')
    throw new ApiError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on pods/binding "${route.name}": pod ${route.name} is already assigned to node "${node}"`,
      { name: route.name, kind: 'pods/binding' },
    );
  const target = text(body, 'target', 'name');
  if (target === '') throw badRequest('Binding "" is invalid: target.name: Required value');
  put(pod, ['spec', 'nodeName'], target);
  if (!dryRun) call.wrote({ verb: 'create', route, object: store.save(route.kind, pod), before: pod });
  sendJson(response, 201, success(201));
}
