/** What is done to workloads. */
import { count, kind, pattern, planAction, type PlannedAction, resourceName, text } from '#kit';
import { z } from 'zod';
import { target } from '../inputs.ts';

export const workloadsPlanned: PlannedAction[] = [
  planAction({
    id: 'kubernetes.resource.create',
    summary: 'Create an object',
    permission: 'kubernetes:write',
    usualSafety: 'moderate',
    input: z
      .object({
        kind: kind({ workloadsOnly: false, except: ['Namespace', 'Event', 'Node', 'Service'] }),
        name: resourceName(),
        image: pattern(String.raw`(?:[a-z0-9.-]+(?::\d+)?\/)*[a-z0-9._-]+(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?`, {
          nouns: ['image', 'img'],
          after: ['image', 'img', 'with image', 'w/ image', 'using', 'using image', 'from image', 'image of', 'from'],
          describe: 'Image',
          ask: 'Which image?',
        }).optional(),
        replicas: count({
          min: 0,
          max: 1000,
          nouns: ['replica', 'replicas', 'instances', 'copies'],
          describe: 'Replicas',
          ask: 'How many replicas?',
        }).optional(),
        port: count({ min: 1, max: 65_535, nouns: ['port'], after: ['port', 'on port'], describe: 'Port', ask: 'Which port?' }).optional(),
        env: pattern(String.raw`[A-Za-z_]\w*=[^\s,]*(?:,[A-Za-z_]\w*=[^\s,]*)*`, {
          nouns: ['env', 'environment variable', 'env value', 'variable'],
          after: [
            'env',
            'env value',
            'env value as',
            'with env',
            'environment variable',
            'values',
            'with the values',
            'with values',
            'with value',
            'literal',
          ],
          terms: true,
          describe: 'Environment or data as key=value',
          ask: 'Which values?',
        }).optional(),
        labels: pattern(String.raw`[A-Za-z0-9][\w./-]*=[\w.-]*(?:,[A-Za-z0-9][\w./-]*=[\w.-]*)*`, {
          nouns: ['label', 'labels'],
          after: ['label', 'labels', 'labelled', 'labeled', 'with label', 'with labels'],
          describe: 'Labels',
          ask: 'Which labels?',
        }).optional(),
        cpu: pattern(String.raw`\d+(?:\.\d+)?m?`, {
          nouns: ['cpu', 'cores'],
          after: ['cpu'],
          describe: 'CPU',
          ask: 'How much CPU?',
        }).optional(),
        memory: pattern(String.raw`\d+(?:Ki|Mi|Gi|M|G)`, {
          nouns: ['memory', 'mem', 'ram'],
          after: ['memory', 'mem'],
          describe: 'Memory',
          ask: 'How much memory?',
        }).optional(),
        schedule: text(
          ['schedule', 'schedule of', 'on a schedule of', 'runs on a schedule of'],
          'Schedule of a cron job',
          'Which schedule?',
          120,
        ).optional(),
        ...target,
      })
      .refine(({ kind: made, image }) => image !== undefined || !/^(?:Pod|Deployment|StatefulSet|DaemonSet|Job|CronJob)$/.test(made), {
        message: 'needs an image',
        path: ['image'],
      }),
    language: {
      triggers: ['create|make|new|spin up & {kind} & {name}', 'create|make|new|spin up & {kind}'],
      allows: ['SCHEDULED'],
      also: `create|make|new|start|spin|up|called|named|with|w/|image|using|replica|replicas|port|a|an|and|of|object|kubernetes|kubectl|labels|label|env|value|values|the|it|in|that|from|default`,
      examples: [
        'create a deployment called web-app with image nginx:alpine, 2 replicas, port 8080',
        'create the serviceaccount deployer in {namespace}',
        'create a pod named web-app with image nginx',
      ],
      counterExamples: ['how do I create a deployment?', 'create a masterpiece'],
    },
  }),
];
