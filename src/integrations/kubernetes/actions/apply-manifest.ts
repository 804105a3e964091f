import { AppError, begun, defineAction, destructive, type JsonObject, moderate, pattern, verbs } from '#kit';
import { z } from 'zod';
import { applyOnce, type Placed, placeManifests, stateOfTried, type Tried, tryApply } from '../apply-objects.ts';
import { dangersIn, dangersOf } from '../change-danger.ts';
import type { Cluster } from '../cluster.ts';
import type { KubernetesClient } from '../connect.ts';
import { hasEffect } from '../effects.ts';
import { target } from '../inputs.ts';
import { readManifests } from '../manifest-files.ts';
import { mapLimited } from '../map-limited.ts';
import { readObject, valueAt } from '../objects.ts';
import { inEnvironment, placeOf } from '../place.ts';
import { type Former, readFormer, titleOfFormer } from '../restore.ts';
import { waitForRollout } from '../wait-for-rollout.ts';
import { counted } from '../words.ts';
import { readWorkload, type WorkloadKind } from '../workloads.ts';

const words = 'kubectl|k|kubernetes|k8s|the|in|on|of|for|object|resource';

const Input = z.object({
  file: pattern(String.raw`(?:https?:\/\/)?(?:[\w.~-]*\/)*[\w.~-]+\.(?:ya?ml|json)|(?:\.{1,2}|~)\/[\w./-]*`, {
    nouns: ['file', 'manifest', 'manifests', 'yaml'],
    after: ['-f', 'apply', 'file', 'manifest', 'the file', 'the manifest', 'yaml', 'is', 'from'],
    describe: 'Manifest file',
    ask: 'Which file?',
  }),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('sha-256 of what was read; filled in by planning')
    .optional(),
  was: z.string().max(400_000).describe('What puts it back; filled in by planning').optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

const Done = z.object({
  title: z.string(),
  kind: z.string(),
  name: z.string(),
  namespace: z.string().nullable(),
  uid: z.string(),
  did: z.enum(['created', 'changed', 'unchanged']),
});
const Output = z.object({ namespace: z.string(), objects: z.array(Done) });
type Output = z.infer<typeof Output>;

const rolling: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

export const applyManifest = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.manifest.apply',
  summary: 'Apply a manifest',
  permission: 'kubernetes:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [
      `apply|kubectl apply|kubectl create|use|load|send|${verbs.deploy}|${verbs.make} & {file}`,
      'apply & manifest|manifests|yaml|file|folder|directory',
    ],
    also: `${words}|apply|all|every|each|run|execute|file|files|manifest|manifests|yaml|resources|objects|folder|directory|everything|it|to|is|-f|-k|with|from|a|this|that|namespace|cluster|changes|changed|configuration|config|stored|defined|inside|under|everything|live|server-side|server|side`,
    examples: ['apply deploy/queue.yaml in {namespace}', 'kubectl apply -f k8s/ingress.yaml', 'apply the manifest quota.yml'],
    counterExamples: ['apply for a job', 'should I apply queue.yaml?'],
  },
  usualSafety: 'moderate',
  safety: (_input, { environment, live }) => {
    const production = environment?.production === true;
    const rolls = typeof live?.['rolls'] === 'string' ? live['rolls'] : '';
    const reasons = [...dangersIn(live), ...(production && rolls !== '' ? [`replaces pods of production: ${rolls}`] : [])];
    if (reasons.length > 0) return destructive(...reasons, ...(production ? ['production'] : []));
    return moderate(...(live === undefined ? [] : [extentOf(live)]), ...(production ? ['production'] : []));
  },
  preview: async (input, { client, signal, cwd }) => {
    const place = await placeOf(client, input);
    const as = place.cluster.identity(signal);
    const common = { where: place.where, as: await as, ...inEnvironment(place.environment) };
    const { manifests, digest } = await readManifests(input.file, cwd);
    const placed = await placeManifests(place.cluster, manifests, { namespace: place.namespace, asked: askedNamespace(input) }, signal);
    const coming = comingNamespaces(placed);
    const tried: Tried[] = [];
    for (const one of placed) tried.push(await tryApply(place.cluster, one, coming, signal));
    const secrets = tried.filter(({ manifest, live }) => manifest.kind === 'Secret' && live !== undefined);
    return {
      ...common,
      input: { file: input.file, digest, was: JSON.stringify(formerOf(tried)), ...place.resolved },
      description: `apply ${input.file}: ${counted(tried.length, 'object')}`,
      diff: tried.flatMap(({ diff }) => diff),
      command: ['kubectl', 'apply', '--server-side', '-f', input.file, ...place.flags],
      facts: factsOf(tried),
      precondition: Object.fromEntries([['file', digest.slice(0, 16)], ...tried.map((one) => [one.title, stateOfTried(one)])]),
      undo: `what is new is deleted, what changes gets its former values${secrets.length === 0 ? '' : `; not the contents of ${secrets.map(({ title }) => title).join(', ')}`}`,
    };
  },
  run: async (input, { client, key, signal, cwd, progress }) => {
    const place = await placeOf(client, input);
    const done: Output['objects'] = [];
    const { manifests, digest } = await readManifests(input.file, cwd);
    if (input.digest !== undefined && input.digest !== digest)
      throw fileChanged(input, await begunTitles(place.cluster, input, key, signal));
    const former = new Map(readFormer(input.was ?? '[]').map((one) => [`${one.kind} ${one.namespace ?? ''}/${one.name}`, one]));
    const placed = await placeManifests(place.cluster, manifests, { namespace: place.namespace, asked: askedNamespace(input) }, signal);
    for (const one of placed) {
      const { object, made } = await applyOnce(place.cluster, one, key, signal).catch((error: unknown) => {
        throw withAccount(error, done, placed);
      });
      const before = former.get(`${one.manifest.kind} ${one.namespace ?? ''}/${one.manifest.name}`);
      const did = whatWasDone(before, one);
      const uid = valueAt(object, ['metadata', 'uid']);
      done.push({
        title: one.title,
        kind: one.manifest.kind,
        name: one.manifest.name,
        namespace: one.namespace ?? null,
        uid: typeof uid === 'string' ? uid : '',
        did,
      });
      progress(`${one.title}: ${made ? did : 'had been applied already'}`);
    }
    return { namespace: place.namespace, objects: done };
  },
  find: async (input, { client, key, signal, cwd }) => {
    const place = await placeOf(client, input);
    const { manifests, digest } = await readManifests(input.file, cwd);
    if (input.digest !== undefined && input.digest !== digest)
      return (await begunTitles(place.cluster, input, key, signal)).length > 0 ? begun : undefined;
    const placed = await placeManifests(place.cluster, manifests, { namespace: place.namespace, asked: askedNamespace(input) }, signal);
    const objects: Output['objects'] = [];
    for (const { manifest, resource, namespace, title } of placed) {
      const found = resource === undefined ? undefined : await readObject(place.cluster, resource, namespace, manifest.name, signal);
      if (found === undefined || !hasEffect(found, key)) continue;
      objects.push({
        title,
        kind: manifest.kind,
        name: manifest.name,
        namespace: namespace ?? null,
        uid: found.object.metadata.uid ?? '',
        did: 'changed',
      });
    }
    if (objects.length < placed.length) return objects.length === 0 ? undefined : begun;
    return { namespace: place.namespace, objects };
  },
  verify: async (input, { objects }, { client, signal, progress }) => {
    const { cluster } = await placeOf(client, input);
    const results = await mapLimited(objects, 8, async ({ title, kind, name, namespace, did }) => {
      const found = await readObject(cluster, await cluster.resource(kind, signal), namespace ?? undefined, name, signal);
      const isThere = found !== undefined && found.object.metadata.deletionTimestamp === undefined;
      if (!isThere) return { title, ok: false, message: 'is not there' };
      const isRolling = rolling.find((one) => one === kind);
      const workload = isRolling === undefined ? undefined : await readWorkload(cluster, isRolling, namespace ?? '', name, signal);
      if (workload === undefined || did === 'unchanged') return { title, ok: true, message: did };
      return { title, ...(await waitForRollout(cluster, workload, { signal, progress })) };
    });
    const bad = results.filter(({ ok }) => !ok);
    const lines = (bad.length > 0 ? bad : results).slice(0, 6).map(({ title, message }) => `${title}: ${message}`);
    return {
      ok: bad.length === 0,
      message: `${results.length - bad.length} of ${counted(results.length, 'object')} as wanted; ${lines.join('; ')}`,
    };
  },
  undo: (input, { objects }) => {
    const uids = new Map(objects.map(({ kind, namespace, name, uid }) => [`${kind} ${namespace ?? ''}/${name}`, uid]));
    const former = readFormer(input.was ?? '[]').map((one) => ({
      ...one,
      uid: uids.get(`${one.kind} ${one.namespace ?? ''}/${one.name}`) ?? null,
    }));
    if (former.length === 0)
      throw new AppError(`Applying ${input.file} changed nothing that could be put back`, {
        code: 'UNDO_IMPOSSIBLE',
        hint: 'Nothing has to be undone.',
      });
    const { namespace, cluster } = input;
    return {
      action: 'kubernetes.objects.restore',
      input: {
        // The newest first: what others stand on goes last.
        former: JSON.stringify(former.toReversed()),
        ...(namespace === undefined ? {} : { namespace }),
        ...(cluster === undefined ? {} : { cluster }),
      },
    };
  },
  render: ({ objects }) => ({ text: objects.map(({ title, did }) => `${title}: ${did}`).join('\n') }),
});

/** Planning fills the namespace in: then each object has its own already. */
function askedNamespace({ namespace, digest }: Input): string | undefined {
  return digest === undefined ? namespace : undefined;
}

/** What was planned; the former values of a Secret are not kept, so that it counts as changed. */
function whatWasDone(before: Former | undefined, { manifest }: Placed): Output['objects'][number]['did'] {
  if (before?.way === 'delete') return 'created';
  return before === undefined && manifest.kind !== 'Secret' ? 'unchanged' : 'changed';
}

function comingNamespaces(placed: readonly Placed[]): ReadonlySet<string> {
  return new Set(placed.flatMap(({ manifest }) => (manifest.kind === 'Namespace' ? [manifest.name] : [])));
}

/** Objects that change, with what brings them back; not the contents of Secrets. */
function formerOf(tried: readonly Tried[]): Former[] {
  return tried.flatMap(({ manifest: { kind, name }, namespace, back }): Former[] => {
    const place = { kind, name, namespace: namespace ?? null, uid: null };
    if (back === undefined) return [];
    return [back === null ? { way: 'delete', ...place } : { way: 'patch', ...place, patch: back }];
  });
}

/** `2 new objects, 1 changed`. */
function extentOf(live: JsonObject): string {
  const [created, changed] = [Number(live['created'] ?? 0), Number(live['changed'] ?? 0)];
  const parts = [...(created > 0 ? [counted(created, 'new object')] : []), ...(changed > 0 ? [`${changed} changed`] : [])];
  return parts.length === 0 ? 'nothing differs' : parts.join(', ');
}

function factsOf(tried: readonly Tried[]): JsonObject {
  const isChanged = ({ diff }: Tried): boolean => diff.some((line) => !line.startsWith('  '));
  const changed = tried.filter((one) => one.live !== undefined && isChanged(one));
  const templates = changed.filter(({ diff }) => diff.some((line) => / spec\.template\./.test(line)));
  const titles = (list: readonly Tried[]): string => list.map(({ title }) => title).join(', ');
  return {
    created: tried.filter(({ live }) => live === undefined).length,
    changed: changed.length,
    rolls: titles(templates),
    dangers: tried.flatMap(({ manifest: { kind }, title, live, result }) => dangersOf({ kind, title, before: live, after: result })),
  };
}

/** Of what the plan was made for: what this run has applied already, whatever the file says by now. */
async function begunTitles(cluster: Cluster, { was }: Input, key: string, signal: AbortSignal): Promise<string[]> {
  const found = await mapLimited(readFormer(was ?? '[]'), 8, async (former) => {
    const resource = await cluster.resource(former.kind, signal);
    const now = await readObject(cluster, resource, former.namespace ?? undefined, former.name, signal);
    return now !== undefined && hasEffect(now, key) ? [titleOfFormer(former)] : [];
  });
  return found.flat();
}

function fileChanged({ file }: Input, done: string[]): AppError {
  const account = done.length === 0 ? 'Nothing was changed in the cluster.' : `Applied before that: ${done.join(', ')}.`;
  return new AppError(`${file} was changed since the plan was made${done.length === 0 ? '' : ` (done: ${done.join(', ')})`}`, {
    code: 'PLAN_STALE',
    hint: `${account} Ask again to get a new plan.`,
    details: { changed: [file], done },
  });
}

/** What was done stays done: the error says exactly what, and what was not. */
function withAccount(error: unknown, done: Output['objects'], all: readonly Placed[] = []): unknown {
  if (!AppError.isInstance(error) || (done.length === 0 && all.length < 2)) return error;
  const did = done.map(({ title }) => title);
  const left = all.map(({ title }) => title).filter((title) => !did.includes(title));
  return new AppError(`${error.message} (done: ${did.join(', ') || 'none'}${left.length === 0 ? '' : `; not done: ${left.join(', ')}`})`, {
    code: error.code,
    hint: error.hint,
    details: { ...error.details, done: did, left },
    cause: error,
  });
}
