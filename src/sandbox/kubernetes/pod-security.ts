/** The Pod Security admission: a namespace may ask that its pods give up privileges. The rules of `restricted` that most pods break. */
import { type Json, type JsonObject, list, record, text } from './json.ts';
import { kindNamed } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { ApiError } from './status.ts';

const label = 'pod-security.kubernetes.io/enforce';

/** Throws 403. */
export function assertPodSecurity(store: ObjectStore, namespace: string, pod: JsonObject): void {
  const level = record(store.peek(kindNamed('Namespace'), '', namespace), 'metadata', 'labels')[label];
  if (level !== 'restricted' && level !== 'baseline') return;
  const violations = [...baseline(pod), ...(level === 'restricted' ? restricted(pod) : [])];
  if (violations.length === 0) return;
  const name = text(pod, 'metadata', 'name');
  const message = `pods "${name}" is forbidden: violates PodSecurity "${level}:latest": ${violations.join(', ')}`;
  throw new ApiError(403, 'Forbidden', message, { name, kind: 'pods' });
}

function containersOf(pod: JsonObject): Json[] {
  return [...list(pod, 'spec', 'initContainers'), ...list(pod, 'spec', 'containers')];
}

function named(containers: Json[]): string {
  const names = containers.map((one) => `"${text(one, 'name')}"`);
  return names.length === 1 ? `container ${names[0] ?? ''}` : `containers ${names.join(', ')}`;
}

function baseline(pod: JsonObject): string[] {
  const spec = record(pod, 'spec');
  const host = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
  const privileged = containersOf(pod).filter((one) => record(one, 'securityContext')['privileged'] === true);
  return [
    ...(host.length === 0 ? [] : [`host namespaces (${host.map((field) => `${field}=true`).join(', ')})`]),
    ...(privileged.length === 0 ? [] : [`privileged (${named(privileged)} must not set securityContext.privileged=true)`]),
  ];
}

function restricted(pod: JsonObject): string[] {
  const containers = containersOf(pod);
  const whole = record(pod, 'spec', 'securityContext');
  const rising = containers.filter((one) => record(one, 'securityContext')['allowPrivilegeEscalation'] !== false);
  const capable = containers.filter((one) => !list(one, 'securityContext', 'capabilities', 'drop').includes('ALL'));
  const rooted = containers.filter((one) => record(one, 'securityContext')['runAsNonRoot'] !== true && whole['runAsNonRoot'] !== true);
  const free = containers.filter(
    (one) =>
      !['RuntimeDefault', 'Localhost'].includes(
        text(one, 'securityContext', 'seccompProfile', 'type') || text(whole, 'seccompProfile', 'type'),
      ),
  );
  return [
    ...(rising.length === 0
      ? []
      : [`allowPrivilegeEscalation != false (${named(rising)} must set securityContext.allowPrivilegeEscalation=false)`]),
    ...(capable.length === 0 ? [] : [`unrestricted capabilities (${named(capable)} must set securityContext.capabilities.drop=["ALL"])`]),
    ...(rooted.length === 0 ? [] : [`runAsNonRoot != true (pod or ${named(rooted)} must set securityContext.runAsNonRoot=true)`]),
    ...(free.length === 0
      ? []
      : [`seccompProfile (pod or ${named(free)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`]),
  ];
}
