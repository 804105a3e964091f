import { AppError, choice, count, defineAction, destructive, moderate, verbs } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from '../connect.ts';
import { createObjectOnce, exists, findMade, type NewObject, tryCreate } from '../create-once.ts';
import { readReady, waitForEndpoints } from '../endpoints.ts';
import { target, workloadKind, workloadName } from '../inputs.ts';
import type { FoundObject } from '../objects.ts';
import { type ActionPlace, inEnvironment, placeOf } from '../place.ts';
import { resourceOf } from '../resources.ts';
import { findWorkload, type FoundWorkload, titleOfWorkload, type WorkloadKind } from '../workloads.ts';

const words =
  'deployment|deployments|deploy|statefulset|workload|service|svc|app|application|pod|pods|kubectl|k|kubernetes|the|in|on|of|for|with';
const port = (after: string[], describe: string) => count({ min: 1, max: 65_535, nouns: ['port'], after, describe, ask: 'Which port?' });

const Input = z.object({
  name: workloadName(),
  kind: workloadKind(),
  port: port(['port', 'on port', 'at port', 'on', '--port'], 'Port of the service'),
  targetPort: port(
    ['target port', 'targetport', 'target-port', 'container port', '--target-port', 'to port', 'to target port'],
    'Port of the pods',
  ).optional(),
  type: choice(
    {
      ClusterIP: ['clusterip', 'cluster ip'],
      NodePort: ['nodeport', 'node port'],
      LoadBalancer: ['loadbalancer', 'load balancer', 'lb'],
    },
    'Type of the service',
    'Which type: ClusterIP, NodePort or LoadBalancer?',
  ).optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

const Output = z.object({
  name: z.string(),
  namespace: z.string(),
  uid: z.string(),
  type: z.string(),
  port: z.number(),
  targetPort: z.number(),
});
type Output = z.infer<typeof Output>;

const exposable: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];

export const exposeService = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.service.expose',
  summary: 'Expose a workload as a service',
  permission: 'kubernetes:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'expose',
      `${verbs.make}|put & service|svc|load balancer|nodeport & in front of|for the deployment|for deployment|for`,
      `${verbs.make} & service|svc & {port}`,
      'publish|make available|make reachable|open & port',
      'make & reachable|available|accessible & {port}',
    ],
    also: `${words}|expose|port|ports|on|as|a|an|new|type|target|to|front|behind|via|using|through|internally|externally|inside|outside|cluster|it|service|targeting|listening|container|make|create|add|put|reachable|available|accessible|at|create|traffic|named`,
    examples: ['expose the deployment {name} on port 8443', 'expose {name} on port 80 as a load balancer'],
    counterExamples: ['should I expose web-app?', 'expose the truth'],
  },
  usualSafety: 'moderate',
  safety: ({ type = 'ClusterIP' }, { environment }) => {
    const production = environment?.production === true;
    const reach = {
      ClusterIP: 'a new address inside the cluster',
      NodePort: 'a new port on every node, reachable by whoever reaches the nodes',
      LoadBalancer: 'a new address that is reachable from outside',
    }[type];
    const reasons = [reach, ...(production ? ['production'] : [])];
    return production && type === 'LoadBalancer' ? destructive(...reasons) : moderate(...reasons);
  },
  preview: async (input, { client, signal }) => {
    const { place, workload } = await locate(client, input, signal);
    const made = serviceFor(workload, input);
    if ((await place.cluster.find(made.resource, place.namespace, made.name, signal)) !== undefined) throw exists(made, place.cluster);
    const [as, ready] = await Promise.all([
      place.cluster.identity(signal),
      readReady(place.cluster, workload, signal),
      tryCreate(place.cluster, made, signal),
    ]);
    const { type, port: outer, targetPort } = chosen(workload, input);
    return {
      input: { name: workload.name, kind: workload.kind, port: outer, targetPort, type, ...place.resolved },
      where: place.where,
      as,
      description: `expose ${titleOfWorkload(workload)} as the ${type} service ${made.name}, port ${outer} to ${targetPort}${noteOf(workload)}`,
      diff: [
        `+ Service ${made.name}  ${type}  port ${outer} -> ${targetPort}`,
        `+ Service ${made.name}  selects  ${Object.entries(selectorOf(workload))
          .map(([label, value]) => `${label}=${value}`)
          .join(',')}  (${ready} ready now)`,
        ...portNotes(workload, targetPort),
      ],
      command: [
        'kubectl',
        'expose',
        `${workload.kind.toLowerCase()}/${workload.name}`,
        `--port=${outer}`,
        `--target-port=${targetPort}`,
        `--type=${type}`,
        ...place.flags,
      ],
      ...inEnvironment(place.environment),
      facts: { kind: workload.kind, type, podsReached: ready },
      precondition: { uid: workload.object.metadata.uid ?? '', selector: selectorOf(workload), service: 'none' },
      undo: `delete the service ${made.name}`,
    };
  },
  run: async (input, { client, key, signal, progress }) => {
    const { place, workload } = await locate(client, input, signal);
    const { now, made } = await createObjectOnce(place.cluster, serviceFor(workload, input), key, signal);
    progress(`Service ${now.name}: ${made ? 'made' : 'had been made already'}`);
    return outputOf(now, workload, input);
  },
  find: async (input, { client, key, signal }) => {
    const { cluster, namespace } = await placeOf(client, input);
    const found = await findMade(cluster, { resource: resourceOf('Service'), namespace, name: input.name }, key, signal);
    if (found === undefined) return undefined;
    const { workload } = await locate(client, input, signal);
    return outputOf(found, workload, input);
  },
  verify: async (input, { name, namespace, type }, { client, signal, progress }) => {
    const { cluster } = await placeOf(client, input);
    return waitForEndpoints(cluster, { name, namespace, type }, { signal, progress });
  },
  undo: (input, { name, namespace, uid }) => ({
    action: 'kubernetes.resource.delete',
    input: { kind: 'Service', name, namespace, uid, ...(input.cluster === undefined ? {} : { cluster: input.cluster }) },
  }),
  render: ({ name, namespace, type, port: outer, targetPort }) => ({
    text: `Service ${name} in ${namespace}: ${type}, port ${outer} -> ${targetPort}`,
  }),
});

async function locate(
  client: KubernetesClient,
  input: Input,
  signal: AbortSignal,
): Promise<{ place: ActionPlace; workload: FoundWorkload }> {
  const place = await placeOf(client, input);
  const query = { name: input.name, kind: input.kind, namespace: place.namespace, allowed: exposable };
  return { place, workload: await findWorkload(place.cluster, query, signal) };
}

function serviceFor(workload: FoundWorkload, input: Input): NewObject {
  const { type, port: outer, targetPort } = chosen(workload, input);
  const labels = workload.object.metadata.labels ?? {};
  return {
    resource: resourceOf('Service'),
    namespace: workload.namespace,
    name: workload.name,
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: Object.keys(labels).length === 0 ? {} : { labels: { ...labels } },
      spec: { type, selector: selectorOf(workload), ports: [{ port: outer, targetPort, protocol: 'TCP' }] },
    },
  };
}

/** Throws INPUT_INVALID where no service can select the same pods: a service knows labels only. */
function selectorOf({ kind, name, object }: FoundWorkload): Record<string, string> {
  const { matchLabels, matchExpressions } = object.spec.selector ?? {};
  if ((matchExpressions ?? []).length === 0 && Object.keys(matchLabels ?? {}).length > 0) return matchLabels ?? {};
  throw new AppError(`${kind} ${name} selects its pods by more than labels, which a service cannot do`, {
    code: 'INPUT_INVALID',
    hint: `Write the service yourself, with labels that only its pods have: kubectl get ${kind.toLowerCase()}/${name} -o yaml`,
  });
}

const portsOf = ({ object }: FoundWorkload): number[] => [
  ...new Set(
    (object.spec.template?.spec?.containers ?? []).flatMap(({ ports }) => (ports ?? []).map(({ containerPort }) => containerPort)),
  ),
];

/** What was asked for, or what follows from the workload. Throws AMBIGUOUS where the pods have several ports and none is the service's. */
function chosen(workload: FoundWorkload, input: Input): { type: string; port: number; targetPort: number } {
  const { type = 'ClusterIP', port: outer } = input;
  if (input.targetPort !== undefined) return { type, port: outer, targetPort: input.targetPort };
  const ports = portsOf(workload);
  const [only, more] = ports;
  if (only === undefined || ports.includes(outer)) return { type, port: outer, targetPort: outer };
  if (more === undefined) return { type, port: outer, targetPort: only };
  throw new AppError(`The pods of ${titleOfWorkload(workload)} listen on several ports: ${ports.join(', ')}`, {
    code: 'AMBIGUOUS',
    hint: `Say which: target port ${ports.join(', or target port ')}`,
    details: { ports },
  });
}

function portNotes(workload: FoundWorkload, targetPort: number): string[] {
  const ports = portsOf(workload);
  if (ports.includes(targetPort)) return [];
  return [`  no container says that it listens on ${targetPort}${ports.length === 0 ? '' : ` (they say ${ports.join(', ')})`}`];
}

const noteOf = ({ note }: FoundWorkload): string => (note === undefined ? '' : ` (${note})`);

function outputOf({ name, object }: FoundObject, workload: FoundWorkload, input: Input): Output {
  return { name, namespace: workload.namespace, uid: object.metadata.uid ?? '', ...chosen(workload, input) };
}
