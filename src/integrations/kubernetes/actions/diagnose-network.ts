import { AppError, defineAction, named, safe } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from '../connect.ts';
import type { Gathering } from '../diagnosis/gather.ts';
import { Hop } from '../diagnosis/hops.ts';
import { limitLines } from '../diagnosis/limits.ts';
import { createReader } from '../diagnosis/reader.ts';
import { parseAll, Service } from '../diagnosis/schema.ts';
import { type ServicePath, servicePath, summaryOf } from '../diagnosis/service-path.ts';
import { labelText, selects } from '../diagnosis/services.ts';
import { target, workloadName } from '../inputs.ts';
import { inEnvironment, placeOf } from '../place.ts';
import type { Pod } from '../schema.ts';
import { findSubject } from '../subject.ts';

const words =
  'deployment|deployments|deploy|statefulset|workload|service|svc|app|application|pod|pods|kubectl|k|kubernetes|the|in|on|of|for|with';

const Input = z.object({
  name: workloadName(),
  from: named({
    of: 'workload',
    nouns: [],
    after: ['from', "can't", 'cannot', "doesn't", 'why does', 'does'],
    before: [
      'reach',
      'talk to',
      'connect to',
      'not talk to',
      'not reach',
      'not connect to',
      ...["can't", 'cannot', 'can not', "doesn't", 'does not', 'is unable to', 'fails to', 'is not able to'].flatMap((not) =>
        ['reach', 'connect to', 'talk to', 'get to'].map((verb) => `${not} ${verb}`),
      ),
      'has no connection to',
    ],
    shape: '[a-z0-9]([-a-z0-9.]{0,250}[a-z0-9])?',
    describe: 'From where',
    ask: 'From where?',
  }).optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

const Output = z.object({
  service: z.string(),
  namespace: z.string(),
  from: z.string().nullable(),
  /** Nothing is known to be broken. */
  ok: z.boolean(),
  /** `it breaks at pods: no pod has the labels …`. */
  summary: z.string(),
  hops: z.array(Hop),
  notRead: z.array(z.string()),
  truncated: z.array(z.string()),
});
type Output = z.infer<typeof Output>;

export const diagnoseNetwork = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.network.diagnose',
  summary: 'Find where the path to a service breaks',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'reach|connect|talk|get & {from}',
      "nothing reaches|nothing can reach|nobody can reach|nobody reaches|no one can reach|nothing gets to|not talk to|reachable|unreachable|connectivity|network path|connection refused|can't reach|cannot reach|can not reach|not reach|unable to reach|can't connect to|cannot connect to|not connect to|doesn't reach|doesn't get to|can't talk to|cannot talk to|not talk to|can't get to|network problem|network issue|network trouble|no route|gets no traffic|no traffic|no endpoints|network diagnosis",
      'reach|talk to|talk|get to & service|svc|pod|deployment|{from}',
      'network|connection|networking|traffic|route|path & diagnose|debug|check|trace|problem|problems|issue|issues|trouble|test|analyze|analyse|investigate|broken|breaks|break|blocked|dropped|drops|works|working',
      'connect & to & service',
    ],
    also: `${words}|reach|reachable|connectivity|network|path|connection|why|not|no|can't|cannot|is|diagnose|debug|check|trace|problem|problems|to|from|the|does|between|and|traffic|nobody|can|where|break|breaks|broken|stop|stops|blocked|dropped|lost|get|gets|getting|talk|connect|connecting|connected|nothing|reaches|able|unable|refused|timeout|timing|out|times|time|route|routes|works|working|issue|issues|trouble|find|it|requests|calls|call|routing|endpoints|has|have|any|fails|failing|test|investigate|analyze|analyse`,
    examples: ['why is the service {name} unreachable?', 'check the network path to {name}', 'debug the connectivity of service {name}'],
    counterExamples: ['reach out to anna'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: async (input, { client }) => {
    const place = await placeOf(client, input);
    return {
      input: { name: input.name, ...(input.from === undefined ? {} : { from: input.from }), ...place.resolved },
      where: place.where,
      as: place.cluster.asker().who,
      description: `follow the path to ${input.name}${input.from === undefined ? '' : ` from ${input.from}`}: service, pods, endpoints, network policies, ingress`,
      diff: [],
      command: ['kubectl', 'describe', `service/${input.name}`, ...place.flags],
      ...inEnvironment(place.environment),
      facts: {},
      precondition: {},
    };
  },
  run: async (input, { client, signal, clock }) => {
    const { cluster, namespace } = await placeOf(client, input);
    const reader = createReader(cluster, signal);
    const gathering: Gathering = { cluster, reader, signal, now: clock() };
    const from = input.from === undefined ? undefined : { name: input.from, pods: await podsFrom(input.from, namespace, gathering) };
    const { service, path } = await pathTo(input.name, namespace, from, gathering);
    return {
      service,
      namespace,
      from: input.from ?? null,
      ok: path.hops.every(({ state }) => state !== 'broken'),
      summary: path.summary,
      hops: path.hops,
      notRead: reader.notRead(),
      truncated: reader.truncated(),
    };
  },
  render: (output) => ({ text: renderText(output) }),
});

type From = { name: string; pods: Pod[] | undefined } | undefined;

/** The service of that name; else the one in front of the workload of that name. Throws NOT_FOUND with near names. */
async function pathTo(name: string, namespace: string, from: From, gathering: Gathering): Promise<{ service: string; path: ServicePath }> {
  const path = await servicePath({ name, namespace, from }, gathering);
  if (path !== undefined) return { service: name, path };
  const { pods, title, workload } = await findSubject(gathering.cluster, { name, namespace }, gathering.signal);
  const labels = workload?.object.spec.template?.metadata?.labels ?? pods[0]?.metadata.labels;
  const items = await gathering.reader.list('Service', { namespace, limit: 2000 });
  const first = items === undefined ? undefined : parseAll(Service, items).find((service) => selects(service, labels));
  const found = first === undefined ? undefined : await servicePath({ name: first.metadata.name, namespace, from }, gathering);
  if (first !== undefined && found !== undefined) return { service: first.metadata.name, path: found };
  const hops: Hop[] =
    items === undefined
      ? [{ hop: 'service', state: 'unknown', title: 'not checked: services are forbidden to read', evidence: [] }]
      : [
          {
            hop: 'service',
            state: 'broken',
            title: `no service selects the pods of ${title}`,
            evidence: [`labels of its pods: ${labelText(labels)}`, `services in the namespace: ${items.length}`],
            next: {
              why: 'without a service its pods are reached by their own addresses only',
              say: `list services in namespace ${namespace}`,
            },
          },
        ];
  return { service: name, path: { hops, pods, summary: summaryOf(hops) } };
}

/** Undefined where there are none of that name here, which is said and not guessed about. */
async function podsFrom(name: string, namespace: string, { cluster, signal }: Gathering): Promise<Pod[] | undefined> {
  const subject = await findSubject(cluster, { name, namespace }, signal).catch((error: unknown) => {
    if (AppError.isInstance(error) && ['NOT_FOUND', 'FORBIDDEN', 'AMBIGUOUS'].includes(error.code)) return undefined;
    throw error;
  });
  return subject?.pods;
}

const marks = { ok: 'ok     ', broken: 'BROKEN ', unknown: 'unknown' };

function renderText({ service, namespace, from, summary, hops, notRead, truncated }: Output): string {
  const lines = [`Service ${service} in ${namespace}${from === null ? '' : `, from ${from}`}: ${summary}`, ''];
  for (const { hop, state, title, evidence } of hops)
    lines.push(
      `${marks[state]}  ${hop.padEnd(9)}  ${title}`,
      ...(state === 'ok' ? [] : evidence.map((line) => `                      ${line}`)),
    );
  const next = hops.find(({ state }) => state === 'broken')?.next;
  if (next !== undefined) lines.push('', `Suggested next: ${next.say}`, `     because ${next.why}`);
  lines.push(
    '',
    'Whether the network of the cluster enforces policies, and what is outside of it, cannot be seen from here.',
    ...limitLines(notRead, truncated),
  );
  return lines.join('\n');
}
