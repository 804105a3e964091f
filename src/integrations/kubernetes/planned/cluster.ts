/** Nodes, contexts, and a look at the whole. */
import { flag, planAction, type PlannedAction, resourceName } from '#kit';
import { z } from 'zod';
import { anyKind, selector, target } from '../inputs.ts';

const words = 'node|nodes|cluster|kubectl|k|kubernetes|k8s|kube|the|in|on|of|for|my|our';

export const clusterPlanned: PlannedAction[] = [
  planAction({
    id: 'kubernetes.node.drain',
    summary: 'Drain a node',
    permission: 'kubernetes:write',
    usualSafety: 'destructive',
    input: z.object({ name: resourceName(), ...target }),
    language: {
      triggers: [
        'drain & node|nodes',
        'drain & {name}',
        'evict|empty|clear|vacate|evacuate & node',
        'move|get & everything|all pods|pods & off|from & node',
      ],
      also: `${words}|drain|evict|everything|pods|all|from|off|maintenance|firmware|update|upgrade|reboot|empty|out|a|workloads|safely`,
      examples: ['drain node web-app', 'evict everything from node web-app', 'drain the node web-app for maintenance'],
      counterExamples: ['should I drain node-3?', 'drain all nodes', 'brain drain'],
    },
  }),
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
