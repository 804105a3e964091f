/** Create and change, with dry runs, preconditions, field ownership and generations. Deleting is in `remove.ts`. */
import { randomUUID } from 'node:crypto';
import { admit } from './admission.ts';
import { applyConfiguration } from './apply.ts';
import { addDefaults } from './defaults.ts';
import type { ObjectType } from './field-schema.ts';
import { clone, isObject, type JsonObject, list, number, put, record, same, text } from './json.ts';
import { groupVersionOf, type Kind, kindNamed } from './kinds.ts';
import { ownChanges } from './managed-fields.ts';
import { randomSuffix } from './names.ts';
import { firstStatus } from './first-status.ts';
import type { ObjectStore } from './object-store.ts';
import { alreadyExists, ApiError, badRequest, modified, notFound, terminating } from './status.ts';
import { takeUnknown, wrongType } from './unknown-fields.ts';
import { validate } from './validate.ts';

export interface WriteOptions {
  dryRun: boolean;
  manager: string;
  /** `Ignore`, `Warn` or `Strict`. */
  fieldValidation: string;
  force?: boolean;
  subresource?: 'status' | 'scale';
}

export interface Written {
  object: JsonObject;
  created: boolean;
  /** False where nothing differed. */
  changed: boolean;
  warnings: string[];
}

export const wholeSeconds = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

export function assertNamespace(store: ObjectStore, kind: Kind, namespace: string, name: string): void {
  const found = store.peek(kindNamed('Namespace'), '', namespace);
  if (found === undefined) throw notFound(kindNamed('Namespace'), namespace);
  if (text(found, 'metadata', 'deletionTimestamp') !== '') throw terminating(kind, namespace, name);
}

export function typeOf(store: ObjectStore, kind: Kind): ObjectType {
  const type = store.fields.ofKind(kind);
  if (type === undefined) throw new Error(`the table of fields has no kind ${kind.kind}`);
  return type;
}

export function create(store: ObjectStore, kind: Kind, namespace: string, body: JsonObject, options: WriteOptions): Written {
  const object = clone(body);
  assertSameType(kind, object);
  const given = text(object, 'metadata', 'namespace');
  if (kind.namespaced && given !== '' && given !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  const warnings = checkFields(store, kind, object, options.fieldValidation);
  const generated = text(object, 'metadata', 'generateName');
  if (text(object, 'metadata', 'name') === '' && generated !== '') put(object, ['metadata', 'name'], `${generated}${randomSuffix()}`);
  const name = text(object, 'metadata', 'name');
  if (kind.namespaced) assertNamespace(store, kind, namespace, name);
  if (name !== '' && store.find(kind, namespace, name) !== undefined) throw alreadyExists(kind, name);
  return saveNew(store, kind, namespace, object, options, warnings);
}

function saveNew(store: ObjectStore, kind: Kind, namespace: string, given: JsonObject, options: WriteOptions, warnings: string[]): Written {
  const object = prepareNew(kind, namespace, given, wholeSeconds(store.clock()));
  addDefaults(kind, object);
  validate(kind, object);
  // Before admission and the first status: those are the server's own.
  if (list(object, 'metadata', 'managedFields').length === 0)
    ownChanges(typeOf(store, kind), undefined, object, { manager: options.manager, now: wholeSeconds(store.clock()) });
  admit(store, kind, namespace, object);
  const saved = withFirstStatus(kind, object);
  return { object: options.dryRun ? saved : store.save(kind, saved), created: true, changed: true, warnings };
}

/** What the client says about system fields and status is not taken over. */
function prepareNew(kind: Kind, namespace: string, given: JsonObject, now: string): JsonObject {
  const { apiVersion: _version, kind: _kind, metadata: _metadata, status, ...rest } = given;
  const { name, generateName, labels, annotations, ownerReferences, finalizers, managedFields } = record(given, 'metadata');
  const metadata: JsonObject = {};
  const put = (key: string, value: JsonObject[string] | undefined): void => {
    if (value !== undefined) metadata[key] = value;
  };
  put('name', name);
  put('generateName', generateName);
  if (kind.namespaced) put('namespace', namespace);
  put('uid', randomUUID());
  if (kind.generation) put('generation', 1);
  put('creationTimestamp', now);
  for (const [key, value] of Object.entries({ labels, annotations, ownerReferences, finalizers, managedFields })) put(key, value);
  if (kind.kind === 'Namespace') metadata['labels'] = { ...record(labels), 'kubernetes.io/metadata.name': name ?? '' };
  const kept = kind.kind === 'Node' || !kind.subresources.includes('status');
  return { apiVersion: groupVersionOf(kind), kind: kind.kind, metadata, ...rest, ...(kept && status !== undefined ? { status } : {}) };
}

function withFirstStatus(kind: Kind, object: JsonObject): JsonObject {
  const status = kind.custom === undefined ? firstStatus(kind.kind, object) : undefined;
  return status === undefined || object['status'] !== undefined ? object : { ...object, status };
}

function assertSameType(kind: Kind, object: JsonObject): void {
  const version = text(object, 'apiVersion');
  const wanted = groupVersionOf(kind);
  if (version !== '' && version !== wanted)
    throw badRequest(`the API version in the data (${version}) does not match the expected API version (${wanted})`);
  const name = text(object, 'kind');
  if (name !== '' && name !== kind.kind)
    throw badRequest(
      `${name} in version "${kind.version}" cannot be handled as a ${kind.kind}: converting (${name}) to (${kind.kind}): unknown conversion`,
    );
}

/** Takes unknown fields out and says which, or refuses them. Throws 400. */
function checkFields(store: ObjectStore, kind: Kind, object: JsonObject, fieldValidation: string): string[] {
  const type = typeOf(store, kind);
  const refusal = `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}`;
  // A custom object is decoded as it is; its schema is checked later.
  const wrong = kind.custom === undefined ? wrongType(type, object) : undefined;
  if (wrong !== undefined) throw badRequest(`${refusal}: ${wrong}`);
  const unknown = takeUnknown(type, object).map((field) => `unknown field "${field}"`);
  if (unknown.length > 0 && fieldValidation === 'Strict') throw badRequest(`${refusal}: strict decoding error: ${unknown.join(', ')}`);
  return fieldValidation === 'Ignore' ? [] : unknown;
}

/** `make` gives the new object from the live one; the status subresource changes only the status, the others everything else. */
export function change(
  store: ObjectStore,
  kind: Kind,
  namespace: string,
  name: string,
  make: (live: JsonObject) => JsonObject,
  options: WriteOptions,
): Written {
  const live = store.find(kind, namespace, name);
  if (live === undefined) throw notFound(kind, name);
  const made = clone(make(clone(live)));
  assertSameType(kind, made);
  const warnings = checkFields(store, kind, made, options.fieldValidation);
  assertSameObject(kind, live, made);
  const object = options.subresource === 'status' ? withStatus(live, made) : withSystemFields(kind, live, made);
  addDefaults(kind, object);
  validate(kind, object, live);
  return saveChange(store, kind, live, object, options, warnings);
}

function assertSameObject(kind: Kind, live: JsonObject, made: JsonObject): void {
  const name = text(live, 'metadata', 'name');
  const given = text(made, 'metadata', 'name');
  if (given !== '' && given !== name) throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  const version = text(made, 'metadata', 'resourceVersion');
  if (version !== '' && version !== text(live, 'metadata', 'resourceVersion')) throw modified(kind, name);
  const uid = text(made, 'metadata', 'uid');
  if (uid !== '' && uid !== text(live, 'metadata', 'uid'))
    throw new ApiError(
      409,
      'Conflict',
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${text(live, 'metadata', 'uid')}`,
      { name, kind: kind.plural },
    );
}

function withStatus(live: JsonObject, made: JsonObject): JsonObject {
  return { ...live, status: made['status'] ?? {} };
}

const systemFields = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
];

function withSystemFields(kind: Kind, live: JsonObject, made: JsonObject): JsonObject {
  const object: JsonObject = { ...made, apiVersion: groupVersionOf(kind), kind: kind.kind };
  const metadata = { ...record(made, 'metadata') };
  for (const key of systemFields) {
    const value = record(live, 'metadata')[key];
    if (value === undefined) delete metadata[key];
    else metadata[key] = value;
  }
  object['metadata'] = metadata;
  if (kind.subresources.includes('status')) {
    delete object['status'];
    if (live['status'] !== undefined) object['status'] = live['status'];
  }
  return object;
}

/** An object without its owners of fields and its version: what a write is about. */
function substance(object: JsonObject): JsonObject {
  const { managedFields: _owners, resourceVersion: _version, ...metadata } = record(object, 'metadata');
  return { ...object, metadata };
}

function saveChange(
  store: ObjectStore,
  kind: Kind,
  live: JsonObject,
  object: JsonObject,
  options: WriteOptions,
  warnings: string[],
): Written {
  if (same(substance(live), substance(object))) return { object: live, created: false, changed: false, warnings };
  countGeneration(kind, live, object);
  const { manager, subresource } = options;
  ownChanges(typeOf(store, kind), live, object, {
    manager,
    now: wholeSeconds(store.clock()),
    ...(subresource === undefined ? {} : { subresource }),
  });
  if (options.dryRun) return { object, created: false, changed: true, warnings };
  return { object: store.saveOrFinish(kind, object), created: false, changed: true, warnings };
}

function countGeneration(kind: Kind, live: JsonObject, object: JsonObject): void {
  const spec = (of: JsonObject): JsonObject => ({ ...record(of, 'spec'), nodeName: '' });
  if (kind.generation && !same(spec(live), spec(object)))
    put(object, ['metadata', 'generation'], number(live, 1, 'metadata', 'generation') + 1);
}

/** Server-side apply: creates where there is nothing. */
export function apply(
  store: ObjectStore,
  kind: Kind,
  namespace: string,
  name: string,
  configuration: JsonObject,
  options: WriteOptions,
): Written {
  if (options.manager === '')
    throw new ApiError(
      422,
      'Invalid',
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      {
        group: 'meta.k8s.io',
        kind: 'PatchOptions',
        causes: [{ reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' }],
      },
    );
  assertSameType(kind, configuration);
  if (isObject(configuration['metadata']) && configuration['metadata']['managedFields'] !== undefined)
    throw badRequest('metadata.managedFields must be nil');
  const live = store.find(kind, namespace, name);
  const warnings = checkFields(store, kind, configuration, options.fieldValidation);
  const applied = { manager: options.manager, force: options.force === true, now: wholeSeconds(store.clock()) };
  const merged = applyConfiguration(typeOf(store, kind), live, { ...configuration, apiVersion: groupVersionOf(kind) }, applied);
  if (live === undefined) {
    if (kind.namespaced) assertNamespace(store, kind, namespace, name);
    put(merged, ['metadata', 'name'], name);
    return saveNew(store, kind, namespace, merged, options, warnings);
  }
  assertSameObject(kind, live, configuration);
  const owners = list(merged, 'metadata', 'managedFields');
  const object = withSystemFields(kind, live, merged);
  put(object, ['metadata', 'managedFields'], owners);
  addDefaults(kind, object);
  validate(kind, object, live);
  const changed = !same(substance(live), substance(object));
  if (changed) countGeneration(kind, live, object);
  const owned = !same(list(live, 'metadata', 'managedFields'), owners);
  if (options.dryRun) return { object, created: false, changed, warnings };
  return { object: changed || owned ? store.saveOrFinish(kind, object) : live, created: false, changed, warnings };
}

/** For controllers: saves what differs from the live object, owned by the controller. The status only, unless told. */
export function saveAs(
  store: ObjectStore,
  kind: Kind,
  object: JsonObject,
  manager: string,
  subresource: 'status' | '' = 'status',
): JsonObject {
  const live = store.peek(kind, text(object, 'metadata', 'namespace'), text(object, 'metadata', 'name'));
  if (live === undefined || same(substance(live), substance(object))) return live ?? object;
  const next = { ...object, metadata: { ...record(object, 'metadata') } };
  if (subresource === '') countGeneration(kind, live, next);
  // Binding a pod to its node is nobody's field.
  if (manager !== 'kube-scheduler' || subresource === 'status')
    ownChanges(typeOf(store, kind), live, next, { manager, now: wholeSeconds(store.clock()), subresource });
  return store.saveOrFinish(kind, next);
}

export function asObject(value: unknown): JsonObject {
  // What comes from JSON.parse or the YAML parser is Json.
  const json = value as JsonObject | undefined;
  if (!isObject(json)) throw badRequest('the object provided is unrecognized');
  return json;
}
