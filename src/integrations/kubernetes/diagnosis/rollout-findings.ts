/** What the workload itself shows: its rollout, its replicas, its autoscaler, its services. */
import { isReady, troubleOf } from '../pods.ts';
import type { Revision } from '../revisions.ts';
import { progressOf } from '../rollout.ts';
import type { Pod } from '../schema.ts';
import { type Draft, type Facts, inNamespace, isAlive, said } from './facts.ts';
import { conditionOf, type Scaler } from './schema.ts';

export function rolloutFindings(facts: Facts): Draft[] {
  const { subject, revisions } = facts;
  const { workload, name } = subject;
  const drafts: Draft[] = [];
  if (workload !== undefined) {
    const { spec } = workload.object;
    const progress = progressOf(workload.kind, workload.object);
    const evidence = [progress.message, ...revisionText(revisions)];
    const logs = { why: 'its own last words say most', say: `show the logs of ${name} ${inNamespace(subject)}` };
    if (progress.failed)
      drafts.push({
        weight: 60,
        level: 'critical',
        title: 'the rollout made no progress and was given up',
        evidence,
        next: logs,
        inRevision: true,
      });
    else if (!progress.done && spec.paused !== true)
      drafts.push({ weight: 30, level: 'warning', title: 'the rollout is not done', evidence });
    if (spec.paused === true) drafts.push(pausedDraft(facts, progress.message));
    if (workload.kind !== 'DaemonSet' && spec.replicas === 0) drafts.push(emptyDraft(facts));
  }
  return [...drafts, ...unready(facts), ...scalerFindings(facts)];
}

function pausedDraft({ subject }: Facts, progress: string): Draft {
  return {
    weight: 50,
    level: 'warning',
    title: 'the rollout is paused',
    evidence: ['spec.paused is true', progress],
    next: { why: 'a paused rollout goes on only when it is resumed', say: `resume the rollout of ${subject.name} ${inNamespace(subject)}` },
  };
}

function emptyDraft({ subject }: Facts): Draft {
  return {
    weight: 85,
    level: 'critical',
    title: 'it is scaled to 0 replicas, so that nothing runs',
    evidence: ['spec.replicas is 0'],
    next: { why: 'with 0 replicas nothing can answer', say: `scale ${subject.name} to 1 replica ${inNamespace(subject)}` },
  };
}

function revisionText(revisions: Revision[]): string[] {
  return revisions.slice(-2).map(({ revision, images, current }) => `revision ${revision}${current ? ' (current)' : ''}: ${images}`);
}

function unready({ subject }: Facts): Draft[] {
  const pods = subject.pods.filter((pod) => isAlive(pod) && !isReady(pod) && troubleOf(pod) === undefined);
  if (pods.length === 0) return [];
  return [
    {
      weight: 35,
      level: 'warning',
      title: `${pods.length} of ${subject.pods.length} pods are not ready`,
      evidence: pods.slice(0, 5).map((pod) => `pod ${pod.metadata.name}: ${pod.status.phase ?? 'Unknown'}`),
    },
  ];
}

const hashLabels = ['pod-template-hash', 'controller-revision-hash'];

/** Pods of two templates, of which only older ones are ready. */
export function isRollingOut(pods: readonly Pod[]): boolean {
  const hashOf = ({ metadata }: Pod): string =>
    hashLabels.map((label) => metadata.labels?.[label]).find((value) => value !== undefined) ?? '';
  const alive = pods.filter(isAlive);
  const ready = new Set(alive.filter(isReady).map(hashOf));
  return ready.size > 0 && alive.some((pod) => !isReady(pod) && !ready.has(hashOf(pod)));
}

function scalerFindings({ subject, autoscaler }: Facts): Draft[] {
  if (autoscaler === undefined) return [];
  const { name } = autoscaler.metadata;
  const replicas = subject.workload?.object.spec.replicas ?? 1;
  const most = autoscaler.spec.maxReplicas ?? 0;
  const drafts = blindScaler(autoscaler, subject.namespace);
  if (replicas < most || most === 0) return drafts;
  const limited = conditionOf(autoscaler, 'ScalingLimited');
  const evidence = [`replicas ${replicas}, maximum ${most}`, ...(limited?.message ? [said(limited.message)] : [])];
  // One that may not scale at all (least = most) is meant to stay there.
  if ((autoscaler.spec.minReplicas ?? 1) < most || limited?.reason === 'TooManyReplicas')
    drafts.push({
      weight: 25,
      level: 'warning',
      title: `the autoscaler ${name} is at its maximum of ${most}`,
      evidence,
      next: {
        why: 'it wants more than it may have, or the load is higher than planned',
        say: `describe hpa ${name} ${inNamespace(subject)}`,
      },
    });
  return drafts;
}

/** It scales nothing, because it sees nothing or finds nothing to scale. */
export function blindScaler(autoscaler: Scaler, namespace: string): Draft[] {
  const { name } = autoscaler.metadata;
  const look = `describe hpa ${name} ${inNamespace({ namespace })}`;
  const unable = conditionOf(autoscaler, 'AbleToScale', 'False');
  if (unable !== undefined)
    return [
      {
        weight: 29,
        level: 'warning',
        title: `the autoscaler ${name} cannot scale (${said(unable.reason)})`,
        evidence: [`AbleToScale is False: ${said(unable.message)}`],
        next: { why: 'what it aims at has to exist and to be scalable', say: look },
      },
    ];
  const idle = conditionOf(autoscaler, 'ScalingActive', 'False');
  if (idle === undefined || idle.reason === 'ScalingDisabled') return [];
  const isUnasked = /missing request for (\w+)/.exec(idle.message ?? '')?.[1];
  return [
    {
      weight: 28,
      level: 'warning',
      title: `the autoscaler ${name} gets no metrics, so that it does not scale${isUnasked === undefined ? '' : `: a container has no ${isUnasked} request`}`,
      evidence: [`ScalingActive is False: ${said(idle.reason)}, ${said(idle.message)}`],
      next: {
        why:
          isUnasked === undefined
            ? 'it needs the metrics of the cluster (metrics-server, or what it names)'
            : 'a share of a request needs a request',
        say: look,
      },
    },
  ];
}
