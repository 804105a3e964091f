/** What only events tell: readiness, volumes, and pods that nobody may create. */
import type { SeenEvent } from '../events.ts';
import { isReady } from '../pods.ts';
import { progressOf } from '../rollout.ts';
import { counted } from '../words.ts';
import { type Draft, eventText, type Facts, inNamespace, isAlive, said } from './facts.ts';
import { isRollingOut } from './rollout-findings.ts';

export function eventFindings(facts: Facts): Draft[] {
  return [...readiness(facts), ...mounts(facts), ...refusals(facts)];
}

const texts = (events: readonly SeenEvent[]): string[] => events.slice(-4).map(eventText);

function waiting({ subject, events }: Facts, reasons: string[]): SeenEvent[] {
  const names = new Set(subject.pods.filter((pod) => !isReady(pod) && isAlive(pod)).map((pod) => `Pod ${pod.metadata.name}`));
  return events.filter(({ type, reason, object }) => type === 'Warning' && reasons.includes(reason) && names.has(object));
}

const podsOf = (events: readonly SeenEvent[]): string[] => [...new Set(events.map(({ object }) => object))];

function readiness(facts: Facts): Draft[] {
  const probes = waiting(facts, ['Unhealthy', 'ProbeWarning']).filter(({ message }) => /readiness|startup/i.test(message));
  const [first] = podsOf(probes);
  if (first === undefined) return [];
  const { subject } = facts;
  const isNew = isRollingOut(subject.pods);
  const image = subject.workload?.object.spec.template?.spec?.containers[0]?.image;
  const what = `the readiness probe fails on ${counted(podsOf(probes).length, 'pod')}`;
  const condition = (subject.workload?.object.status.conditions ?? []).find(({ reason }) => reason === 'ProgressDeadlineExceeded');
  return [
    {
      weight: 70,
      level: 'critical',
      title: isNew ? `the new revision${image ? ` (${said(image)})` : ''} does not become ready: ${what}` : what,
      evidence: [...texts(probes), ...(isNew && condition !== undefined ? [`the rollout was given up: ${said(condition.message)}`] : [])],
      next: {
        why: 'it runs, but does not answer its probe; what it does instead is in its logs',
        say: `logs of ${first.replace(/^Pod /, 'pod ')} ${inNamespace(subject)}`,
      },
      inRevision: true,
    },
  ];
}

function mounts(facts: Facts): Draft[] {
  const failed = waiting(facts, ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume']);
  const last = failed.at(-1);
  if (last === undefined) return [];
  const { message } = last;
  const absent = /(secret|configmap)s? "([^"]+)" not found/i.exec(message);
  const key = /references non-existent (secret|config) ?(?:map)? ?key: (\S+)/i.exec(message)?.[2];
  const volume = /volume "([^"]+)"/.exec(message)?.[1];
  const kind = /secret/i.test(absent?.[1] ?? '') ? 'Secret' : 'ConfigMap';
  const whatIs = absent === null ? undefined : `the ${kind} ${said(absent[2])} does not exist`;
  const why = whatIs ?? (key === undefined ? mountWords(message) : `it wants the key ${said(key)}, which is not there`);
  const say =
    absent === null
      ? `describe ${last.object.replace(/^Pod /, 'pod ')} ${inNamespace(facts.subject)}`
      : `list ${kind.toLowerCase()}s ${inNamespace(facts.subject)}`;
  return [
    {
      weight: 91,
      level: 'critical',
      title: `the volume ${said(volume) || 'of a pod'} cannot be mounted: ${why}`,
      evidence: texts(failed),
      next: { why: 'the pod starts when all its volumes are there', say },
      inRevision: absent !== null || key !== undefined,
    },
  ];
}

function mountWords(message: string): string {
  if (/Multi-Attach|already (?:exclusively )?attached/i.test(message)) return 'it is attached to another node';
  if (/timed out|timeout/i.test(message)) return 'its server does not answer';
  if (/access denied|permission denied/i.test(message)) return 'its server does not let the node in';
  return said(message.split(' : ').at(-1), 160);
}

function refusals({ subject, events }: Facts): Draft[] {
  const { workload } = subject;
  if (workload !== undefined && progressOf(workload.kind, workload.object).done) return [];
  const failed = events.filter(({ type, reason, object }) => type === 'Warning' && reason === 'FailedCreate' && !object.startsWith('Pod '));
  const condition = (workload?.object.status.conditions ?? []).find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  const message = failed.at(-1)?.message ?? condition?.message;
  if (!message) return [];
  const evidence = failed.length > 0 ? texts(failed.slice(-2)) : [`ReplicaFailure: ${said(message)}`];
  return [
    {
      weight: 96,
      level: 'critical',
      title: `pods cannot be created: ${refusalWords(message)}`,
      evidence,
      next: refusalNext(message, subject.namespace),
    },
  ];
}

function refusalWords(message: string): string {
  const quota = /exceeded quota: ([^,\s]+), requested: (\S+), used: (\S+), limited: (\S+)/.exec(message);
  if (quota !== null) return `the quota ${said(quota[1])} is used up (${said(quota[3])} of ${said(quota[4])})`;
  const unnamed = /failed quota: ([^:\s]+): must specify (.+)$/.exec(message);
  if (unnamed !== null) return `the quota ${said(unnamed[1])} asks every container to name ${said(unnamed[2], 120)}`;
  const security = /violates PodSecurity "([^"]+)": (.+)$/.exec(message);
  if (security !== null) return `the namespace enforces Pod Security ${said(security[1])}, which they violate`;
  const webhook = /admission webhook "([^"]+)" denied the request:? ?(.*)$/.exec(message);
  if (webhook !== null) return `the admission webhook ${said(webhook[1])} refuses them: ${said(webhook[2], 160)}`;
  const unanswered = /failed calling webhook "([^"]+)"/.exec(message);
  if (unanswered !== null) return `the admission webhook ${said(unanswered[1])} does not answer`;
  const account = /serviceaccount "([^"]+)" not found/.exec(message);
  if (account !== null) return `the ServiceAccount ${said(account[1])} does not exist`;
  if (/(?:maximum|minimum) (?:cpu|memory|\S+) usage per|LimitRange/i.test(message))
    return `a LimitRange of the namespace refuses them: ${said(message.split('forbidden: ').at(-1), 160)}`;
  return said(message.split('forbidden: ').at(-1), 200);
}

function refusalNext(message: string, namespace: string): { why: string; say: string } {
  const where = inNamespace({ namespace });
  if (/quota/.test(message))
    return { why: 'the quota has to grow, or something else in the namespace has to go', say: `list resource quotas ${where}` };
  if (/PodSecurity/.test(message))
    return { why: 'the template has to give up what it names, or the namespace has to allow it', say: `describe namespace ${namespace}` };
  if (/serviceaccount/i.test(message)) return { why: 'the account has to exist in the namespace', say: `list service accounts ${where}` };
  return { why: 'a rule of the namespace or of the cluster refuses the pods', say: `show events ${where}` };
}
