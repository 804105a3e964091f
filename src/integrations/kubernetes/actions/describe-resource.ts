import { AppError, defineAction, environmentOf, type JsonObject, resourceName, safe, shown } from '#kit';
import { z } from 'zod';
import type { Cluster } from '../cluster.ts';
import type { KubernetesClient } from '../connect.ts';
import { describeText } from '../describe-text.ts';
import { eventsByName, eventsOf, SeenEvent } from '../events.ts';
import { anyKind, target } from '../inputs.ts';
import { nearNames } from '../near.ts';
import { assertNamespace, inEnvironment, placeOf, resolvedCluster } from '../place.ts';
import { objectMissing } from '../remote-errors.ts';
import type { Resource } from '../resources.ts';
import { isJsonObject, KubeObject } from '../schema.ts';

const Input = z.object({ kind: anyKind(), name: resourceName(), ...target });
type Input = z.infer<typeof Input>;

const Output = z.object({
  /** Several only where a pod was named by its beginning. */
  items: z.array(
    z.object({ object: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null), events: z.array(SeenEvent) }),
  ),
});
type Output = z.infer<typeof Output>;

const maxPods = 5;

export const describeResource = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.resource.describe',
  summary: 'Show one object with its events',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'describe|desc|inspect|description|details|detail|descirbe|explain|examine',
      'show|get|give|display|print|tell|see|view|look & {kind} & {name}',
      'yaml|manifest|definition & {kind}',
      'what|which & image|images|version|labels|annotations|limits|requests|ports|env|selector & {kind} & {name}',
      'state|status|condition|conditions & pod|node|service|svc|configmap|pvc|pv|ingress|job|cronjob|volume & {name}',
      "what 's in|what is in|what's in|whats in|what is inside|what 's inside|contents|content & {kind} & {name}",
      'information|info|more|yaml|definition|configuration|spec|manifest|events & {name}',
    ],
    also: 'show|get|give|display|see|view|look|at|about|more|details|detail|info|information|description|full|yaml|definition|configuration|spec|manifest|settings|state|status|events|event|object|resource|called|named|kubectl|closer|everything|inside|contents|content|contain|contains|hold|holds|what|whats|which|values|keys|look|looks|like|does|in|tell|read|open|print|say|says|set|labels|annotations|conditions|image|images|version|limits|requests|ports|env|selector|running|run|runs|use|uses|using|raw|json|-o|whole|complete|entire|short|summary',
    examples: ['describe the {kind} {name}', 'describe pod {name} in {namespace}', 'show details of service {name}', 'inspect node {name}'],
    counterExamples: ['describe how to deploy', 'delete the pod web-0', 'what is a deployment?'],
  },
  usualSafety: 'safe',
  safety: () => safe('reads only; the contents of secrets are not shown'),
  preview: async (input, { client, signal }) => {
    const place = await placeOf(client, input);
    const { cluster } = place;
    const resource = await cluster.resource(input.kind, signal);
    const environment = resource.namespaced
      ? place.environment
      : environmentOf(client.environments, { clusters: cluster.target.names, namespace: '' });
    return {
      input: { kind: resource.kind, name: input.name, ...(resource.namespaced ? place.resolved : resolvedCluster(cluster.target.context)) },
      where: resource.namespaced ? place.where : `cluster ${cluster.target.context}`,
      as: cluster.asker().who,
      description: `describe the ${resource.kind} ${input.name}`,
      diff: [],
      command: ['kubectl', 'describe', resource.plural, input.name, ...(resource.namespaced ? place.flags : place.flags.slice(2))],
      ...inEnvironment(environment),
      facts: { kind: resource.kind },
      precondition: {},
    };
  },
  run: async (input, { client, signal }) => {
    const { cluster, namespace } = await placeOf(client, input);
    const resource = await cluster.resource(input.kind, signal);
    const ref = { resource, namespace: resource.namespaced ? namespace : undefined, name: input.name };
    const [exact, eventsOfUid] = await Promise.all([
      cluster.find(resource, ref.namespace, ref.name, signal),
      eventsByName(cluster, { kind: resource.kind, ...ref }, signal),
    ]);
    if (exact !== undefined) return { items: [{ object: shown(exact), events: eventsOfUid(uidOf(exact)) }] };
    const objects = await podsBegunSo(cluster, ref, signal);
    return {
      items: await Promise.all(
        objects.map(async (object) => ({ object: shown(object), events: await readEvents(cluster, resource, object, signal) })),
      ),
    };
  },
  render: ({ items }) => ({ text: items.map(({ object, events }) => describeText(object, events)).join('\n\n\n') }),
});

interface Ref {
  resource: Resource;
  namespace: string | undefined;
  name: string;
}

/** Where nothing has that name: the pods whose names begin with it, as kubectl does. Throws NOT_FOUND, AMBIGUOUS. */
async function podsBegunSo(cluster: Cluster, { resource, namespace, name }: Ref, signal: AbortSignal): Promise<JsonObject[]> {
  if (namespace !== undefined) await assertNamespace(cluster, namespace, signal);
  const names = await cluster.metadata(resource, { namespace, limit: 2000 }, signal).then(
    ({ items }) => items.flatMap(nameOf),
    () => [],
  );
  const begun = resource.kind === 'Pod' ? names.filter((one) => one.startsWith(`${name}-`)) : [];
  if (begun.length > maxPods)
    throw new AppError(`${begun.length} pods begin with ${name}`, {
      code: 'AMBIGUOUS',
      hint: `Name one of them, such as ${begun.slice(0, 3).join(', ')}`,
      details: { pods: begun.slice(0, 50) },
    });
  if (begun.length > 0) return Promise.all(begun.map((one) => cluster.get(resource, namespace, one, signal)));
  const near = nearNames(name, names);
  throw objectMissing({ resource, namespace, name }, cluster.asker(), near.length === 0 ? '' : `Did you mean ${near.join(', ')}?`);
}

function nameOf({ metadata }: JsonObject): string[] {
  return isJsonObject(metadata) && typeof metadata['name'] === 'string' ? [metadata['name']] : [];
}

function uidOf(object: JsonObject): string | null | undefined {
  const parsed = KubeObject.safeParse(object);
  return parsed.success ? parsed.data.metadata.uid : undefined;
}

async function readEvents(cluster: Cluster, resource: Resource, object: JsonObject, signal: AbortSignal): Promise<SeenEvent[]> {
  const parsed = KubeObject.safeParse(object);
  if (!parsed.success) return [];
  const { name, namespace, uid } = parsed.data.metadata;
  return eventsOf(cluster, { kind: resource.kind, name, namespace: namespace ?? undefined, uid }, signal);
}
