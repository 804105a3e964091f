/** What keeps containers from running, and what it means. */
import type { SeenEvent } from '../events.ts';
import { endOf, isReady, troubleOf } from '../pods.ts';
import type { Container, ContainerStatus, Pod } from '../schema.ts';
import { type Draft, type Facts, inNamespace, said } from './facts.ts';
import { imageMeaning, isImageReason, type Meaning } from './images.ts';

/** A container in trouble. */
interface Sick {
  pod: Pod;
  name: string;
  isInit: boolean;
  container: Container | undefined;
  status: ContainerStatus | undefined;
  reason: string;
  /** In the words of the cluster. */
  message: string;
  events: readonly SeenEvent[];
}

/** One finding for each kind of trouble, with the pods that have it. */
export function containerFindings(facts: Facts): Draft[] {
  const { subject, logs } = facts;
  const groups = new Map<string, { meaning: Meaning; sick: Sick[] }>();
  for (const pod of subject.pods) {
    const sick = sickIn(pod, facts);
    if (sick === undefined) continue;
    const meaning = meaningOf(sick, facts);
    const group = groups.get(meaning.what) ?? { meaning, sick: [] };
    group.sick.push(sick);
    groups.set(meaning.what, group);
  }
  return [...groups.values()].map(({ meaning: { weight, what, next, inRevision }, sick }) => {
    const [first] = sick;
    const lines = first === undefined ? [] : (logs.get(`${first.pod.metadata.name}/${first.name}`) ?? []);
    return {
      weight,
      level: 'critical' as const,
      title: `${sick.length} of ${subject.pods.length} pods: ${what}`,
      evidence: [...sick.slice(0, 5).map(sickText), ...probeTexts(first), ...lines.slice(-3).map((line) => `log: ${said(line, 200)}`)],
      next,
      inRevision,
    };
  });
}

function sickIn(pod: Pod, { events }: Facts): Sick | undefined {
  if (pod.metadata.deletionTimestamp || pod.status.reason === 'Evicted') return undefined;
  const own = events.filter(({ object }) => object === `Pod ${pod.metadata.name}`);
  const trouble = troubleOf(pod) ?? killedByProbe(pod, own);
  if (trouble?.container === undefined) return undefined;
  const { container: name, reason } = trouble;
  const inits = pod.status.initContainerStatuses ?? [];
  const status = [...inits, ...(pod.status.containerStatuses ?? [])].find((one) => one.name === name);
  const { waiting } = status?.state ?? {};
  const isInit = inits.some((one) => one.name === name);
  const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find((one) => one.name === name);
  const over = status?.lastState?.terminated ?? status?.state?.terminated;
  return { pod, name, isInit, container, status, reason, message: said(`${over?.message ?? ''} ${waiting?.message ?? ''}`), events: own };
}

/** It runs just now, but its probe has it killed again and again. */
function killedByProbe(pod: Pod, events: readonly SeenEvent[]): { reason: string; container: string } | undefined {
  const again = (pod.status.containerStatuses ?? []).find((status) => (status.restartCount ?? 0) > 1);
  return again !== undefined && failedProbe(events) !== undefined ? { reason: 'Unhealthy', container: again.name } : undefined;
}

type Probe = 'liveness' | 'startup';

/** The probe that has containers killed, and its failures; undefined where none does. */
function failedProbe(events: readonly SeenEvent[]): { probe: Probe; said: SeenEvent } | undefined {
  for (const probe of ['liveness', 'startup'] as const) {
    const found = events.findLast(
      ({ reason, message }) => reason === 'Unhealthy' && message.toLowerCase().startsWith(`${probe} probe failed`),
    );
    if (found !== undefined) return { probe, said: found };
  }
  return undefined;
}

function sickText({ pod, reason, message, status }: Sick): string {
  const last = status?.lastState?.terminated;
  const parts = [reason, ...(last ? [`last end: ${said(endOf(last))}`] : [message]), restarts(status)];
  return `pod ${pod.metadata.name}: ${parts.filter((part) => part !== '').join(', ')}`;
}

function restarts(status: ContainerStatus | undefined): string {
  const count = status?.restartCount ?? 0;
  return count > 0 ? `${count} restarts` : '';
}

function probeTexts(sick: Sick | undefined): string[] {
  const found = failedProbe(sick?.events ?? []);
  return found === undefined ? [] : [said(found.said.message)];
}

const notThere = /(?:exec:? "([^"]+)"[^"]*)?(?:executable file not found|no such file or directory)/i;

function meaningOf(sick: Sick, facts: Facts): Meaning {
  const { pod, reason, message, status, container, events } = sick;
  const who = `${sick.isInit ? 'init container' : 'container'} ${sick.name}`;
  const place = { pod: pod.metadata.name, namespace: facts.subject.namespace };
  const look = { why: 'what it asks for stands in its description', say: `describe pod ${place.pod} ${inNamespace(place)}` };
  const make = (weight: number, what: string, next = look, inRevision = true): Meaning => ({ weight, what, next, inRevision });
  if (isImageReason(reason))
    return imageMeaning(said(container?.image ?? 'of it'), reason, said(status?.state?.waiting?.message), events, place);
  const over = status?.lastState?.terminated ?? status?.state?.terminated;
  if (over?.reason === 'OOMKilled')
    return make(94, `${who} runs out of memory (limit ${limitText(container)})`, {
      ...look,
      why: 'it needs more memory than its limit gives, or it leaks',
    });
  if (/ConfigError/.test(reason)) return configMeaning(who, message, reason, make, place.namespace);
  if (isStartFailure(reason, over?.reason)) {
    const program = notThere.exec(message)?.[1] ?? container?.command?.[0];
    return make(
      94,
      `${who} cannot be started${notThere.test(message) ? `: its command ${program === undefined ? '' : `${said(program, 100)} `}is not in the image` : ` (${over?.reason ?? reason})`}`,
    );
  }
  if (saysWrongMachine(sick, facts))
    return make(94, `${who} is made for another kind of machine (exec format error)`, {
      why: 'the image has to be built for the architecture of the nodes',
      say: 'show nodes',
    });
  return crashMeaning(sick, who, make, place);
}

const isStartFailure = (reason: string, ended: string | null | undefined): boolean =>
  /RunContainerError|StartError|ContainerCannotRun|CreateContainerError/.test(`${reason} ${ended ?? ''}`);

function crashMeaning(
  { reason, message, status, events, isInit }: Sick,
  who: string,
  make: (weight: number, what: string, next: Meaning['next'], inRevision?: boolean) => Meaning,
  { pod, namespace }: { pod: string; namespace: string },
): Meaning {
  const over = status?.lastState?.terminated ?? status?.state?.terminated;
  const hasEnded = status?.lastState?.terminated !== undefined && status.lastState.terminated !== null;
  const logs = (why: string) => ({
    why,
    say: `${hasEnded ? 'show the previous logs of' : 'logs of pod'} ${pod} ${inNamespace({ namespace })}`,
  });
  const probe = failedProbe(events);
  if (
    probe !== undefined &&
    !isInit &&
    (over === undefined || over === null || over.exitCode === 137 || over.exitCode === 143 || over.exitCode === 0)
  )
    return make(
      91,
      `${who} is killed again and again, because its ${probe.probe} probe fails`,
      logs('it does not answer its probe; what it does instead is in its logs'),
    );
  const end = over ? ` (${said(endOf(over))})` : '';
  if (reason === 'CrashLoopBackOff') return make(90, `${who} keeps crashing${end}`, logs('its own last words say most'));
  return make(
    80,
    over ? `${who} failed${end}` : `${who}: ${reason}${message === '' ? '' : `, ${message}`}`,
    logs('its own last words say most'),
  );
}

function configMeaning(
  who: string,
  message: string,
  reason: string,
  make: (weight: number, what: string, next: Meaning['next']) => Meaning,
  namespace: string,
): Meaning {
  const key = /find key (\S+) in (Secret|ConfigMap) \S*?\/?([^/\s]+)(?:\s|$)/i.exec(message);
  const absent = /(secret|configmap)s? "([^"]+)" not found/i.exec(message);
  const kind = /secret/i.test(key?.[2] ?? absent?.[1] ?? message) ? 'Secret' : 'ConfigMap';
  const next = { why: 'what it needs does not exist under that name', say: `list ${kind.toLowerCase()}s ${inNamespace({ namespace })}` };
  if (key !== null) return make(93, `the ${kind} ${key[3] ?? ''} has no key ${key[1] ?? ''}, which ${who} needs`, next);
  if (absent !== null) return make(93, `the ${kind} ${absent[2] ?? ''} does not exist, which ${who} needs`, next);
  return make(93, `${who} lacks a Secret or ConfigMap it needs (${reason})`, next);
}

function saysWrongMachine({ pod, name, message }: Sick, { logs }: Facts): boolean {
  const lines = logs.get(`${pod.metadata.name}/${name}`) ?? [];
  return [message, ...lines.slice(-5)].some((line) => /exec format error/i.test(line));
}

function limitText(container: Container | undefined): string {
  const limit = container?.resources?.limits?.['memory'];
  return limit === undefined ? 'none' : String(limit);
}

/** What crashed before and runs now. */
export function restartFindings({ subject, events }: Facts): Draft[] {
  const lines = subject.pods
    .filter((pod) => troubleOf(pod) === undefined && isReady(pod) && !pod.metadata.deletionTimestamp)
    .filter(
      (pod) =>
        killedByProbe(
          pod,
          events.filter(({ object }) => object === `Pod ${pod.metadata.name}`),
        ) === undefined,
    )
    .flatMap((pod) =>
      (pod.status.containerStatuses ?? []).flatMap((status) => ((status.restartCount ?? 0) > 0 ? [restartText(pod, status)] : [])),
    );
  const [first] = subject.pods;
  if (lines.length === 0) return [];
  return [
    {
      weight: 40,
      level: 'warning',
      title: `${lines.length} container${lines.length === 1 ? ' runs' : 's run'} now, but crashed before`,
      evidence: lines,
      next: {
        why: 'its own last words say most',
        say: `show the previous logs of ${first?.metadata.name ?? subject.name} ${inNamespace(subject)}`,
      },
      inRevision: true,
    },
  ];
}

function restartText(pod: Pod, { name, restartCount, lastState }: ContainerStatus): string {
  const last = lastState?.terminated;
  return `pod ${pod.metadata.name}, container ${name}: ${restartCount ?? 0} restarts${last ? `, last end: ${said(endOf(last))}${last.finishedAt ? ` at ${last.finishedAt}` : ''}` : ''}`;
}
