/** What is wrong with a workload, worked out from what was read. Pure: the same facts give the same findings in the same order. */
import { cleanLine } from '#kit';
import { z } from 'zod';
import type { SeenEvent } from './events.ts';
import type { Revision } from './revisions.ts';
import { endOf, isReady, troubleOf } from './pods.ts';
import { progressOf } from './rollout.ts';
import type { Container, ContainerStatus, Pod } from './schema.ts';
import type { Subject } from './subject.ts';
import { counted } from './words.ts';

export const Finding = z.object({
  /** 1 is the worst. */
  rank: z.number(),
  level: z.enum(['critical', 'warning', 'note']),
  title: z.string(),
  evidence: z.array(z.string()),
});
export type Finding = z.infer<typeof Finding>;

export const Suggestion = z.object({
  why: z.string(),
  /** A sentence or command that does it; it goes through planning and approval like any other. */
  say: z.string(),
});
export type Suggestion = z.infer<typeof Suggestion>;

export interface Facts {
  subject: Subject;
  events: SeenEvent[];
  /** The newest lines of troubled containers, by `pod/container`. */
  logs: ReadonlyMap<string, string[]>;
  revisions: Revision[];
  autoscaler?: { name: string; max: number } | undefined;
}

export interface Diagnosis {
  findings: Finding[];
  suggestion: Suggestion | undefined;
}

interface Draft {
  /** Orders findings: the cause before what follows from it. */
  weight: number;
  level: Finding['level'];
  title: string;
  evidence: string[];
  /** What a person would do about it. */
  remedy?: 'rollback' | 'image' | 'memory' | 'config' | 'capacity' | 'logs' | 'probe' | 'resume' | 'scale' | 'quota';
}

export function diagnose(facts: Facts): Diagnosis {
  const drafts = [...podFindings(facts), ...eventFindings(facts), ...workloadFindings(facts), ...logFindings(facts)];
  const sorted = drafts.toSorted((left, right) => right.weight - left.weight || (left.title < right.title ? -1 : 1));
  const findings = sorted.map(({ level, title, evidence }, index) => ({
    rank: index + 1,
    level,
    title,
    evidence: [...new Set(evidence)].slice(0, 8),
  }));
  return { findings, suggestion: suggest(facts, sorted) };
}

/** One finding for each kind of trouble, with the pods that have it. */
function podFindings({ subject, logs }: Facts): Draft[] {
  const byReason = new Map<string, { pods: { pod: Pod; message: string; status: ContainerStatus | undefined }[] }>();
  for (const pod of subject.pods) {
    const trouble = troubleOf(pod);
    if (trouble === undefined) continue;
    const status = statusesOf(pod).find((one) => one.name === trouble.container);
    const killed = status?.lastState?.terminated ?? status?.state?.terminated;
    const reason = killed?.reason === 'OOMKilled' ? 'OOMKilled' : trouble.reason;
    const known = byReason.get(reason) ?? { pods: [] };
    known.pods.push({ pod, message: trouble.message, status });
    byReason.set(reason, known);
  }
  return [...byReason].map(([reason, { pods }]) => {
    const first = pods[0];
    const container = first === undefined ? undefined : containerNamed(first.pod, first.status?.name);
    const { weight, what, remedy } = meaningOf(reason, container, first?.status);
    const evidence = pods
      .slice(0, 5)
      .map(
        ({ pod, message, status }) =>
          `pod ${pod.metadata.name}: ${reason}${message === '' ? '' : `, ${message}`}${(status?.restartCount ?? 0) > 0 ? `, ${status?.restartCount ?? 0} restarts` : ''}`,
      );
    const lines = first === undefined ? [] : (logs.get(`${first.pod.metadata.name}/${first.status?.name ?? ''}`) ?? []);
    return {
      weight,
      level: 'critical' as const,
      title: `${pods.length} of ${subject.pods.length} pods: ${what}`,
      evidence: [...evidence, ...lastLines(lines)],
      remedy,
    };
  });
}

function lastLines(lines: string[]): string[] {
  return lines.slice(-3).map((line) => `log: ${line.slice(0, 200)}`);
}

interface Meaning {
  weight: number;
  what: string;
  remedy: NonNullable<Draft['remedy']>;
}

function meaningOf(reason: string, container: Container | undefined, status: ContainerStatus | undefined): Meaning {
  const image = cleanLine(container?.image ?? 'the image');
  if (/Image/.test(reason)) return { weight: 95, what: `the image ${image} cannot be pulled (${reason})`, remedy: 'image' };
  if (reason === 'OOMKilled')
    return { weight: 94, what: `container ${status?.name ?? ''} runs out of memory (limit ${limitText(container)})`, remedy: 'memory' };
  if (/Config/.test(reason))
    return { weight: 93, what: `container ${status?.name ?? ''} lacks a Secret or ConfigMap it needs (${reason})`, remedy: 'config' };
  if (reason === 'Unschedulable') return { weight: 92, what: 'no node takes it (Unschedulable)', remedy: 'capacity' };
  if (reason === 'CrashLoopBackOff') {
    const last = status?.lastState?.terminated;
    return { weight: 90, what: `container ${status?.name ?? ''} keeps crashing${last ? ` (${endOf(last)})` : ''}`, remedy: 'logs' };
  }
  return { weight: 80, what: `${reason}${status === undefined ? '' : ` in container ${status.name}`}`, remedy: 'logs' };
}

function limitText(container: Container | undefined): string {
  const limit = container?.resources?.limits?.['memory'];
  return limit === undefined ? 'none' : String(limit);
}

function statusesOf(pod: Pod): ContainerStatus[] {
  return [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
}

function containerNamed(pod: Pod, name: string | undefined): Container | undefined {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find((container) => container.name === name);
}

/** What only events tell: probes, volumes, quota. */
function eventFindings({ subject, events }: Facts): Draft[] {
  const current = new Set(subject.pods.filter((pod) => !isReady(pod)).map((pod) => `Pod ${pod.metadata.name}`));
  const warnings = events.filter(({ type }) => type === 'Warning');
  const of = (reasons: string[], isMeant: (event: SeenEvent) => boolean) =>
    warnings.filter((event) => reasons.includes(event.reason) && isMeant(event));
  const drafts: Draft[] = [];
  const probes = of(['Unhealthy', 'ProbeWarning'], ({ object }) => current.has(object));
  if (probes.length > 0)
    drafts.push({
      weight: 70,
      level: 'critical',
      title: `probes fail on ${counted(new Set(probes.map(({ object }) => object)).size, 'pod')} not ready`,
      evidence: texts(probes),
      remedy: 'probe',
    });
  const volumes = of(['FailedMount', 'FailedAttachVolume'], ({ object }) => current.has(object));
  if (volumes.length > 0)
    drafts.push({ weight: 91, level: 'critical', title: 'a volume cannot be mounted', evidence: texts(volumes), remedy: 'config' });
  const creates = of(['FailedCreate'], ({ object }) => !object.startsWith('Pod ')).filter(() =>
    subject.workload === undefined ? false : !progressOf(subject.workload.kind, subject.workload.object).done,
  );
  if (creates.length > 0)
    drafts.push({ weight: 96, level: 'critical', title: 'pods cannot be created', evidence: texts(creates), remedy: 'quota' });
  return drafts;
}

function texts(events: SeenEvent[]): string[] {
  return events.slice(-4).map(({ object, reason, message, count }) => `${object}: ${reason}${count > 1 ? ` (x${count})` : ''}, ${message}`);
}

function workloadFindings({ subject, autoscaler, revisions }: Facts): Draft[] {
  const drafts: Draft[] = [];
  const restarts = subject.pods
    .filter((pod) => troubleOf(pod) === undefined)
    .flatMap((pod) => statusesOf(pod).flatMap((status) => ((status.restartCount ?? 0) > 0 ? [restartText(pod, status)] : [])));
  if (restarts.length > 0)
    drafts.push({
      weight: 40,
      level: 'warning',
      title: `${counted(restarts.length, 'container')} run${restarts.length === 1 ? 's' : ''} now, but crashed before`,
      evidence: restarts,
      remedy: 'logs',
    });
  const { workload } = subject;
  if (workload === undefined) return drafts;
  const { spec } = workload.object;
  const progress = progressOf(workload.kind, workload.object);
  if (progress.failed)
    drafts.push({
      weight: 60,
      level: 'critical',
      title: 'the rollout made no progress and was given up',
      evidence: [progress.message, ...revisionText(revisions)],
      remedy: 'rollback',
    });
  else if (!progress.done)
    drafts.push({
      weight: 30,
      level: 'warning',
      title: 'the rollout is not done',
      evidence: [progress.message, ...revisionText(revisions)],
    });
  if (spec.paused === true)
    drafts.push({ weight: 50, level: 'warning', title: 'the rollout is paused', evidence: ['spec.paused is true'], remedy: 'resume' });
  if (workload.kind !== 'DaemonSet' && spec.replicas === 0)
    drafts.push({
      weight: 85,
      level: 'critical',
      title: 'it is scaled to 0 replicas, so that nothing runs',
      evidence: ['spec.replicas is 0'],
      remedy: 'scale',
    });
  const unready = subject.pods.filter(
    (pod) => !isReady(pod) && troubleOf(pod) === undefined && !pod.metadata.deletionTimestamp && pod.status.phase !== 'Succeeded',
  );
  if (unready.length > 0)
    drafts.push({
      weight: 35,
      level: 'warning',
      title: `${unready.length} of ${subject.pods.length} pods are not ready`,
      evidence: unready.slice(0, 5).map((pod) => `pod ${pod.metadata.name}: ${pod.status.phase ?? 'Unknown'}`),
    });
  if (autoscaler !== undefined && (spec.replicas ?? 1) >= autoscaler.max)
    drafts.push({
      weight: 25,
      level: 'warning',
      title: `the autoscaler ${autoscaler.name} is at its maximum of ${autoscaler.max}`,
      evidence: [`replicas ${spec.replicas ?? 1}, maximum ${autoscaler.max}`],
    });
  return drafts;
}

function restartText(pod: Pod, { name, restartCount, lastState }: ContainerStatus): string {
  const last = lastState?.terminated;
  return `pod ${pod.metadata.name}, container ${name}: ${restartCount ?? 0} restarts${last ? `, last end: ${endOf(last)}${last.finishedAt ? ` at ${last.finishedAt}` : ''}` : ''}`;
}

function revisionText(revisions: Revision[]): string[] {
  return revisions.slice(-2).map(({ revision, images, current }) => `revision ${revision}${current ? ' (current)' : ''}: ${images}`);
}

const errorWords = /\b(?:error|fatal|panic|exception|traceback|critical|refused|timed? ?out|denied|out of memory)\b/i;

/** Lines of logs that look like errors, as evidence to read; they decide nothing. */
function logFindings({ logs }: Facts): Draft[] {
  const hits = [...logs].flatMap(([from, lines]) =>
    lines.filter((line) => errorWords.test(line)).map((line) => `${from}: ${line.slice(0, 200)}`),
  );
  return hits.length === 0
    ? []
    : [{ weight: 20, level: 'note', title: `${counted(hits.length, 'recent log line')} like an error`, evidence: hits.slice(-6) }];
}

/** One step, the one that the worst finding asks for. */
function suggest({ subject, revisions }: Facts, drafts: Draft[]): Suggestion | undefined {
  const remedy = drafts.find((draft) => draft.remedy !== undefined)?.remedy;
  if (remedy === undefined) return undefined;
  const { name, namespace, workload } = subject;
  const where = `in namespace ${namespace}`;
  const before =
    revisions.length > 1 && workload !== undefined && !progressOf(workload.kind, workload.object).done
      ? revisions.findLast((one) => !one.current)
      : undefined;
  if (before !== undefined && ['image', 'config', 'logs', 'rollback', 'probe', 'memory'].includes(remedy))
    return {
      why: `the trouble is in the revision that is being rolled out; revision ${before.revision} (${before.images}) ran before`,
      say: `roll back ${name} to revision ${before.revision} ${where}`,
    };
  const pod = subject.pods.find((one) => troubleOf(one) !== undefined) ?? subject.pods[0];
  switch (remedy) {
    case 'image':
      return {
        why: 'the name or tag of the image is wrong, or the registry asks for a login',
        say: `describe pod ${pod?.metadata.name ?? name} ${where}`,
      };
    case 'config':
      return { why: 'what it needs does not exist under that name', say: `list secrets ${where}` };
    case 'memory':
      return { why: 'it needs more memory than its limit gives, or it leaks', say: `describe pod ${pod?.metadata.name ?? name} ${where}` };
    case 'capacity':
      return { why: 'no node has room, or none has the labels and tolerations that it asks for', say: 'show nodes' };
    case 'quota':
      return { why: 'a quota or an admission rule of the namespace stops it', say: `list resource quotas ${where}` };
    case 'resume':
      return { why: 'a paused rollout goes on only when it is resumed', say: `kubectl rollout resume deployment/${name} -n ${namespace}` };
    case 'scale':
      return { why: 'with 0 replicas nothing can answer', say: `scale ${name} to 1 replica ${where}` };
    case 'probe':
      return {
        why: 'it runs, but does not answer its probe; what it does instead is in its logs',
        say: `show the logs of pod ${pod?.metadata.name ?? name} ${where}`,
      };
    case 'logs':
    case 'rollback':
      return {
        why: 'its own last words say most',
        say: `show the logs of ${hasEnded(pod) ? 'the previous container of ' : ''}pod ${pod?.metadata.name ?? name} ${where}`,
      };
  }
}

function hasEnded(pod: Pod | undefined): boolean {
  return pod !== undefined && statusesOf(pod).some((status) => status.lastState?.terminated);
}
