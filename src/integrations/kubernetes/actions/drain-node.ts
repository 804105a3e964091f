import { begun, defineAction, destructive, resourceName } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from '../connect.ts';
import { evictPods } from '../drain.ts';
import { drainDiff, planDrain } from '../drain-plan.ts';
import { changeObjectOnce, hasEffect, stale } from '../effects.ts';
import { target } from '../inputs.ts';
import { partPods, podsOnNode } from '../node-pods.ts';
import { findObject, type FoundObject, type ObjectPlace, placeOfKind, valueAt } from '../objects.ts';
import { inEnvironment } from '../place.ts';
import { waitForEmptyNode } from '../wait-for-empty-node.ts';
import { counted } from '../words.ts';

const words = 'node|nodes|cluster|kubectl|k|kubernetes|k8s|kube|the|in|on|of|for|my|our';

const Input = z.object({
  name: resourceName('Node'),
  losing: z.array(z.string().max(520)).max(2000).describe('Pods that are lost for good or lose data; filled in by planning').optional(),
  wasCordoned: z.boolean().describe('Whether new pods were refused before; filled in by planning').optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

const Output = z.object({
  name: z.string(),
  evicted: z.array(z.string()),
  remaining: z.array(z.object({ pod: z.string(), why: z.string() })),
});
type Output = z.infer<typeof Output>;

/** Below what a call may take in all, so that the account is given. */
const waitMs = 240_000;
const everyMs = 5000;

export const drainNode = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.node.drain',
  summary: 'Drain a node',
  permission: 'kubernetes:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'drain|drain off|drain out & node|nodes',
      'drain & {name}',
      'evict|empty|clear|vacate|evacuate|free up|free|unload & node',
      'evict|evacuate|vacate|clear|remove & everything|all pods|all the pods|pods|workloads|all workloads|all the workloads & node',
      'move|get|take|shift|push|relocate & everything|all pods|all the pods|pods|workloads|all workloads|all the workloads & off|from|away from|away & node|{name}',
    ],
    also: `${words}|drain|evict|everything|pods|all|from|off|maintenance|firmware|update|upgrade|reboot|empty|out|a|workloads|safely|gracefully|away|it|evacuate|free|every|machine|worker|host|running|there|patching|patch|kernel|hardware|replacement|work|--ignore-daemonsets|--delete-emptydir-data|decommissioning|so|that|we|can|respecting|budgets`,
    examples: ['drain node web-app', 'evict everything from node web-app', 'drain the node web-app for maintenance'],
    counterExamples: ['should I drain node-3?', 'drain all nodes', 'brain drain'],
  },
  usualSafety: 'destructive',
  safety: ({ name }, { environment, live }) => {
    const number = (fact: string) => (typeof live?.[fact] === 'number' ? live[fact] : 0);
    const text = (fact: string) => (typeof live?.[fact] === 'string' ? [live[fact]] : []);
    const lost = number('lost');
    return destructive(
      live === undefined ? `every pod of ${name} has to leave` : `${counted(number('podsTouched'), 'pod')} of ${name} have to leave`,
      ...(lost === 0 ? [] : [`${counted(lost, 'pod')} of them nobody makes again, or their data is lost`]),
      ...text('emptied').map((workloads) => `no ready pod is left meanwhile of ${workloads}`),
      ...(number('blocked') === 0 ? [] : [`${counted(number('blocked'), 'pod')} held by disruption budgets`]),
      ...(environment?.production === true ? ['production'] : []),
    );
  },
  preview: async (input, { client, signal }) => {
    const { place, found } = await locate(client, input, signal);
    const { cluster } = place;
    const [plan, as] = await Promise.all([
      planDrain(cluster, found.name, signal),
      cluster.identity(signal),
      cluster.patch(
        place.resource,
        undefined,
        found.name,
        { type: 'merge', body: { spec: { unschedulable: true } }, dryRun: true },
        signal,
      ),
    ]);
    const isCordoned = valueAt(found.raw, ['spec', 'unschedulable']) === true;
    const losing = plan.leaving.filter(({ loss }) => loss !== '').map(({ title }) => title);
    const more = input.losing === undefined ? [] : losing.filter((title) => !input.losing?.includes(title));
    return {
      input: { name: found.name, losing: input.losing ?? losing, wasCordoned: input.wasCordoned ?? isCordoned, ...place.resolved },
      where: place.where,
      as,
      description: `drain Node ${found.name}: ${counted(plan.leaving.length, 'pod')} evicted, ${plan.staying.length} stay`,
      diff: drainDiff(found.name, isCordoned, plan),
      command: ['kubectl', 'drain', found.name, '--ignore-daemonsets', ...drainFlags(losing), ...place.flags],
      ...inEnvironment(place.environment),
      facts: {
        podsTouched: plan.leaving.length,
        lost: losing.length,
        blocked: plan.blocked.size,
        ...(plan.emptied.length === 0 ? {} : { emptied: plan.emptied.join(', ') }),
      },
      // Pods come and go while it is under way; only new losses make it another plan.
      precondition: { uid: found.object.metadata.uid ?? '', 'losses that were not planned': more },
      undo:
        (input.wasCordoned ?? isCordoned)
          ? 'nothing: it refused new pods before; pods that left do not come back to it'
          : `uncordon Node ${found.name}; pods that left stay where they are then`,
    };
  },
  run: async (input, { client, key, signal, progress }) => {
    const { place, found } = await locate(client, input, signal);
    const losing = input.losing ?? [];
    if (input.losing !== undefined && !hasEffect(found, key)) await assertNoNewLoss(place, found, losing, signal);
    await changeObjectOnce(
      place.cluster,
      found,
      {
        key,
        check: (now) => {
          if (now.object.metadata.uid !== found.object.metadata.uid) throw stale(now, 'it was deleted and made again');
        },
        patch: (_now, metadata) => ({ type: 'merge', body: { metadata: { ...metadata }, spec: { unschedulable: true } } }),
      },
      signal,
    );
    progress(`Node ${found.name}: new pods are refused`);
    const { left, remaining } = await evictPods(place.cluster, found.name, { signal, progress, waitMs, everyMs, mayLose: losing });
    return { name: found.name, evicted: left, remaining };
  },
  find: async (input, { client, key, signal }) => {
    const { place, found } = await locate(client, input, signal);
    if (!hasEffect(found, key)) return undefined;
    const { leaving } = partPods(await podsOnNode(place.cluster, found.name, signal));
    return leaving.length === 0 ? { name: found.name, evicted: [], remaining: [] } : begun;
  },
  verify: async (input, output, { client, signal, progress }) => {
    const { cluster } = await placeOfKind(client, 'Node', input, signal);
    return waitForEmptyNode(cluster, output, { signal, progress });
  },
  undo: ({ name, wasCordoned, cluster }) => ({
    action: `kubernetes.node.${wasCordoned === true ? 'cordon' : 'uncordon'}`,
    input: { name, ...(cluster === undefined ? {} : { cluster }) },
  }),
  render: ({ name, evicted, remaining }) => ({
    text: [
      `Node ${name}: ${counted(evicted.length, 'pod')} evicted, ${remaining.length} left`,
      ...remaining.map(({ pod, why }) => `Pod ${pod} is still there: ${why}`),
    ].join('\n'),
  }),
});

async function locate(client: KubernetesClient, input: Input, signal: AbortSignal): Promise<{ place: ObjectPlace; found: FoundObject }> {
  const place = await placeOfKind(client, 'Node', input, signal);
  return { place, found: await findObject(place, input.name, signal) };
}

/** Before anything is done; what comes later is left alone by the evictions. */
async function assertNoNewLoss(
  { cluster }: ObjectPlace,
  found: FoundObject,
  planned: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { leaving } = partPods(await podsOnNode(cluster, found.name, signal));
  const more = leaving.filter(({ loss, title }) => loss !== '' && !planned.includes(title)).map(({ title }) => title);
  if (more.length > 0) throw stale(found, `more would be lost: ${more.slice(0, 5).join(', ')}`);
}

const drainFlags = (losing: readonly string[]): string[] => (losing.length === 0 ? [] : ['--delete-emptydir-data', '--force']);
