import { AppError, count, defineAction, moderate } from '#kit';
import { z } from 'zod';
import { autoscalersOf, type Bounds, boundsOf, metricWords } from '../autoscaler.ts';
import { asksForCpu, diffOf, formerOf, newAutoscaler, outsideWords, specOf, wantedOf } from '../autoscaler-plan.ts';
import type { KubernetesClient } from '../connect.ts';
import { createObjectOnce, exists, tryCreate } from '../create-once.ts';
import { changeObjectOnce, hasEffect, stale } from '../effects.ts';
import { seen, target, workloadName } from '../inputs.ts';
import { type FoundObject, readObject } from '../objects.ts';
import { type ActionPlace, inEnvironment, placeOf } from '../place.ts';
import { resourceOf } from '../resources.ts';
import { sorted } from '../template.ts';
import { waitForAutoscaler } from '../wait-for-autoscaler.ts';
import { counted } from '../words.ts';
import { findWorkload, type FoundWorkload, titleOfWorkload, type WorkloadKind } from '../workloads.ts';

const words =
  'deployment|deployments|deploy|statefulset|workload|service|svc|app|application|pod|pods|kubectl|k|kubernetes|the|in|on|of|for|with';

const Input = z
  .object({
    name: workloadName(),
    minReplicas: count({
      min: 1,
      max: 1000,
      nouns: ['min', 'minimum'],
      after: [
        'min',
        'minimum',
        'between',
        'from',
        'at least',
        'min=',
        '--min',
        'minimum of',
        'min of',
        'not below',
        'never below',
        'no less than',
      ],
      pairedWith: 'maxReplicas',
      describe: 'At least so many replicas',
      ask: 'At least how many replicas?',
    }),
    maxReplicas: count({
      min: 1,
      max: 1000,
      nouns: ['max', 'maximum'],
      after: ['max', 'maximum', 'and', 'to', 'at most', 'up to', 'max=', '--max', 'maximum of', 'max of', 'no more than', 'not above'],
      describe: 'At most so many replicas',
      ask: 'At most how many replicas?',
    }),
    cpuPercent: count({
      min: 1,
      max: 100,
      nouns: ['cpu', '%', 'percent', '% cpu', 'percent cpu', 'cpu percent'],
      after: ['cpu', 'at', 'target', 'cpu at', '--cpu-percent', 'cpu='],
      describe: 'Average CPU in percent that it aims at',
      ask: 'At how much CPU, in percent?',
    }).optional(),
    kind: z.enum(['Deployment', 'StatefulSet', 'ReplicaSet']).describe('Kind of the workload; filled in by planning').optional(),
    autoscaler: z.string().max(253).describe('The autoscaler that is changed; filled in by planning, absent where one is made').optional(),
    metrics: z
      .string()
      .max(20_000)
      .describe('What it goes by, as JSON, instead of cpuPercent; filled in when a change is put back')
      .optional(),
    was: z.string().max(20_000).describe('What it was before, as JSON; filled in by planning').optional(),
    currentReplicas: seen('Replicas when the plan was made; filled in by planning'),
    ...target,
  })
  .refine(({ minReplicas, maxReplicas }) => minReplicas <= maxReplicas, {
    message: 'minReplicas is more than maxReplicas',
    path: ['minReplicas'],
  });
type Input = z.infer<typeof Input>;

const Output = z.object({
  autoscaler: z.string(),
  kind: z.string(),
  name: z.string(),
  namespace: z.string(),
  uid: z.string(),
  created: z.boolean(),
  min: z.number(),
  max: z.number(),
  goals: z.string(),
});
type Output = z.infer<typeof Output>;

const scalable: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'ReplicaSet'];

export const setAutoscaler = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.autoscaler.set',
  summary: 'Set the autoscaling of a workload',
  permission: 'kubernetes:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'scale itself|scale by itself|scale on its own|scales itself|scale up and down automatically|elastic|autoscale|autoscaler|autoscaling|hpa|auto-scale|auto-scaling|auto scale|auto scaling|horizontal pod autoscaler|scale automatically|automatically scale',
    ],
    also: `${words}|autoscaler|autoscaling|hpa|between|and|min|max|minimum|maximum|replicas|replica|cpu|percent|%|at|to|target|put|set|add|create|configure|up|a|an|from|use|least|most|enable|give|utilization|utilisation|usage|load|average|pods|pod|instances|automatically|when|exceeds|above|over|reaches|goes|is|limits|limit|bounds|range|let|make|it|targeting|of|by|change|update|turn|activate|scaling|scale|auto|horizontal|want|need|itself|own|its|by|elastic|be|should|scales|down|minimal|maximal|the|demand|depending|depends`,
    examples: ['autoscale {name} between 2 and 10 replicas at 70 percent cpu', 'hpa for {name}, min 3, max 12'],
    counterExamples: ['should I autoscale web-app?', 'how does the autoscaler work?'],
  },
  usualSafety: 'moderate',
  safety: ({ minReplicas, maxReplicas }, { environment, live }) => {
    const now = live?.['currentReplicas'];
    const moved = typeof now === 'number' ? outsideWords(now, minReplicas, maxReplicas) : undefined;
    return moderate(
      'from then on the number of replicas changes by itself',
      ...(moved === undefined ? [] : [moved]),
      ...(live?.['cpuRequests'] === false ? ['it cannot measure: a container asks for no CPU'] : []),
      ...(environment?.production === true ? ['production'] : []),
    );
  },
  preview: async (input, { client, signal }) => {
    const { place, workload, found } = await locate(client, input, signal);
    const { cluster } = place;
    const wanted = wantedOf(input, found);
    const made = newAutoscaler(workload, wanted);
    if (found === undefined && (await cluster.find(made.resource, place.namespace, made.name, signal)) !== undefined)
      throw exists(made, cluster);
    const [as] = await Promise.all([
      cluster.identity(signal),
      found === undefined
        ? tryCreate(cluster, made, signal)
        : cluster.patch(found.resource, found.namespace, found.name, { type: 'merge', body: specOf(wanted), dryRun: true }, signal),
    ]);
    const before = found === undefined ? undefined : boundsOf(found);
    const replicas = workload.object.spec.replicas ?? 1;
    const title = titleOfWorkload(workload);
    return {
      input: {
        name: workload.name,
        kind: workload.kind,
        minReplicas: wanted.min,
        maxReplicas: wanted.max,
        ...(input.cpuPercent === undefined ? {} : { cpuPercent: input.cpuPercent }),
        ...(input.metrics === undefined ? {} : { metrics: input.metrics }),
        ...(found === undefined ? {} : { autoscaler: found.name, was: JSON.stringify(before) }),
        currentReplicas: replicas,
        ...place.resolved,
      },
      where: place.where,
      as,
      description: `${found === undefined ? 'let' : 'change how'} an autoscaler ${found === undefined ? 'keep' : 'keeps'} ${title} between ${wanted.min} and ${counted(wanted.max, 'replica')}${workload.note === undefined ? '' : ` (${workload.note})`}`,
      diff: diffOf(workload, made.name, found?.name, before, wanted),
      command: commandOf(workload, wanted, input, place),
      ...inEnvironment(place.environment),
      facts: { kind: workload.kind, currentReplicas: replicas, cpuRequests: asksForCpu(workload), made: found === undefined },
      precondition: {
        uid: workload.object.metadata.uid ?? '',
        autoscaler: found?.name ?? 'none',
        ...(before === undefined ? {} : { min: before.min, max: before.max, goals: metricWords(before.metrics) }),
      },
      undo:
        before === undefined
          ? `delete the autoscaler ${made.name}; the replicas stay as they are then`
          : `put it back to ${before.min} to ${before.max}, ${metricWords(before.metrics)}`,
    };
  },
  run: async (input, { client, key, signal, progress }) => {
    const { place, workload, found } = await locate(client, input, signal);
    const { cluster } = place;
    if (found !== undefined && hasEffect(found, key)) return outputOf(found, workload, input.autoscaler === undefined);
    const wanted = wantedOf(input, found);
    if (found !== undefined && input.autoscaler === undefined && input.currentReplicas !== undefined)
      throw stale(found, 'somebody made it since');
    if (found === undefined) {
      if (input.autoscaler !== undefined) throw stale({ kind: 'HorizontalPodAutoscaler', name: input.autoscaler }, 'it is gone');
      const { now } = await createObjectOnce(cluster, newAutoscaler(workload, wanted), key, signal);
      progress(`HorizontalPodAutoscaler ${now.name}: made`);
      return outputOf(now, workload, true);
    }
    const before = sorted(boundsOf(found));
    const { now } = await changeObjectOnce(
      cluster,
      found,
      {
        key,
        check: (current) => {
          const isPlanned = input.was === undefined || sorted(boundsOf(current)) === sorted(JSON.parse(input.was));
          if (!isPlanned || sorted(boundsOf(current)) !== before) throw stale(current, 'somebody changed it since');
        },
        patch: (_current, metadata) => ({ type: 'merge', body: { metadata: { ...metadata }, ...specOf(wanted) } }),
      },
      signal,
    );
    progress(`HorizontalPodAutoscaler ${now.name}: changed`);
    return outputOf(now, workload, false);
  },
  find: async (input, { client, key, signal }) => {
    const { workload, found } = await locate(client, input, signal);
    return found === undefined || !hasEffect(found, key) ? undefined : outputOf(found, workload, input.autoscaler === undefined);
  },
  verify: async (input, output, { client, signal, progress }) => {
    const { cluster, namespace } = await placeOf(client, input);
    const resource = resourceOf('HorizontalPodAutoscaler');
    const found = await readObject(cluster, resource, namespace, output.autoscaler, signal);
    if (found === undefined) return { ok: false, message: `HorizontalPodAutoscaler ${output.autoscaler} is gone` };
    const { min, max, metrics } = boundsOf(found);
    if (min !== output.min || max !== output.max || metricWords(metrics) !== output.goals)
      return { ok: false, message: `read back ${min} to ${max}, ${metricWords(metrics)}: somebody changed it after this step` };
    return waitForAutoscaler(cluster, found, output, { signal, progress });
  },
  undo: (input, { autoscaler, created, uid, name, namespace }) => {
    const place = { namespace, ...(input.cluster === undefined ? {} : { cluster: input.cluster }) };
    const was = formerOf(input.was);
    if (created || was === undefined)
      return { action: 'kubernetes.resource.delete', input: { kind: 'HorizontalPodAutoscaler', name: autoscaler, uid, ...place } };
    return {
      action: 'kubernetes.autoscaler.set',
      input: { name, minReplicas: was.min, maxReplicas: was.max, metrics: JSON.stringify(was.metrics), ...place },
    };
  },
  render: ({ autoscaler, kind, name, namespace, created, min, max, goals }) => ({
    text: `HorizontalPodAutoscaler ${autoscaler} in ${namespace} ${created ? 'made' : 'changed'}: ${kind} ${name} between ${min} and ${counted(max, 'replica')}, ${goals}`,
  }),
});

/** Throws CONFLICT where several autoscalers aim at it: they undo each other, and nobody can choose for the person. */
async function locate(
  client: KubernetesClient,
  input: Input,
  signal: AbortSignal,
): Promise<{ place: ActionPlace; workload: FoundWorkload; found: FoundObject | undefined }> {
  const place = await placeOf(client, input);
  const query = { name: input.name, kind: input.kind, namespace: place.namespace, allowed: scalable };
  const workload = await findWorkload(place.cluster, query, signal);
  const all = await autoscalersOf(place.cluster, workload, signal);
  const [found, second] = all;
  if (second !== undefined)
    throw new AppError(`Several autoscalers aim at ${titleOfWorkload(workload)}: ${all.map(({ name }) => name).join(', ')}`, {
      code: 'CONFLICT',
      hint: `They work against each other. Delete all but one: kubectl delete hpa ${second.name} ${place.flags.join(' ')}`,
      details: { autoscalers: all.map(({ name }) => name), unclear: false },
    });
  return { place, workload, found };
}

function outputOf(found: FoundObject, { kind, name, namespace }: FoundWorkload, created: boolean): Output {
  const { min, max, metrics } = boundsOf(found);
  return {
    autoscaler: found.name,
    kind,
    name,
    namespace,
    uid: found.object.metadata.uid ?? '',
    created,
    min,
    max,
    goals: metricWords(metrics),
  };
}

function commandOf({ kind, name }: FoundWorkload, { min, max }: Bounds, { cpuPercent }: Input, { flags }: ActionPlace): string[] {
  const cpu = cpuPercent === undefined ? [] : [`--cpu-percent=${cpuPercent}`];
  return ['kubectl', 'autoscale', `${kind.toLowerCase()}/${name}`, `--min=${min}`, `--max=${max}`, ...cpu, ...flags];
}
