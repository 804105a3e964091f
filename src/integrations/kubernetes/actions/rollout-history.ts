import { defineAction, safe } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from '../connect.ts';
import { inEnvironment } from '../place.ts';
import { readRevisions } from '../revisions.ts';
import { readRollout, RolloutInput, rolloutWords } from '../rollout-inputs.ts';
import { titleOfWorkload } from '../workloads.ts';

const Output = z.object({
  kind: z.string(),
  name: z.string(),
  namespace: z.string(),
  revisions: z.array(z.object({ revision: z.number(), current: z.boolean(), images: z.string(), created: z.string(), cause: z.string() })),
});
type Output = z.infer<typeof Output>;

export const rolloutHistory = defineAction<KubernetesClient>()<RolloutInput, Output>({
  id: 'kubernetes.rollout.history',
  summary: 'Show the revisions that a workload can go back to',
  permission: 'read',
  idempotent: true,
  input: RolloutInput,
  output: Output,
  language: {
    triggers: [
      'rollout|roll out|deployment|deploy|revision|version|release|update|change & history|hist|log|past|earlier',
      'history|hist|revisions & {name}',
      'previous|earlier|past|old|all|which|what|list|show|how many & versions|revisions|rollouts',
      'rolled out|deployed|released & when|what|which & {name}',
    ],
    also: `${rolloutWords}|history|hist|revision|revisions|versions|show|list|get|see|view|display|what|which|previous|earlier|past|all|of|changes|were|deployed|former|there|did|we|ship|shipped|released|rolled|roll|so|far|ever|had|has|have|recent|recently|when|was|before|previously|lately|you|they|run|ran|runs|its|tell|me|give|since|ago`,
    examples: ['rollout history of {name}', 'show the revisions of {name} in {namespace}', 'which versions of {name} were deployed'],
    counterExamples: ['undo the last rollout of web-app', 'roll web-app back to revision 3'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: async (input, { client, signal }) => {
    const { place, workload, resolved } = await readRollout(client, input, signal);
    return {
      input: resolved,
      where: place.where,
      as: place.cluster.asker().who,
      description: `show the revisions of ${titleOfWorkload(workload)}`,
      diff: [],
      command: ['kubectl', 'rollout', 'history', `${workload.kind.toLowerCase()}/${workload.name}`, ...place.flags],
      ...inEnvironment(place.environment),
      facts: { kind: workload.kind },
      precondition: {},
    };
  },
  run: async (input, { client, signal }) => {
    const { place, workload } = await readRollout(client, input, signal);
    const revisions = await readRevisions(place.cluster, workload, signal);
    const { kind, name, namespace } = workload;
    return {
      kind,
      name,
      namespace,
      revisions: revisions.map(({ revision, current, images, created, cause }) => ({ revision, current, images, created, cause })),
    };
  },
  render: ({ kind, name, revisions }) => {
    if (revisions.length === 0) return { text: `${kind} ${name} has no saved revision` };
    const rows = revisions.map(({ revision, current, images, created, cause }) => [
      `${revision}${current ? ' (current)' : ''}`,
      images,
      created,
      cause === '' ? '<none>' : cause,
    ]);
    return { table: { columns: ['REVISION', 'IMAGES', 'CREATED', 'CHANGE-CAUSE'], rows } };
  },
});
