import { AppError, count, defineAction, moderate, resourceName, type SafetyFacts, toAppError } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from '../connect.ts';
import { runSession } from '../forward-session.ts';
import { findTarget } from '../forward-target.ts';
import { anyKind, target } from '../inputs.ts';
import { inEnvironment, placeOf } from '../place.ts';
import { isReady } from '../pods.ts';
import { assertMayOpen } from '../rights.ts';
import { counted } from '../words.ts';

const port = (after: string[], describe: string) => count({ min: 1, max: 65_535, nouns: ['port'], after, describe, ask: 'Which port?' });

const Input = z.object({
  name: resourceName(),
  kind: anyKind().optional(),
  localPort: count({
    min: 1,
    max: 65_535,
    nouns: ['locally', 'local', 'localhost', 'on localhost', 'on my machine', 'on my laptop', 'on my side', 'here'],
    after: ['local port', 'localhost', 'local', 'from local port', 'my port', 'my local port', 'localhost:'],
    pairedWith: 'remotePort',
    describe: 'Port here',
    ask: 'Which local port?',
  }).optional(),
  remotePort: port(['to port', 'remote port', 'to', 'port', 'from port', 'service port', 'on port', 'from'], 'Port there'),
  ...target,
});
type Input = z.infer<typeof Input>;

const Output = z.object({
  namespace: z.string(),
  target: z.string(),
  remotePort: z.number(),
  /** How the session ended: as somebody wanted, or with the daemon that held it. */
  ended: z.enum(['asked', 'daemon']),
  /** Absent where it ended with the daemon: nobody counted then. */
  session: z
    .object({ localPort: z.number(), pods: z.array(z.string()), connections: z.number(), failed: z.number(), seconds: z.number() })
    .optional(),
});
type Output = z.infer<typeof Output>;

const words =
  'deployment|deployments|deploy|statefulset|workload|service|svc|app|application|pod|pods|kubectl|k|kubernetes|the|in|on|of|for|with';

export const forwardPort = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.port.forward',
  summary: 'Forward a local port',
  permission: 'kubernetes:write',
  idempotent: false,
  session: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'port-forward|pf|portforward|port forward|port forwarding|forward port|forward',
      'forward|tunnel & port|ports',
      'tunnel & service|svc|pod|{name}',
      'make|bring|get|open|map|expose|reach|connect|bind|link & {remotePort} & localhost|locally|my machine|my laptop|local port|local|localhost',
    ],
    also: `${words}|port|ports|forward|tunnel|to|local|localhost|remote|from|a|my|machine|laptop|computer|workstation|here|locally|open|set|up|map|make|bring|get|reach|available|so|i|can|it|traffic|local|via|onto|at|is|listening`,
    examples: [
      'forward port 9090 of service {name}',
      'port-forward svc/web-app port 8080',
      'forward local port 9090 to port 80 of service {name}',
    ],
    counterExamples: ['looking forward to it', 'forward the mail'],
  },
  usualSafety: 'moderate',
  safety: (_input, { environment }: SafetyFacts) =>
    moderate(
      'opens a way from this machine into the cluster, until it is ended',
      ...(environment?.production === true ? ['production'] : []),
    ),
  preview: async (input, { client, signal }) => {
    const { name, kind, localPort, remotePort } = input;
    const place = await placeOf(client, input);
    const { cluster, namespace } = place;
    const found = await findTarget(cluster, { name, kind, namespace, port: remotePort }, signal);
    const { pod, port: podPort } = await found.choose(signal);
    const [as] = await Promise.all([
      cluster.identity(signal),
      assertMayOpen(cluster, { namespace, pod: pod.metadata.name, subresource: 'portforward' }, signal),
    ]);
    const here = `127.0.0.1:${localPort ?? '(a free port)'}`;
    return {
      input: { name: found.name, kind: found.kind, remotePort, ...(localPort === undefined ? {} : { localPort }), ...place.resolved },
      where: place.where,
      as,
      description: `forward ${localPort === undefined ? 'a local port' : `port ${localPort} of this machine`} to port ${remotePort} of ${found.title}`,
      diff: [
        `+ ${here} on this machine -> ${found.title}, port ${remotePort}`,
        `  now pod ${pod.metadata.name}, port ${podPort}${isReady(pod) ? '' : ' (not ready)'}; another pod of it when that one goes`,
        '  every program and user of this machine can use it while it is open',
      ],
      command: ['kubectl', 'port-forward', `${found.kind.toLowerCase()}/${found.name}`, `${localPort ?? ''}:${remotePort}`, ...place.flags],
      ...inEnvironment(place.environment),
      facts: { ready: isReady(pod) },
      precondition: { target: found.title, 'port in the pod': podPort },
      undo: 'ends with Ctrl-C, or with: devos runs cancel; then nothing of it is left',
    };
  },
  run: async (input, { client, signal, clock, output, progress }) => {
    const { name, kind, remotePort, localPort } = input;
    const { cluster, namespace } = await placeOf(client, input);
    try {
      const found = await findTarget(cluster, { name, kind, namespace, port: remotePort }, signal);
      const session = await runSession({
        cluster,
        namespace,
        target: found,
        localPort,
        clock,
        signal,
        say: progress,
        leads(bound, { pod, port: podPort }) {
          const line = `127.0.0.1:${bound} -> pod/${pod.metadata.name}:${podPort}`;
          output(`${line}\n`);
          progress(`${line}   Ctrl-C ends it`);
        },
      });
      return { namespace, target: found.title, remotePort, ended: 'asked' as const, session };
    } catch (error) {
      throw nothingLeft(error);
    }
  },
  // The port was the daemon's, and went with it. Nobody may find it open again without having asked.
  find: (input) =>
    Promise.resolve({
      namespace: input.namespace ?? '',
      target: `${input.kind ?? ''} ${input.name}`.trim(),
      remotePort: input.remotePort,
      ended: 'daemon' as const,
    }),
  verify: (_input, output) => Promise.resolve({ ok: true, message: lasted(output) }),
  render: (output) => ({ text: lasted(output) }),
});

function lasted({ ended, session }: Output): string {
  if (ended === 'daemon' || session === undefined) return 'the session ended with the daemon that held it';
  const { seconds, connections, failed, pods } = session;
  const problems = failed === 0 ? '' : `, ${failed} of them failed`;
  return `lasted ${counted(seconds, 'second')}, ${counted(connections, 'connection')}${problems}, ${counted(pods.length, 'pod')}`;
}

/** Whatever went wrong, the port is closed: it may be tried again, and there is nothing to look for. */
function nothingLeft(error: unknown): AppError {
  const { message, code, hint, details } = toAppError(error);
  return new AppError(message, { code, hint, details: { ...details, unclear: false }, cause: error });
}
