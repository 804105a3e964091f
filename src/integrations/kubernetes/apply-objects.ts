/** Manifests brought to a cluster by server-side apply: what that changes, and each done once for a key. */
import { AppError, cleanLine, diffLines, type JsonObject, shown } from '#kit';
import { stringify } from 'yaml';
import { pause } from './changes.ts';
import type { Cluster } from './cluster.ts';
import { effectAnnotations, hasEffect } from './effects.ts';
import type { Manifest } from './manifest-files.ts';
import { patchBetween, plainObject, stateOf } from './object-state.ts';
import { toObject } from './objects.ts';
import { apiVersionOf, type Resource } from './resources.ts';
import { isJsonObject } from './schema.ts';

export interface Placed {
  manifest: Manifest;
  /** Undefined where its kind comes with this very set. */
  resource: Resource | undefined;
  namespace: string | undefined;
  /** `Deployment web-app`, with its namespace where it is not the plan's. */
  title: string;
}

export interface Tried extends Placed {
  live: JsonObject | undefined;
  /** What the server would make of it; undefined where it cannot be asked yet. */
  result: JsonObject | undefined;
  diff: string[];
  /** What puts it back; null: it is new. Undefined where it must not be kept, or nothing changes. */
  back: JsonObject | null | undefined;
}

const longestObject = 80;

/** Finds kinds and namespaces. Throws NOT_FOUND for a kind that the cluster does not have, INPUT_INVALID for another namespace than the one asked for. */
export async function placeManifests(
  cluster: Cluster,
  manifests: readonly Manifest[],
  { namespace, asked }: { namespace: string; asked: string | undefined },
  signal: AbortSignal,
): Promise<Placed[]> {
  const coming = new Set(manifests.flatMap(({ kind, body }) => (kind === 'CustomResourceDefinition' ? [kindOfDefinition(body)] : [])));
  const placed: Placed[] = [];
  for (const manifest of manifests) {
    const resource = await kindOf(cluster, manifest, coming, signal);
    const own = resource?.namespaced === false ? undefined : (manifest.namespace ?? namespace);
    if (asked !== undefined && own !== undefined && own !== asked)
      throw new AppError(`${manifest.at} (${manifest.kind} ${manifest.name}) is for the namespace ${own}, not ${asked}`, {
        code: 'INPUT_INVALID',
        hint: 'Leave the namespace out of the request, or out of the manifest.',
      });
    const where = own === undefined || own === namespace ? '' : ` (${own})`;
    placed.push({ manifest, resource, namespace: own, title: `${manifest.kind} ${manifest.name}${where}` });
  }
  return placed;
}

function kindOfDefinition(body: JsonObject): string {
  const spec = isJsonObject(body['spec']) ? body['spec'] : {};
  const names = isJsonObject(spec['names']) ? spec['names'] : {};
  return typeof names['kind'] === 'string' ? names['kind'] : '';
}

async function kindOf(
  cluster: Cluster,
  manifest: Manifest,
  coming: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Resource | undefined> {
  const found = await cluster.resource(manifest.kind, signal).catch((error: unknown) => {
    if (AppError.isInstance(error) && error.code === 'NOT_FOUND' && coming.has(manifest.kind)) return undefined;
    throw error;
  });
  if (found === undefined || apiVersionOf(found) === manifest.apiVersion) return found;
  const [version = '', group = ''] = manifest.apiVersion.split('/').toReversed();
  if (group === found.group) return { ...found, version };
  throw new AppError(
    `${manifest.at}: the cluster ${cluster.target.context} has ${manifest.kind} as ${apiVersionOf(found)}, not ${manifest.apiVersion}`,
    {
      code: 'INPUT_INVALID',
      hint: `Write apiVersion: ${apiVersionOf(found)}`,
    },
  );
}

/** Sends a dry run. Throws what the server refuses, with the place in the file. */
export async function tryApply(
  cluster: Cluster,
  placed: Placed,
  comingNamespaces: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Tried> {
  const { manifest, resource, namespace, title } = placed;
  if (resource === undefined)
    return { ...placed, live: undefined, result: undefined, back: null, diff: newLines(title, manifest.body, ', once its kind is there') };
  const live = await cluster.find(resource, namespace, manifest.name, signal);
  if (namespace !== undefined && comingNamespaces.has(namespace) && live === undefined)
    return {
      ...placed,
      live,
      result: undefined,
      back: null,
      diff: newLines(title, manifest.body, ', not tried: its namespace comes with it'),
    };
  const result = await cluster
    .apply(resource, namespace, manifest.name, bodyOf(manifest, namespace), { dryRun: true }, signal)
    .catch((error: unknown) => {
      throw at(error, manifest);
    });
  if (live === undefined) return { ...placed, live, result, back: null, diff: newLines(title, result, '') };
  const lines = diffLines(title, live, result);
  const back = manifest.kind === 'Secret' || lines.length === 0 ? undefined : patchBetween(plainObject(result), plainObject(live));
  return { ...placed, live, result, back, diff: lines.length === 0 ? [`  ${title}  unchanged`] : lines };
}

function bodyOf({ body, name }: Manifest, namespace: string | undefined): JsonObject {
  const { status: _status, ...rest } = body;
  const { managedFields: _managed, ...metadata } = isJsonObject(body['metadata']) ? body['metadata'] : {};
  return { ...rest, metadata: { ...metadata, name, ...(namespace === undefined ? {} : { namespace }) } };
}

/** The manifest as YAML; contents of Secrets masked. */
function newLines(title: string, object: JsonObject, note: string): string[] {
  const { apiVersion: _version, kind: _kind, ...rest } = shown(plainObject(object));
  const lines = stringify(rest).trimEnd().split('\n').map(cleanLine);
  const cut = lines.length > longestObject ? [...lines.slice(0, longestObject), `… and ${lines.length - longestObject} more lines`] : lines;
  return [`+ ${title}  (new${note})`, ...cut.map((line) => `+   ${line}`)];
}

function at(error: unknown, { at: place, kind, name }: Manifest): unknown {
  if (!AppError.isInstance(error)) return error;
  return new AppError(`${place} (${kind} ${name}): ${error.message}`, {
    code: error.code,
    hint: error.hint,
    details: error.details,
    cause: error,
  });
}

/** For a precondition: another state, or another object, is a stale plan. */
export function stateOfTried({ live }: Tried): string {
  return stateOf(live);
}

const maxAttempts = 12;
const establishedMs = 15_000;

export interface Applied {
  object: JsonObject;
  /** False where it carried the key already. */
  made: boolean;
}

/** Once for the key, under the version that was read. */
export async function applyOnce(cluster: Cluster, placed: Placed, key: string, signal: AbortSignal): Promise<Applied> {
  const { manifest, namespace } = placed;
  const resource = placed.resource ?? (await established(cluster, manifest.kind, signal));
  for (let attempt = 1; ; attempt += 1) {
    const live = await cluster.find(resource, namespace, manifest.name, signal);
    const found = live === undefined ? undefined : toObject(cluster, resource, namespace, live);
    if (live !== undefined && found !== undefined && hasEffect(found, key)) return { object: live, made: false };
    const body = bodyOf(manifest, namespace);
    const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
    const annotations = isJsonObject(metadata['annotations']) ? metadata['annotations'] : {};
    const marks = effectAnnotations(found ?? { object: { metadata: {} } }, key);
    const version = found?.object.metadata.resourceVersion;
    const marked = {
      ...body,
      metadata: {
        ...metadata,
        annotations: { ...annotations, ...marks },
        ...(version === undefined || version === null ? {} : { resourceVersion: version }),
      },
    };
    const made = await cluster.apply(resource, namespace, manifest.name, marked, {}, signal).catch((error: unknown) => {
      if (AppError.isInstance(error) && error.code === 'CONFLICT' && error.details['fields'] === undefined && attempt < maxAttempts)
        return undefined;
      throw at(error, manifest);
    });
    if (made !== undefined) return { object: made, made: true };
    await pause(20 * attempt, signal);
  }
}

/** A kind is served a moment after its definition was made. */
async function established(cluster: Cluster, kind: string, signal: AbortSignal): Promise<Resource> {
  const end = performance.now() + establishedMs;
  for (;;) {
    try {
      return await cluster.resource(kind, signal);
    } catch (error) {
      if (!AppError.isInstance(error) || error.code !== 'NOT_FOUND' || performance.now() > end) throw error;
      await pause(200, signal);
    }
  }
}
