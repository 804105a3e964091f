import { defineAction, safe } from '#kit';
import { z } from 'zod';
import { findAutoscaler } from '../autoscaler.ts';
import type { Cluster } from '../cluster.ts';
import type { KubernetesClient } from '../connect.ts';
import { diagnose, Finding, Suggestion } from '../diagnosis.ts';
import { eventsAmong } from '../events.ts';
import { anyKind, target, workloadName } from '../inputs.ts';
import { parseLine } from '../log-lines.ts';
import { inEnvironment, placeOf } from '../place.ts';
import { isReady, restartsOf, troubleOf } from '../pods.ts';
import { readRevisions } from '../revisions.ts';
import { progressOf } from '../rollout.ts';
import type { Pod } from '../schema.ts';
import { findSubject, type Subject } from '../subject.ts';
import { imagesOf } from '../template.ts';
import { counted } from '../words.ts';

const Input = z.object({ name: workloadName(), kind: anyKind().optional(), ...target });
type Input = z.infer<typeof Input>;

const Output = z.object({
  kind: z.string(),
  name: z.string(),
  namespace: z.string(),
  healthy: z.boolean(),
  /** `Deployment web-app: 3/3 ready (web-app:1.2)`. */
  summary: z.string(),
  findings: z.array(Finding),
  suggestion: Suggestion.nullable(),
  /** What was looked at. */
  looked: z.object({ pods: z.number(), events: z.number(), logLines: z.number(), revisions: z.number() }),
});
type Output = z.infer<typeof Output>;

const logTail = 40;
/** Logs are read of the pods in trouble, else of the newest. */
const maxLogs = 4;

export const diagnoseWorkload = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.workload.diagnose',
  summary: 'Find out what is wrong with a workload',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'diagnose|diagnosis|troubleshoot|troubleshooting|debug|debugging|triage|investigate|analyze|analyse|examine|diagnostics',
      "wrong|what's wrong|whats wrong|problem|problems|issue|issues|trouble|troubles|matter|ails|root cause|cause & {name}",
      "why|why's|how come|reason|going on|happening|happened|what's up|whats up & {name}",
      'check|checkup|health|healthy|unhealthy|look into|figure out|find out|help & {name}',
      'crashing|crashes|failing|fails|broken|unhealthy|stuck|flapping|crashlooping|crash looping|pending & {name}',
    ],
    also: "show|tell|something|anything|can|can't|cannot|connect|reach|is|are|was|were|not|working|work|keep|keeps|keep on|going|wrong|with|what|what’s|why|crash|crashing|crashes|crashed|crashlooping|looping|failing|fails|failed|fail|slow|slowly|down|broken|unhealthy|healthy|health|pending|stuck|restarting|restarts|restarted|ready|unready|starting|start|starts|running|responding|unavailable|available|performing|poorly|behaving|deployment|deployments|deploy|statefulset|daemonset|workload|service|app|application|pod|pods|container|containers|state|status|containercreating|crashloopbackoff|imagepullbackoff|oomkilled|pull|image|memory|issue|issues|problem|problems|error|errors|trouble|cause|root|reason|memory|out|figure|find|look|into|check|help|up|getting|oom|killed|there|acting|being|deploying|able|come|having|has|having",
    examples: [
      "what's wrong with {name}?",
      'diagnose {name} in {namespace}',
      'why is {name} crashing?',
      'why is the {name} pod pending',
      'troubleshoot the {name} deployment',
    ],
    counterExamples: ['why did you restart web-app?', 'fix web-app', 'restart web-app because it is crashing'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: async (input, { client }) => {
    const place = await placeOf(client, input);
    return {
      input: { name: input.name, ...(input.kind === undefined ? {} : { kind: input.kind }), ...place.resolved },
      where: place.where,
      as: place.cluster.asker().who,
      description: `look into ${input.kind === undefined ? '' : `${input.kind} `}${input.name}: pods, events, rollout, logs`,
      diff: [],
      command: ['kubectl', 'describe', `${(input.kind ?? 'Deployment').toLowerCase()}/${input.name}`, ...place.flags],
      ...inEnvironment(place.environment),
      facts: {},
      precondition: {},
    };
  },
  run: async (input, { client, signal, progress }) => {
    const { cluster, namespace } = await placeOf(client, input);
    const subject = await findSubject(cluster, { name: input.name, kind: input.kind, namespace }, signal);
    progress(`${subject.title}: ${counted(subject.pods.length, 'pod')}`);
    const { workload } = subject;
    const [events, revisions, autoscaler, logs] = await Promise.all([
      eventsAmong(cluster, namespace, (kind, name) => belongs(subject, kind, name), signal),
      // Where revisions may not be read, the rest still says something.
      workload === undefined || workload.kind === 'ReplicaSet' ? [] : readRevisions(cluster, workload, signal).catch(() => []),
      workload === undefined ? undefined : findAutoscaler(cluster, workload, signal),
      readLogs(cluster, subject, signal),
    ]);
    const { findings, suggestion } = diagnose({ subject, events, logs, revisions, autoscaler });
    const logLines = [...logs.values()].reduce((sum, lines) => sum + lines.length, 0);
    return {
      kind: subject.kind,
      name: subject.name,
      namespace,
      healthy: findings.every((finding) => finding.level === 'note'),
      summary: summaryOf(subject),
      findings,
      suggestion: suggestion ?? null,
      looked: { pods: subject.pods.length, events: events.length, logLines, revisions: revisions.length },
    };
  },
  render: (output) => ({ text: renderText(output) }),
});

/** The workload, its pods, and the ReplicaSets between them. */
function belongs({ kind, name, pods, workload }: Subject, eventKind: string, eventName: string): boolean {
  if (eventKind === 'Pod') return pods.some((pod) => pod.metadata.name === eventName);
  if (eventKind === kind && eventName === name) return true;
  return workload?.kind === 'Deployment' && eventKind === 'ReplicaSet' && eventName.startsWith(`${name}-`);
}

async function readLogs(cluster: Cluster, { pods, namespace }: Subject, signal: AbortSignal): Promise<Map<string, string[]>> {
  const troubled = pods.filter(
    (pod) => troubleOf(pod) !== undefined || (!isReady(pod) && pod.status.phase === 'Running') || restartsOf(pod) > 0,
  );
  const chosen = (troubled.length > 0 ? troubled : pods).slice(0, maxLogs);
  const read = await Promise.all(chosen.map(async (pod) => [pod, await readPodLog(cluster, namespace, pod, signal)] as const));
  return new Map(read.flatMap(([pod, { container, lines }]) => (lines.length === 0 ? [] : [[`${pod.metadata.name}/${container}`, lines]])));
}

/** The last life of a crashing container says why it ended; the present one has mostly just begun. */
async function readPodLog(
  cluster: Cluster,
  namespace: string,
  pod: Pod,
  signal: AbortSignal,
): Promise<{ container: string; lines: string[] }> {
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  const crashed = statuses.find((status) => status.state?.waiting?.reason === 'CrashLoopBackOff' && status.lastState?.terminated);
  const container = crashed?.name ?? troubleOf(pod)?.container ?? pod.spec.containers[0]?.name ?? '';
  const status = statuses.find((one) => one.name === container);
  const lines: string[] = [];
  // What has never run has no logs; the server would answer 400.
  if (crashed === undefined && (status === undefined || (status.state?.waiting && !status.lastState?.terminated)))
    return { container, lines };
  try {
    for await (const raw of cluster.log(
      namespace,
      pod.metadata.name,
      { container, tailLines: logTail, previous: crashed === undefined ? undefined : true },
      signal,
    ))
      lines.push(parseLine(raw, pod.metadata.name, container).text);
  } catch (error) {
    // No logs yet, or none that may be read: the other findings stand on their own.
    if (signal.aborted) throw error;
  }
  return { container, lines };
}

function summaryOf({ title, pods, workload }: Subject): string {
  if (workload !== undefined) return `${title}: ${progressOf(workload.kind, workload.object).message} (${imagesOf(workload.object)})`;
  return `${title}: ${pods.filter((pod) => isReady(pod)).length}/${pods.length} pods ready`;
}

function renderText({ summary, findings, suggestion, looked }: Output): string {
  const lines = [summary];
  if (findings.length === 0) lines.push('Nothing wrong was found.');
  for (const { rank, level, title, evidence } of findings)
    lines.push('', `${rank}. ${level.toUpperCase()}  ${title}`, ...evidence.map((line) => `     ${line}`));
  if (suggestion !== null) lines.push('', `Suggested next: ${suggestion.say}`, `     because ${suggestion.why}`);
  lines.push(
    '',
    `Looked at ${counted(looked.pods, 'pod')}, ${counted(looked.events, 'event')}, ${counted(looked.logLines, 'log line')}, ${counted(looked.revisions, 'revision')}.`,
  );
  return lines.join('\n');
}
