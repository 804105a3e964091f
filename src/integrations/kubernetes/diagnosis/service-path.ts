/** Reads the path to a service: a fixed number of lists. */
import { isJsonObject, KubeObject, type Pod } from '../schema.ts';
import { parsePods } from '../pods.ts';
import type { Gathering } from './gather.ts';
import { type Hop, judgePath } from './hops.ts';
import { backendsOf } from './ingress-hops.ts';
import { Ingress, parseAll, Policy, Service, Slice } from './schema.ts';

export interface ServicePath {
  hops: Hop[];
  pods: Pod[];
  /** `it breaks at pods`, `nothing breaks`. */
  summary: string;
}

export interface PathQuery {
  name: string;
  namespace: string;
  from?: { name: string; pods: Pod[] | undefined } | undefined;
}

const limit = 1000;

/** Undefined where there is no such service. */
export async function servicePath(query: PathQuery, gathering: Gathering): Promise<ServicePath | undefined> {
  const raw = await gathering.reader.find('Service', query.namespace, query.name);
  if (raw === 'absent') return undefined;
  if (raw === undefined) {
    const hops: Hop[] = [{ hop: 'service', state: 'unknown', title: 'not checked: services are forbidden to read', evidence: [] }];
    return { hops, pods: [], summary: summaryOf(hops) };
  }
  const [service] = parseAll(Service, [raw]);
  return service === undefined ? undefined : readPath(service, query, gathering);
}

async function readPath(service: Service, { name, namespace, from }: PathQuery, { reader }: Gathering): Promise<ServicePath> {
  const labels = Object.entries(service.spec.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  const [pods, slices, policies, ingresses] = await Promise.all([
    labels.length === 0 ? [] : reader.list('Pod', { namespace, selector: labels.join(','), limit }),
    reader.list('EndpointSlice', { namespace, selector: `kubernetes.io/service-name=${name}`, limit }),
    reader.list('NetworkPolicy', { namespace, limit }),
    reader.list('Ingress', { namespace, limit }),
  ]);
  const parsed = ingresses === undefined ? undefined : parseAll(Ingress, ingresses);
  const own = (parsed ?? []).filter((ingress) => backendsOf(ingress).some((backend) => backend.name === name));
  const [others, classes, secrets, namespaceLabels] = await Promise.all([
    pods !== undefined && pods.length === 0 && labels.length > 0 ? reader.list('Pod', { namespace, limit }) : [],
    own.some(({ spec }) => spec.ingressClassName) ? reader.metadata('IngressClass', { limit }) : [],
    readSecretNames(own, namespace, reader),
    reader.find('Namespace', undefined, namespace),
  ]);
  const parsedPods = pods === undefined ? undefined : parsePods(pods);
  const hops = judgePath({
    namespace,
    service,
    pods: parsedPods,
    others: others === undefined ? undefined : parsePods(others),
    slices: slices === undefined ? undefined : parseAll(Slice, slices),
    policies: policies === undefined ? undefined : parseAll(Policy, policies),
    ingresses: parsed,
    classes: classes === undefined ? undefined : namesOf(classes),
    secrets,
    namespaceLabels: namespaceLabels === undefined || namespaceLabels === 'absent' ? undefined : labelsOf(namespaceLabels),
    from,
  });
  return { hops, pods: parsedPods ?? [], summary: summaryOf(hops) };
}

const namesOf = (items: readonly unknown[]): string[] =>
  parseAll(KubeObject, items.filter(isJsonObject)).map(({ metadata }) => metadata.name);

const labelsOf = (item: unknown): Record<string, string> => parseAll(KubeObject, [item])[0]?.metadata.labels ?? {};

/** Names only: what a Secret holds is never asked for. */
async function readSecretNames(
  ingresses: readonly Ingress[],
  namespace: string,
  reader: Gathering['reader'],
): Promise<Set<string> | undefined> {
  const wanted = ingresses.some(({ spec }) => (spec.tls ?? []).some(({ secretName }) => secretName));
  if (!wanted) return new Set();
  const listed = await reader.metadata('Secret', { namespace, limit: 5000 });
  return listed === undefined ? undefined : new Set(namesOf(listed));
}

export function summaryOf(hops: readonly Hop[]): string {
  const broken = hops.find(({ state }) => state === 'broken');
  if (broken !== undefined) return `it breaks at ${broken.hop}: ${broken.title}`;
  const unknown = hops.filter(({ state }) => state === 'unknown');
  return unknown.length === 0
    ? 'nothing breaks on the way'
    : `nothing is known to break, but not all could be told: ${unknown.map(({ hop }) => hop).join(', ')}`;
}
