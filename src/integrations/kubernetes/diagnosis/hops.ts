/** The path to a service, hop by hop, judged from what was read. Pure. */
import { z } from 'zod';
import { nearNames } from '../near.ts';
import { isReady, troubleOf, troubleText } from '../pods.ts';
import type { Pod } from '../schema.ts';
import { counted } from '../words.ts';
import { few, inNamespace, isAlive, said, Suggestion } from './facts.ts';
import { type IngressFacts, ingressHops } from './ingress-hops.ts';
import { judgeEgress, judgeIngress, type Traffic } from './policies.ts';
import type { Policy, Service, Slice } from './schema.ts';
import { labelText, portsText, portText, targetOf } from './services.ts';

export const Hop = z.object({
  hop: z.enum(['service', 'pods', 'ready', 'ports', 'endpoints', 'policies', 'egress', 'ingress']),
  state: z.enum(['ok', 'broken', 'unknown']),
  title: z.string(),
  evidence: z.array(z.string()),
  next: Suggestion.optional(),
});
export type Hop = z.infer<typeof Hop>;

/** What is undefined may not be read. */
export interface SeenPath extends IngressFacts {
  namespace: string;
  service: Service;
  pods: readonly Pod[] | undefined;
  /** All of the namespace, where none is selected: to see what is near. */
  others: readonly Pod[] | undefined;
  slices: readonly Slice[] | undefined;
  policies: readonly Policy[] | undefined;
  namespaceLabels: Record<string, string> | undefined;
  from: { name: string; pods: readonly Pod[] | undefined } | undefined;
}

const forbidden = (hop: Hop['hop'], what: string): Hop => ({
  hop,
  state: 'unknown',
  title: `not checked: ${what} are forbidden to read`,
  evidence: [],
});

export function judgePath(seen: SeenPath): Hop[] {
  const { spec, metadata } = seen.service;
  const ports = (spec.ports ?? []).map(portText);
  const first: Hop = {
    hop: 'service',
    state: 'ok',
    title: `${spec.type ?? 'ClusterIP'} ${metadata.name}${ports.length === 0 ? '' : `, port ${few(ports)}`}`,
    evidence: [],
  };
  if (spec.type === 'ExternalName')
    return [
      { ...first, title: `${metadata.name} is only a name for ${said(spec.externalName)}: what is there cannot be seen from here` },
      ...ingressHops(seen.service, seen),
    ];
  if (Object.keys(spec.selector ?? {}).length === 0)
    return [
      { ...first, evidence: ['it selects no pods: somebody writes its endpoints by hand'] },
      endpointsHop(seen),
      ...ingressHops(seen.service, seen),
    ];
  const pods = podsHop(seen);
  const alive = (seen.pods ?? []).filter(isAlive);
  // Without pods there is nothing to say about what follows.
  if (alive.length === 0) return [first, pods, ...ingressHops(seen.service, seen)];
  return [
    first,
    pods,
    readyHop(alive, seen.namespace),
    portsHop(seen, alive),
    endpointsHop(seen),
    ...policyHops(seen, alive),
    ...ingressHops(seen.service, seen),
  ];
}

function podsHop({ service, pods, others, namespace }: SeenPath): Hop {
  if (pods === undefined) return forbidden('pods', 'pods');
  const alive = pods.filter(isAlive);
  const selector = labelText(service.spec.selector);
  if (alive.length > 0)
    return { hop: 'pods', state: 'ok', title: `it selects ${counted(alive.length, 'pod')} by ${selector}`, evidence: [] };
  return {
    hop: 'pods',
    state: 'broken',
    title: `no pod has the labels that it selects: ${selector}`,
    evidence: nearLabels(service.spec.selector ?? {}, others ?? []),
    next: {
      why: 'its selector has to name labels of running pods',
      say: `describe service ${service.metadata.name} ${inNamespace({ namespace })}`,
    },
  };
}

/** Labels of pods that look like those that are selected. */
function nearLabels(selector: Record<string, string>, pods: readonly Pod[]): string[] {
  return Object.entries(selector).flatMap(([key, value]) => {
    const values = pods.filter(isAlive).flatMap(({ metadata }) => metadata.labels?.[key] ?? []);
    if (values.includes(value)) return [];
    const near = nearNames(value, [...new Set(values)]);
    const shown = near.slice(0, 3).map((one) => `${key}=${one} (${counted(values.filter((other) => other === one).length, 'pod')})`);
    return shown.length === 0 ? [] : [`no pod has ${key}=${value}; near: ${shown.join(', ')}`];
  });
}

function readyHop(pods: readonly Pod[], namespace: string): Hop {
  const ready = pods.filter(isReady);
  const trouble = pods.flatMap((pod) => {
    const found = troubleOf(pod);
    return found === undefined ? [] : [said(troubleText(pod, found))];
  });
  const [first] = pods;
  if (ready.length > 0)
    return { hop: 'ready', state: 'ok', title: `${ready.length} of ${counted(pods.length, 'pod')} ready`, evidence: trouble.slice(0, 3) };
  return {
    hop: 'ready',
    state: 'broken',
    title: `none of ${counted(pods.length, 'pod')} is ready, so that nobody answers`,
    evidence:
      trouble.length > 0
        ? trouble.slice(0, 4)
        : pods.slice(0, 4).map((pod) => `pod ${pod.metadata.name}: ${pod.status.phase ?? 'Unknown'}, not ready`),
    next: {
      why: 'what keeps its pods from being ready is to be found first',
      say: `diagnose ${first?.metadata.name ?? ''} ${inNamespace({ namespace })}`,
    },
  };
}

function portsHop({ service, namespace }: SeenPath, pods: readonly Pod[]): Hop {
  const containers = pods[0]?.spec.containers ?? [];
  const states = (service.spec.ports ?? []).map((port) => ({ port, state: targetOf(port, containers) }));
  const evidence = states.map(({ port }) => `port ${portText(port)}`).concat(`ports of the containers: ${portsText(containers)}`);
  const next = {
    why: 'the target port has to be one that the container listens on',
    say: `describe service ${service.metadata.name} ${inNamespace({ namespace })}`,
  };
  for (const { port, state } of states) {
    if (state.is === 'absent')
      return {
        hop: 'ports',
        state: 'broken',
        title: `it aims at a port called ${said(state.name)}, which no container has`,
        evidence,
        next,
      };
    if (state.is === 'undeclared')
      return {
        hop: 'ports',
        state: 'unknown',
        title: `it aims at port ${state.number} for ${port.port}, which the containers do not declare: they may not listen there`,
        evidence,
        next,
      };
  }
  return { hop: 'ports', state: 'ok', title: 'its target ports are ports of the containers', evidence };
}

function endpointsHop({ service, slices, namespace }: SeenPath): Hop {
  if (slices === undefined) return forbidden('endpoints', 'endpoint slices');
  const all = slices.flatMap(({ endpoints }) => endpoints ?? []);
  const ready = all.filter(({ conditions }) => conditions?.ready !== false);
  const next = {
    why: 'only ready pods with the target port become endpoints',
    say: `describe service ${service.metadata.name} ${inNamespace({ namespace })}`,
  };
  const evidence = slices
    .slice(0, 3)
    .map(({ metadata, ports }) => `slice ${metadata.name}: ports ${few((ports ?? []).map(({ port }) => String(port ?? 'any'))) || 'none'}`);
  if (ready.length === 0)
    return { hop: 'endpoints', state: 'broken', title: `it has no ready endpoints (${all.length} not ready)`, evidence, next };
  if ((service.spec.ports ?? []).length > 0 && slices.every(({ ports }) => (ports ?? []).length === 0))
    return { hop: 'endpoints', state: 'broken', title: 'its endpoints have no port', evidence, next };
  return { hop: 'endpoints', state: 'ok', title: `${counted(ready.length, 'endpoint')} ready`, evidence };
}

function policyHops({ service, policies, from, namespaceLabels, namespace }: SeenPath, to: readonly Pod[]): Hop[] {
  if (policies === undefined) return [forbidden('policies', 'network policies')];
  const containers = to[0]?.spec.containers ?? [];
  const ports = (service.spec.ports ?? []).flatMap((port) => {
    const state = targetOf(port, containers);
    return state.is === 'absent' ? [] : [state.number];
  });
  const next = {
    why: 'a rule has to let the traffic through, on the port of the pods',
    say: `list network policies ${inNamespace({ namespace })}`,
  };
  const traffic: Traffic = { from: from?.pods, to, ports, namespaceLabels };
  const inward = judgeIngress(policies, traffic);
  const hops: Hop[] = [{ hop: 'policies', ...inward, ...(inward.state === 'broken' ? { next } : {}) }];
  if (from === undefined) return hops;
  if (from.pods === undefined || from.pods.length === 0)
    return [
      ...hops,
      {
        hop: 'egress',
        state: 'unknown',
        title: `not checked: no pods of ${from.name} were found in the namespace ${namespace}`,
        evidence: [],
      },
    ];
  const outward = judgeEgress(policies, { ...traffic, from: from.pods });
  return [...hops, { hop: 'egress', ...outward, ...(outward.state === 'broken' ? { next } : {}) }];
}
