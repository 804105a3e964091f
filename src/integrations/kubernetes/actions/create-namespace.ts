import { defineAction, type JsonObject, moderate, named, pattern, verbs } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from '../connect.ts';
import { createObjectOnce, exists, findMade, type NewObject, tryCreate } from '../create-once.ts';
import { target } from '../inputs.ts';
import { type ObjectPlace, placeOfKind, readObject, valueAt } from '../objects.ts';
import { inEnvironment } from '../place.ts';
import { resourceOf } from '../resources.ts';

const words = 'kubectl|k|kubernetes|k8s|the|in|on|of|for|object|resource';

const Input = z.object({
  name: named({
    of: 'newNamespace',
    nouns: ['namespace', 'ns', 'name'],
    after: ['namespace', 'ns', 'called', 'named', 'name', 'with name', 'with the name', 'namespace called', 'namespace named'],
    shape: '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?',
    describe: 'Name of the namespace',
    ask: 'What is the namespace called?',
  }),
  labels: pattern(String.raw`[A-Za-z0-9][\w./-]*=[\w.-]*(?:,[A-Za-z0-9][\w./-]*=[\w.-]*)*`, {
    nouns: ['label', 'labels'],
    after: ['label', 'labels', 'with label', 'with labels', 'labelled'],
    describe: 'Labels',
    ask: 'Which labels?',
  }).optional(),
  cluster: target.cluster,
});
type Input = z.infer<typeof Input>;

const Output = z.object({ name: z.string(), uid: z.string() });
type Output = z.infer<typeof Output>;

export const createNamespace = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.namespace.create',
  summary: 'Create a namespace',
  permission: 'kubernetes:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [`${verbs.make}|start|open|need|want|request & namespace|ns`],
    also: `${words}|create|make|add|new|namespace|ns|called|named|name|with|a|an|set|up|label|labels|labelled|labeled|cluster|empty|fresh|separate|it|that|is`,
    examples: ['create the namespace load-tests', 'new namespace called qa', 'make a namespace named team-blue'],
    counterExamples: ['how do I create a namespace?', 'do not create a namespace'],
  },
  usualSafety: 'moderate',
  safety: (_input, { environment }) => moderate('adds an empty namespace', ...(environment?.production === true ? ['production'] : [])),
  preview: async (input, { client, signal }) => {
    const place = await placeOfKind(client, 'Namespace', input, signal);
    const made = namespaceOf(input);
    if ((await readObject(place.cluster, place.resource, undefined, input.name, signal)) !== undefined) throw exists(made, place.cluster);
    const [as] = await Promise.all([place.cluster.identity(signal), tryCreate(place.cluster, made, signal)]);
    const labels = (input.labels ?? '').split(',').filter((label) => label !== '');
    return {
      input: { name: input.name, ...(input.labels === undefined ? {} : { labels: input.labels }), ...place.resolved },
      where: place.where,
      as,
      description: `create the namespace ${input.name}`,
      diff: [`+ Namespace ${input.name}`, ...labels.map((label) => `+   label ${label}`)],
      command: labels.length === 0 ? ['kubectl', 'create', 'namespace', input.name, ...place.flags] : applyCommand(place),
      ...inEnvironment(place.environment),
      facts: {},
      precondition: { namespace: 'not there' },
      undo: `delete the namespace ${input.name}, with what is in it by then`,
    };
  },
  run: async (input, { client, key, signal }) => {
    const { cluster } = await placeOfKind(client, 'Namespace', input, signal);
    const { now } = await createObjectOnce(cluster, namespaceOf(input), key, signal);
    return { name: now.name, uid: now.object.metadata.uid ?? '' };
  },
  find: async (input, { client, key, signal }) => {
    const { cluster } = await placeOfKind(client, 'Namespace', input, signal);
    const found = await findMade(cluster, namespaceOf(input), key, signal);
    return found === undefined ? undefined : { name: found.name, uid: found.object.metadata.uid ?? '' };
  },
  verify: async (input, { name }, { client, signal }) => {
    const { cluster, resource } = await placeOfKind(client, 'Namespace', input, signal);
    const found = await readObject(cluster, resource, undefined, name, signal);
    const phase = valueAt(found?.raw, ['status', 'phase']);
    if (found === undefined) return { ok: false, message: `${name} is not there` };
    return { ok: phase !== 'Terminating', message: `${name} is ${typeof phase === 'string' ? phase : 'there'}` };
  },
  undo: (input, { name, uid }) => ({
    action: 'kubernetes.resource.delete',
    input: { kind: 'Namespace', name, uid, ...(input.cluster === undefined ? {} : { cluster: input.cluster }) },
  }),
  render: ({ name }) => ({ text: `Namespace ${name}: created` }),
});

function namespaceOf({ name, labels }: Input): NewObject {
  const pairs = (labels ?? '').split(',').flatMap((label) => {
    const [key = '', value = ''] = label.split('=');
    return key === '' ? [] : [[key, value]];
  });
  const metadata: JsonObject = pairs.length === 0 ? {} : { labels: Object.fromEntries(pairs) };
  return { resource: resourceOf('Namespace'), namespace: undefined, name, body: { apiVersion: 'v1', kind: 'Namespace', metadata } };
}

/** kubectl cannot give a new namespace labels. */
function applyCommand({ flags }: ObjectPlace): string[] {
  return ['kubectl', 'apply', '-f', '-', ...flags];
}
