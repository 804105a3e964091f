/** PersistentVolumeClaims that keep a pod from its node, or wait themselves. */
import type { SeenEvent } from '../events.ts';
import type { Pod } from '../schema.ts';
import { type Draft, eventText, type Facts, inNamespace, said, type Suggestion } from './facts.ts';
import type { Claim } from './schema.ts';

interface Found {
  what: string;
  next: Suggestion;
  evidence?: string[];
  weight?: number;
}

const claimsOf = (pod: Pod): string[] => (pod.spec.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);

/** Where the scheduler blames the claims of a pod: which, and why. */
export function claimProblem(pod: Pod, message: string, { claims, events, subject }: Facts): Found | undefined {
  const absent = /persistentvolumeclaims? "([^"]+)" not found/i.exec(message)?.[1];
  const list = {
    why: 'the claim has to exist and to be bound before the pod gets a node',
    say: `list persistent volume claims ${inNamespace(subject)}`,
  };
  if (absent !== undefined) return { what: `its PersistentVolumeClaim ${said(absent)} does not exist`, next: list, weight: 93 };
  if (!/unbound|PersistentVolumeClaim/i.test(message)) return undefined;
  const own = claimsOf(pod);
  const waiting = (claims ?? []).find((claim) => own.includes(claim.metadata.name) && claim.status.phase !== 'Bound');
  const name = waiting?.metadata.name ?? own[0] ?? '';
  const why = waiting === undefined ? undefined : claimCause(waiting, events);
  return {
    what: `its PersistentVolumeClaim ${name} is not bound${why === undefined ? '' : `: ${why.why}`}`,
    next: { ...list, say: name === '' ? list.say : `describe pvc ${name} ${inNamespace(subject)}` },
    evidence: why === undefined ? [] : why.evidence,
    weight: 93,
  };
}

interface Cause {
  why: string;
  evidence: string[];
  /** It only waits for a pod, as it is meant to. */
  isNormal: boolean;
}

function claimCause(claim: Claim, events: readonly SeenEvent[]): Cause {
  const own = events.filter(({ object }) => object === `PersistentVolumeClaim ${claim.metadata.name}`);
  const failed = own.findLast(({ reason }) => reason === 'ProvisioningFailed');
  const unmatched = own.findLast(({ reason }) => reason === 'FailedBinding');
  const last = failed ?? unmatched ?? own.at(-1);
  const evidence = [
    `claim ${claim.metadata.name}: ${claim.status.phase ?? 'Pending'}, storage class ${said(claim.spec.storageClassName) || 'none'}`,
    ...(last === undefined ? [] : [eventText(last)]),
  ];
  const absent = /storageclass(?:\.storage\.k8s\.io)? "([^"]+)" not found/i.exec(failed?.message ?? '')?.[1];
  if (absent !== undefined) return { why: `the storage class ${said(absent)} does not exist`, evidence, isNormal: false };
  if (failed !== undefined) return { why: said(failed.message, 200), evidence, isNormal: false };
  if (unmatched !== undefined) return { why: 'no volume fits, and no storage class makes one', evidence, isNormal: false };
  return { why: 'it waits for its volume', evidence, isNormal: own.some(({ reason }) => reason === 'WaitForFirstConsumer') };
}

/** Of claims themselves; one that only waits for its first pod is well. */
export function claimFindings(claims: readonly Claim[], events: readonly SeenEvent[]): Draft[] {
  return claims.flatMap((claim): Draft[] => {
    const { name, namespace } = claim.metadata;
    const { phase } = claim.status;
    if (phase === 'Bound') return [];
    const next = {
      why: 'its events name what is missing',
      say: `describe pvc ${name} ${inNamespace({ namespace: namespace ?? 'default' })}`,
    };
    if (phase === 'Lost')
      return [
        {
          weight: 93,
          level: 'critical',
          title: `the claim ${name} has lost its volume`,
          evidence: [`volume ${said(claim.spec.volumeName) || 'unknown'} is gone`],
          next,
        },
      ];
    const { why, evidence, isNormal } = claimCause(claim, events);
    return isNormal || evidence.length < 2
      ? []
      : [{ weight: 72, level: 'critical', title: `the claim ${name} is not bound: ${why}`, evidence: evidence.slice(0, 6), next }];
  });
}
