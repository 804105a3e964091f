import { AppError, count, defineAction, duration, flag, type JsonObject, safe } from '#kit';
import { z } from 'zod';
import type { Cluster } from '../cluster.ts';
import type { KubernetesClient } from '../connect.ts';
import { followLogs } from '../follow-logs.ts';
import { anyKind, container, target, workloadName } from '../inputs.ts';
import { lineParser, lineText, type LogLine, mergeLines, secondsOf } from '../log-lines.ts';
import { inEnvironment, placeOf } from '../place.ts';
import type { Pod } from '../schema.ts';
import { findSubject, type Subject } from '../subject.ts';
import { counted } from '../words.ts';

const Input = z.object({
  name: workloadName(),
  kind: anyKind().optional(),
  container: container(),
  tail: count({
    min: 1,
    max: 10_000,
    nouns: ['line', 'lines', 'log lines', 'rows', 'entries', 'messages', 'log messages', 'log entries'],
    after: ['last', 'tail', 'latest', 'newest', '--tail', 'limit'],
    describe: 'How many of the newest lines; 100 unless given',
    ask: 'How many lines?',
  }).default(100),
  since: duration('Only lines of this time, such as PT30M').optional(),
  previous: flag(
    [
      'previous',
      'previous container',
      'before the crash',
      'before it crashed',
      'before the restart',
      'before it restarted',
      'before it died',
      'before dying',
      'before crashing',
      'before the last restart',
      'before restarting',
      'before it was killed',
      'previous instance',
      'prior container',
      'last instance',
      'terminated container',
      'last crash',
      'crashed container',
      '--previous',
    ],
    'Of the container before its last restart?',
  ).optional(),
  follow: flag(
    [
      'follow',
      'following',
      'stream',
      'streaming',
      'live',
      'watch',
      'tail -f',
      'continuously',
      'real time',
      'realtime',
      'real-time',
      'as they come',
      'keep showing',
      'keep printing',
      'keep following',
      'keep tailing',
      'keep streaming',
      'keep watching',
      'keep on',
      'live tail',
    ],
    'Go on showing new lines?',
  ).optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

const Output = z.object({
  namespace: z.string(),
  pods: z.array(z.string()),
  lines: z.array(z.object({ pod: z.string(), container: z.string(), at: z.string(), text: z.string() })),
  /** Which pods gave nothing, and why; what was left out. */
  notes: z.array(z.string()),
});
type Output = z.infer<typeof Output>;

/** The logs of more pods say less, and each is a request. */
const maxPods = 20;

export const getLogs = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.logs.get',
  summary: 'Show logs of a pod, or of the pods of a workload',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'logs|log|logging|logfile|logfiles|lgos|stdout|stderr|log output|log lines|log messages|console output',
      'tail|follow|stream|watch & {name}',
      'last|latest|final|newest & lines|entries & {tail}',
      'what & print|printed|prints|printing|wrote|write|writes|says|say|said|saying|logged|outputs & {name}',
      'output of|output from|prints|printed|printing & {name}',
    ],
    also: 'show|get|give|fetch|display|print|see|view|read|check|tail|follow|stream|dump|pull|open|look|latest|last|recent|newest|current|pod|pods|container|containers|deployment|deploy|statefulset|daemonset|job|service|svc|app|application|workload|lines|line|entries|messages|output|kubectl|all|both|from|of|for|past|since|what|is|saying|says|errors|recently|happening|wrote|before|died|dying|crashed|killed|restarted|restart|exited|exit|it|out|contents|scroll|line|by|line|from|whatever|print|say|let|through|run|please|now|tailing|streaming|file|live',
    examples: [
      'show me logs for the {name} pod',
      'logs of {name} from the last half hour',
      'last 50 log lines of pod {name}',
      'follow the logs of {name} in {namespace}',
      'logs of the previous container of {name}',
    ],
    counterExamples: ['delete the logs of web-app', 'search logs for errors in splunk'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: async (input, { client }) => {
    const place = await placeOf(client, input);
    const kind = input.kind === undefined || input.kind === 'Pod' ? '' : `${input.kind.toLowerCase()}/`;
    const since = input.since === undefined ? [] : [`--since=${secondsOf(input.since)}s`];
    return {
      input: { ...given(input), ...place.resolved },
      where: place.where,
      as: place.cluster.asker().who,
      description: `${input.follow === true ? 'follow' : 'show'} the logs of ${input.kind === undefined ? '' : `${input.kind} `}${input.name}`,
      diff: [],
      command: [
        'kubectl',
        'logs',
        `${kind}${input.name}`,
        ...(input.container === undefined ? [] : ['-c', input.container]),
        `--tail=${input.tail}`,
        ...since,
        ...(input.previous === true ? ['--previous'] : []),
        ...(input.follow === true ? ['-f'] : []),
        ...place.flags,
      ],
      ...inEnvironment(place.environment),
      facts: {},
      precondition: {},
    };
  },
  run: async (input, { client, signal, output }) => {
    const { cluster, namespace } = await placeOf(client, input);
    const subject = await findSubject(cluster, { name: input.name, kind: input.kind, namespace }, signal);
    for (const pod of subject.pods) assertContainer(pod, input);
    if (input.follow === true && input.previous !== true) return follow(cluster, subject, input, signal, output);
    if (subject.pods.length === 0) return { namespace, pods: [], lines: [], notes: [`${subject.title} has no pods`] };
    const chosen = newestFirst(subject.pods).slice(0, maxPods);
    const parts = await readPods(cluster, namespace, chosen, input, signal);
    const lines = mergeLines(
      parts.map((part) => part.lines),
      input.tail,
    );
    const left = subject.pods.length - chosen.length;
    const isCut = parts.reduce((sum, part) => sum + part.lines.length, 0) > lines.length;
    const notes = [
      ...(isCut ? [`cut to the newest ${counted(lines.length, 'line')}; earlier ones were left out`] : []),
      ...parts.flatMap((part) => part.notes),
      ...(left > 0 ? [`${left} more pods were left out`] : []),
    ];
    return { namespace, pods: chosen.map((pod) => pod.metadata.name), lines, notes };
  },
  render: ({ pods, lines, notes }) => ({
    text: [...lines.map((line) => lineText(line, pods.length > 1)), ...notes.map((note) => `(${note})`)].join('\n'),
  }),
});

async function follow(
  cluster: Cluster,
  subject: Subject,
  input: Input,
  signal: AbortSignal,
  output: (text: string) => void,
): Promise<Output> {
  const { namespace, name, kind } = subject;
  await followLogs({
    cluster,
    namespace,
    pods: async () =>
      (
        await findSubject(
          cluster,
          { name: kind === 'Pod' ? input.name : name, kind: kind === 'Pod' ? input.kind : kind, namespace },
          signal,
        )
      ).pods,
    containerOf: (pod) => containerOf(pod, input),
    omitted: (pod) => otherContainers(pod, input),
    tail: input.tail,
    sinceSeconds: input.since === undefined ? undefined : secondsOf(input.since),
    output,
    signal,
  });
  // The lines were given out as they came.
  return { namespace, pods: subject.pods.map((pod) => pod.metadata.name), lines: [], notes: [] };
}

interface Part {
  lines: LogLine[];
  notes: string[];
}

/** One pod of several that cannot be read is a note; where none can be, it is the error. */
async function readPods(cluster: Cluster, namespace: string, pods: Pod[], input: Input, signal: AbortSignal): Promise<Part[]> {
  const results = await Promise.allSettled(pods.map((pod) => readPod(cluster, namespace, pod, input, signal)));
  const [failed] = results.filter((result) => result.status === 'rejected');
  const isAll = results.every((result) => result.status === 'rejected');
  return results.map((result, index) => {
    if (result.status === 'fulfilled') return result.value;
    const error: unknown = result.reason;
    // What is said of the person and not of the pod, and a stop, are no notes.
    if (isAll || !AppError.isInstance(error) || !perPod.has(error.code)) throw failed?.reason;
    return { lines: [], notes: [`${pods[index]?.metadata.name ?? ''}: its logs cannot be read: ${error.message}`] };
  });
}

const perPod = new Set(['NOT_FOUND', 'INPUT_INVALID', 'REMOTE_UNAVAILABLE', 'REMOTE_REJECTED', 'TIMEOUT']);

async function readPod(cluster: Cluster, namespace: string, pod: Pod, input: Input, signal: AbortSignal): Promise<Part> {
  const { name } = pod.metadata;
  const container = containerOf(pod, input);
  const silent = whySilent(pod, container, input);
  if (silent !== undefined) return { lines: [], notes: [`${name}: ${silent}`] };
  const lines: LogLine[] = [];
  const query = {
    container,
    timestamps: true,
    // One more, which tells that there is more.
    tailLines: input.tail + 1,
    sinceSeconds: input.since === undefined ? undefined : secondsOf(input.since),
    previous: input.previous,
  };
  const parse = lineParser(name, container);
  for await (const raw of cluster.log(namespace, name, query, signal)) lines.push(parse(raw));
  // An aborted stream ends like a finished one.
  if (signal.aborted) throw new AppError('Stopped while reading logs', { code: 'INTERRUPTED', hint: 'Ask again when you want them.' });
  const other = otherContainers(pod, input);
  return { lines, notes: other === undefined ? [] : [other] };
}

/** Which container is shown where there are several and none was named. */
function otherContainers(pod: Pod, input: Input): string | undefined {
  const names = pod.spec.containers.map((one) => one.name);
  if (input.container !== undefined || names.length < 2) return undefined;
  return `${pod.metadata.name}: container ${containerOf(pod, input)} of ${names.join(', ')}`;
}

const defaultContainer = 'kubectl.kubernetes.io/default-container';

function containerOf(pod: Pod, { container }: Input): string {
  const names = pod.spec.containers.map((one) => one.name);
  const usual = pod.metadata.annotations?.[defaultContainer];
  return container ?? (usual !== undefined && names.includes(usual) ? usual : (names[0] ?? ''));
}

function assertContainer(pod: Pod, { container }: Input): void {
  const names = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map((one) => one.name);
  if (container === undefined || names.includes(container)) return;
  throw new AppError(`The pod ${pod.metadata.name} has no container ${container}`, {
    code: 'INPUT_INVALID',
    hint: `It has: ${names.join(', ')}`,
    details: { containers: names },
  });
}

/** Why there can be no logs; the server would answer 400 for it. */
function whySilent(pod: Pod, container: string, { previous }: Input): string | undefined {
  const status = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])].find(
    (one) => one.name === container,
  );
  if (previous === true)
    return status?.lastState?.terminated ? undefined : `container ${container} has not been restarted, so that there are no earlier logs`;
  const waiting = status?.state?.waiting;
  if (status === undefined)
    return pod.status.phase === 'Pending' ? `container ${container} has not started (the pod is pending)` : undefined;
  return waiting && (status.restartCount ?? 0) === 0 && !status.lastState?.terminated
    ? `container ${container} has not started: ${waiting.reason ?? 'waiting'}`
    : undefined;
}

function newestFirst(pods: Pod[]): Pod[] {
  return pods.toSorted((left, right) => ((left.metadata.creationTimestamp ?? '') > (right.metadata.creationTimestamp ?? '') ? -1 : 1));
}

function given(input: Input): JsonObject {
  return Object.fromEntries(Object.entries(input).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}
