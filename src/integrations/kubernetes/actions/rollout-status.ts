import { defineAction, safe } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from '../connect.ts';
import { inEnvironment } from '../place.ts';
import { podsOf, troubleOf, troubleText } from '../pods.ts';
import { progressOf } from '../rollout.ts';
import { readRollout, RolloutInput, rolloutWords } from '../rollout-inputs.ts';
import { imagesOf } from '../template.ts';
import { titleOfWorkload } from '../workloads.ts';

const Output = z.object({
  kind: z.string(),
  name: z.string(),
  namespace: z.string(),
  done: z.boolean(),
  failed: z.boolean(),
  ready: z.number(),
  wanted: z.number(),
  images: z.string(),
  message: z.string(),
  /** Pods that are not well, also where the rollout itself is done. */
  trouble: z.array(z.string()),
});
type Output = z.infer<typeof Output>;

export const rolloutStatus = defineAction<KubernetesClient>()<RolloutInput, Output>({
  id: 'kubernetes.rollout.status',
  summary: 'Show how far a rollout is',
  permission: 'read',
  idempotent: true,
  input: RolloutInput,
  output: Output,
  language: {
    triggers: [
      'rollout|roll out|rolling update|deployment|deploy|update|upgrade|release & status|state|progress|progressing|going|doing|health|finished|done|complete|completed|stuck|through|ready|far',
      'rolled out|rolling out|deployed|finished rolling|done rolling|still rolling & {name}',
      'rollout & {name}',
      'how many & replicas|instances|copies & {name}',
      'version|release|update & out|live|there|arrived|landed|deployed|everywhere & {name}',
    ],
    also: `${rolloutWords}|status|state|progress|check|watch|show|get|see|how|far|is|has|did|whether|yet|finished|fully|completely|successfully|already|of|still|along|rolling|rolled|through|going|doing|stuck|ready|complete|it|wait|until|for|where|are|we|with|progressing|well|out|live|there|arrived|landed|everywhere|every|pods|all|on|in|running|going|many|replicas|instances|copies|does|have|currently|right|up`,
    examples: [
      'rollout status of {name}',
      'is the rollout of {name} done?',
      'how far is the deployment of {name} in {namespace}',
      'show the rollout status of statefulset {name}',
    ],
    counterExamples: ['undo the rollout of web-app', 'pause the rollout of web-app'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: async (input, { client, signal }) => {
    const { place, workload, resolved } = await readRollout(client, input, signal);
    return {
      input: resolved,
      where: place.where,
      as: place.cluster.asker().who,
      description: `show the rollout of ${titleOfWorkload(workload)}`,
      diff: [],
      command: ['kubectl', 'rollout', 'status', `${workload.kind.toLowerCase()}/${workload.name}`, ...place.flags],
      ...inEnvironment(place.environment),
      facts: { kind: workload.kind },
      precondition: {},
    };
  },
  run: async (input, { client, signal }) => {
    const { place, workload } = await readRollout(client, input, signal);
    const { done, failed, ready, wanted, message } = progressOf(workload.kind, workload.object);
    const pods = await podsOf(place.cluster, workload, signal);
    const trouble = pods.flatMap((pod) => {
      const found = troubleOf(pod);
      return found === undefined ? [] : [troubleText(pod, found)];
    });
    const { kind, name, namespace } = workload;
    return { kind, name, namespace, done, failed, ready, wanted, images: imagesOf(workload.object), message, trouble };
  },
  render: ({ kind, name, done, failed, message, images, trouble }) => {
    const state = failed ? 'failed' : 'under way';
    const first = `${kind} ${name}: ${done ? 'rolled out' : state}, ${message} (${images})`;
    return { text: [first, ...trouble.map((line) => `  ${line}`)].join('\n') };
  },
});
