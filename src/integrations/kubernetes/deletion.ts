/** What a deletion takes: which objects, and what goes or stays with each. */
import { AppError, cleanLine, type JsonObject } from '#kit';
import { findObject, type FoundObject, type ObjectPlace, readObject, toObject, valueAt } from './objects.ts';
import { resourceOf, type StableKind } from './resources.ts';
import { isJsonObject } from './schema.ts';
import { counted } from './words.ts';

export interface Victim {
  kind: string;
  name: string;
  namespace: string | undefined;
  uid: string;
  raw: JsonObject;
  /** Something makes it anew. */
  isControlled: boolean;
}

export interface Wanted {
  name?: string | undefined;
  selector?: string | undefined;
  uid?: string | undefined;
}

const most = 200;

/** Throws NOT_FOUND where there is none, INPUT_INVALID for too many, PLAN_STALE for another object of that name. */
export async function chooseObjects(place: ObjectPlace, { name, selector, uid }: Wanted, signal: AbortSignal): Promise<Victim[]> {
  const { cluster, resource, namespace } = place;
  if (name !== undefined) {
    const found = await findObject(place, name, signal);
    if (uid !== undefined && found.object.metadata.uid !== uid)
      throw new AppError(`${found.kind} ${name} is another one than was meant: it was made anew`, {
        code: 'PLAN_STALE',
        hint: 'Nothing was deleted.',
      });
    return [toVictim(found)];
  }
  const listed = await cluster.list(resource, { namespace, selector, limit: most + 1 }, signal);
  const where = `${selector === undefined ? '' : ` labelled ${selector}`}${namespace === undefined ? '' : ` in the namespace ${namespace}`}`;
  if (listed.items.length === 0)
    throw new AppError(`There are no ${resource.plural}${where}`, {
      code: 'NOT_FOUND',
      hint: `See what there is: devos "show ${resource.plural}"`,
    });
  if (listed.items.length > most)
    throw new AppError(`There are more than ${most} ${resource.plural}${where}`, {
      code: 'INPUT_INVALID',
      hint: 'Narrow it: fewer at once can still be looked at.',
    });
  return listed.items.map((raw) => toVictim(toObject(cluster, resource, namespace, raw)));
}

function toVictim({ kind, name, namespace, raw, object }: FoundObject): Victim {
  const owners = valueAt(raw, ['metadata', 'ownerReferences']);
  const isControlled = Array.isArray(owners) && owners.some((owner) => isJsonObject(owner) && owner['controller'] === true);
  return { kind, name, namespace, uid: object.metadata.uid ?? '', raw, isControlled };
}

export interface Notes {
  lines: string[];
  /** Pods that go. */
  pods: number;
  /** Something stored may be lost. */
  data: boolean;
}

export async function notesOn(place: ObjectPlace, victim: Victim, signal: AbortSignal): Promise<Notes> {
  const { kind, name, raw } = victim;
  const notes: string[] = [];
  let pods = kind === 'Pod' ? 1 : 0;
  let data = kind === 'PersistentVolumeClaim' || kind === 'PersistentVolume';
  const owner = ownerOf(raw);
  if (owner !== '') notes.push(`comes back: ${owner} makes it anew`);
  else if (kind === 'Pod') notes.push('does not come back: nothing owns it');
  const finalizers = finalizersOf(raw);
  if (finalizers.length > 0) notes.push(`goes only when its finalizers let it: ${finalizers.join(', ')}`);
  if (kind === 'Namespace') {
    const inside = await insideOf(place, name, signal);
    notes.push(inside.text === '' ? 'is empty, as far as can be seen' : `everything in it goes: ${inside.text}`);
    pods = inside.pods;
    data ||= inside.data;
  }
  const replicas = valueAt(raw, ['spec', 'replicas']);
  if (/^(?:Deployment|StatefulSet|ReplicaSet)$/.test(kind) && typeof replicas === 'number') {
    pods = replicas;
    notes.push(`its ${counted(replicas, 'pod')} go${replicas === 1 ? 'es' : ''} too`);
  }
  if (kind === 'DaemonSet') pods = Number(valueAt(raw, ['status', 'desiredNumberScheduled']) ?? 0);
  if (kind === 'StatefulSet') notes.push('its volume claims stay');
  if (kind === 'PersistentVolumeClaim') notes.push('what is stored in it may be lost for good');
  if (kind === 'Service') notes.push('its address goes: who calls it by name is refused');
  if (kind === 'CustomResourceDefinition') {
    notes.push('every object of its kind goes, in all namespaces');
    data = true;
  }
  return { lines: [`- ${kind} ${name}`, ...notes.map((note) => `    ${note}`)], pods, data };
}

function ownerOf(raw: JsonObject): string {
  const owners = valueAt(raw, ['metadata', 'ownerReferences']);
  const owner = (Array.isArray(owners) ? owners : []).find((one) => isJsonObject(one) && one['controller'] === true);
  return isJsonObject(owner) ? cleanLine(`${String(owner['kind'])} ${String(owner['name'])}`) : '';
}

function finalizersOf(raw: JsonObject): string[] {
  const found = valueAt(raw, ['metadata', 'finalizers']);
  return Array.isArray(found) ? found.map((one) => cleanLine(String(one))) : [];
}

const counts: [StableKind, string][] = [
  ['Deployment', 'deployment'],
  ['StatefulSet', 'stateful set'],
  ['Pod', 'pod'],
  ['Service', 'service'],
];

/** By lists of names; what may not be read is not counted, and said. */
async function insideOf(
  { cluster }: ObjectPlace,
  namespace: string,
  signal: AbortSignal,
): Promise<{ text: string; pods: number; data: boolean }> {
  const found = await Promise.all(
    counts.map(async ([kind, noun]) => {
      const listed = await cluster.metadata(resourceOf(kind), { namespace, limit: 1000 }, signal).catch(() => undefined);
      return { kind, noun, count: listed?.items.length };
    }),
  );
  const claims = await cluster.resource('PersistentVolumeClaim', signal).then(
    (resource) =>
      cluster.metadata(resource, { namespace, limit: 1000 }, signal).then(
        ({ items }) => items.length,
        () => undefined,
      ),
    () => undefined,
  );
  const all = [...found, { kind: 'PersistentVolumeClaim', noun: 'volume claim', count: claims }];
  const unread = all.flatMap(({ noun, count }) => (count === undefined ? [`${noun}s not counted`] : []));
  const read = all.flatMap(({ noun, count = 0 }) => (count === 0 ? [] : [counted(count, noun)]));
  const text = [...read, ...unread].join(', ');
  return { text, pods: found.find(({ kind }) => kind === 'Pod')?.count ?? 0, data: claims !== 0 };
}

/** Whether that very object is still there, and what holds it. */
export async function stillThere(
  { cluster, resource, namespace }: ObjectPlace,
  { name, uid }: { name: string; uid: string },
  signal: AbortSignal,
): Promise<{ name: string; isThere: boolean; finalizers: string[] }> {
  const found = await readObject(cluster, resource, namespace, name, signal).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  const isThere = found !== undefined && (uid === '' || found.object.metadata.uid === uid);
  return { name, isThere, finalizers: isThere ? finalizersOf(found.raw) : [] };
}
