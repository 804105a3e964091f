import { AppError, defineAction, environmentOf, flag, type JsonObject, type Preview, type Rendered, safe, type Slot, shown } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from '../connect.ts';
import { anyKind, selector, target } from '../inputs.ts';
import { allClusters, clusterNames, failureLines, overClusters } from '../over-clusters.ts';
import { type ActionPlace, assertNamespace, inEnvironment, placeOf } from '../place.ts';
import { type Resource, stableResource } from '../resources.ts';
import { joinTables, printTable, type PrintedTable, statusFilter } from '../table.ts';

const statusWords: Slot = {
  type: 'choice',
  values: {
    Running: ['running', 'up'],
    Pending: ['pending', 'waiting', 'unscheduled'],
    Failed: ['failed', 'failing', 'errored', 'error', 'in error'],
    OOMKilled: ['oomkilled', 'oom-killed', 'oom killed', 'out of memory'],
    CrashLoopBackOff: ['crashing', 'crashed', 'crash looping', 'crashlooping', 'crash-looping', 'crashloopbackoff', 'crash loop'],
    ImagePullBackOff: ['imagepullbackoff'],
    Evicted: ['evicted'],
    Terminating: ['terminating'],
    Completed: ['completed', 'succeeded', 'finished'],
    NotReady: ['not ready', 'unready', 'notready', 'not-ready'],
    Ready: ['ready'],
    Unhealthy: ['unhealthy', 'broken', 'not healthy', 'not running', 'bad', 'in trouble', 'with problems'],
    Healthy: ['healthy'],
    Warning: ['warning', 'warnings'],
    Bound: ['bound'],
  },
};

const describeStatus = 'Only those with this status, such as Running, Pending, Failed, NotReady, Unhealthy';

const Input = z.object({
  kind: anyKind(),
  allNamespaces: flag(
    [
      'all namespaces',
      'all the namespaces',
      'every namespace',
      'each namespace',
      'any namespace',
      'across namespaces',
      'across all namespaces',
      'all ns',
      'cluster wide',
      'cluster-wide',
      'clusterwide',
      'whole cluster',
      'entire cluster',
      'everywhere',
      'in the cluster',
    ],
    'Over all namespaces?',
  ).optional(),
  allClusters: allClusters(),
  selector: selector(),
  status: z
    .string()
    .min(1)
    .max(60)
    .regex(/^[A-Za-z][A-Za-z _:-]*$/, 'must be a word such as Running')
    .describe(describeStatus)
    .meta({ description: describeStatus, slot: statusWords, ask: 'With which status?' })
    .optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

const Output = z.object({
  apiVersion: z.literal('v1'),
  kind: z.literal('List'),
  /** There are more than these. */
  truncated: z.boolean(),
  /** As the server sent them: parsed JSON, not walked again. */
  items: z.array(z.custom<JsonObject>((value) => typeof value === 'object' && value !== null)),
  /** What a person sees; not part of the value. */
  table: z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.string())) }),
  note: z.string(),
});
type Output = z.infer<typeof Output>;

/** A selector or a namespace leads on from there. In a run the output is stored. */
const maxObjects = { person: 50_000, machine: 10_000, run: 2000 };
type Reader = keyof typeof maxObjects;

export const listResources = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.resources.list',
  summary: 'List objects of one kind',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'show|list|get|display|print|see|view|find|fetch|give|read|enumerate|dump|check|count|return|query|look & {kind}',
      'what|which|how many|how much|where|any|are there|is there|do we have|tell me & {kind}',
      'all|every|running|current|available|existing & {kind}',
      '{kind}',
    ],
    also: 'kubectl|k8s|kubernetes|k|list|overview|status|state|running|current|currently|all|every|existing|available|deployed|live|of|cluster|resource|resources|object|objects|names|wide|table|default|workload|workloads|together|details|info|information|installed|defined|have|got|exist|exists|there|now|many|count|number|never|restarted|restarts|hosts|ips|ip|addresses|image|images|versions|age|ages|owner|owners|sizes|run|runs|sorted|sort|order|ordered|by|name|alphabetically|full|complete|today|right|tell|me|per|count|do|we|how|what|are|is|up|please|see|look|any|give|currently',
    examples: [
      'show pods',
      'list the {kind} in {namespace}',
      'get all deployments in all namespaces',
      'which pods are failing in {namespace}',
      'show services labelled app=web',
    ],
    counterExamples: ['delete all pods', 'how do I list pods?', 'what is a pod?'],
  },
  usualSafety: 'safe',
  safety: () => safe('reads only; the contents of secrets are not shown'),
  preview: async (input, { client, signal }) => {
    if (input.allClusters === true) return previewOfAll(client, input, signal);
    const place = await placeOf(client, input);
    const { cluster } = place;
    const resource = await cluster.resource(input.kind, signal);
    const isWide = input.allNamespaces === true || !resource.namespaced;
    const scope = isWide ? 'all namespaces' : `namespace ${place.namespace}`;
    const where = resource.namespaced ? `cluster ${cluster.target.context}, ${scope}` : `cluster ${cluster.target.context}`;
    const environment = isWide ? environmentOf(client.environments, { clusters: cluster.target.names }) : place.environment;
    const flags = isWide ? place.flags.slice(2) : place.flags;
    return {
      input: inputOf(input, resource.kind, isWide, place.resolved),
      where,
      as: cluster.asker().who,
      description: describe(input, resource.plural),
      diff: [],
      command: commandOf(input, resource.plural, isWide && resource.namespaced, flags),
      ...inEnvironment(environment),
      facts: { kind: resource.kind, allNamespaces: isWide },
      precondition: {},
    };
  },
  run: async (input, context) => {
    const { client, signal } = context;
    const reader: Reader = context.reader ?? 'run';
    const list = { apiVersion: 'v1', kind: 'List' } as const;
    if (input.allClusters !== true) return { ...list, ...(await readList(client, input, reader, signal)) };
    const { done, failed } = await overClusters(client, signal, (cluster, own) => readList(client, { ...input, cluster }, reader, own));
    const notes = done.flatMap(({ cluster, result }) => (result.note === '' ? [] : [`${cluster}: ${result.note}`]));
    return {
      ...list,
      items: done.flatMap(({ result }) => result.items),
      truncated: done.some(({ result }) => result.truncated),
      table: joinTables(done.map(({ cluster, result }) => ({ cluster, table: result.table }))),
      note: [...notes, ...failureLines({ failed })].join('\n'),
    };
  },
  value: ({ apiVersion, kind, truncated, items }) => ({
    apiVersion,
    kind,
    metadata: { resourceVersion: '', ...(truncated ? { truncated } : {}) },
    items,
  }),
  render: ({ table, note }): Rendered => (table.rows.length === 0 ? { text: note } : { table, text: note }),
});

interface ReadList {
  truncated: boolean;
  items: JsonObject[];
  table: PrintedTable;
  note: string;
}

async function readList(client: KubernetesClient, input: Input, reader: Reader, signal: AbortSignal): Promise<ReadList> {
  const { cluster, namespace } = await placeOf(client, input);
  const resource = await cluster.resource(input.kind, signal);
  const isWide = input.allNamespaces === true || !resource.namespaced;
  // For a person the names of the namespaces do, and only where there are several.
  const forPerson = isWide && resource.namespaced ? 'metadata' : 'none';
  const objects = reader === 'person' ? forPerson : 'whole';
  const listed = await cluster.table(
    resource,
    { namespace: isWide ? undefined : namespace, selector: input.selector, limit: maxObjects[reader], objects },
    signal,
  );
  // The API answers a list in a namespace that does not exist with an empty one.
  if (listed.rows.length === 0 && !isWide) await assertNamespace(cluster, namespace, signal);
  const whole = printTable(listed, isWide && resource.namespaced);
  const keep = input.status === undefined ? undefined : statusFilter(whole, input.status);
  const rows = whole.rows.flatMap((row, index) => (keep === undefined || keep(row) ? [{ row, item: listed.items[index] ?? {} }] : []));
  const table = { columns: whole.columns, rows: rows.map(({ row }) => row) };
  return {
    items: objects === 'whole' ? rows.map(({ item }) => shown(item)) : [],
    truncated: listed.truncated,
    table,
    note: noteOf(table, listed.truncated ? maxObjects[reader] : undefined, resource, isWide ? undefined : namespace, input),
  };
}

/** Nothing is asked of the clusters: one that is away must not stop the plan. */
async function previewOfAll(client: KubernetesClient, input: Input, signal: AbortSignal): Promise<Preview> {
  if (input.cluster !== undefined)
    throw new AppError(`Both the cluster ${input.cluster} and all clusters are asked for`, {
      code: 'INPUT_INVALID',
      hint: 'Leave one of the two out.',
    });
  const names = await clusterNames(client, signal);
  const plural = stableResource(input.kind)?.plural ?? input.kind.toLowerCase();
  const scope = input.allNamespaces === true ? [] : [`namespace ${input.namespace ?? 'of each context'}`];
  return {
    input: {
      ...inputOf(input, input.kind, false, {}),
      allClusters: true,
      ...(input.namespace === undefined ? {} : { namespace: input.namespace }),
    },
    where: [`${names.length} clusters: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ' …' : ''}`, ...scope].join(', '),
    description: `${describe(input, plural)} in all clusters`,
    diff: [],
    command: commandOf(input, plural, input.allNamespaces === true, ['--context', 'EACH']),
    facts: { kind: input.kind, clusters: names.length },
    precondition: {},
  };
}

function describe({ status, selector: labels }: Input, plural: string): string {
  return `list ${plural}${status === undefined ? '' : ` with status ${status}`}${labels === undefined ? '' : ` labelled ${labels}`}`;
}

function commandOf({ selector: labels }: Input, plural: string, isWide: boolean, flags: string[]): string[] {
  return ['kubectl', 'get', plural, ...(labels === undefined ? [] : ['-l', labels]), ...(isWide ? ['-A'] : []), ...flags];
}

function noteOf(
  table: PrintedTable,
  /** Where there are more. */
  limit: number | undefined,
  { plural }: Resource,
  namespace: string | undefined,
  { status, selector: labels }: Input,
): string {
  if (limit !== undefined) return `These are the first ${limit}; there are more. Narrow it with a namespace or labels.`;
  if (table.rows.length > 0) return '';
  const which = `${status === undefined ? '' : ` with status ${status}`}${labels === undefined ? '' : ` labelled ${labels}`}`;
  return `No ${plural}${which} found${namespace === undefined ? '' : ` in the namespace ${namespace}`}.`;
}

/** Over all namespaces, or for what lives in none, a namespace would say something that is not so. */
function inputOf(
  { allNamespaces, selector: labels, status }: Input,
  kind: string,
  isWide: boolean,
  resolved: Partial<ActionPlace['resolved']>,
): JsonObject {
  const { namespace, ...cluster } = resolved;
  return {
    kind,
    ...(allNamespaces === undefined ? {} : { allNamespaces }),
    ...(labels === undefined ? {} : { selector: labels }),
    ...(status === undefined ? {} : { status }),
    ...(isWide || namespace === undefined ? {} : { namespace }),
    ...cluster,
  };
}
