import { AppError, defineAction, destructive } from '#kit';
import { z } from 'zod';
import type { RancherClient } from '../client.ts';
import { cluster } from '../inputs.ts';
import { projectAnnotation } from '../namespace-body.ts';

const Input = z.object({
  cluster: cluster(),
  project: z
    .string()
    .regex(/^[a-z0-9-]+:p-[a-z0-9]+$/, 'must be an id such as c-m-x1:p-abcde')
    .describe('Id of the project, such as c-m-x1:p-abcde'),
});
type Input = z.infer<typeof Input>;

const Output = z.object({ id: z.string(), name: z.string() });
type Output = z.infer<typeof Output>;

/** The way back of creating one: no sentence leads here, and a project with namespaces is left alone. */
export const deleteProject = defineAction<RancherClient>()<Input, Output>({
  id: 'rancher.project.delete',
  summary: 'Delete an empty project',
  permission: 'rancher:write',
  idempotent: true,
  input: Input,
  output: Output,
  language: { triggers: [], examples: [] },
  usualSafety: 'destructive',
  safety: () => destructive('the project and who may use it are gone for good'),
  preview: async (input, { client, signal }) => {
    const found = await client.cluster(input.cluster, signal);
    const project = await client.findProject(input.project, signal);
    if (project === undefined || project.clusterId !== found.id)
      throw new AppError(`The cluster ${found.name} has no project ${input.project}`, {
        code: 'NOT_FOUND',
        hint: `See which there are: devos run rancher.projects.list --cluster ${found.name}`,
      });
    await assertEmpty(client, found.id, project, signal);
    return {
      input: { cluster: found.name, project: project.id },
      where: `Rancher ${client.host}, cluster ${found.name}`,
      as: await client.me(signal),
      description: `delete the empty project ${project.name} (${project.id})`,
      diff: [`- project ${project.name}`],
      command: ['rancher', 'projects', 'delete', project.id],
      facts: {},
      precondition: { project: project.name, namespaces: 0 },
    };
  },
  run: async (input, { client, signal }) => {
    const project = await client.findProject(input.project, signal);
    if (project === undefined) return { id: input.project, name: input.project };
    await assertEmpty(client, project.clusterId, project, signal);
    await client.deleteProject(project.id, signal);
    return { id: project.id, name: project.name };
  },
  verify: async (_input, { id, name }, { client, signal }) => {
    const left = await client.findProject(id, signal);
    return left === undefined ? { ok: true, message: `${name} is gone` } : { ok: false, message: `${name} is still there` };
  },
  render: ({ id, name }) => ({ text: `project ${name} (${id}) deleted` }),
});

async function assertEmpty(
  client: RancherClient,
  clusterId: string,
  { id, name }: { id: string; name: string },
  signal: AbortSignal,
): Promise<void> {
  const inside = (await client.namespaces.list(clusterId, signal)).filter(
    ({ metadata }) => metadata.annotations?.[projectAnnotation] === id,
  );
  if (inside.length === 0) return;
  throw new AppError(`The project ${name} holds ${inside.map(({ metadata }) => metadata.name).join(', ')}`, {
    code: 'CONFLICT',
    hint: 'Move or delete its namespaces first.',
    details: { unclear: false },
  });
}
