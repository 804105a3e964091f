import { AppError, defineAction, environmentOf, safe } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from '../connect.ts';
import { anyKind, selector, target } from '../inputs.ts';
import { inEnvironment, placeOf, resolvedCluster } from '../place.ts';
import { cpuText, memoryText } from '../quantities.ts';
import { nodeUsage, podUsage } from '../usage.ts';
import { counted } from '../words.ts';

const words = 'node|nodes|cluster|kubectl|k|kubernetes|k8s|kube|the|in|on|of|for|my|our';

const Input = z.object({ kind: anyKind({ assumed: 'Pod' }), selector: selector(), ...target });
type Input = z.infer<typeof Input>;

const Output = z.object({
  kind: z.string(),
  usages: z.array(
    z.object({
      name: z.string(),
      cpu: z.number(),
      memory: z.number(),
      shares: z.array(
        z.object({ of: z.enum(['requests', 'limits', 'allocatable']), cpu: z.number().optional(), memory: z.number().optional() }),
      ),
    }),
  ),
  /** Those that are not measured yet. */
  notes: z.array(z.string()),
});
type Output = z.infer<typeof Output>;

export const topUsage = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.usage.top',
  summary: 'Show CPU and memory in use',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'top|usage|utilization|utilisation|consumption|hogs|hog|busy|busiest|load|loaded|heaviest|hungriest|hungry|greedy|greediest|overloaded|utilized|utilised|pressure & {kind}',
      'cpu|memory|mem|ram|resource usage|resources & {kind}',
      'eat|eats|eating|use|uses|using|used|consume|consumes|consuming|burn|burns|burning|take|takes|taking|hogging|need|needs & cpu|memory|mem|ram|resources & {kind}',
      'eat|eats|eating|hog|hogs|hogging|uses|using|consumes|consuming|burns|burning & cpu|memory|mem|ram & who|what|which',
      'top|most|highest & cpu|memory|mem|ram & usage|consumption|consumers|users|hogs',
    ],
    also: `${words}|top|usage|cpu|memory|mem|ram|most|utilization|consumption|use|uses|using|busy|loaded|eat|eats|eating|hog|hogs|which|what|by|show|resource|resources|how|much|and|load|consume|consuming|hungry|list|wise|node-wise|pod-wise|pods|pod|is|are|a|lot|too|sorted|biggest|right|now|full|free|capacity|left|room|heaviest|hungriest|busiest|greedy|overloaded|used|utilized|utilised|current|currently|live|per|each|all|every|five|ten|highest|largest|first|do|does|have|has|get|tell|metrics|sort|order|ordered|who|burning|burn|take|taking|hogging|high|under|pressure`,
    examples: ['top pods in {namespace}', 'cpu usage of the nodes', 'which pods use the most memory?'],
    counterExamples: ['what is a cpu?'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: async (input, { client }) => {
    assertMeasured(input.kind);
    const place = await placeOf(client, input);
    const { target: place0 } = place.cluster;
    const isNode = input.kind === 'Node';
    const labels = input.selector === undefined ? [] : ['-l', input.selector];
    return {
      input: {
        kind: input.kind,
        ...(input.selector === undefined ? {} : { selector: input.selector }),
        ...(isNode ? resolvedCluster(place0.context) : place.resolved),
      },
      where: isNode ? `cluster ${place0.context}` : place.where,
      as: place.cluster.asker().who,
      description: `show CPU and memory in use by ${isNode ? 'nodes' : 'pods'}`,
      diff: [],
      command: ['kubectl', 'top', isNode ? 'nodes' : 'pods', ...labels, ...(isNode ? place.flags.slice(2) : place.flags)],
      ...inEnvironment(isNode ? environmentOf(client.environments, { clusters: place0.names }) : place.environment),
      facts: {},
      precondition: {},
    };
  },
  run: async ({ kind, selector: labels, ...place }, { client, signal }) => {
    assertMeasured(kind);
    const { cluster, namespace } = await placeOf(client, place);
    const query = { namespace, selector: labels };
    const { usages, unmeasured } = kind === 'Node' ? await nodeUsage(cluster, query, signal) : await podUsage(cluster, query, signal);
    const what = kind === 'Node' ? 'node' : 'pod';
    const few = unmeasured.slice(0, 5).join(', ');
    const notes =
      unmeasured.length === 0 ? [] : [`${counted(unmeasured.length, what)} not measured yet: ${few}${unmeasured.length > 5 ? ', …' : ''}`];
    return { kind, usages, notes: usages.length === 0 && notes.length === 0 ? [`there is no ${what} that runs`] : notes };
  },
  render: ({ kind, usages, notes }) => {
    const columns = kind === 'Node' ? (['allocatable'] as const) : (['requests', 'limits'] as const);
    const heads = columns.flatMap((of) => (of === 'allocatable' ? ['CPU%', 'MEMORY%'] : [`CPU/${shortOf[of]}`, `MEM/${shortOf[of]}`]));
    const rows = usages.map(({ name, cpu, memory, shares }) => [
      name,
      cpuText(cpu),
      memoryText(memory),
      ...columns.flatMap((of) => {
        const share = shares.find((one) => one.of === of);
        return [percent(share?.cpu), percent(share?.memory)];
      }),
    ]);
    const text = notes.map((note) => `(${note})`).join('\n');
    if (rows.length === 0) return { text };
    return { table: { columns: ['NAME', 'CPU', 'MEMORY', ...heads], rows }, ...(text === '' ? {} : { text }) };
  },
});

const shortOf = { requests: 'REQ', limits: 'LIM' };

const percent = (share: number | undefined): string => (share === undefined ? '-' : `${share}%`);

/** Throws INPUT_INVALID. */
function assertMeasured(kind: string): void {
  if (kind === 'Pod' || kind === 'Node') return;
  throw new AppError(`CPU and memory are measured for pods and nodes, not for a ${kind}`, {
    code: 'INPUT_INVALID',
    hint: 'Ask for its pods by a label: top pods labelled app=NAME',
    details: { kind, allowed: ['Pod', 'Node'] },
  });
}
