/** What network policies let through. The usual rules of Kubernetes; whether the cluster's network enforces them cannot be seen. */
import { matches } from '../budgets.ts';
import type { Pod } from '../schema.ts';
import { few } from './facts.ts';
import { labelText } from './services.ts';
import type { Peer, Policy, PolicyPort } from './schema.ts';

export interface Traffic {
  /** Pods that it comes from; undefined where nobody was named. */
  from: readonly Pod[] | undefined;
  to: readonly Pod[];
  /** Ports of the pods that it goes to. */
  ports: readonly number[];
  /** Of the namespace that both are in; undefined where they may not be read. */
  namespaceLabels: Record<string, string> | undefined;
}

export interface Verdict {
  state: 'ok' | 'broken' | 'unknown';
  title: string;
  evidence: string[];
}

type Answer = 'yes' | 'no' | 'unknown';

interface Rule {
  peers: readonly Peer[] | null | undefined;
  ports: readonly PolicyPort[] | null | undefined;
}

const labelsOf = (pods: readonly Pod[]): Record<string, string> => pods[0]?.metadata.labels ?? {};

function selecting(policies: readonly Policy[], pods: readonly Pod[], way: 'Ingress' | 'Egress'): Policy[] {
  return policies.filter(({ spec }) => {
    const types = spec.policyTypes ?? ['Ingress', ...(spec.egress ? ['Egress'] : [])];
    return types.includes(way) && pods.some((pod) => matches(spec.podSelector ?? {}, pod.metadata.labels ?? {}));
  });
}

export function judgeIngress(policies: readonly Policy[], traffic: Traffic): Verdict {
  const own = selecting(policies, traffic.to, 'Ingress');
  if (own.length === 0) return { state: 'ok', title: 'no network policy selects its pods, so that everybody may reach them', evidence: [] };
  const rules = own.flatMap(({ spec }) => (spec.ingress ?? []).map((rule): Rule => ({ peers: rule.from, ports: rule.ports })));
  const whom = traffic.from === undefined ? 'others' : `pods with ${labelText(labelsOf(traffic.from))}`;
  return verdict(own, rules, traffic, traffic.from, { let: `let in ${whom}`, lets: `in ${whom}`, who: 'its pods' });
}

/** Of the pods that the traffic comes from. */
export function judgeEgress(policies: readonly Policy[], traffic: Traffic & { from: readonly Pod[] }): Verdict {
  const own = selecting(policies, traffic.from, 'Egress');
  if (own.length === 0) return { state: 'ok', title: 'no network policy holds back what the pods send', evidence: [] };
  const rules = own.flatMap(({ spec }) => (spec.egress ?? []).map((rule): Rule => ({ peers: rule.to, ports: rule.ports })));
  const found = verdict(own, rules, traffic, traffic.to, {
    let: 'let out traffic to its pods',
    lets: 'out traffic to its pods',
    who: 'the pods it comes from',
  });
  const hasNames = rules.some(({ ports }) => !ports || ports.some(({ port }) => port === 53 || port === 'dns'));
  return hasNames || found.state === 'broken'
    ? found
    : { ...found, state: 'unknown', evidence: [...found.evidence, 'no rule lets out port 53, so that names may not be resolved'] };
}

interface Words {
  let: string;
  lets: string;
  who: string;
}

function verdict(
  own: readonly Policy[],
  rules: readonly Rule[],
  traffic: Traffic,
  others: readonly Pod[] | undefined,
  words: Words,
): Verdict {
  const names = few(own.map(({ metadata }) => metadata.name));
  const evidence = own
    .slice(0, 4)
    .map((policy) => `policy ${policy.metadata.name} selects ${words.who} and lets through: ${ruleWords(policy)}`);
  const plural = own.length > 1;
  if (rules.length === 0)
    return { state: 'broken', title: `the network polic${plural ? 'ies' : 'y'} ${names} let${plural ? '' : 's'} nobody through`, evidence };
  const answers = rules.map((rule) => both(allowsPort(rule, traffic), allowsPeer(rule, others, traffic.namespaceLabels)));
  if (answers.includes('yes'))
    return { state: 'ok', title: `the network polic${plural ? 'ies' : 'y'} ${names} let${plural ? '' : 's'} ${words.lets}`, evidence };
  if (answers.includes('unknown'))
    return { state: 'unknown', title: `whether the network polic${plural ? 'ies' : 'y'} ${names} ${words.let} cannot be told`, evidence };
  return {
    state: 'broken',
    title: `the network polic${plural ? 'ies' : 'y'} ${names} do${plural ? '' : 'es'} not let ${words.lets}`,
    evidence,
  };
}

function both(left: Answer, right: Answer): Answer {
  if (left === 'no' || right === 'no') return 'no';
  return left === 'yes' && right === 'yes' ? 'yes' : 'unknown';
}

function allowsPort({ ports }: Rule, traffic: Traffic): Answer {
  if (!ports || ports.length === 0) return 'yes';
  if (traffic.ports.length === 0) return 'unknown';
  const named = traffic.to.flatMap(({ spec }) => spec.containers.flatMap((one) => one.ports ?? []));
  const isMet = (wanted: number): boolean =>
    ports.some(({ port, endPort, protocol }) => {
      if ((protocol ?? 'TCP') !== 'TCP') return false;
      if (port === undefined || port === null) return true;
      const first = typeof port === 'number' ? port : named.find(({ name }) => name === port)?.containerPort;
      return first !== undefined && wanted >= first && wanted <= (endPort ?? first);
    });
  return traffic.ports.every(isMet) ? 'yes' : 'no';
}

/** `pods`: those at the other end, in the same namespace; undefined where nobody was named. */
function allowsPeer({ peers }: Rule, pods: readonly Pod[] | undefined, namespaceLabels: Record<string, string> | undefined): Answer {
  if (!peers || peers.length === 0) return 'yes';
  if (pods === undefined || pods.length === 0) return 'unknown';
  const answers = peers.map((peer): Answer => {
    // Addresses of pods are outside of what such rules are made for, and are seen after translation.
    if (peer.ipBlock) return 'unknown';
    const isPod = !peer.podSelector || matches(peer.podSelector, labelsOf(pods));
    if (!isPod) return 'no';
    if (!peer.namespaceSelector) return 'yes';
    if (namespaceLabels === undefined) return Object.keys(peer.namespaceSelector.matchLabels ?? {}).length === 0 ? 'yes' : 'unknown';
    return matches(peer.namespaceSelector, namespaceLabels) ? 'yes' : 'no';
  });
  if (answers.includes('yes')) return 'yes';
  return answers.includes('unknown') ? 'unknown' : 'no';
}

function ruleWords({ spec }: Policy): string {
  const rules = [
    ...(spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports })),
    ...(spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports })),
  ];
  if (rules.length === 0) return 'nobody';
  return rules
    .slice(0, 3)
    .map(({ peers, ports }) => {
      const who = !peers || peers.length === 0 ? 'everybody' : few(peers.map(peerWords), 3);
      const where =
        !ports || ports.length === 0
          ? 'all ports'
          : `port ${few(
              ports.map(({ port }) => String(port ?? 'any')),
              5,
            )}`;
      return `${who} on ${where}`;
    })
    .join('; ');
}

function peerWords({ podSelector, namespaceSelector, ipBlock }: Peer): string {
  if (ipBlock) return `addresses ${ipBlock.cidr ?? ''}`;
  const pods = podSelector ? `pods with ${labelText(podSelector.matchLabels)}` : 'all pods';
  return namespaceSelector ? `${pods} of namespaces with ${labelText(namespaceSelector.matchLabels)}` : pods;
}
