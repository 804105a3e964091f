import { choice, defineAction, safe } from '#kit';
import { z } from 'zod';
import type { RancherClient } from '../client.ts';
import { byTrouble, ClusterState, isHealthy, isUpdating } from '../cluster-state.ts';
import { words } from '../inputs.ts';

const Input = z.object({
  status: choice(
    {
      active: ['active', 'healthy', 'ok', 'up'],
      unhealthy: [
        'unhealthy',
        'unavailable',
        'down',
        'broken',
        'error',
        'failing',
        'degraded',
        'not ready',
        'not active',
        'not healthy',
        'inactive',
        'red',
        'unreachable',
        'offline',
      ],
      updating: ['updating', 'upgrading', 'provisioning'],
    },
    'Status',
    'Which status?',
  ).optional(),
});
type Input = z.infer<typeof Input>;

const Output = z.object({ clusters: z.array(ClusterState), total: z.number() });
type Output = z.infer<typeof Output>;

export const listClusters = defineAction<RancherClient>()<Input, Output>({
  id: 'rancher.clusters.list',
  summary: 'Show the status of all clusters',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'clusters',
      'cluster & list|overview|health|all|fleet|any|which|every',
      'fleet & status|state|health|healthy|overview|doing',
    ],
    also: `${words}|status|state|health|healthy|list|all|which|overview|doing|how|are|every|available|exist|up|down|show|summary|check|report|fleet|have|we|manage|managed|manages|many|what|get|see|give|me|there|is|any|unhealthy|broken|red|reachable|unreachable|online|offline|connected|known|registered|running|quick|current|do|does|it|right|now|ok|okay|fine|good|at|a|glance|everything|with|versions|version|problems|wrong|trouble|ones|one|everywhere`,
    examples: ['show me the status of all clusters', 'list the rancher clusters', 'how are our clusters doing?'],
    counterExamples: ['the ranch has lost two clusters of cattle', 'drain all clusters'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: async (input, { client, signal }) => ({
    input: input.status === undefined ? {} : { status: input.status },
    where: `Rancher ${client.host}`,
    as: await client.me(signal),
    description: `show the status of ${input.status === undefined ? 'all' : `the ${input.status}`} clusters`,
    diff: [],
    command: ['rancher', 'clusters', 'ls'],
    facts: {},
    precondition: {},
  }),
  run: async ({ status }, { client, signal }) => {
    const all = (await client.clusters(signal)).toSorted(byTrouble);
    const tests = { active: isHealthy, unhealthy: (one: ClusterState) => !isHealthy(one) && !isUpdating(one), updating: isUpdating };
    return { clusters: status === undefined ? all : all.filter(tests[status]), total: all.length };
  },
  render: ({ clusters, total }, { status }) => {
    if (clusters.length === 0)
      return { text: total === 0 ? 'Rancher shows you no cluster.' : `None of ${total} clusters is ${status ?? ''}.` };
    const columns = ['NAME', 'STATE', 'VERSION', 'NODES', 'CPU', 'MEMORY', 'PODS', 'PROVIDER', 'TROUBLE'];
    const rows = clusters.map(({ name, state, version, nodes, cpu, memory, pods, provider, troubles }) => [
      name,
      state,
      version,
      String(nodes),
      cpu,
      memory,
      pods,
      provider,
      troubles.join('; '),
    ]);
    return { table: { columns, rows } };
  },
});
