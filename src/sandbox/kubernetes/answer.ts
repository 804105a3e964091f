/** Bodies in and out: JSON or YAML in; objects, lists, tables or metadata out, as Accept asks. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { eventToNewer } from './event-views.ts';
import type { FieldSchema } from './field-schema.ts';
import { type Json, type JsonObject, record } from './json.ts';
import { groupVersionOf, type Kind } from './kinds.ts';
import { asObject } from './operations.ts';
import { readProtobuf } from './protobuf.ts';
import { ApiError, badRequest, unsupportedMediaType } from './status.ts';
import { metadataOnly, toTable } from './table.ts';

const mostBytes = 3 * 1024 * 1024;

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > mostBytes) throw new ApiError(413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** JSON, YAML or protobuf, as the content type says. */
export async function parseBody(bytes: Buffer, contentType: string, kind: Kind, fields: FieldSchema): Promise<JsonObject> {
  const type = contentType.split(';')[0]?.trim() ?? '';
  if (type === 'application/vnd.kubernetes.protobuf') {
    const read = readProtobuf(bytes, fields);
    if (read === undefined) throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind})`);
    return read;
  }
  const text = bytes.toString('utf8');
  if (type.includes('yaml')) return parseYaml(text);
  if (
    ![
      '',
      'application/json',
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/strategic-merge-patch+json',
    ].includes(type)
  )
    throw unsupportedMediaType(
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    );
  try {
    return asObject(JSON.parse(text));
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; json parse error: unexpected end of JSON input (${text.slice(0, 30)})`,
    );
  }
}

async function parseYaml(text: string): Promise<JsonObject> {
  // Few bodies are YAML, and loading its parser costs as much as the whole start.
  const { parse } = await import('yaml');
  try {
    return asObject(parse(text));
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw badRequest(`error decoding YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function parseJsonValue(bytes: Buffer): Json {
  try {
    // JSON.parse of JSON text is Json by definition.
    return JSON.parse(bytes.toString('utf8')) as Json;
  } catch {
    throw badRequest('error decoding patch: unexpected end of JSON input');
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: JsonObject,
  warnings: string[] = [],
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'cache-control': 'no-cache, private',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
    ...(warnings.length === 0 ? {} : { warning: warnings.map((warning) => `299 - ${JSON.stringify(warning)}`).join(', ') }),
  });
  response.end(text);
}

export type Shape = 'object' | 'table' | 'metadata';

/** The first acceptable form that is served. Protobuf is not: every client falls back to JSON. */
export function shapeOf(accept: string): Shape {
  for (const option of accept.split(',')) {
    if (option.includes('as=Table') && option.includes('application/json')) return 'table';
    if (option.includes('as=PartialObjectMetadata') && option.includes('application/json')) return 'metadata';
    if (option.includes('application/json') || option.includes('*/*')) return 'object';
  }
  return 'object';
}

export interface Listing {
  kind: Kind;
  objects: JsonObject[];
  metadata: JsonObject;
}

export function presentList({ kind, objects, metadata }: Listing, shape: Shape, query: URLSearchParams): JsonObject {
  if (shape === 'table')
    return toTable(kind, objects, { includeObject: query.get('includeObject') ?? 'Metadata', now: new Date(), metadata });
  if (shape === 'metadata')
    return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: objects.map(metadataOnly) };
  const shown = objects.map((object) => inVersion(kind, object));
  if (kind.custom !== undefined) return { kind: `${kind.kind}List`, apiVersion: groupVersionOf(kind), metadata, items: shown };
  const items = shown.map(({ apiVersion: _version, kind: _kind, ...rest }) => rest);
  return { kind: `${kind.kind}List`, apiVersion: groupVersionOf(kind), metadata, items };
}

/** The version that was asked for, of what is stored in one. */
function inVersion(kind: Kind, object: JsonObject): JsonObject {
  if (kind.group === 'events.k8s.io') return eventToNewer(object);
  return kind.custom === undefined ? object : { ...object, apiVersion: groupVersionOf(kind) };
}

/** `bare`: without the columns of a table, as all but the first of a watch come. */
export function presentOne(kind: Kind, stored: JsonObject, shape: Shape, query: URLSearchParams, bare = false): JsonObject {
  const object = inVersion(kind, stored);
  if (shape === 'metadata') return metadataOnly(object);
  if (shape === 'object') return object;
  const resourceVersion = record(object, 'metadata')['resourceVersion'] ?? '';
  return toTable(kind, [stored], {
    includeObject: query.get('includeObject') ?? 'Metadata',
    now: new Date(),
    metadata: { resourceVersion },
    bare,
  });
}
