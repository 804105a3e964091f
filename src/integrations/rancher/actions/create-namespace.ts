import { AppError, defineAction, environmentOf, moderate, named, text, verbs } from '#kit';
import { z } from 'zod';
import type { RancherClient } from '../client.ts';
import type { ClusterState } from '../cluster-state.ts';
import { cluster, effectAnnotation, projectName, words } from '../inputs.ts';
import { namespaceBody, projectAnnotation, readQuota } from '../namespace-body.ts';
import type { Project } from '../schema.ts';

const Input = z.object({
  cluster: cluster(),
  name: named({
    of: 'newNamespace',
    nouns: ['namespace', 'ns'],
    after: ['namespace', 'namespace called', 'namespace named', 'ns', 'called', 'named'],
    shape: '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?',
    describe: 'Name of the namespace',
    ask: 'What is the namespace called?',
  }),
  project: projectName('Project that it belongs to').optional(),
  quota: text(['quota', 'with quota', 'with a quota of', 'quota of'], 'Quota', 'Which quota?', 200).optional(),
});
type Input = z.infer<typeof Input>;

const Output = z.object({ cluster: z.string(), name: z.string(), uid: z.string(), project: z.string().nullable() });
type Output = z.infer<typeof Output>;

export const createNamespace = defineAction<RancherClient>()<Input, Output>({
  id: 'rancher.namespace.create',
  summary: 'Create a namespace in a project',
  permission: 'rancher:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [
      `${verbs.make}|need|want|open|start|request & namespace|ns & rancher|project`,
      'namespace|ns & rancher & project',
      `${verbs.make}|need|want & namespace|ns & quota`,
    ],
    also: `${words}|namespace|ns|project|called|named|new|a|with|create|make|add|inside|it|to|under|quota|limit|limits|limited|belonging|part|within|we|want|need|please|name|resource|up|have|it|as`,
    examples: ['create the namespace push-gateway in the rancher project Mobile on cluster berlin'],
    counterExamples: ['how do I create a namespace in rancher?'],
  },
  usualSafety: 'moderate',
  safety: (_input, { environment }) => moderate('adds an empty namespace', ...(environment?.production === true ? ['production'] : [])),
  preview: async (input, { client, signal }) => {
    const found = await client.cluster(input.cluster, signal);
    const [project, as] = await Promise.all([projectOf(client, found, input.project, signal), client.me(signal)]);
    const quota = input.quota === undefined ? undefined : readQuota(input.quota);
    const body = namespaceBody({ name: input.name, project: project?.id, quota, annotations: {} });
    await client.namespaces.create(found.id, body, { dryRun: true }, signal);
    const environment = environmentOf(client.environments, {
      clusters: [found.name, found.id, `rancher/${found.name}`],
      namespace: input.name,
    });
    return {
      input: {
        cluster: found.name,
        name: input.name,
        ...(project === undefined ? {} : { project: project.name }),
        ...(input.quota === undefined ? {} : { quota: input.quota }),
      },
      where: `Rancher ${client.host}, cluster ${found.name}`,
      as,
      description: `create the namespace ${input.name}${project === undefined ? '' : ` in the project ${project.name}`} of the cluster ${found.name}`,
      diff: [
        `+ namespace ${input.name}`,
        ...(project === undefined ? [] : [`+   project ${project.name} (${project.id})`]),
        ...Object.entries(quota ?? {}).map(([name, value]) => `+   quota ${name} ${value}`),
      ],
      command: ['rancher', 'namespaces', 'create', input.name],
      ...(environment === undefined ? {} : { environment }),
      facts: {},
      precondition: { cluster: found.id, ...(project === undefined ? {} : { project: project.id }) },
      undo: 'the namespace is deleted, with what is in it by then',
    };
  },
  run: async (input, { client, key, signal }) => {
    const found = await client.cluster(input.cluster, signal);
    const project = await projectOf(client, found, input.project, signal);
    const quota = input.quota === undefined ? undefined : readQuota(input.quota);
    const body = namespaceBody({ name: input.name, project: project?.id, quota, annotations: { [effectAnnotation]: key } });
    const { metadata } = await client.namespaces.create(found.id, body, { dryRun: false }, signal);
    return { cluster: found.name, name: metadata.name, uid: metadata.uid ?? '', project: project?.id ?? null };
  },
  find: async (input, { client, key, signal }) => {
    const found = await client.cluster(input.cluster, signal);
    const made = await client.namespaces.find(found.id, input.name, signal);
    if (made?.metadata.annotations?.[effectAnnotation] !== key) return undefined;
    const project = made.metadata.annotations[projectAnnotation] ?? null;
    return { cluster: found.name, name: input.name, uid: made.metadata.uid ?? '', project };
  },
  verify: async (_input, { cluster: on, name, project }, { client, signal }) => {
    const found = await client.cluster(on, signal);
    const made = await client.namespaces.find(found.id, name, signal);
    if (made === undefined) return { ok: false, message: `${name} is not there` };
    const isIn = (made.metadata.annotations?.[projectAnnotation] ?? null) === project;
    return {
      ok: isIn,
      message: isIn
        ? `${name} is there${project === null ? '' : ` in ${project}`}`
        : `${name} is there, but not in ${project ?? 'no project'}`,
    };
  },
  undo: (_input, { cluster: on, name }) => ({
    action: 'kubernetes.resource.delete',
    input: { kind: 'Namespace', name, cluster: `rancher/${on}` },
  }),
  render: ({ cluster: on, name, project }) => ({ text: `namespace ${name} in ${on}${project === null ? '' : `, project ${project}`}` }),
});

async function projectOf(
  client: RancherClient,
  { id, name }: ClusterState,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<Project | undefined> {
  if (wanted === undefined) return undefined;
  const all = await client.projects(id, signal);
  const found = all.filter((project) => project.id === wanted || project.name.toLowerCase() === wanted.toLowerCase());
  const [only, second] = found;
  if (only !== undefined && second === undefined) return only;
  const options = found.length > 1 ? found.map((project) => project.id) : all.map((project) => project.name);
  throw new AppError(
    second === undefined ? `The cluster ${name} has no project ${wanted}` : `Several projects of ${name} are called ${wanted}`,
    {
      code: second === undefined ? 'NOT_FOUND' : 'AMBIGUOUS',
      hint:
        options.length === 0
          ? `Make it first: devos "create a rancher project called ${wanted} on the cluster ${name}"`
          : `There are: ${options.slice(0, 20).join(', ')}`,
      details: { options },
    },
  );
}
