/** Finds the workload that a name means, and says what is near where there is none. */
import { AppError, type JsonObject } from '#kit';
import type { Cluster } from './cluster.ts';
import { nearNames } from './near.ts';
import { assertNamespace } from './place.ts';
import { objectMissing, unreadable } from './remote-errors.ts';
import { type Resource, resourceOf } from './resources.ts';
import { isJsonObject, Workload } from './schema.ts';

export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet';

export interface FoundWorkload {
  kind: WorkloadKind;
  resource: Resource;
  namespace: string;
  name: string;
  object: Workload;
  /** As the server sent it. */
  raw: JsonObject;
  /** The kind was not said, and it is not the usual one. */
  note?: string;
}

export interface WorkloadQuery {
  name: string;
  kind?: string | undefined;
  namespace: string;
  /** The usual one first. */
  allowed: readonly WorkloadKind[];
}

/**
 * A Deployment unless said; where there is none of that name, the one other kind that has it.
 * Throws NOT_FOUND (with near names), AMBIGUOUS, NAMESPACE_NOT_FOUND, INPUT_INVALID.
 */
export async function findWorkload(cluster: Cluster, query: WorkloadQuery, signal: AbortSignal): Promise<FoundWorkload> {
  const { allowed } = query;
  const kinds = query.kind === undefined ? allowed : allowed.filter((kind) => kind === query.kind);
  if (kinds.length === 0)
    throw new AppError(`A ${query.kind ?? 'workload'} cannot be used here`, {
      code: 'INPUT_INVALID',
      hint: `Possible kinds: ${allowed.join(', ')}`,
      details: { kind: query.kind, allowed: [...allowed] },
    });
  const found = (await Promise.all(kinds.map((kind) => readWorkload(cluster, kind, query.namespace, query.name, signal)))).filter(
    (one) => one !== undefined,
  );
  const [first, second] = found;
  if (first === undefined) throw await missing(cluster, { ...query, allowed: kinds }, signal);
  // The usual kind is first in the list and wins; among the others nobody can choose for the person.
  if (first.kind === allowed[0] || second === undefined)
    return first.kind === allowed[0] || query.kind !== undefined
      ? first
      : { ...first, note: `there is no ${allowed[0]} of that name, but a ${first.kind}` };
  throw new AppError(`${query.name} is a ${found.map(({ kind }) => kind).join(' and a ')} in the namespace ${query.namespace}`, {
    code: 'AMBIGUOUS',
    hint: `Say which: the ${first.kind.toLowerCase()} ${query.name}, or the ${second.kind.toLowerCase()} ${query.name}`,
    details: { kinds: found.map(({ kind }) => kind) },
  });
}

/** Undefined where there is none. */
export async function readWorkload(
  cluster: Cluster,
  kind: WorkloadKind,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<FoundWorkload | undefined> {
  const resource = resourceOf(kind);
  const raw = await cluster.find(resource, namespace, name, signal);
  return raw === undefined ? undefined : toWorkload(cluster, kind, raw);
}

export function toWorkload(cluster: Cluster, kind: WorkloadKind, raw: JsonObject): FoundWorkload {
  const resource = resourceOf(kind);
  const parsed = Workload.safeParse(raw);
  if (!parsed.success) throw unreadable({ verb: 'get', resource }, cluster.asker());
  const { name, namespace } = parsed.data.metadata;
  return { kind, resource, namespace: namespace ?? 'default', name, object: parsed.data, raw };
}

/** `Deployment web-app`. */
export function titleOfWorkload({ kind, name }: Pick<FoundWorkload, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

async function missing(cluster: Cluster, { name, namespace, allowed }: WorkloadQuery, signal: AbortSignal): Promise<AppError> {
  await assertNamespace(cluster, namespace, signal);
  const everywhere = await Promise.all(allowed.map((kind) => namesOf(cluster, kind, namespace, signal)));
  const all = everywhere.flat();
  const resource = resourceOf(allowed[0] ?? 'Deployment');
  const elsewhere = [...new Set(all.filter((one) => one.name === name && one.namespace !== namespace).map((one) => one.namespace))];
  if (elsewhere.length > 0)
    return objectMissing(
      { resource, namespace, name },
      cluster.asker(),
      `It is in ${elsewhere.slice(0, 5).join(', ')}: say "in namespace ${elsewhere[0]}"`,
    );
  const near = nearNames(
    name,
    all.filter((one) => one.namespace === namespace).map((one) => one.name),
  );
  const far = nearNames(
    name,
    all.map((one) => one.name),
    3,
  );
  const offer = near.length > 0 ? near : far;
  return objectMissing({ resource, namespace, name }, cluster.asker(), offer.length === 0 ? '' : `Did you mean ${offer.join(', ')}?`);
}

/** Of all namespaces where that is allowed, else of this one; for a hint only, so that a failure gives none. */
async function namesOf(
  cluster: Cluster,
  kind: WorkloadKind,
  namespace: string,
  signal: AbortSignal,
): Promise<{ name: string; namespace: string }[]> {
  const resource = resourceOf(kind);
  const listed = await cluster
    .metadata(resource, { limit: 2000 }, signal)
    .catch(() => cluster.metadata(resource, { namespace, limit: 2000 }, signal))
    .catch(() => ({ items: [] }));
  return listed.items.flatMap(({ metadata }) =>
    isJsonObject(metadata) && typeof metadata['name'] === 'string'
      ? [{ name: metadata['name'], namespace: String(metadata['namespace'] ?? namespace) }]
      : [],
  );
}
