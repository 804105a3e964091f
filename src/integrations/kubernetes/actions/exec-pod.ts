import { AppError, cleanLine, defineAction, destructive, type SafetyFacts, text } from '#kit';
import { z } from 'zod';
import { parseArguments, showArguments } from '../argument-array.ts';
import { chooseReady, chooseRunning, containerOf } from '../choose-pod.ts';
import type { Cluster } from '../cluster.ts';
import type { KubernetesClient } from '../connect.ts';
import { stale } from '../effects.ts';
import { container, target, workloadName } from '../inputs.ts';
import { inEnvironment, placeOf } from '../place.ts';
import { isReady, parsePods } from '../pods.ts';
import { createProgramOutput } from '../program-output.ts';
import { resourceOf } from '../resources.ts';
import { assertMayOpen } from '../rights.ts';
import type { Pod } from '../schema.ts';
import { findSubject } from '../subject.ts';

const Input = z.object({
  name: workloadName(['in', 'into', 'inside', 'on', 'within']),
  command: text([':', '--', 'command', 'the command', 'run', 'exec', 'execute'], 'Command', 'Which command?', 4000),
  container: container(),
  pod: z.string().max(253).describe('The pod that it runs in, where the name is that of a workload; filled in by planning').optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

const Output = z.object({
  namespace: z.string(),
  pod: z.string(),
  container: z.string(),
  argv: z.array(z.string()),
  exitCode: z.number(),
  /** Cleaned and without credentials, as shown. */
  stdout: z.string(),
  stderr: z.string(),
  /** Bytes that were not kept. */
  leftOut: z.number(),
});
type Output = z.infer<typeof Output>;

const words =
  'deployment|deployments|deploy|statefulset|workload|service|svc|app|application|pod|pods|kubectl|k|kubernetes|the|in|on|of|for|with';

export const execPod = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.pod.exec',
  summary: 'Run a command in a pod',
  permission: 'kubernetes:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'exec|execute|run|call|launch|issue & pod|pods|container|inside|in the pod',
      'exec',
      'exec|execute|run & command & pod|container',
      'execute|run & {command} & pod|container',
    ],
    also: `${words}|exec|execute|run|command|a|inside|into|within|container|-it|--|it`,
    examples: ['exec "ls /data" in pod {name}', 'run `env` inside the pod {name}', 'exec into {name}: redis-cli ping'],
    counterExamples: ['how do I exec into a pod?', 'run the race'],
  },
  usualSafety: 'destructive',
  safety: (_input, { environment }: SafetyFacts) =>
    destructive(
      'a program inside a container may do anything there, and nothing can undo it',
      ...(environment?.production === true ? ['production'] : []),
    ),
  preview: async (input, { client, signal }) => {
    const argv = parseArguments(input.command);
    const place = await placeOf(client, input);
    const { cluster, namespace } = place;
    const pod = await findPod(cluster, namespace, input, signal);
    const inside = containerOf(pod, input.container);
    const { name } = pod.metadata;
    const [as] = await Promise.all([
      cluster.identity(signal),
      assertMayOpen(cluster, { namespace, pod: name, subresource: 'exec' }, signal),
    ]);
    return {
      input: { name: input.name, command: input.command, container: inside, pod: name, ...place.resolved },
      where: place.where,
      as,
      description: `run ${showArguments(argv)} in pod ${name}`,
      diff: [
        `~ pod ${name}, container ${inside}${isReady(pod) ? '' : ' (the pod is not ready)'}`,
        `+ run the program ${JSON.stringify(argv[0])}, ${argv.length === 1 ? 'without arguments' : `arguments ${JSON.stringify(argv.slice(1))}`}`,
        `  ${isShell(argv) ? 'a shell in the container reads it' : 'no shell reads it'}; it gets no input, and what it does cannot be undone`,
      ],
      command: ['kubectl', 'exec', name, '-c', inside, ...place.flags, '--', ...argv],
      ...inEnvironment(place.environment),
      facts: { ready: isReady(pod) },
      // The same name may come back as another pod: a StatefulSet's do.
      precondition: { pod: `${name} ${pod.metadata.uid ?? ''}`.trim(), container: inside },
    };
  },
  run: async (input, { client, signal, output, progress }) => {
    const argv = parseArguments(input.command);
    const { cluster, namespace } = await placeOf(client, input);
    const pod = input.pod ?? input.name;
    const inside = input.container ?? containerOf(await findPod(cluster, namespace, input, signal), undefined);
    progress(`${pod}: ${argv[0] ?? ''} runs`);
    const shown = createProgramOutput(output);
    const ended = await cluster.exec(namespace, pod, { container: inside, argv, onOutput: shown.take }, signal).finally(() => shown.end());
    const { stdout, stderr, leftOut } = shown.end();
    if ('failure' in ended)
      throw new AppError(`${argv[0] ?? ''} could not be run in pod ${pod}: ${ended.failure}`, {
        code: 'REMOTE_REJECTED',
        hint: 'See that the program is in the image, and that the container runs.',
        details: { unclear: false, pod, container: inside },
      });
    const { exitCode } = ended;
    if (exitCode !== 0) throw failed(argv[0] ?? '', pod, exitCode, stderr);
    if (leftOut > 0) output(`(${leftOut} more bytes were left out)\n`);
    return { namespace, pod, container: inside, argv, exitCode, stdout, stderr, leftOut };
  },
  verify: (_input, { exitCode, pod }) => Promise.resolve({ ok: exitCode === 0, message: `ended with exit code ${exitCode} in ${pod}` }),
  render: ({ stdout, stderr, leftOut }) => ({
    text: `${stdout}${stderr}${leftOut === 0 ? '' : `(${leftOut} more bytes were left out)`}`.trimEnd(),
  }),
});

const isShell = ([program = '']: string[]): boolean => /(?:^|\/)(?:ba|da|a|z|k|fi)?sh$/.test(program);

function failed(program: string, pod: string, exitCode: number, stderr: string): AppError {
  const last = cleanLine(stderr.trimEnd().split('\n').at(-1) ?? '').slice(0, 300);
  return new AppError(`${program} ended with exit code ${exitCode} in pod ${pod}${last === '' ? '' : `: ${last}`}`, {
    code: 'COMMAND_FAILED',
    hint:
      exitCode === 127
        ? 'The container has no such program. See what it has: ls /usr/bin'
        : 'It ran, and is not run again. Read what it wrote, then make a new plan.',
    details: { exitCode, pod },
  });
}

/** The one that planning chose; else one of those that the name means. Throws PLAN_STALE, NOT_FOUND. */
async function findPod(cluster: Cluster, namespace: string, { name, pod: chosen }: Input, signal: AbortSignal): Promise<Pod> {
  if (chosen !== undefined) {
    const raw = await cluster.find(resourceOf('Pod'), namespace, chosen, signal);
    const [pod] = raw === undefined ? [] : parsePods([raw]);
    if (pod === undefined) throw stale({ kind: 'Pod', name: chosen }, 'it is gone');
    if (pod.status.phase !== 'Running') throw stale({ kind: 'Pod', name: chosen }, `it is ${cleanLine(pod.status.phase ?? 'not running')}`);
    return pod;
  }
  const { title, pods } = await findSubject(cluster, { name, namespace }, signal);
  const found = chooseReady(pods) ?? chooseRunning(pods);
  if (found !== undefined) return found;
  throw new AppError(`${title} has no pod that runs in the namespace ${namespace}`, {
    code: 'NOT_FOUND',
    hint: `See why: devos "diagnose ${name} in ${namespace}"`,
    details: { name, namespace, pods: pods.length },
  });
}
