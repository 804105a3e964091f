/** Pods without a node, with a lost node, and those that a node threw out. */
import { budgetsFor } from '../budgets.ts';
import { isReady } from '../pods.ts';
import type { Pod } from '../schema.ts';
import { progressOf } from '../rollout.ts';
import { counted } from '../words.ts';
import { claimProblem } from './claims.ts';
import { type Draft, type Facts, few, inNamespace, isAlive, said, sinceText } from './facts.ts';
import type { Node } from './schema.ts';

export function placingFindings(facts: Facts): Draft[] {
  return [
    ...lostNodes(facts),
    ...evictions(facts),
    ...turnedAway(facts),
    ...unplaced(facts),
    ...neverEnding(facts),
    ...blockedDrains(facts),
  ];
}

/** Runs all that is asked of it: what went wrong before is over. */
function isWell({ subject: { workload, pods } }: Facts): boolean {
  if (workload !== undefined) return progressOf(workload.kind, workload.object).done;
  const alive = pods.filter(isAlive);
  return alive.length > 0 && alive.every(isReady);
}

export function isDown(node: Node): boolean {
  return (node.status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status !== 'True');
}

export function readyText(node: Node): string {
  const ready = (node.status.conditions ?? []).find(({ type }) => type === 'Ready');
  return `node ${node.metadata.name}: Ready is ${ready?.status ?? 'Unknown'}, ${said(ready?.message ?? ready?.reason)}`;
}

function lostNodes(facts: Facts): Draft[] {
  const down = (facts.nodes ?? []).filter(isDown);
  const on = (node: Node) =>
    facts.subject.pods.filter(
      (pod) => pod.spec.nodeName === node.metadata.name && !['Succeeded', 'Failed'].includes(pod.status.phase ?? ''),
    );
  return down.flatMap((node): Draft[] => {
    const pods = on(node);
    if (pods.length === 0) return [];
    return [
      {
        weight: 98,
        level: isWell(facts) ? 'warning' : 'critical',
        title: `the node ${node.metadata.name} does not answer, which has ${counted(pods.length, 'pod')} of it`,
        evidence: [
          readyText(node),
          ...pods
            .slice(0, 4)
            .map((pod) => `pod ${pod.metadata.name} is on ${node.metadata.name}${pod.metadata.deletionTimestamp ? ' and cannot end' : ''}`),
        ],
        next: { why: 'its pods come back with the node, or when it is removed', say: `describe node ${node.metadata.name}` },
      },
    ];
  });
}

function evictions(facts: Facts): Draft[] {
  const pods = facts.subject.pods.filter(({ status }) => status.reason === 'Evicted');
  const [first] = pods;
  if (first === undefined) return [];
  const resource = /low on resource: ([\w-]+)/.exec(first.status.message ?? '')?.[1];
  const node = first.spec.nodeName ?? 'its node';
  return [
    {
      weight: isWell(facts) ? 33 : 97,
      level: isWell(facts) ? 'note' : 'critical',
      title: `${counted(pods.length, 'pod')} evicted: the node ${node} ran low on ${resource ?? 'a resource'}`,
      evidence: pods.slice(0, 4).map((pod) => `pod ${pod.metadata.name}: Evicted, ${said(pod.status.message)}`),
      next: { why: 'the node has to get room, or the pod has to ask for what it uses', say: `describe node ${node}` },
    },
  ];
}

/** Ended by the kubelet before a container ran: no room for a device, a node that shuts down. */
function turnedAway(facts: Facts): Draft[] {
  const pods = facts.subject.pods.filter(
    ({ status }) =>
      status.phase === 'Failed' && status.reason && status.reason !== 'Evicted' && (status.containerStatuses ?? []).length === 0,
  );
  const [first] = pods;
  if (first === undefined) return [];
  return [
    {
      weight: isWell(facts) ? 33 : 88,
      level: isWell(facts) ? 'note' : 'critical',
      title: `${counted(pods.length, 'pod')} ended by the node ${first.spec.nodeName ?? ''}: ${said(first.status.reason)}`,
      evidence: pods.slice(0, 4).map((pod) => `pod ${pod.metadata.name}: ${said(pod.status.reason)}, ${said(pod.status.message)}`),
      next: {
        why: 'what the node says of it stands in its description',
        say: `describe pod ${first.metadata.name} ${inNamespace(facts.subject)}`,
      },
    },
  ];
}

interface Unplaced {
  what: string;
  next: { why: string; say: string };
  evidence?: string[];
  weight?: number;
}

function unplaced(facts: Facts): Draft[] {
  const groups = new Map<string, { pods: Pod[]; found: Unplaced }>();
  for (const pod of facts.subject.pods) {
    const condition = (pod.status.conditions ?? []).find(({ type, status }) => type === 'PodScheduled' && status === 'False');
    if (condition === undefined || pod.metadata.deletionTimestamp) continue;
    const found = condition.reason === 'SchedulingGated' ? gated() : whyUnplaced(pod, said(condition.message, 1000), facts);
    const group = groups.get(found.what) ?? { pods: [], found };
    group.pods.push(pod);
    groups.set(found.what, group);
  }
  return [...groups.values()].map(({ pods, found }) => ({
    weight: found.weight ?? 92,
    level: 'critical' as const,
    title: `${pods.length} of ${facts.subject.pods.length} pods: no node takes it: ${found.what}`,
    evidence: [...(found.evidence ?? []), ...pods.slice(0, 3).map((pod) => `pod ${pod.metadata.name}: Unschedulable, ${messageOf(pod)}`)],
    next: found.next,
  }));
}

function messageOf(pod: Pod): string {
  return said((pod.status.conditions ?? []).find(({ type }) => type === 'PodScheduled')?.message);
}

const gated = (): Unplaced => ({
  what: 'a scheduling gate holds it back',
  next: { why: 'whoever set the gate has to take it away', say: 'show nodes' },
});

function whyUnplaced(pod: Pod, message: string, facts: Facts): Unplaced {
  const claim = claimProblem(pod, message, facts);
  if (claim !== undefined) return claim;
  const short = [...message.matchAll(/Insufficient ([\w./-]*\w)/g)].map(([, resource]) => resource ?? '');
  const nodes = { why: 'no node has room, or none has the labels and tolerations that it asks for', say: 'show nodes' };
  if (short.length > 0)
    return { what: `not enough ${[...new Set(short)].join(' and ')} free (asks for ${requestText(pod, short)})`, next: nodes };
  if (message.includes('Too many pods')) return { what: 'all nodes have as many pods as they may', next: nodes };
  if (/didn't have free ports/.test(message)) return { what: 'the host port that it wants is taken on all nodes', next: nodes };
  if (/volume node affinity conflict/.test(message)) return { what: 'its volume is in a zone that has no node for it', next: nodes };
  const taints = [...message.matchAll(/untolerated taints? \{([^}]*)\}/g)].map(([, taint]) => said(taint).replace(/:\s*$/, ''));
  const selector = Object.entries(pod.spec.nodeSelector ?? {}).map(([key, value]) => `${key}=${value}`);
  if (/node affinity|node selector|didn't match Pod's node/.test(message) && !hasNodeFor(pod, facts))
    return {
      what: selector.length > 0 ? `no node has the labels ${selector.join(', ')}` : 'no node matches its node affinity',
      next: nodes,
    };
  if (taints.length > 0) return { what: `it does not tolerate the taint ${few([...new Set(taints)])}`, next: nodes };
  if (/anti-affinity|topology spread|pod affinity/i.test(message))
    return { what: 'its rules about other pods (affinity, spread) allow no node', next: nodes };
  if (/node affinity|node selector|didn't match Pod's node/.test(message))
    return { what: 'the nodes that it selects do not take it', next: nodes };
  if (/were unschedulable/.test(message)) return { what: 'the nodes are cordoned', next: nodes };
  return { what: 'Unschedulable', next: nodes };
}

/** Whether a node has the labels that it selects; unknown counts as no, for it says that some do not match. */
function hasNodeFor(pod: Pod, { nodeLabels }: Facts): boolean {
  const wanted = Object.entries(pod.spec.nodeSelector ?? {});
  if (wanted.length === 0 || nodeLabels === undefined) return false;
  return [...nodeLabels.values()].some((labels) => wanted.every(([key, value]) => labels[key] === value));
}

function requestText(pod: Pod, resources: string[]): string {
  const asked = [...new Set(resources)].flatMap((resource) =>
    pod.spec.containers.flatMap(({ resources: own }) => {
      const value = own?.requests?.[resource];
      return value === undefined ? [] : [`${String(value)} ${resource}`];
    }),
  );
  return asked.length === 0 ? 'more than any has' : asked.join(', ');
}

/** Ends normally take seconds beyond the time in `deletionTimestamp`, which has the grace period in it. */
const patienceMs = 60_000;

function neverEnding(facts: Facts): Draft[] {
  const { subject, now, nodes = [] } = facts;
  if (now === undefined) return [];
  const isLost = (pod: Pod) => nodes.some((node) => node.metadata.name === pod.spec.nodeName && isDown(node));
  const stuck = subject.pods.filter(
    (pod) => pod.metadata.deletionTimestamp && Date.parse(pod.metadata.deletionTimestamp) + patienceMs < now.getTime() && !isLost(pod),
  );
  const [first] = stuck;
  if (first === undefined) return [];
  const finalizers = [...new Set(stuck.flatMap(({ metadata }) => metadata.finalizers ?? []))];
  const why = finalizers.length === 0 ? 'its node does not end it' : `it waits for the finalizer ${few(finalizers)}`;
  return [
    {
      weight: 65,
      level: 'warning',
      title: `${counted(stuck.length, 'pod')} cannot end: ${why}`,
      evidence: stuck
        .slice(0, 4)
        .map(
          ({ metadata }) =>
            `pod ${metadata.name}: should be gone since ${sinceText(metadata.deletionTimestamp ?? '', now)}, finalizers: ${few(metadata.finalizers ?? []) || 'none'}`,
        ),
      next: {
        why: finalizers.length === 0 ? 'its events and its node say why' : 'whoever set the finalizer has to do its work and take it away',
        say: `describe pod ${first.metadata.name} ${inNamespace(subject)}`,
      },
    },
  ];
}

/** A cordoned node is to be emptied; a budget without room keeps its pods there. */
function blockedDrains({ subject, nodes = [], budgets = [] }: Facts): Draft[] {
  const cordoned = nodes.filter(({ spec }) => spec.unschedulable === true);
  return cordoned.flatMap((node): Draft[] => {
    const pods = subject.pods.filter((pod) => pod.spec.nodeName === node.metadata.name && isAlive(pod));
    const [first] = pods;
    const budget = budgetsFor(budgets, subject.namespace, first?.metadata.labels ?? {}).find(({ allowed }) => allowed === 0);
    if (first === undefined || budget === undefined) return [];
    return [
      {
        weight: 45,
        level: 'warning',
        title: `its budget ${budget.name} lets no pod leave the node ${node.metadata.name}, which is cordoned`,
        evidence: [
          `budget ${budget.name}: ${budget.healthy} healthy, ${budget.needed} needed, 0 may go`,
          `node ${node.metadata.name} takes no new pods and has ${few(pods.map(({ metadata }) => metadata.name))}`,
        ],
        next:
          subject.workload === undefined
            ? { why: 'with more pods ready one may go', say: `describe pod disruption budget ${budget.name} ${inNamespace(subject)}` }
            : {
                why: 'with one replica more than the budget needs, one at a time can leave',
                say: `scale ${subject.name} to ${budget.needed + 1} replicas ${inNamespace(subject)}`,
              },
      },
    ];
  });
}
