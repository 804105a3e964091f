import { AppError, defineAction, safe } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from '../connect.ts';

const words = 'node|nodes|cluster|kubectl|k|kubernetes|k8s|kube|the|in|on|of|for|my|our';

const Input = z.object({});
type Input = z.infer<typeof Input>;

const Output = z.object({
  contexts: z.array(
    z.object({
      name: z.string(),
      cluster: z.string(),
      server: z.string(),
      namespace: z.string(),
      user: z.string(),
      current: z.boolean(),
      broken: z.string().optional(),
      hint: z.string().optional(),
    }),
  ),
});
type Output = z.infer<typeof Output>;

export const listContexts = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.contexts.list',
  summary: 'List the contexts of the kubeconfig',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'contexts|get-contexts|current-context|kubeconfigs',
      'context & list|which|current|available|what|active|selected|using',
      'clusters & kubeconfig',
    ],
    also: `${words}|contexts|context|list|which|what|are|there|have|available|current|show|all|exist|kubeconfig|do|i|switch|am|using|active|selected|to|use|can|me|clusters|config|configured|know|knows|config|get-contexts`,
    examples: ['list the kubernetes contexts', 'which kube contexts are there?'],
    counterExamples: ['out of context'],
  },
  usualSafety: 'safe',
  safety: () => safe('reads the kubeconfig only; credentials are not shown'),
  preview: () =>
    Promise.resolve({
      input: {},
      where: 'kubeconfig',
      description: 'list the contexts of the kubeconfig',
      diff: [],
      command: ['kubectl', 'config', 'get-contexts'],
      facts: {},
      precondition: {},
    }),
  run: async (_input, { client }) => {
    const contexts = await client.contextDetails();
    if (contexts.length === 0)
      throw new AppError('The kubeconfig holds no context', {
        code: 'NOT_FOUND',
        hint: 'Add one: kubectl config set-context NAME --cluster=CLUSTER --user=USER',
      });
    return { contexts };
  },
  render: ({ contexts }) => {
    const hasTrouble = contexts.some(({ broken }) => broken !== undefined);
    return {
      table: {
        columns: ['CURRENT', 'NAME', 'CLUSTER', 'SERVER', 'NAMESPACE', 'USER', ...(hasTrouble ? ['PROBLEM'] : [])],
        rows: contexts.map(({ current, name, cluster, server, namespace, user, broken }) => [
          current ? '*' : '',
          name,
          cluster,
          server,
          namespace,
          user,
          ...(hasTrouble ? [broken ?? ''] : []),
        ]),
      },
    };
  },
});
