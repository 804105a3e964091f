import { cleanLine, defineAction, environmentOf, safe } from '#kit';
import { z } from 'zod';
import type { RancherClient } from '../client.ts';
import { ClusterState, troublesOf } from '../cluster-state.ts';
import { cluster, words } from '../inputs.ts';
import type { RancherNode } from '../schema.ts';

const Input = z.object({ cluster: cluster() });
type Input = z.infer<typeof Input>;

const NodeState = z.object({ name: z.string(), state: z.string(), version: z.string(), troubles: z.array(z.string()) });
const Output = z.object({ cluster: ClusterState, nodes: z.array(NodeState) });
type Output = z.infer<typeof Output>;

export const clusterStatus = defineAction<RancherClient>()<Input, Output>({
  id: 'rancher.cluster.status',
  summary: 'Show one cluster: conditions, nodes, version, capacity',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'how|what about & cluster|rancher & {cluster}',
      'status|state|health|healthy|unhealthy|conditions|condition|version|capacity|doing|ok|okay|fine|alright|describe|details|detail|info|information|usage|nodes|ready|reachable|alive|up|down|online|available|wrong|problem|problems|full|check|overview|resources|room|about|tell|enough & cluster',
      'status|state|health|conditions|version|capacity|describe|details & rancher',
    ],
    also: `${words}|status|state|health|healthy|conditions|version|kubernetes|k8s|capacity|nodes|is|has|have|which|what|how|doing|details|describe|info|show|ok|up|running|run|overall|usage|okay|fine|alright|detail|information|ready|reachable|alive|down|online|available|wrong|problem|problems|with|full|check|overview|resources|room|left|free|many|much|does|it|about|tell|me|give|get|see|look|at|agent|connected|responding|still|anything|everything|condition|unhealthy|cpu|memory|ram|report|summary|about|enough|does|for`,
    examples: [
      'status of the rancher cluster tokyo-2',
      'is the cluster tokyo-2 healthy?',
      'which version has the rancher cluster tokyo-2?',
    ],
    counterExamples: ['what is a cluster?'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: async (input, { client, signal }) => {
    const found = await client.cluster(input.cluster, signal);
    const environment = environmentOf(client.environments, { clusters: [found.name, found.id, `rancher/${found.name}`] });
    return {
      input: { cluster: found.name },
      where: `Rancher ${client.host}, cluster ${found.name}`,
      as: await client.me(signal),
      description: `show the status of the cluster ${found.name}`,
      diff: [],
      command: ['rancher', 'inspect', '--type', 'cluster', found.id],
      ...(environment === undefined ? {} : { environment }),
      facts: {},
      precondition: {},
    };
  },
  run: async (input, { client, signal }) => {
    const found = await client.cluster(input.cluster, signal);
    return { cluster: found, nodes: (await client.nodes(found.id, signal)).map(nodeState) };
  },
  render: ({ cluster: { name, id, state, version, provider, cpu, memory, pods, troubles, nodes: count }, nodes }) => ({
    text: [
      `${name} (${id}): ${state}, ${version || 'version unknown'}${provider === '' ? '' : `, ${provider}`}`,
      ...(cpu === '' ? [] : [`capacity: ${cpu} CPU, ${memory} memory, ${pods} pods`]),
      ...(troubles.length === 0 ? ['conditions: all as they should be'] : troubles.map((trouble) => `condition ${trouble}`)),
      `nodes: ${count}`,
      ...nodes.map((node) => `  ${[node.name, node.state, node.version, ...node.troubles].filter((part) => part !== '').join('  ')}`),
    ].join('\n'),
  }),
});

function nodeState({ id, nodeName, hostname, state, unschedulable, conditions, info }: RancherNode): z.infer<typeof NodeState> {
  return {
    name: cleanLine(nodeName || hostname || id),
    state: `${cleanLine(state ?? 'unknown')}${unschedulable === true ? ', cordoned' : ''}`,
    version: cleanLine(info?.kubernetes?.kubeletVersion ?? ''),
    troubles: troublesOf(conditions ?? []),
  };
}
