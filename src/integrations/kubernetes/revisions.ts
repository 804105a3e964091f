/** The saved templates of a workload: ReplicaSets of a Deployment, ControllerRevisions of the others. */
import { AppError, cleanLine, type Json, type JsonObject } from '#kit';
import type { Cluster } from './cluster.ts';
import { controllerOf, selectorText } from './pods.ts';
import { resourceOf } from './resources.ts';
import { ControllerRevision, isJsonObject, KubeObject, Workload } from './schema.ts';
import { imagesOf, sorted } from './template.ts';
import { type FoundWorkload, titleOfWorkload } from './workloads.ts';

export interface Revision {
  revision: number;
  /** What `kubernetes.io/change-cause` says. */
  cause: string;
  images: string;
  created: string;
  /** Its pods are the wanted ones. */
  current: boolean;
  /** The pod template, without what the controller adds. */
  template: Json;
  /** Of a ControllerRevision: the patch that brings it back. */
  data?: Json;
  annotations: Record<string, string>;
}

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const causeAnnotation = 'kubernetes.io/change-cause';
const hashLabel = 'pod-template-hash';
export const rollable = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;

/** Oldest first. */
export async function readRevisions(cluster: Cluster, workload: FoundWorkload, signal: AbortSignal): Promise<Revision[]> {
  const kind = workload.kind === 'Deployment' ? 'ReplicaSet' : 'ControllerRevision';
  const query = { namespace: workload.namespace, selector: selectorText(workload.object.spec.selector) || undefined, limit: 1000 };
  const { items } = await cluster.list(resourceOf(kind), query, signal);
  const own = items.filter((item) => isOwned(item, workload));
  const found = own.flatMap((item) => (kind === 'ReplicaSet' ? fromReplicaSet(item, workload) : fromControllerRevision(item)));
  const sortedRevisions = found.toSorted((left, right) => left.revision - right.revision);
  if (kind === 'ReplicaSet') return sortedRevisions;
  // Of these only the newest is the wanted one; a rollback makes an old one the newest.
  const newest = sortedRevisions.at(-1)?.revision;
  return sortedRevisions.map((one) => ({ ...one, current: one.revision === newest }));
}

function isOwned(item: JsonObject, { object }: FoundWorkload): boolean {
  const parsed = KubeObject.safeParse(item);
  const owner = parsed.success ? controllerOf(parsed.data) : undefined;
  return owner !== undefined && (owner.uid ? owner.uid === object.metadata.uid : owner.name === object.metadata.name);
}

function fromReplicaSet(item: JsonObject, workload: FoundWorkload): Revision[] {
  const parsed = Workload.safeParse(item);
  if (!parsed.success) return [];
  const { metadata, spec } = parsed.data;
  const annotations = metadata.annotations ?? {};
  const revision = Number(annotations[revisionAnnotation]);
  if (!Number.isInteger(revision)) return [];
  const template = withoutHash(specTemplate(item));
  return [
    {
      revision,
      cause: cleanLine(annotations[causeAnnotation] ?? ''),
      images: imagesOf(parsed.data),
      created: metadata.creationTimestamp ?? '',
      current: sorted(template) === sorted(specTemplate(workload.raw)),
      template,
      annotations: { ...spec.template?.metadata?.annotations, ...annotations },
    },
  ];
}

function fromControllerRevision(item: JsonObject): Revision[] {
  const parsed = ControllerRevision.safeParse(item);
  if (!parsed.success) return [];
  const { metadata, revision } = parsed.data;
  const data = item['data'];
  const template = isJsonObject(data) ? withoutDirective(specTemplate(data)) : null;
  const asWorkload = Workload.safeParse({ metadata: { name: '' }, spec: { template } });
  return [
    {
      revision,
      cause: cleanLine(metadata.annotations?.[causeAnnotation] ?? ''),
      images: asWorkload.success ? imagesOf(asWorkload.data) : '',
      created: metadata.creationTimestamp ?? '',
      current: false,
      template,
      data: data ?? null,
      annotations: metadata.annotations ?? {},
    },
  ];
}

export function specTemplate(object: JsonObject): Json {
  const spec = object['spec'];
  return isJsonObject(spec) ? (spec['template'] ?? null) : null;
}

/** The controller adds this label to tell its ReplicaSets apart; in a template that is put back it would be wrong. */
function withoutHash(template: Json): Json {
  const copy = structuredClone(template);
  if (!isJsonObject(copy) || !isJsonObject(copy['metadata']) || !isJsonObject(copy['metadata']['labels'])) return copy;
  delete copy['metadata']['labels'][hashLabel];
  return copy;
}

function withoutDirective(template: Json): Json {
  if (!isJsonObject(template)) return template;
  const { $patch: _directive, ...rest } = template;
  return rest;
}

export interface UndoTarget {
  from: Revision;
  to: Revision;
}

/** The revision before the current one, or the one that is asked for. Throws NOT_FOUND, CONFLICT where there is nothing to go back to. */
export function chooseRevision(workload: FoundWorkload, revisions: Revision[], wanted: number | undefined): UndoTarget {
  const title = titleOfWorkload(workload);
  const from = revisions.findLast((one) => one.current) ?? revisions.at(-1);
  const known = revisions.map(({ revision }) => revision).join(', ');
  if (from === undefined)
    throw new AppError(`${title} has no saved revision`, {
      code: 'NOT_FOUND',
      hint: 'It never had another version, or its history is switched off (revisionHistoryLimit).',
    });
  const to =
    wanted === undefined ? revisions.findLast((one) => one.revision < from.revision) : revisions.find((one) => one.revision === wanted);
  if (to === undefined)
    throw new AppError(wanted === undefined ? `${title} has no revision before ${from.revision}` : `${title} has no revision ${wanted}`, {
      code: 'NOT_FOUND',
      hint: `There are: ${known}. See: devos "rollout history of ${workload.name}"`,
      details: { revisions: revisions.map(({ revision }) => revision) },
    });
  if (to.revision === from.revision || sorted(to.template) === sorted(from.template))
    throw new AppError(
      `${title} is at revision ${from.revision} already${to.revision === from.revision ? '' : `, which is the same as ${to.revision}`}`,
      { code: 'CONFLICT', hint: `Name another one of: ${known}` },
    );
  return { from, to };
}
