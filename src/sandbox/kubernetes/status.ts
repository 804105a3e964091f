/** Refusals as the API server words them. */
import type { Json, JsonObject } from './json.ts';
import { type Kind, resourceOf } from './kinds.ts';

/** Answered as a `Status` object. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: JsonObject | undefined;
  readonly headers: Record<string, string>;

  constructor(code: number, reason: string, message: string, details?: JsonObject, headers: Record<string, string> = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.headers = headers;
  }

  toStatus(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

function about(kind: Kind, name: string, extra: JsonObject = {}): JsonObject {
  return { name, ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural, ...extra };
}

export const notFound = (kind: Kind, name: string) =>
  new ApiError(404, 'NotFound', `${resourceOf(kind)} "${name}" not found`, about(kind, name));
export const alreadyExists = (kind: Kind, name: string) =>
  new ApiError(409, 'AlreadyExists', `${resourceOf(kind)} "${name}" already exists`, about(kind, name));
export const badRequest = (message: string) => new ApiError(400, 'BadRequest', message);
export const unknownResource = () => new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
export const unauthorized = () => new ApiError(401, 'Unauthorized', 'Unauthorized');
export const modified = (kind: Kind, name: string) =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${resourceOf(kind)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    about(kind, name),
  );

/** A precondition of a deletion; the kind is named here, not the resource. */
function unmet(kind: Kind, name: string, why: string): ApiError {
  const title = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  return new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${title} "${name}": ${why}`, {
    ...about(kind, name),
    kind: kind.kind,
  });
}

export const wrongUid = (kind: Kind, name: string, wanted: string, actual: string) =>
  unmet(
    kind,
    name,
    `the UID in the precondition (${wanted}) does not match the UID in record (${actual}). The object might have been deleted and then recreated`,
  );

export const staleVersion = (kind: Kind, name: string, wanted: string, actual: string) =>
  unmet(
    kind,
    name,
    `the ResourceVersion in the precondition (${wanted}) does not match the ResourceVersion in record (${actual}). The object might have been modified`,
  );

export function terminating(kind: Kind, namespace: string, name: string): ApiError {
  const message = `${resourceOf(kind)} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`;
  return new ApiError(403, 'Forbidden', message, {
    ...about(kind, name),
    causes: [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }],
  });
}

export interface Cause {
  field: string;
  message: string;
  reason?: string;
}

export function invalid(kindName: string, group: string, name: string, causes: Cause[]): ApiError {
  const shown = causes.map(({ field, message }) => `${field}: ${message}`);
  const [only, second] = shown;
  const joined = only !== undefined && second === undefined ? only : `[${shown.join(', ')}]`;
  const details: Json[] = causes.map(({ field, message, reason }) => ({ reason: reason ?? 'FieldValueInvalid', message, field }));
  return new ApiError(422, 'Invalid', `${kindName}${group === '' ? '' : `.${group}`} "${name}" is invalid: ${joined}`, {
    name,
    ...(group === '' ? {} : { group }),
    kind: kindName,
    causes: details,
  });
}

export function forbidden(user: string, verb: string, resource: Pick<Kind, 'group' | 'plural'>, name: string, namespace: string): ApiError {
  const { group, plural } = resource;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const what = `User "${user}" cannot ${verb} resource "${plural}" in API group "${group}" ${where}`;
  const [main = '', ...sub] = plural.split('/');
  const title = [resourceOf({ group, plural: main }), ...sub].join('/');
  const details: JsonObject = { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: main };
  return new ApiError(403, 'Forbidden', `${name === '' ? title : `${title} "${name}"`} is forbidden: ${what}`, details, {
    'x-content-type-options': 'nosniff',
  });
}

export const unsupportedMediaType = (message: string, details?: JsonObject) => new ApiError(415, 'UnsupportedMediaType', message, details);
