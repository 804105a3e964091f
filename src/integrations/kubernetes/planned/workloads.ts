/** What is done to workloads. */
import { count, kind, pattern, planAction, type PlannedAction, resourceName, text } from '#kit';
import { z } from 'zod';
import { anyKind, container, target, workloadName } from '../inputs.ts';

const words =
  'deployment|deployments|deploy|statefulset|workload|service|svc|app|application|pod|pods|kubectl|k|kubernetes|the|in|on|of|for|with';
const port = (after: string[], describe: string) => count({ min: 1, max: 65_535, nouns: ['port'], after, describe, ask: 'Which port?' });

export const workloadsPlanned: PlannedAction[] = [
  planAction({
    id: 'kubernetes.port.forward',
    summary: 'Forward a local port',
    permission: 'kubernetes:write',
    usualSafety: 'moderate',
    input: z.object({
      name: resourceName(),
      kind: anyKind().optional(),
      localPort: count({
        min: 1,
        max: 65_535,
        nouns: [],
        after: ['local port', 'localhost', 'local', 'from local port', 'my port'],
        describe: 'Port here',
        ask: 'Which local port?',
      }).optional(),
      remotePort: port(['to port', 'remote port', 'to', 'port', 'from port', 'service port', 'on port'], 'Port there'),
      ...target,
    }),
    language: {
      triggers: [
        'port-forward|portforward|port forward|port forwarding|forward port|forward',
        'forward|tunnel & port|ports',
        'tunnel & service|svc|pod',
      ],
      also: `${words}|port|ports|forward|tunnel|to|local|localhost|remote|from|a|my|machine|open|set|up`,
      examples: [
        'forward port 9090 of service {name}',
        'port-forward svc/web-app port 8080',
        'forward local port 9090 to port 80 of service {name}',
      ],
      counterExamples: ['looking forward to it', 'forward the mail'],
    },
  }),
  planAction({
    id: 'kubernetes.pod.exec',
    summary: 'Run a command in a pod',
    permission: 'kubernetes:write',
    usualSafety: 'destructive',
    input: z.object({
      name: workloadName(),
      command: text([':', '--', 'command', 'the command', 'run', 'exec', 'execute'], 'Command', 'Which command?', 4000),
      container: container(),
      ...target,
    }),
    language: {
      triggers: [
        'exec|execute|run & pod|pods|container|inside',
        'exec',
        'exec|execute|run & command & pod|container',
        'execute|run & {command} & pod|container',
      ],
      also: `${words}|exec|execute|run|command|a|inside|into|within|container|-it|--|it`,
      examples: ['exec "ls /data" in pod {name}', 'run `env` inside the pod {name}', 'exec into {name}: redis-cli ping'],
      counterExamples: ['how do I exec into a pod?', 'run the race'],
    },
  }),
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
