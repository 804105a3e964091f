import { amount, AppError, count, defineAction, destructive, type JsonObject, moderate } from '#kit';
import { z } from 'zod';
import { findAutoscaler, type FoundAutoscaler } from '../autoscaler.ts';
import type { Cluster } from '../cluster.ts';
import type { KubernetesClient } from '../connect.ts';
import { changeOnce, hasEffect, stale } from '../effects.ts';
import { seen, target, workloadKind, workloadName } from '../inputs.ts';
import { inEnvironment, placeOf } from '../place.ts';
import { budgetsOf, isOutage, riskOfScale, riskReasons } from '../risk.ts';
import { waitForRollout } from '../wait-for-rollout.ts';
import { counted } from '../words.ts';
import { findWorkload, type FoundWorkload, readWorkload, titleOfWorkload, type WorkloadKind } from '../workloads.ts';

const nouns = [
  'replica',
  'replicas',
  'instance',
  'instances',
  'pod',
  'pods',
  'copy',
  'copies',
  'container',
  'containers',
  'worker',
  'workers',
];

const Input = z
  .object({
    name: workloadName(),
    replicas: count({
      max: 1000,
      nouns,
      after: ['to', 'at', 'with', 'on', 'replicas', 'replicas=', '=', ':'],
      describe: 'How many replicas there shall be',
      ask: 'How many replicas?',
    }).optional(),
    by: amount({
      nouns: [...nouns, 'size', 'capacity'],
      instead: 'replicas',
      describe: 'A change instead of a number, worked out when planned: +2, -1, +50%, *2, /2',
    }).optional(),
    kind: workloadKind(),
    currentReplicas: seen('The change is made only while there are this many; filled in by planning'),
    ...target,
  })
  .refine(({ replicas, by }) => replicas === undefined || by === undefined, 'replicas and by exclude each other');

const Output = z.object({ name: z.string(), kind: z.string(), namespace: z.string(), from: z.number(), to: z.number(), ready: z.number() });
type Output = z.infer<typeof Output>;
type Input = z.infer<typeof Input>;

const scalable: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'ReplicaSet'];

export const scaleDeployment = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.deployment.scale',
  summary: 'Scale a workload to a number of replicas',
  permission: 'kubernetes:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'scale|sclae|upscale|downscale|rescale|resize|scale up|scale down|scale out|scale in|scaling|downsize|upsize',
      'bump|increase|raise|boost|reduce|decrease|lower|drop|shrink|grow|expand|extend|cut|trim|set|take|bring|run|make|ramp|crank|dial|push|pull|adjust|change|get|put|have|want|need|beef|size|provision|spin|go|move|turn|step|dimension & {replicas}',
      'replicas|instances|copies & {replicas}',
      'turn off|switch off|shut down|stop|park|hibernate|silence|turn down|spin down & {replicas}',
      'scale|upscale|downscale|increase|raise|boost|reduce|decrease|lower|shrink|grow|expand|bump|cut|trim|double|triple|quadruple|halve & {by}',
      'size|capacity|number|count & {by}',
      '{by} & replica|replicas|instance|instances',
      'add|remove|give|run & {by} & replica|replicas|instance|instances|copy|copies|pod|pods',
    ],
    also: 'back to|up|down|out|in|to|from|size|number|count|amount|capacity|total|exactly|horizontally|replica|replicas|instance|instances|copy|copies|pod|pods|deployment|deployments|deploy|statefulset|replicaset|workload|service|app|application|running|should|be|have|it|of|scaled|currently|kubectl|k|just|only|single|more|less|fewer|again|now|for|at|by|total|altogether|capacity|get|running|of|its|amount|make|from|currently|instead|app|statefulsets',
    needOne: ['replicas', 'by'],
    examples: [
      'scale the {name} deployment to {replicas} replicas',
      'scale {name} to {replicas}',
      'bump {name} to {replicas} in {namespace}',
      'set the replicas of {name} to {replicas}',
      'run {replicas} instances of {name}',
      'scale {name} up by 2',
      'double the replicas of {name}',
    ],
    counterExamples: [
      'should I scale web-app?',
      'scale web-app to 3 or 4',
      'do not scale web-app',
      'what happens if I scale web-app to 0?',
    ],
  },
  usualSafety: 'moderate',
  safety: ({ name, replicas }, { environment, live }) => {
    const notes = [
      ...riskReasons(live, environment),
      ...(typeof live?.['autoscaler'] === 'string' ? [`the autoscaler ${live['autoscaler']} may change the number again`] : []),
    ];
    if (replicas === undefined) return destructive('the number of replicas is worked out when the plan is made');
    if (replicas === 0) return destructive(`0 replicas stop ${name}: nothing answers any more`, ...notes);
    return isOutage(live, environment) ? destructive(...notes) : moderate('one workload, easily put back', ...notes);
  },
  preview: async (input, { client, signal }) => {
    const place = await placeOf(client, input);
    const { cluster, namespace } = place;
    const workload = await findWorkload(cluster, { name: input.name, kind: input.kind, namespace, allowed: scalable }, signal);
    const from = workload.object.spec.replicas ?? 1;
    const replicas = wanted(input, from);
    const [autoscaler, budgets, as] = await Promise.all([
      findAutoscaler(cluster, workload, signal),
      budgetsOf(cluster, namespace, signal),
      cluster.identity(signal),
      // Asks the server whether this user may do it, and whether anything in the cluster objects.
      cluster.patch(workload.resource, namespace, workload.name, { type: 'merge', body: { spec: { replicas } }, dryRun: true }, signal),
    ]);
    const title = titleOfWorkload(workload);
    const note = workload.note === undefined ? '' : ` (${workload.note})`;
    return {
      input: { name: workload.name, kind: workload.kind, replicas, currentReplicas: from, ...place.resolved },
      where: place.where,
      as,
      description:
        from === replicas
          ? `leave ${title} at ${counted(from, 'replica')}, which it has already${note}`
          : `scale ${title} from ${from} to ${counted(replicas, 'replica')}${note}`,
      diff: diffOf(workload.name, from, replicas, autoscaler),
      command: ['kubectl', 'scale', `${workload.kind.toLowerCase()}/${workload.name}`, `--replicas=${replicas}`, ...place.flags],
      ...inEnvironment(place.environment),
      facts: {
        kind: workload.kind,
        currentReplicas: from,
        ...riskOfScale(workload, replicas, budgets),
        ...(autoscaler === undefined ? {} : { autoscaler: autoscaler.name, autoscalerMin: autoscaler.min, autoscalerMax: autoscaler.max }),
      },
      precondition: { uid: workload.object.metadata.uid ?? '', replicas: from, generation: workload.object.metadata.generation ?? 0 },
      undo: `scale ${title} back to ${counted(from, 'replica')}`,
    };
  },
  run: async (input, { client, key, signal, progress }) => {
    const { workload, from } = await locate(client, input, signal);
    const replicas = wanted(input, from);
    const { cluster } = workload;
    let generation: number | undefined;
    const changed = await changeOnce(
      cluster,
      workload.found,
      {
        key,
        check: (now) => {
          const found = now.object.spec.replicas ?? 1;
          if (found !== from) throw stale(now, `replicas ${from} → ${found}`);
          generation ??= now.object.metadata.generation ?? 0;
          if (generation !== (now.object.metadata.generation ?? 0))
            throw stale(now, `generation ${generation} → ${now.object.metadata.generation ?? 0}`);
        },
        patch: (_now, metadata) => ({ type: 'merge', body: { metadata, spec: { replicas: input.replicas } } }),
      },
      signal,
    );
    progress(`${titleOfWorkload(changed.workload)}: ${counted(replicas, 'replica')} wanted`);
    return outputOf(changed.workload, from, replicas);
  },
  find: async (input, { client, key, signal }) => {
    const { cluster, namespace } = await placeOf(client, input);
    const found = await readWorkload(cluster, kindOf(input), namespace, input.name, signal);
    if (found === undefined || !hasEffect(found, key)) return undefined;
    const to = wanted(input, input.currentReplicas ?? found.object.spec.replicas ?? 1);
    return outputOf(found, input.currentReplicas ?? to, to);
  },
  verify: async (input, output, { client, signal, progress }) => {
    const { cluster, namespace } = await placeOf(client, input);
    const found = await readWorkload(cluster, kindOf({ kind: output.kind }), namespace, output.name, signal);
    if (found === undefined) return { ok: false, message: `${output.kind} ${output.name} is gone` };
    const replicas = found.object.spec.replicas ?? 1;
    if (replicas !== output.to)
      return { ok: false, message: `${counted(replicas, 'replica')} wanted instead of ${output.to}: somebody changed it after this step` };
    return waitForRollout(cluster, found, { signal, progress });
  },
  undo: (input, output) => ({ action: 'kubernetes.deployment.scale', input: undoInput(input, output) }),
  render: ({ name, kind, from, to, namespace }) => ({ text: `${kind} ${name} in ${namespace}: ${from} -> ${counted(to, 'replica')}` }),
});

/** The plan names the kind and what was seen; a call that was never planned is looked up now. */
async function locate(
  client: KubernetesClient,
  input: Input,
  signal: AbortSignal,
): Promise<{ workload: { cluster: Cluster; found: FoundWorkload }; from: number }> {
  const { cluster, namespace } = await placeOf(client, input);
  const found = await findWorkload(cluster, { name: input.name, kind: input.kind, namespace, allowed: scalable }, signal);
  return { workload: { cluster, found }, from: input.currentReplicas ?? found.object.spec.replicas ?? 1 };
}

/** The number to reach. Shares are rounded up: rather one replica more than one less. Throws INPUT_INVALID. */
function wanted({ name, replicas, by }: Input, from: number): number {
  if (replicas !== undefined) return replicas;
  const parts = /^([+\-*/])(\d+)(%?)$/.exec(by ?? '');
  const amountOf = Number(parts?.[2]);
  const step = parts?.[3] === '%' ? (from * amountOf) / 100 : amountOf;
  const results: Record<string, number> = { '+': from + step, '-': from - step, '*': from * amountOf, '/': from / amountOf };
  const to = Math.ceil(results[parts?.[1] ?? ''] ?? Number.NaN);
  if (to >= 0 && to <= 1000) return to;
  throw new AppError(
    by === undefined
      ? `How many replicas ${name} shall have is not said`
      : `${name} has ${counted(from, 'replica')}: ${by} of that is not possible`,
    {
      code: 'INPUT_INVALID',
      hint: 'Say the number to reach, from 0 to 1000.',
    },
  );
}

function kindOf({ kind }: { kind?: string | undefined }): WorkloadKind {
  return scalable.find((candidate) => candidate === kind) ?? 'Deployment';
}

function outputOf({ kind, name, namespace, object }: FoundWorkload, from: number, to: number): Output {
  return { name, kind, namespace, from, to, ready: object.status.readyReplicas ?? 0 };
}

function undoInput(input: Input, { name, kind, namespace, from }: Output): JsonObject {
  return { name, kind, namespace, replicas: from, ...(input.cluster === undefined ? {} : { cluster: input.cluster }) };
}

function diffOf(name: string, from: number, to: number, autoscaler: FoundAutoscaler | undefined): string[] {
  const lines = [from === to ? `  ${name}  replicas  ${from} (unchanged)` : `~ ${name}  replicas  ${from} -> ${to}`];
  if (autoscaler !== undefined) {
    lines.push(
      `  the autoscaler ${autoscaler.name} keeps it between ${autoscaler.min} and ${autoscaler.max}${outsideWords(to, autoscaler)}`,
    );
  }
  return lines;
}

/** At zero an autoscaler rests: nothing comes back by itself. */
function outsideWords(to: number, { min, max }: FoundAutoscaler): string {
  if (to === 0) return ', but rests at 0 replicas: it stays down until somebody scales it up';
  return to < min || to > max ? ', so that it will change this at once' : '';
}
