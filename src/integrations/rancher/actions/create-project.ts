import { AppError, defineAction, environmentOf, moderate, text, verbs } from '#kit';
import { z } from 'zod';
import type { RancherClient } from '../client.ts';
import type { ClusterState } from '../cluster-state.ts';
import { cluster, effectAnnotation, projectName, words } from '../inputs.ts';
import type { Project } from '../schema.ts';

const Input = z.object({
  cluster: cluster(),
  name: projectName('Name of the project'),
  description: text(['description', 'with description', 'described as'], 'Description', 'Which description?', 500).optional(),
});
type Input = z.infer<typeof Input>;

const Output = z.object({ id: z.string(), name: z.string(), cluster: z.string() });
type Output = z.infer<typeof Output>;

export const createProject = defineAction<RancherClient>()<Input, Output>({
  id: 'rancher.project.create',
  summary: 'Create a project',
  permission: 'rancher:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [
      `${verbs.make}|open|start|want|need|have|request & rancher & project`,
      `${verbs.make}|open|start|want|need & project & cluster`,
      `${verbs.make}|open|start & project & {cluster}`,
    ],
    also: `${words}|project|called|named|name|new|a|with|create|make|add|description|inside|to|have|set|up|it|we|us|need|want|open|start|team|name|within|there|about|one|it's`,
    examples: ['create a rancher project called Growth on the cluster oslo', 'make a project "Growth" in rancher on cluster oslo'],
    counterExamples: ['how do I create a rancher project?'],
  },
  usualSafety: 'moderate',
  safety: (_input, { environment }) => moderate('adds an empty project', ...(environment?.production === true ? ['production'] : [])),
  preview: async (input, { client, signal }) => {
    const [found, as] = await Promise.all([client.cluster(input.cluster, signal), client.me(signal)]);
    assertFree(await sameName(client, found, input.name, signal), found);
    const environment = environmentOf(client.environments, { clusters: [found.name, found.id, `rancher/${found.name}`] });
    return {
      input: { cluster: found.name, name: input.name, ...(input.description === undefined ? {} : { description: input.description }) },
      where: `Rancher ${client.host}, cluster ${found.name}`,
      as,
      description: `create the project ${input.name} in the cluster ${found.name}`,
      diff: [`+ project ${input.name}${input.description === undefined ? '' : `: ${input.description}`}`],
      command: ['rancher', 'projects', 'create', '--cluster', found.id, input.name],
      ...(environment === undefined ? {} : { environment }),
      facts: {},
      precondition: { cluster: found.id, 'projects of that name': 0 },
      undo: 'the project is deleted, as long as no namespace is in it',
    };
  },
  run: async (input, { client, key, signal }) => {
    const found = await client.cluster(input.cluster, signal);
    assertFree(await sameName(client, found, input.name, signal), found);
    const made = await client.createProject(
      {
        name: input.name,
        clusterId: found.id,
        ...(input.description === undefined ? {} : { description: input.description }),
        annotations: { [effectAnnotation]: key },
      },
      signal,
    );
    return { id: made.id, name: made.name, cluster: found.name };
  },
  find: async (input, { client, key, signal }) => {
    const found = await client.cluster(input.cluster, signal);
    const made = (await client.projects(found.id, signal)).find(({ annotations }) => annotations?.[effectAnnotation] === key);
    return made === undefined ? undefined : { id: made.id, name: made.name, cluster: found.name };
  },
  verify: async (_input, output, { client, signal }) => {
    const found = await client.findProject(output.id, signal);
    if (found === undefined) return { ok: false, message: `${output.name} is not there` };
    return { ok: true, message: `${output.name} is there as ${output.id}${found.state ? `, ${found.state}` : ''}` };
  },
  undo: (_input, { id, cluster: name }) => ({ action: 'rancher.project.delete', input: { cluster: name, project: id } }),
  render: ({ id, name, cluster: on }) => ({ text: `project ${name} in ${on}: ${id}` }),
});

async function sameName(client: RancherClient, { id }: ClusterState, name: string, signal: AbortSignal): Promise<Project[]> {
  return (await client.projects(id, signal)).filter((project) => project.name.toLowerCase() === name.toLowerCase());
}

/** Rancher would make a second one of the same name. */
function assertFree([taken]: Project[], { name }: ClusterState): void {
  if (taken === undefined) return;
  throw new AppError(`The cluster ${name} has a project ${taken.name} already: ${taken.id}`, {
    code: 'CONFLICT',
    hint: 'Take another name, or use the one that is there.',
    details: { unclear: false, id: taken.id },
  });
}
