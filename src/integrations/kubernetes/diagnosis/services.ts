/** Services in front of a workload that do not reach it. */
import type { Container, Pod } from '../schema.ts';
import { type Draft, type Facts, few, inNamespace, isAlive, said } from './facts.ts';
import type { Service } from './schema.ts';

type Port = NonNullable<Service['spec']['ports']>[number];

export const selects = (service: Service, labels: Record<string, string> | null | undefined): boolean => {
  const wanted = Object.entries(service.spec.selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels?.[key] === value);
};

export const labelText = (labels: Record<string, string> | null | undefined): string =>
  Object.entries(labels ?? {})
    .filter(([key]) => !key.endsWith('-hash'))
    .map(([key, value]) => `${key}=${value}`)
    .join(',') || 'none';

export type PortState =
  | { is: 'named'; number: number }
  | { is: 'declared' | 'undeclared'; number: number }
  | { is: 'absent'; name: string };

/** Where a port of a service ends in these containers. Containers may listen on ports that they do not declare. */
export function targetOf(port: Port, containers: readonly Container[]): PortState {
  const target = port.targetPort ?? port.port;
  const ports = containers.flatMap((container) => container.ports ?? []);
  if (typeof target === 'string' && !/^\d+$/.test(target)) {
    const named = ports.find(({ name }) => name === target);
    return named === undefined ? { is: 'absent', name: target } : { is: 'named', number: named.containerPort };
  }
  const number = Number(target);
  return { is: ports.length === 0 || ports.some(({ containerPort }) => containerPort === number) ? 'declared' : 'undeclared', number };
}

export const portText = ({ name, port, targetPort }: Port): string => `${name ? `${name} ` : ''}${port} to ${targetPort ?? port}`;

export const portsText = (containers: readonly Container[]): string =>
  few(
    containers.flatMap(({ ports }) => (ports ?? []).map(({ name, containerPort }) => `${name ? `${name} ` : ''}${containerPort}`)),
    8,
  ) || 'none';

export function serviceFindings({ subject, services = [] }: Facts): Draft[] {
  const [pod] = subject.pods.filter(isAlive);
  if (subject.workload === undefined || pod === undefined) return [];
  const labels = subject.workload.object.spec.template?.metadata?.labels ?? pod.metadata.labels;
  return services.flatMap((service) => {
    if (selects(service, labels)) return portDrafts(service, pod, subject.namespace);
    const isItsOwn = service.metadata.name === subject.name && Object.keys(service.spec.selector ?? {}).length > 0;
    return isItsOwn ? [strayDraft(service, labels, subject.namespace)] : [];
  });
}

function strayDraft({ metadata: { name }, spec }: Service, labels: Record<string, string> | null | undefined, namespace: string): Draft {
  return {
    weight: 55,
    level: 'critical',
    title: `the Service ${name} selects none of its pods`,
    evidence: [`service ${name} selects ${labelText(spec.selector)}`, `its pods have ${labelText(labels)}`],
    next: { why: 'its selector has to name labels that the pods have', say: `describe service ${name} ${inNamespace({ namespace })}` },
  };
}

function portDrafts({ metadata: { name }, spec }: Service, pod: Pod, namespace: string): Draft[] {
  const { containers } = pod.spec;
  return (spec.ports ?? []).flatMap((port): Draft[] => {
    const state = targetOf(port, containers);
    if (state.is === 'named' || state.is === 'declared') return [];
    const isSure = state.is === 'absent';
    return [
      {
        weight: isSure ? 54 : 26,
        level: isSure ? 'critical' : 'warning',
        title: isSure
          ? `the Service ${name} aims at a port called ${said(state.name)}, which no container has`
          : `the Service ${name} aims at port ${state.number}, which its containers do not declare`,
        evidence: [`service ${name}: port ${portText(port)}`, `ports of the containers: ${portsText(containers)}`],
        next: {
          why: 'the target port has to be one that the container listens on',
          say: `describe service ${name} ${inNamespace({ namespace })}`,
        },
      },
    ];
  });
}
