import { cleanLine, defineAction, safe } from '#kit';
import { z } from 'zod';
import type { RancherClient } from '../client.ts';
import { cluster, words } from '../inputs.ts';
import { projectAnnotation } from '../namespace-body.ts';

const Input = z.object({ cluster: cluster() });
type Input = z.infer<typeof Input>;

const ProjectView = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  description: z.string(),
  namespaces: z.array(z.string()),
});
const Output = z.object({ cluster: z.string(), projects: z.array(ProjectView), note: z.string() });
type Output = z.infer<typeof Output>;

export const listProjects = defineAction<RancherClient>()<Input, Output>({
  id: 'rancher.projects.list',
  summary: 'List the projects of a cluster',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: ['projects & rancher|cluster', 'projects & {cluster}', 'projects & list|show|which|what|all'],
    also: `${words}|projects|list|which|what|show|exist|there|have|all|get|see|me|give|does|do|defined|are|how|many|under|any|it|inside|available|set|up|configured|names`,
    examples: ['list the rancher projects of the cluster oslo', 'which projects are there on cluster oslo?'],
    counterExamples: ['my pet projects'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: async (input, { client, signal }) => {
    const found = await client.cluster(input.cluster, signal);
    return {
      input: { cluster: found.name },
      where: `Rancher ${client.host}, cluster ${found.name}`,
      as: await client.me(signal),
      description: `list the projects of the cluster ${found.name}`,
      diff: [],
      command: ['rancher', 'projects', 'ls'],
      facts: {},
      precondition: {},
    };
  },
  run: async (input, { client, signal }) => {
    const found = await client.cluster(input.cluster, signal);
    // A cluster that is away still has its projects.
    const [projects, namespaces] = await Promise.all([
      client.projects(found.id, signal),
      client.namespaces.list(found.id, signal).catch((error: unknown) => {
        if (signal.aborted) throw error;
        return undefined;
      }),
    ]);
    const inProject = (id: string): string[] =>
      (namespaces ?? []).filter(({ metadata }) => metadata.annotations?.[projectAnnotation] === id).map(({ metadata }) => metadata.name);
    return {
      cluster: found.name,
      projects: projects.map(({ id, name, state, description }) => ({
        id,
        name: cleanLine(name),
        state: cleanLine(state ?? ''),
        description: cleanLine(description ?? ''),
        namespaces: inProject(id),
      })),
      note: namespaces === undefined ? `The namespaces cannot be read: ${found.troubles.join('; ') || 'the cluster does not answer'}.` : '',
    };
  },
  render: ({ cluster: name, projects, note }) => {
    if (projects.length === 0) return { text: `The cluster ${name} has no projects that you can see.` };
    const rows = projects.map((one) => [one.name, one.id, one.state, one.namespaces.join(', '), one.description]);
    return { table: { columns: ['NAME', 'ID', 'STATE', 'NAMESPACES', 'DESCRIPTION'], rows }, text: note };
  },
});
