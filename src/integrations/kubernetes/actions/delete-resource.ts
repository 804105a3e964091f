import { AppError, defineAction, destructive, flag, type JsonObject, resourceName, verbs } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from '../connect.ts';
import { stillThere, chooseObjects, notesOn, type Victim } from '../deletion.ts';
import { anyKind, selector, target } from '../inputs.ts';
import { plainObject } from '../object-state.ts';
import { placeOfKind } from '../objects.ts';
import { inEnvironment } from '../place.ts';
import { pause } from '../changes.ts';
import type { Former } from '../restore.ts';
import { counted } from '../words.ts';

const words = 'kubectl|k|kubernetes|k8s|the|in|on|of|for|object|resource';

const Input = z
  .object({
    kind: anyKind(),
    name: resourceName().optional(),
    selector: selector(),
    all: flag(['all', 'every', 'each'], 'All of that kind in the namespace').optional(),
    uid: z
      .string()
      .regex(/^[\w-]{1,64}$/)
      .describe('Only this very object')
      .optional(),
    targets: z.string().max(40_000).describe('Names and uids of what goes; filled in by planning').optional(),
    was: z.string().max(400_000).describe('What brings them back; filled in by planning').optional(),
    ...target,
  })
  .refine(({ all, namespace }) => all === undefined || namespace !== undefined, 'all needs a namespace');
type Input = z.infer<typeof Input>;

const Output = z.object({ kind: z.string(), namespace: z.string().nullable(), deleted: z.array(z.string()), gone: z.array(z.string()) });
type Output = z.infer<typeof Output>;

const Targets = z.array(z.object({ name: z.string(), uid: z.string() }));
/** More than that would make plans that nobody can read. */
const mostKept = 390_000;

export const deleteResource = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.resource.delete',
  summary: 'Delete objects',
  permission: 'kubernetes:write',
  // Only what the plan names goes, by its uid: again there is nothing more to delete.
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      `${verbs.remove} & {kind}`,
      `${verbs.remove} & {kind} & {name}`,
      'kill|terminate|evict|kill off|shoot & pod|pods',
      'kill|terminate|tear down|take down & {kind} & {name}',
    ],
    also: `${words}|delete|remove|kill|terminate|nuke|zap|rid|called|named|that|are|labelled|labeled|with|label|a|an|from|get|and|the|old|all`,
    needOne: ['name', 'selector', 'all'],
    examples: ['delete the configmap old-flags in {namespace}', 'remove pod web-app', 'delete the pods labelled app=web in {namespace}'],
    counterExamples: ["please don't delete the pvc", 'could deleting the configmap cause an outage?', 'delete my account'],
  },
  usualSafety: 'destructive',
  safety: ({ kind }, { environment, live }) => {
    const count = Number(live?.['objects'] ?? 1);
    const touched = Number(live?.['podsTouched'] ?? 0);
    return destructive(
      `${counted(count, kind)} gone`,
      ...(touched > 0 && kind !== 'Pod' ? [`${counted(touched, 'pod')} with it`] : []),
      ...(live?.['data'] === true ? ['data may be lost for good'] : []),
      ...(environment?.production === true ? ['production'] : []),
    );
  },
  preview: async (input, { client, signal }) => {
    const place = await placeOfKind(client, input.kind, input, signal);
    const victims = await chooseObjects(place, input, signal);
    const notes = [];
    for (const victim of victims) {
      await place.cluster.remove(place.resource, place.namespace, victim.name, { dryRun: true, uid: victim.uid }, signal);
      notes.push(await notesOn(place, victim, signal));
    }
    const kept = keptOf(victims);
    const kind = place.resource.kind;
    return {
      input: {
        ...asked(input, kind),
        targets: JSON.stringify(victims.map(({ name, uid }) => ({ name, uid }))),
        ...kept,
        ...place.resolved,
      },
      where: place.where,
      as: await place.cluster.identity(signal),
      description:
        victims.length === 1
          ? `delete ${kind} ${victims[0]?.name ?? ''}`
          : `delete ${counted(victims.length, kind)}${input.selector === undefined ? '' : ` labelled ${input.selector}`}`,
      diff: notes.flatMap(({ lines }) => lines),
      command: ['kubectl', 'delete', place.resource.plural, ...victims.map(({ name }) => name), ...place.flags],
      ...inEnvironment(place.environment),
      facts: {
        objects: victims.length,
        podsTouched: notes.reduce((sum, { pods }) => sum + pods, 0),
        data: notes.some(({ data }) => data),
      },
      precondition: Object.fromEntries(victims.map(({ name, uid }) => [`${kind} ${name}`, uid])),
      ...('was' in kept ? { undo: undoWords(kind, victims) } : {}),
    };
  },
  run: async (input, { client, signal, progress }) => {
    const place = await placeOfKind(client, input.kind, input, signal);
    const targets = await targetsOf(input, () => chooseObjects(place, input, signal));
    const output: Output = { kind: place.resource.kind, namespace: place.namespace ?? null, deleted: [], gone: [] };
    for (const { name, uid } of targets) {
      const done = await place.cluster.remove(place.resource, place.namespace, name, { uid }, signal).catch((error: unknown) => {
        throw withAccount(
          error,
          output.deleted,
          targets.map((one) => one.name),
        );
      });
      (done ? output.deleted : output.gone).push(name);
      progress(`${place.resource.kind} ${name}: ${done ? 'deleted' : 'was gone already'}`);
    }
    return output;
  },
  verify: async (input, { kind, deleted, gone }, { client, signal, progress }) => {
    const place = await placeOfKind(client, kind, input, signal);
    const uids = new Map((await targetsOf(input, () => Promise.resolve([]))).map(({ name, uid }) => [name, uid]));
    let left = [...deleted, ...gone];
    let held = '';
    while (!signal.aborted) {
      const still = await Promise.all(left.map((name) => stillThere(place, { name, uid: uids.get(name) ?? '' }, signal)));
      left = still.flatMap((one) => (one.isThere ? [one.name] : []));
      const holders = still.flatMap((one) => one.finalizers).join(', ');
      if (left.length === 0) return { ok: true, message: `${counted(deleted.length + gone.length, kind)} gone` };
      if (holders !== '' && holders !== held) progress(`${left.join(', ')}: waits for ${holders}`);
      held = holders;
      await pause(500, signal).catch(() => undefined);
    }
    return { ok: false, message: `${left.join(', ')} not gone yet${held === '' ? '' : `: held by the finalizers ${held}`}` };
  },
  // What was gone when it was looked at again after a crash was deleted by the call before it.
  undo: ({ was, namespace, cluster }, { deleted, gone }) => {
    if (was === undefined || deleted.length + gone.length === 0)
      throw new AppError('What was deleted cannot be made again from what was recorded', {
        code: 'UNDO_IMPOSSIBLE',
        hint: 'Make it anew from where it came from.',
      });
    return {
      action: 'kubernetes.objects.restore',
      input: { former: was, ...(namespace === undefined ? {} : { namespace }), ...(cluster === undefined ? {} : { cluster }) },
    };
  },
  render: ({ kind, namespace, deleted, gone }) => ({
    text: [...deleted.map((name) => `${kind} ${name} deleted`), ...gone.map((name) => `${kind} ${name} was gone already`)]
      .map((line) => `${line}${namespace === null ? '' : ` (${namespace})`}`)
      .join('\n'),
  }),
});

function asked({ name, selector: labels, all, uid }: Input, kind: string): JsonObject {
  return {
    kind,
    ...(name === undefined ? {} : { name }),
    ...(labels === undefined ? {} : { selector: labels }),
    ...(all === undefined ? {} : { all }),
    ...(uid === undefined ? {} : { uid }),
  };
}

async function targetsOf(input: Input, choose: () => Promise<Victim[]>): Promise<{ name: string; uid: string }[]> {
  const parsed = input.targets === undefined ? undefined : Targets.safeParse(JSON.parse(input.targets));
  if (parsed?.success === true) return parsed.data;
  return choose();
}

/** Not the contents of Secrets, not what lies in a namespace, and nothing that a controller makes anew by itself. */
function keptOf(victims: readonly Victim[]): { was?: string } {
  if (victims.some(({ kind, isControlled }) => kind === 'Secret' || kind === 'Namespace' || kind === 'Node' || isControlled)) return {};
  const former = victims.map(({ kind, name, namespace, raw }): Former => ({
    way: 'create',
    kind,
    name,
    namespace: namespace ?? null,
    object: fresh(plainObject(raw)),
  }));
  const was = JSON.stringify(former);
  return was.length > mostKept ? {} : { was };
}

/** What the server gave to that very object must not come with a new one. */
function fresh(object: JsonObject): JsonObject {
  const spec = object['spec'];
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) return object;
  const { clusterIP: _ip, clusterIPs: _ips, nodeName: _node, volumeName: _volume, ...rest } = spec;
  return { ...object, spec: spec['clusterIP'] === 'None' ? { ...rest, clusterIP: 'None' } : rest };
}

function undoWords(kind: string, victims: readonly Victim[]): string {
  const data = kind === 'PersistentVolumeClaim' || kind === 'StatefulSet' ? '; what was stored in it is not brought back' : '';
  return `make ${victims.length === 1 ? 'it' : 'them'} again from the manifest that was recorded${data}`;
}

/** What was done stays done: the error says exactly what, and what was not. */
function withAccount(error: unknown, deleted: readonly string[], all: readonly string[]): unknown {
  if (!AppError.isInstance(error) || all.length < 2) return error;
  const left = all.filter((name) => !deleted.includes(name));
  return new AppError(`${error.message} (deleted: ${deleted.join(', ') || 'none'}; not deleted: ${left.join(', ')})`, {
    code: error.code,
    hint: error.hint,
    details: { ...error.details, deleted: [...deleted], left },
    cause: error,
  });
}
