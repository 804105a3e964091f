/** The way in from outside: ingresses that lead to a service. */
import { counted } from '../words.ts';
import { few, inNamespace, said } from './facts.ts';
import type { Hop } from './hops.ts';
import type { Ingress, Service } from './schema.ts';

interface Backend {
  host: string;
  path: string;
  name: string;
  port: { name?: string | null | undefined; number?: number | null | undefined } | null | undefined;
}

export function backendsOf({ spec }: Ingress): Backend[] {
  const whole = spec.defaultBackend?.service;
  const rules = (spec.rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? []).flatMap(({ path, backend }): Backend[] => {
      const service = backend?.service;
      return service ? [{ host: host ?? '*', path: path ?? '/', name: service.name, port: service.port }] : [];
    }),
  );
  return [...(whole ? [{ host: '*', path: '(default)', name: whole.name, port: whole.port }] : []), ...rules];
}

export interface IngressFacts {
  /** Undefined where they may not be read; so for the others. */
  ingresses: readonly Ingress[] | undefined;
  classes: readonly string[] | undefined;
  /** Names of secrets that exist, of those that the ingresses name. */
  secrets: ReadonlySet<string> | undefined;
}

/** One hop for each ingress that leads to the service. */
export function ingressHops(service: Service, { ingresses, classes, secrets }: IngressFacts): Hop[] {
  if (ingresses === undefined)
    return [{ hop: 'ingress', state: 'unknown', title: 'not checked: ingresses are forbidden to read', evidence: [] }];
  const own = ingresses.filter((ingress) => backendsOf(ingress).some(({ name }) => name === service.metadata.name));
  if (own.length === 0)
    return [{ hop: 'ingress', state: 'ok', title: 'no ingress leads to it: it is reached inside the cluster only', evidence: [] }];
  return own.map((ingress) => judge(ingress, service, classes, secrets));
}

function judge(ingress: Ingress, service: Service, classes: readonly string[] | undefined, secrets: ReadonlySet<string> | undefined): Hop {
  const { name, namespace } = ingress.metadata;
  const own = backendsOf(ingress).filter((backend) => backend.name === service.metadata.name);
  const evidence = own
    .slice(0, 4)
    .map(({ host, path, port }) => `ingress ${name}: ${host}${path} to ${service.metadata.name} port ${port?.name ?? port?.number ?? '?'}`);
  const next = {
    why: 'its rules, class and TLS have to fit what exists',
    say: `describe ingress ${name} ${inNamespace({ namespace: namespace ?? 'default' })}`,
  };
  const broken = (title: string, more: string[] = []): Hop => ({
    hop: 'ingress',
    state: 'broken',
    title,
    evidence: [...more, ...evidence],
    next,
  });
  const ports = service.spec.ports ?? [];
  const wrong = own.find(({ port }) => port && !ports.some((one) => (port.name ? one.name === port.name : one.port === port.number)));
  if (wrong !== undefined)
    return broken(`the ingress ${name} leads to port ${wrong.port?.name ?? wrong.port?.number ?? ''}, which the service does not have`, [
      `ports of the service: ${few(ports.map((one) => `${one.name ? `${one.name} ` : ''}${one.port}`))}`,
    ]);
  const className = ingress.spec.ingressClassName;
  if (className && classes !== undefined && !classes.includes(className))
    return broken(`the ingress ${name} has the class ${said(className)}, which does not exist`, [`classes: ${few(classes) || 'none'}`]);
  const wanted = (ingress.spec.tls ?? []).flatMap(({ secretName }) => secretName ?? []);
  const missing = secrets === undefined ? [] : wanted.filter((one) => !secrets.has(one));
  if (missing.length > 0)
    return broken(`the TLS ${missing.length > 1 ? 'secrets' : 'secret'} ${few(missing)} of the ingress ${name} does not exist`);
  const unchecked = [
    ...(className && classes === undefined ? ['its class was not checked: forbidden'] : []),
    ...(wanted.length > 0 && secrets === undefined ? ['its TLS secrets were not checked: forbidden'] : []),
  ];
  if (unchecked.length > 0)
    return { hop: 'ingress', state: 'unknown', title: `the ingress ${name} leads to it, but ${few(unchecked)}`, evidence };
  return { hop: 'ingress', state: 'ok', title: `the ingress ${name} leads to it (${counted(own.length, 'path')})`, evidence };
}
