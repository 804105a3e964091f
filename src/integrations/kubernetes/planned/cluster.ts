/** Nodes, contexts, and a look at the whole. */
import { flag, planAction, type PlannedAction } from '#kit';
import { z } from 'zod';
import { target } from '../inputs.ts';

const words = 'node|nodes|cluster|kubectl|k|kubernetes|k8s|kube|the|in|on|of|for|my|our';

export const clusterPlanned: PlannedAction[] = [
  planAction({
    id: 'kubernetes.cluster.diagnose',
    summary: 'Show what is unhealthy, worst first',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({
      allNamespaces: flag(
        ['all namespaces', 'every namespace', 'everywhere', 'whole cluster', 'across namespaces', 'cluster wide', 'cluster-wide'],
        'All namespaces',
      ).optional(),
      ...target,
    }),
    language: {
      triggers: [
        'unhealthy|wrong|broken|failing|crashing|problems|issues|trouble & what|which|anything|something|everything|show|any|list|find',
        'health|healthy|diagnose|sick & namespace|ns',
        'diagnose & cluster',
        'unhealthy & pods|workloads|deployments',
      ],
      also: `${words}|unhealthy|wrong|broken|failing|crashing|problems|problem|issues|issue|trouble|what|which|anything|something|everything|any|show|list|find|pods|workloads|deployments|why|health|healthy|status|diagnose|check|with|namespace|ns|whole|overall|overview|and`,
      examples: ['what is unhealthy in {namespace}?', 'is anything broken in the cluster?', 'what pods are unhealthy and why?'],
      counterExamples: ['what is wrong with people?'],
    },
  }),
];
