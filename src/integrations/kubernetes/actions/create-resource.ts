import { count, defineAction, destructive, type JsonObject, kind, moderate, pattern, newName, shown, text, verbs } from '#kit';
import { stringify } from 'yaml';
import { z } from 'zod';
import { dangersIn, dangersOf } from '../change-danger.ts';
import type { KubernetesClient } from '../connect.ts';
import { createObjectOnce, exists, findMade, type NewObject, tryCreate } from '../create-once.ts';
import { target } from '../inputs.ts';
import { buildObject } from '../new-objects.ts';
import { type ObjectPlace, placeOfKind, readObject } from '../objects.ts';
import { plainObject } from '../object-state.ts';
import { inEnvironment } from '../place.ts';
import { waitForJob } from '../wait-for-job.ts';
import { waitForRollout } from '../wait-for-rollout.ts';
import { readWorkload, type WorkloadKind } from '../workloads.ts';

const Input = z
  .object({
    kind: kind({ workloadsOnly: false, except: ['Namespace', 'Event', 'Node', 'Service'] }),
    name: newName(),
    image: pattern(String.raw`(?:[a-z0-9.-]+(?::\d+)?\/)*[a-z0-9._-]+(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?`, {
      nouns: ['image', 'img'],
      after: ['image', 'img', 'with image', 'w/ image', 'using', 'using image', 'from image', 'image of', 'from'],
      describe: 'Image',
      ask: 'Which image?',
    }).optional(),
    replicas: count({
      min: 0,
      max: 1000,
      nouns: ['replica', 'replicas', 'instances', 'copies'],
      describe: 'Replicas',
      ask: 'How many replicas?',
    }).optional(),
    port: count({ min: 1, max: 65_535, nouns: ['port'], after: ['port', 'on port'], describe: 'Port', ask: 'Which port?' }).optional(),
    env: pattern(String.raw`[A-Za-z_]\w*=[^\s,]*(?:,[A-Za-z_]\w*=[^\s,]*)*`, {
      nouns: ['env', 'environment variable', 'env value', 'variable'],
      after: [
        'env',
        'env value',
        'env value as',
        'with env',
        'environment variable',
        'values',
        'with the values',
        'with values',
        'with value',
        'literal',
      ],
      terms: true,
      describe: 'Environment or data as key=value',
      ask: 'Which values?',
    }).optional(),
    labels: pattern(String.raw`[A-Za-z0-9][\w./-]*=[\w.-]*(?:,[A-Za-z0-9][\w./-]*=[\w.-]*)*`, {
      nouns: ['label', 'labels'],
      after: ['label', 'labels', 'labelled', 'labeled', 'with label', 'with labels'],
      describe: 'Labels',
      ask: 'Which labels?',
    }).optional(),
    cpu: pattern(String.raw`\d+(?:\.\d+)?m?`, {
      nouns: ['cpu', 'cores'],
      after: ['cpu'],
      describe: 'CPU',
      ask: 'How much CPU?',
    }).optional(),
    memory: pattern(String.raw`\d+(?:Ki|Mi|Gi|M|G)`, {
      nouns: ['memory', 'mem', 'ram'],
      after: ['memory', 'mem'],
      describe: 'Memory',
      ask: 'How much memory?',
    }).optional(),
    schedule: text(
      ['schedule', 'schedule of', 'on a schedule of', 'runs on a schedule of'],
      'Schedule of a cron job',
      'Which schedule?',
      120,
    ).optional(),
    ...target,
  })
  .refine(({ kind: made, image }) => image !== undefined || !/^(?:Pod|Deployment|StatefulSet|DaemonSet|Job|CronJob)$/.test(made), {
    message: 'needs an image',
    path: ['image'],
  });
type Input = z.infer<typeof Input>;

const Output = z.object({ kind: z.string(), name: z.string(), namespace: z.string().nullable(), uid: z.string() });
type Output = z.infer<typeof Output>;

const rolling: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

export const createResource = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.resource.create',
  summary: 'Create an object',
  permission: 'kubernetes:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [`${verbs.make} & {kind} & {name}`, `${verbs.make} & {kind}`],
    allows: ['SCHEDULED'],
    also: `create|make|new|start|spin|up|called|named|with|w/|image|using|replica|replicas|port|a|an|and|of|object|kubernetes|kubectl|labels|label|env|value|values|the|it|in|that|from|default|running|runs|run|having|has|have|which|listening|listens|exposing|uses|use|container|containers|requests|limits|request|limit|key|literal|size|type|on|at|to|by|empty|each|me|name`,
    examples: [
      'create a deployment called web-app with image nginx:alpine, 2 replicas, port 8080',
      'create the serviceaccount deployer in {namespace}',
      'create a pod named web-app with image nginx',
    ],
    counterExamples: ['how do I create a deployment?', 'create a masterpiece'],
  },
  usualSafety: 'moderate',
  safety: ({ kind: made }, { environment, live }) => {
    const production = environment?.production === true ? ['production'] : [];
    const dangers = dangersIn(live);
    if (dangers.length > 0) return destructive(...dangers, ...production);
    return moderate(`adds one ${made}`, ...production);
  },
  preview: async (input, { client, signal }) => {
    const place = await placeOfKind(client, input.kind, input, signal);
    const made = newObject(place, input);
    if ((await readObject(place.cluster, place.resource, place.namespace, input.name, signal)) !== undefined)
      throw exists(made, place.cluster);
    const [as, tried] = await Promise.all([place.cluster.identity(signal), tryCreate(place.cluster, made, signal)]);
    return {
      input: { ...plain(input), ...place.resolved },
      where: place.where,
      as,
      description: `create ${input.kind} ${input.name}`,
      diff: [`+ ${input.kind} ${input.name}`, ...linesOf(made.body, input.name), ...addedByServer(tried)],
      command: ['kubectl', 'create', '-f', '-', ...place.flags],
      ...inEnvironment(place.environment),
      facts: {
        kind: input.kind,
        dangers: dangersOf({ kind: input.kind, title: `${input.kind} ${input.name}`, before: undefined, after: tried }),
      },
      precondition: { [input.kind]: 'not there' },
      undo: `delete ${input.kind} ${input.name}`,
    };
  },
  run: async (input, { client, key, signal, progress }) => {
    const place = await placeOfKind(client, input.kind, input, signal);
    const { now, made } = await createObjectOnce(place.cluster, newObject(place, input), key, signal);
    progress(`${now.kind} ${now.name}: ${made ? 'made' : 'had been made already'}`);
    return { kind: now.kind, name: now.name, namespace: now.namespace ?? null, uid: now.object.metadata.uid ?? '' };
  },
  find: async (input, { client, key, signal }) => {
    const place = await placeOfKind(client, input.kind, input, signal);
    const found = await findMade(place.cluster, newObject(place, input), key, signal);
    if (found === undefined) return undefined;
    return { kind: found.kind, name: found.name, namespace: found.namespace ?? null, uid: found.object.metadata.uid ?? '' };
  },
  verify: async (input, { kind: made, name, namespace, uid }, { client, signal, progress }) => {
    const { cluster, resource } = await placeOfKind(client, made, input, signal);
    const found = await readObject(cluster, resource, namespace ?? undefined, name, signal);
    if (found === undefined) return { ok: false, message: `${made} ${name} is not there` };
    if (made === 'Job') return waitForJob(cluster, { name, namespace: namespace ?? '', uid }, { signal, progress });
    const isRolling = rolling.find((one) => one === made);
    const workload = isRolling === undefined ? undefined : await readWorkload(cluster, isRolling, namespace ?? '', name, signal);
    return workload === undefined
      ? { ok: true, message: `${made} ${name} is there` }
      : waitForRollout(cluster, workload, { signal, progress });
  },
  undo: (input, { kind: made, name, namespace, uid }) => ({
    action: 'kubernetes.resource.delete',
    input: {
      kind: made,
      name,
      uid,
      ...(namespace === null ? {} : { namespace }),
      ...(input.cluster === undefined ? {} : { cluster: input.cluster }),
    },
  }),
  render: ({ kind: made, name, namespace }) => ({ text: `${made} ${name}${namespace === null ? '' : ` in ${namespace}`}: created` }),
});

function newObject({ resource, namespace }: ObjectPlace, input: Input): NewObject {
  return { resource, namespace, name: input.name, body: buildObject(input) };
}

/** The input as JSON: what zod parsed holds nothing else. */
function plain(input: Input): JsonObject {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as JsonObject;
}

function linesOf(body: JsonObject, name: string): string[] {
  const { apiVersion: _version, kind: _kind, ...rest } = shown(body);
  const metadata = typeof rest['metadata'] === 'object' && rest['metadata'] !== null ? rest['metadata'] : {};
  return stringify({ ...rest, metadata: { name, ...metadata } })
    .trimEnd()
    .split('\n')
    .map((line) => `+   ${line}`);
}

/** What the server fills in is its own affair, but how its pods come and go is worth a line. */
function addedByServer(tried: JsonObject): string[] {
  const spec = plainObject(tried)['spec'];
  const strategy = typeof spec === 'object' && spec !== null && 'strategy' in spec ? JSON.stringify(spec['strategy']) : '';
  return strategy === '' ? [] : [`  the server adds its defaults, strategy ${strategy} among them`];
}
