/** A pod's status as the kubelet writes it. */
import { type Json, type JsonObject, list, number, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs, wholeSeconds } from '../operations.ts';
import { uidOf } from './shared.ts';

export interface ContainerLife {
  ready: boolean;
  started: boolean;
  restartCount: number;
  state: JsonObject;
  lastState: JsonObject;
}

/** Before the first start. */
export const unborn: ContainerLife = {
  ready: false,
  started: false,
  restartCount: 0,
  state: { waiting: { reason: 'ContainerCreating' } },
  lastState: {},
};

export function lifeOf(pod: JsonObject, container: Json): ContainerLife {
  const status = list(pod, 'status', 'containerStatuses').find((one) => text(one, 'name') === text(container, 'name'));
  if (status === undefined) return unborn;
  return {
    ready: record(status)['ready'] === true,
    started: record(status)['started'] === true,
    restartCount: number(status, 0, 'restartCount'),
    state: record(status, 'state'),
    lastState: record(status, 'lastState'),
  };
}

/** Writes what is new and gives the stored pod. */
export function writePodStatus(store: ObjectStore, pod: JsonObject, phase: string, lives: ContainerLife[]): JsonObject {
  const containers = list(pod, 'spec', 'containers');
  const [ip, host] = [podIp(pod), hostIp(pod)];
  const isUp =
    phase !== 'Pending' ||
    lives.some(({ state }) => state['running'] !== undefined || text(state, 'waiting', 'reason') !== 'ContainerCreating');
  const status: JsonObject = {
    phase,
    conditions: conditionsOf(store, pod, phase, lives, isUp),
    hostIP: host,
    hostIPs: [{ ip: host }],
    ...(isUp ? { podIP: ip, podIPs: [{ ip }] } : {}),
    startTime: text(pod, 'status', 'startTime') || wholeSeconds(store.clock()),
    containerStatuses: containers.map((container, index) => containerStatus(pod, container, lives[index] ?? unborn)),
    qosClass: text(pod, 'status', 'qosClass') || 'BestEffort',
  };
  return saveAs(store, kindNamed('Pod'), { ...pod, status }, 'kubelet');
}

function containerStatus(pod: JsonObject, container: Json, { ready, started, restartCount, state, lastState }: ContainerLife): JsonObject {
  const image = text(container, 'image');
  const born = state['running'] !== undefined || state['terminated'] !== undefined || lastState['terminated'] !== undefined;
  return {
    name: text(container, 'name'),
    state,
    lastState,
    ready,
    restartCount,
    image,
    imageID: born ? `containerd://${image}` : '',
    ...(born ? { containerID: containerId(pod, container, restartCount) } : {}),
    started,
  };
}

export function containerId(pod: JsonObject, container: Json, restart: number): string {
  return `containerd://${hash(`${uidOf(pod)}/${text(container, 'name')}/${restart}`)}`;
}

function conditionsOf(store: ObjectStore, pod: JsonObject, phase: string, lives: ContainerLife[], isUp: boolean): Json[] {
  const now = wholeSeconds(store.clock());
  const before = list(pod, 'status', 'conditions');
  const unready = list(pod, 'spec', 'containers')
    .filter((_, index) => lives[index]?.ready !== true)
    .map((container) => text(container, 'name'));
  const done = phase === 'Succeeded';
  const why = done
    ? { reason: 'PodCompleted' }
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
  const notReady = phase === 'Failed' ? { reason: 'PodFailed' } : why;
  const one = (type: string, holds: boolean, extra: JsonObject = {}): JsonObject => {
    const old = before.find((condition) => text(condition, 'type') === type);
    const status = holds ? 'True' : 'False';
    const since = old !== undefined && text(old, 'status') === status ? (record(old)['lastTransitionTime'] ?? now) : now;
    return { type, status, lastProbeTime: null, lastTransitionTime: since, ...(holds ? {} : extra) };
  };
  return [
    one('PodReadyToStartContainers', isUp && !done && phase !== 'Failed'),
    one('Initialized', true, {}),
    one('Ready', unready.length === 0, notReady),
    one('ContainersReady', unready.length === 0, notReady),
    one('PodScheduled', true),
  ];
}

function hash(value: string): string {
  let sum = 0x811c9dc5;
  for (const byte of Buffer.from(value)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum.toString(16).padStart(8, '0');
}

export function podIp(pod: JsonObject): string {
  const sum = Number.parseInt(hash(uidOf(pod)), 16);
  return `10.244.${(sum >>> 8) % 250}.${2 + (sum % 250)}`;
}

function hostIp(pod: JsonObject): string {
  const last = /(\d+)$/.exec(text(pod, 'spec', 'nodeName'))?.[1] ?? '1';
  return `10.0.0.${10 + (Number(last) % 200)}`;
}
