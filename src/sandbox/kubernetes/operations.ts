/** Create, read, change and delete, with dry runs, preconditions, field ownership and generations. */
import { randomUUID } from 'node:crypto';
import { addDefaults, validate } from './defaults.ts';
import type { FieldSchema } from './field-schema.ts';
import { applyFields, ownByUpdate } from './fields.ts';
import { clone, isObject, type JsonObject, number, put, record, same, text } from './json.ts';
import { groupVersionOf, type Kind, kindNamed } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { alreadyExists, ApiError, badRequest, modified, notFound, wrongUid } from './status.ts';
import { takeUnknown, wrongType } from './unknown-fields.ts';

export interface WriteOptions {
  dryRun: boolean;
  manager: string;
  fieldValidation: string;
  force?: boolean;
}

export interface Written {
  object: JsonObject;
  created: boolean;
  /** False where nothing differed. */
  changed: boolean;
  warnings: string[];
}

const seconds = () => `${new Date().toISOString().slice(0, 19)}Z`;

export function assertNamespace(store: ObjectStore, namespace: string): void {
  const kind = kindNamed('Namespace');
  if (store.find(kind, '', namespace) === undefined) throw notFound(kind, namespace);
}

export function create(store: ObjectStore, kind: Kind, namespace: string, body: JsonObject, options: WriteOptions): Written {
  if (kind.namespaced) assertNamespace(store, namespace);
  const object = clone(body);
  const warnings = checkFields(store.fields, kind, object, options.fieldValidation);
  const generated = text(object, 'metadata', 'generateName');
  if (text(object, 'metadata', 'name') === '' && generated !== '')
    put(object, ['metadata', 'name'], `${generated}${randomUUID().slice(0, 5)}`);
  const name = text(object, 'metadata', 'name');
  if (name === '') throw badRequest('the server rejected our request: name or generateName is required');
  if (store.find(kind, namespace, name) !== undefined) throw alreadyExists(kind, name);
  prepareNew(kind, namespace, object);
  addDefaults(kind, object);
  validate(kind, object);
  ownByUpdate(undefined, object, options.manager);
  return { object: options.dryRun ? object : store.save(kind, object), created: true, changed: true, warnings };
}

function prepareNew(kind: Kind, namespace: string, object: JsonObject): void {
  object['apiVersion'] = groupVersionOf(kind);
  object['kind'] = kind.kind;
  const metadata = record(object, 'metadata');
  for (const key of ['resourceVersion', 'managedFields', 'generation']) delete metadata[key];
  Object.assign(
    metadata,
    { uid: randomUUID(), creationTimestamp: seconds() },
    kind.namespaced ? { namespace } : {},
    kind.generation ? { generation: 1 } : {},
  );
  object['metadata'] = metadata;
  if (kind.subresources.includes('status') && object['status'] === undefined)
    object['status'] = kind.kind === 'Namespace' ? { phase: 'Active' } : {};
}

function checkFields(fields: FieldSchema, kind: Kind, object: JsonObject, fieldValidation: string): string[] {
  const type = fields.ofKind(kind);
  if (type === undefined) return [];
  const wrong = wrongType(type, object);
  if (wrong !== undefined) throw badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${wrong}`);
  const unknown = takeUnknown(type, object);
  const [first] = unknown;
  if (first === undefined || fieldValidation === 'Ignore') return [];
  if (fieldValidation === 'Strict')
    throw badRequest(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: strict decoding error: ${unknown.map((field) => `unknown field "${field}"`).join(', ')}`,
    );
  return unknown.map((field) => `unknown field "${field}"`);
}

/** `make` gives the new object from the live one; subresource `status` may change only that, the main resource everything else. */
export function change(
  store: ObjectStore,
  kind: Kind,
  namespace: string,
  name: string,
  make: (live: JsonObject) => JsonObject,
  options: WriteOptions & { status?: boolean },
): Written {
  const live = store.find(kind, namespace, name);
  if (live === undefined) throw notFound(kind, name);
  const made = make(clone(live));
  const warnings = checkFields(store.fields, kind, made, options.fieldValidation);
  const wanted = text(made, 'metadata', 'resourceVersion');
  if (wanted !== '' && wanted !== text(live, 'metadata', 'resourceVersion')) throw modified(kind, name);
  const wantedUid = text(made, 'metadata', 'uid');
  if (wantedUid !== '' && wantedUid !== text(live, 'metadata', 'uid')) throw modified(kind, name);
  const object = options.status === true ? { ...live, status: made['status'] ?? {} } : withSystemFields(kind, live, made);
  addDefaults(kind, object);
  validate(kind, object, live);
  if (same(withoutOwners(live), withoutOwners(object))) return { object: live, created: false, changed: false, warnings };
  if (kind.generation && !same(live['spec'], object['spec']))
    put(object, ['metadata', 'generation'], number(live, 1, 'metadata', 'generation') + 1);
  if (options.status !== true) ownByUpdate(live, object, options.manager);
  return { object: options.dryRun ? object : store.save(kind, object), created: false, changed: true, warnings };
}

function withSystemFields(kind: Kind, live: JsonObject, made: JsonObject): JsonObject {
  const object: JsonObject = { ...made, apiVersion: groupVersionOf(kind), kind: kind.kind };
  const metadata = { ...record(made, 'metadata') };
  for (const key of [
    'name',
    'namespace',
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'managedFields',
    'deletionTimestamp',
  ]) {
    const value = record(live, 'metadata')[key];
    if (value === undefined) delete metadata[key];
    else metadata[key] = value;
  }
  object['metadata'] = metadata;
  if (kind.subresources.includes('status')) object['status'] = live['status'] ?? {};
  return object;
}

function withoutOwners(object: JsonObject): JsonObject {
  const { managedFields: _owners, resourceVersion: _version, ...metadata } = record(object, 'metadata');
  return { ...object, metadata };
}

/** Server-side apply: creates where there is nothing. */
export function apply(
  store: ObjectStore,
  kind: Kind,
  namespace: string,
  name: string,
  applied: JsonObject,
  options: WriteOptions,
): Written {
  if (options.manager === '')
    throw new ApiError(
      400,
      'BadRequest',
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  const live = store.find(kind, namespace, name);
  const warnings = checkFields(store.fields, kind, applied, options.fieldValidation);
  const merged = applyFields(live, applied, options.manager, options.force === true);
  if (live === undefined) {
    if (kind.namespaced) assertNamespace(store, namespace);
    const owners = record(merged, 'metadata')['managedFields'] ?? [];
    put(merged, ['metadata', 'name'], name);
    prepareNew(kind, namespace, merged);
    put(merged, ['metadata', 'managedFields'], owners);
    addDefaults(kind, merged);
    validate(kind, merged);
    return { object: options.dryRun ? merged : store.save(kind, merged), created: true, changed: true, warnings };
  }
  const owners = record(merged, 'metadata')['managedFields'] ?? [];
  const object = withSystemFields(kind, live, merged);
  put(object, ['metadata', 'managedFields'], owners);
  addDefaults(kind, object);
  validate(kind, object, live);
  const changed = !same(withoutOwners(live), withoutOwners(object));
  if (changed && kind.generation && !same(live['spec'], object['spec']))
    put(object, ['metadata', 'generation'], number(live, 1, 'metadata', 'generation') + 1);
  if (options.dryRun) return { object, created: false, changed, warnings };
  const owned = !same(record(live, 'metadata')['managedFields'], owners);
  return { object: changed || owned ? store.save(kind, object) : live, created: false, changed, warnings };
}

export function remove(store: ObjectStore, kind: Kind, namespace: string, name: string, body: JsonObject, dryRun: boolean): JsonObject {
  const live = store.find(kind, namespace, name);
  if (live === undefined) throw notFound(kind, name);
  const wanted = text(body, 'preconditions', 'uid');
  const uid = text(live, 'metadata', 'uid');
  if (wanted !== '' && wanted !== uid) throw wrongUid(kind, name, wanted, uid);
  if (!dryRun) store.remove(kind, namespace, name);
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural, uid },
  };
}

/** The `scale` view of a workload. */
export function toScale(object: JsonObject): JsonObject {
  const labels = Object.entries(record(object, 'spec', 'selector', 'matchLabels')).map(([key, value]) => `${key}=${String(value)}`);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = record(object, 'metadata');
  const metadata: JsonObject = {};
  for (const [key, value] of Object.entries({ name, namespace, uid, resourceVersion, creationTimestamp }))
    if (value !== undefined) metadata[key] = value;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata,
    spec: { replicas: number(object, 0, 'spec', 'replicas') },
    status: { replicas: number(object, 0, 'status', 'replicas'), selector: labels.join(',') },
  };
}

/** Puts a changed Scale back into its workload. Throws 422 for a negative number, as the scale resource words it. */
export function fromScale(object: JsonObject, scale: JsonObject): JsonObject {
  const replicas = number(scale, 0, 'spec', 'replicas');
  const name = text(object, 'metadata', 'name');
  if (replicas < 0)
    throw new ApiError(
      422,
      'Invalid',
      `Scale.autoscaling "${name}" is invalid: spec.replicas: Invalid value: ${replicas}: must be greater than or equal to 0`,
      {
        name,
        group: 'autoscaling',
        kind: 'Scale',
        causes: [
          {
            reason: 'FieldValueInvalid',
            message: `Invalid value: ${replicas}: must be greater than or equal to 0`,
            field: 'spec.replicas',
          },
        ],
      },
    );
  const result = clone(object);
  put(result, ['spec', 'replicas'], replicas);
  const version = text(scale, 'metadata', 'resourceVersion');
  if (version !== '') put(result, ['metadata', 'resourceVersion'], version);
  return result;
}

export function asObject(value: unknown): JsonObject {
  // What comes from JSON.parse or the YAML parser is Json.
  const json = value as JsonObject | undefined;
  if (!isObject(json)) throw badRequest('the object provided is unrecognized');
  return json;
}
