import { AppError, defineAction, environmentOf, flag, safe } from '#kit';
import { z } from 'zod';
import type { Cluster } from '../cluster.ts';
import type { KubernetesClient } from '../connect.ts';
import { Suggestion } from '../diagnosis/facts.ts';
import { gatherWhole, limits } from '../diagnosis/gather-whole.ts';
import { limitLines } from '../diagnosis/limits.ts';
import { createReader } from '../diagnosis/reader.ts';
import { type SeenCluster, type Unwell, unwellOf } from '../diagnosis/whole.ts';
import { target } from '../inputs.ts';
import { assertNamespace, inEnvironment, placeOf } from '../place.ts';
import { resourceOf } from '../resources.ts';
import { counted } from '../words.ts';

const words = 'node|nodes|cluster|kubectl|k|kubernetes|k8s|kube|the|in|on|of|for|my|our';

const Input = z.object({
  allNamespaces: flag(
    ['all namespaces', 'every namespace', 'everywhere', 'whole cluster', 'across namespaces', 'cluster wide', 'cluster-wide'],
    'All namespaces',
  ).optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

const Item = z.object({
  /** 1 is the worst. */
  rank: z.number(),
  level: z.enum(['critical', 'warning', 'note']),
  kind: z.string(),
  name: z.string(),
  namespace: z.string(),
  title: z.string(),
  evidence: z.array(z.string()),
  /** Further findings about it: its own diagnosis has them. */
  more: z.number(),
  suggestion: Suggestion.nullable(),
});
type Item = z.infer<typeof Item>;

const Output = z.object({
  /** Null for all namespaces. */
  namespace: z.string().nullable(),
  healthy: z.boolean(),
  items: z.array(Item),
  /** So many more are unwell than `items` has. */
  left: z.number(),
  /** What was looked at. */
  looked: z.object({
    nodes: z.number(),
    workloads: z.number(),
    pods: z.number(),
    jobs: z.number(),
    claims: z.number(),
    warnings: z.number(),
  }),
  notRead: z.array(z.string()),
  truncated: z.array(z.string()),
});
type Output = z.infer<typeof Output>;

const mostItems = 100;

export const diagnoseCluster = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.cluster.diagnose',
  summary: 'Show what is unhealthy, worst first',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'unhealthy|wrong|broken|failing|crashing|crashloopbackoff|crashloops|imagepullbackoff|oomkilled|restarting|restarts|problems|issues|trouble|on fire|red|sick|degraded|misbehaving|struggling|down|off|weird|strange|odd|fishy|acting up & what|whats|which|anything|something|everything|show|any|list|find|do we have',
      'health|healthy|diagnose|sick|health check|checkup|triage|troubleshoot|debug|wrong|broken|ok|okay|fine|alright|well|good & namespace|ns',
      'diagnose|health check|triage|troubleshoot|debug & cluster',
      'everything|all & ok|okay|fine|healthy|well|good|alright|green|right|up & namespace|cluster|here|there|{namespace}',
      'unhealthy & pods|workloads|deployments',
    ],
    also: `${words}|unhealthy|wrong|broken|failing|crashing|problems|problem|issues|issue|trouble|what|which|anything|something|everything|any|show|list|find|pods|workloads|deployments|why|health|healthy|status|diagnose|check|with|namespace|ns|whole|overall|overview|and|currently|right|over|workload|worst|first|crashloopbackoff|crashloops|crash|loops|imagepullbackoff|oomkilled|restarting|restarts|frequently|often|constantly|once|ok|okay|fine|well|good|alright|green|all|everything|up|red|fire|on|down|degraded|misbehaving|struggling|running|here|there|triage|debug|troubleshoot|stuff|things|services|apps|look|everything's|that's|who|me|tell|off|weird|strange|odd|fishy|acting|find|out|please|take|help|investigate|see|happening|seems|feels|looks`,
    examples: ['what is unhealthy in {namespace}?', 'is anything broken in the cluster?', 'what pods are unhealthy and why?'],
    counterExamples: ['what is wrong with people?'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: async (input, { client, signal }) => {
    const place = await placeOf(client, input);
    const { cluster, namespace } = place;
    const isWide = await isWholeCluster(input, cluster, signal);
    const context = cluster.target.context;
    const environment = isWide ? environmentOf(client.environments, { clusters: cluster.target.names }) : place.environment;
    const { namespace: _own, ...resolved } = place.resolved;
    return {
      input: isWide ? { allNamespaces: true, ...resolved } : { ...place.resolved },
      where: isWide ? `cluster ${context}, all namespaces` : `cluster ${context}, namespace ${namespace}`,
      as: cluster.asker().who,
      description: 'look for what is unhealthy: nodes, workloads, pods, jobs, claims, quotas, autoscalers, services',
      diff: [],
      command: ['kubectl', 'get', 'pods', ...(isWide ? ['-A', ...place.flags.slice(2)] : place.flags)],
      ...inEnvironment(environment),
      facts: {},
      precondition: {},
    };
  },
  run: async (input, { client, signal, clock }) => {
    const { cluster, namespace: own } = await placeOf(client, input);
    const namespace = input.allNamespaces === true ? undefined : own;
    const reader = createReader(cluster, signal);
    const seen = await gatherWhole(namespace, { cluster, reader, signal, now: clock() });
    if (namespace !== undefined && seen.pods.length + seen.workloads.length === 0) await assertNamespace(cluster, namespace, signal);
    const all = unwellOf(seen);
    return {
      namespace: namespace ?? null,
      healthy: all.length === 0,
      items: all.slice(0, mostItems).map(itemOf),
      left: Math.max(0, all.length - mostItems),
      looked: countsOf(seen),
      notRead: reader.notRead(),
      truncated: reader.truncated(),
    };
  },
  render: (output) => ({ text: renderText(output) }),
});

/** Where no namespace is named it is the cluster that is asked about, as far as it may be read. */
async function isWholeCluster(input: Input, cluster: Cluster, signal: AbortSignal): Promise<boolean> {
  if (input.allNamespaces === true) return true;
  if (input.namespace !== undefined) return false;
  try {
    await cluster.metadata(resourceOf('Pod'), { limit: 1 }, signal);
    return true;
  } catch (error) {
    if (AppError.isInstance(error) && error.code === 'FORBIDDEN') return false;
    throw error;
  }
}

function itemOf({ kind, name, namespace, draft, more }: Unwell, index: number): Item {
  const { level, title, evidence, next } = draft;
  return {
    rank: index + 1,
    level,
    kind,
    name,
    namespace,
    title,
    evidence: [...new Set(evidence)].slice(0, 4),
    more,
    suggestion: next ?? null,
  };
}

function countsOf({ nodes, workloads, pods, jobs, claims, events }: SeenCluster): Output['looked'] {
  return {
    nodes: nodes.length,
    workloads: workloads.length,
    pods: pods.length,
    jobs: jobs.length,
    claims: claims.length,
    warnings: events.length,
  };
}

function renderText({ namespace, items, left, looked, notRead, truncated }: Output): string {
  const where = namespace === null ? 'in all namespaces' : `in namespace ${namespace}`;
  const lines =
    items.length === 0
      ? [`Nothing unhealthy was found ${where}.`]
      : [`${counted(items.length + left, 'object')} unhealthy ${where}, the worst first:`];
  for (const { rank, level, kind, name, namespace: home, title, evidence, more, suggestion } of items) {
    lines.push('', `${rank}. ${level.toUpperCase()}  ${kind} ${home === '' ? '' : `${home}/`}${name}: ${title}`);
    lines.push(...evidence.slice(0, 2).map((line) => `     ${line}`));
    if (more > 0) lines.push(`     and ${counted(more, 'further finding')}`);
    if (suggestion !== null) lines.push(`     next: ${suggestion.say}`);
  }
  if (left > 0) lines.push('', `${left} more are not shown: ask for one namespace.`);
  const { nodes, workloads, pods, jobs, claims, warnings } = looked;
  lines.push(
    '',
    `Looked at ${counted(nodes, 'node')}, ${counted(workloads, 'workload')}, ${counted(pods, 'pod')}, ${counted(jobs, 'job')}, ${counted(claims, 'claim')} and ${counted(warnings, 'warning')} (at most ${limits.pods} pods); no logs.`,
    ...limitLines(notRead, truncated),
  );
  return lines.join('\n');
}
