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

/** Waiting for these is part of every start. */
const notStarted = ['ContainerCreating', 'PodInitializing'];

/** Before the first start. */
export const unborn: ContainerLife = {
  ready: false,
  started: false,
  restartCount: 0,
  state: { waiting: { reason: 'ContainerCreating' } },
  lastState: {},
};

/** Of a container or an init container: their names are unique in a pod. */
export function lifeOf(pod: JsonObject, container: Json): ContainerLife {
  const status = statusesOf(pod).find((one) => text(one, 'name') === text(container, 'name'));
  if (status === undefined) return unborn;
  return {
    ready: record(status)['ready'] === true,
    started: record(status)['started'] === true,
    restartCount: number(status, 0, 'restartCount'),
    state: record(status, 'state'),
    lastState: record(status, 'lastState'),
  };
}

export function statusesOf(pod: JsonObject): Json[] {
  return [...list(pod, 'status', 'initContainerStatuses'), ...list(pod, 'status', 'containerStatuses')];
}

/** An init container that goes on running beside the others. */
export function isSidecar(container: Json): boolean {
  return text(container, 'restartPolicy') === 'Always';
}

/** The init container whose turn it is; undefined where all are through. */
export function nextInit(pod: JsonObject, life = (container: Json) => lifeOf(pod, container)): Json | undefined {
  return list(pod, 'spec', 'initContainers').find((container) => {
    const { state } = life(container);
    return isSidecar(container) ? state['running'] === undefined : number(state, 1, 'terminated', 'exitCode') !== 0;
  });
}

/** Writes what is new and gives the stored pod; `changed` by the name of a container, the others stay as they are. */
export function writePodStatus(
  store: ObjectStore,
  pod: JsonObject,
  phase: string,
  changed: ReadonlyMap<string, ContainerLife> = new Map(),
): JsonObject {
  const lifeNow = (container: Json): ContainerLife => changed.get(text(container, 'name')) ?? lifeOf(pod, container);
  const containers = list(pod, 'spec', 'containers');
  const inits = list(pod, 'spec', 'initContainers');
  const lives = containers.map(lifeNow);
  const [ip, host] = [podIp(pod), hostIp(pod)];
  const isUp =
    phase !== 'Pending' ||
    [...inits.map(lifeNow), ...lives].some(
      ({ state }) => state['running'] !== undefined || !notStarted.includes(text(state, 'waiting', 'reason')),
    );
  const status: JsonObject = {
    phase,
    conditions: conditionsOf(store, pod, { phase, lives, isUp, waitsFor: nextInit(pod, lifeNow) }),
    hostIP: host,
    hostIPs: [{ ip: host }],
    ...(isUp ? { podIP: ip, podIPs: [{ ip }] } : {}),
    startTime: text(pod, 'status', 'startTime') || wholeSeconds(store.clock()),
    ...(inits.length === 0 ? {} : { initContainerStatuses: inits.map((container) => containerStatus(pod, container, lifeNow(container))) }),
    containerStatuses: containers.map((container) => containerStatus(pod, container, lifeNow(container))),
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

interface Seen {
  phase: string;
  lives: ContainerLife[];
  isUp: boolean;
  /** The init container whose turn it is. */
  waitsFor: Json | undefined;
}

function conditionsOf(store: ObjectStore, pod: JsonObject, { phase, lives, isUp, waitsFor }: Seen): Json[] {
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
    one('Initialized', waitsFor === undefined, {
      reason: 'ContainersNotInitialized',
      message: `containers with incomplete status: [${text(waitsFor, 'name')}]`,
    }),
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
