/** The service catalogue: Backstage descriptors (`catalog-info.yaml`), read leniently for what joins the names of one service. */
import { z } from 'zod';

/** What one service is called in each system. Keys are types of names as slots have them. */
export interface Service {
  name: string;
  /** Other words for it: its title and `devos.io/aliases`. */
  aliases: string[];
  owner?: string;
  /** Label value under which its Kubernetes objects are found. */
  kubernetesId?: string;
  namespace?: string;
  names: Record<string, string[]>;
  /** File that says so, for the note in a plan. */
  source: string;
}

/** Annotation → type of name. Backstage's own where one exists, ours where none does. */
const ANNOTATIONS: Readonly<Record<string, string>> = {
  'devos.io/workload': 'workload',
  'devos.io/helm-release': 'release',
  'devos.io/cdk-stack': 'stack',
  'devos.io/cloudformation-stack': 'cloudformationStack',
  'jira/project-key': 'project',
  'newrelic.com/app': 'app',
  'devos.io/newrelic-app': 'app',
  'devos.io/splunk-index': 'index',
  'devos.io/servicenow-ci': 'ci',
  'devos.io/teams-channel': 'channel',
};

const Descriptor = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({
    name: z.string().min(1).max(63),
    title: z.string().max(200).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.object({ owner: z.string().optional() }).loose().optional(),
});

/** One document of a descriptor file. Undefined for kinds other than Component; a text for one that is none at all. */
export function readService(document: unknown, source: string): Service | string | undefined {
  const parsed = Descriptor.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is no catalogue entity'}`.trim();
  }
  const { kind, metadata, spec } = parsed.data;
  if (kind !== 'Component') return undefined;
  const annotations = metadata.annotations ?? {};
  const names: Record<string, string[]> = {};
  for (const [annotation, of] of Object.entries(ANNOTATIONS)) {
    const values = listOf(annotations[annotation]);
    if (values.length > 0) names[of] = [...new Set([...(names[of] ?? []), ...values])];
  }
  const kubernetesId = annotations['backstage.io/kubernetes-id'];
  const namespace = annotations['backstage.io/kubernetes-namespace'];
  return {
    name: metadata.name,
    aliases: [...(metadata.title === undefined ? [] : [metadata.title]), ...listOf(annotations['devos.io/aliases'])],
    ...(spec?.owner === undefined ? {} : { owner: spec.owner }),
    ...(kubernetesId === undefined ? {} : { kubernetesId }),
    ...(namespace === undefined ? {} : { namespace }),
    names,
    source,
  };
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one.length <= 253);
}

/** `Payment Service`, `payment-service` and `payment service` are one; "service" behind a name says nothing. */
function keyOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s._/-]+(?:service|svc|app)$/, '')
    .replaceAll(/[\s._/-]+/g, '');
}

export type ServiceIndex = (text: string) => Service[];

/** By name first; by alias where no service has that name. */
export function indexServices(services: readonly Service[]): ServiceIndex {
  const byName = new Map<string, Service[]>();
  const byAlias = new Map<string, Service[]>();
  const add = (map: Map<string, Service[]>, key: string, service: Service) => {
    const list = map.get(key) ?? [];
    if (!list.includes(service)) map.set(key, [...list, service]);
  };
  for (const service of services) {
    add(byName, keyOf(service.name), service);
    for (const alias of service.aliases) add(byAlias, keyOf(alias), service);
  }
  return (text) => (text.length > 253 ? [] : (byName.get(keyOf(text)) ?? byAlias.get(keyOf(text)) ?? []));
}
