/** Brings pods to life: schedules, pulls, starts, crashes and ends them. What a pod does is read off its image. */
import { type Json, type JsonObject, list, number, put, record, text } from './json.ts';
import { kindNamed } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';
import { writeEvent } from './event-writer.ts';
import { isEnding, isReady } from './owned.ts';

export interface PodTimes {
  /** From scheduled to ready. */
  startMs: number;
  /** From marked to gone. */
  endMs: number;
}

type Fate = 'runs' | 'missing-image' | 'crashes' | 'runs-out-of-memory' | 'never-ready' | 'completes' | 'fails';

function fateOf(container: Json): Fate {
  const image = text(container, 'image');
  if (image.includes('missing')) return 'missing-image';
  if (image.includes('oom')) return 'runs-out-of-memory';
  if (image.includes('crash')) return 'crashes';
  if (image.includes('badprobe')) return 'never-ready';
  if (image.includes(':fail')) return 'fails';
  return image.startsWith('busybox') ? 'completes' : 'runs';
}

const seconds = (at = Date.now()) => `${new Date(at).toISOString().slice(0, 19)}Z`;
const backOffMs = 5000;

/** One look at one pod; says in how many ms it should be looked at again, undefined when it is settled. */
export function tendPod(store: ObjectStore, pod: JsonObject, times: PodTimes, memory: Map<string, number>): number | undefined {
  const kind = kindNamed('Pod');
  const uid = text(pod, 'metadata', 'uid');
  const since = (name: string): number => {
    const key = `${uid}:${name}`;
    const start = memory.get(key) ?? Date.now();
    memory.set(key, start);
    return Date.now() - start;
  };
  if (isEnding(pod)) {
    const left = times.endMs - since('ending');
    if (left > 0) return left;
    store.remove(kind, text(pod, 'metadata', 'namespace'), text(pod, 'metadata', 'name'));
    return undefined;
  }
  if (text(pod, 'spec', 'nodeName') === '') return schedule(store, pod);
  if (isReady(pod)) return undefined;
  return start(store, pod, times, since);
}

function schedule(store: ObjectStore, pod: JsonObject): number | undefined {
  const cpu = list(pod, 'spec', 'containers').reduce<number>(
    (sum, container) =>
      sum + Number.parseFloat(String(record(container, 'resources', 'requests')['cpu'] ?? '0').replace(/^(\d+)m$/, '0.$1')),
    0,
  );
  const nodes = store.list(kindNamed('Node'));
  const open = nodes.filter((node) => record(node, 'spec')['unschedulable'] !== true);
  const chosen = open[hash(text(pod, 'metadata', 'uid')) % Math.max(1, open.length)];
  if (cpu > 8 || chosen === undefined) {
    const message = `0/${nodes.length} nodes are available: ${nodes.length} Insufficient cpu. no new claims to deallocate, preemption: 0/${nodes.length} nodes are available: ${nodes.length} Preemption is not helpful for scheduling.`;
    if (list(pod, 'status', 'conditions').length === 0) {
      const stuck = {
        ...pod,
        status: {
          phase: 'Pending',
          conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: seconds() }],
        },
      };
      writeEvent(store, store.save(kindNamed('Pod'), stuck), 'Warning', 'FailedScheduling', message, 'default-scheduler');
    }
    return 2000;
  }
  const node = text(chosen, 'metadata', 'name');
  put(pod, ['spec', 'nodeName'], node);
  put(pod, ['status'], {
    phase: 'Pending',
    startTime: seconds(),
    conditions: [condition('PodScheduled', true)],
    containerStatuses: list(pod, 'spec', 'containers').map((container) => waiting(container, 'ContainerCreating', '', 0)),
  });
  const saved = store.save(kindNamed('Pod'), pod);
  const name = `${text(saved, 'metadata', 'namespace')}/${text(saved, 'metadata', 'name')}`;
  writeEvent(store, saved, 'Normal', 'Scheduled', `Successfully assigned ${name} to ${node}`, 'default-scheduler');
  for (const container of list(saved, 'spec', 'containers'))
    writeEvent(store, saved, 'Normal', 'Pulling', `Pulling image "${text(container, 'image')}"`, 'kubelet');
  return 10;
}

function hash(value: string): number {
  let sum = 0;
  for (const letter of value) sum = (sum * 31 + letter.charCodeAt(0)) % 100_003;
  return sum;
}

function condition(type: string, on: boolean, reason = ''): JsonObject {
  return { type, status: on ? 'True' : 'False', lastProbeTime: null, lastTransitionTime: seconds(), ...(reason === '' ? {} : { reason }) };
}

function waiting(container: Json, reason: string, message: string, restarts: number, last?: JsonObject): JsonObject {
  return {
    name: text(container, 'name'),
    image: text(container, 'image'),
    imageID: '',
    ready: false,
    started: false,
    restartCount: restarts,
    state: { waiting: { reason, ...(message === '' ? {} : { message }) } },
    lastState: last === undefined ? {} : { terminated: last },
  };
}

function start(store: ObjectStore, pod: JsonObject, times: PodTimes, since: (name: string) => number): number | undefined {
  const left = times.startMs - since('starting');
  if (left > 0) return left;
  const fates = list(pod, 'spec', 'containers').map(fateOf);
  const fate = fates.find((one) => one !== 'runs') ?? 'runs';
  switch (fate) {
    case 'runs':
    case 'never-ready':
      return run(store, pod, fate === 'runs');
    case 'missing-image':
      return failPull(store, pod);
    case 'crashes':
    case 'runs-out-of-memory':
      return crash(store, pod, fate === 'crashes' ? { exitCode: 1, reason: 'Error' } : { exitCode: 137, reason: 'OOMKilled' }, since);
    case 'completes':
    case 'fails':
      return complete(store, pod, fate === 'completes');
  }
}

function save(store: ObjectStore, pod: JsonObject, phase: string, ready: boolean, statuses: JsonObject[]): JsonObject {
  const number = hash(text(pod, 'metadata', 'uid'));
  const status: JsonObject = {
    phase,
    startTime: text(pod, 'status', 'startTime') || seconds(),
    podIP: `10.244.${number % 250}.${(number >> 3) % 250}`,
    hostIP: '10.0.0.1',
    qosClass: 'BestEffort',
    conditions: [
      condition('PodReadyToStartContainers', true),
      condition('Initialized', true),
      condition('Ready', ready, ready ? '' : 'ContainersNotReady'),
      condition('ContainersReady', ready),
      condition('PodScheduled', true),
    ],
    containerStatuses: statuses,
  };
  return store.save(kindNamed('Pod'), { ...pod, status });
}

function run(store: ObjectStore, pod: JsonObject, ready: boolean): number | undefined {
  if (text(pod, 'status', 'phase') === 'Running') return ready ? undefined : 3000;
  const statuses = list(pod, 'spec', 'containers').map((container): JsonObject => ({
    name: text(container, 'name'),
    image: text(container, 'image'),
    imageID: `sandbox/${text(container, 'image')}`,
    containerID: `containerd://${text(pod, 'metadata', 'uid')}`,
    ready,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: seconds() } },
    lastState: {},
  }));
  const saved = save(store, pod, 'Running', ready, statuses);
  for (const container of list(saved, 'spec', 'containers')) {
    writeEvent(store, saved, 'Normal', 'Pulled', `Successfully pulled image "${text(container, 'image')}"`, 'kubelet');
    writeEvent(store, saved, 'Normal', 'Created', 'Container created', 'kubelet');
    writeEvent(store, saved, 'Normal', 'Started', 'Container started', 'kubelet');
  }
  if (ready) return undefined;
  writeEvent(store, saved, 'Warning', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', 'kubelet');
  return 3000;
}

function failPull(store: ObjectStore, pod: JsonObject): number {
  const [container = {}] = list(pod, 'spec', 'containers');
  const image = text(container, 'image');
  const message = `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": not found`;
  if (text(pod, 'status', 'containerStatuses', 0, 'state', 'waiting', 'reason') !== 'ImagePullBackOff') {
    const saved = save(store, pod, 'Pending', false, [
      waiting(container, 'ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${message}`, 0),
    ]);
    writeEvent(store, saved, 'Warning', 'Failed', message, 'kubelet');
    writeEvent(store, saved, 'Warning', 'Failed', 'Error: ErrImagePull', 'kubelet');
    writeEvent(store, saved, 'Normal', 'BackOff', `Back-off pulling image "${image}"`, 'kubelet');
  }
  return 10_000;
}

function crash(store: ObjectStore, pod: JsonObject, end: { exitCode: number; reason: string }, since: (name: string) => number): number {
  const [container = {}] = list(pod, 'spec', 'containers');
  const restarts = number(pod, 0, 'status', 'containerStatuses', 0, 'restartCount');
  if (restarts > 0 && since(`restart-${restarts}`) < backOffMs * restarts) return backOffMs;
  const now = Date.now();
  const last: JsonObject = {
    ...end,
    startedAt: seconds(now - 1000),
    finishedAt: seconds(now),
    containerID: `containerd://${text(pod, 'metadata', 'uid')}`,
  };
  const name = text(container, 'name');
  const message = `back-off 10s restarting failed container=${name} pod=${text(pod, 'metadata', 'name')}_${text(pod, 'metadata', 'namespace')}(${text(pod, 'metadata', 'uid')})`;
  const saved = save(store, pod, 'Running', false, [waiting(container, 'CrashLoopBackOff', message, restarts + 1, last)]);
  writeEvent(store, saved, 'Normal', 'Started', 'Container started', 'kubelet');
  writeEvent(
    store,
    saved,
    'Warning',
    'BackOff',
    `Back-off restarting failed container ${name} in pod ${text(pod, 'metadata', 'name')}`,
    'kubelet',
  );
  return backOffMs;
}

function complete(store: ObjectStore, pod: JsonObject, well: boolean): undefined {
  if (['Succeeded', 'Failed'].includes(text(pod, 'status', 'phase'))) return undefined;
  const statuses = list(pod, 'spec', 'containers').map((container): JsonObject => ({
    name: text(container, 'name'),
    image: text(container, 'image'),
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    state: { terminated: { exitCode: well ? 0 : 1, reason: well ? 'Completed' : 'Error', startedAt: seconds(), finishedAt: seconds() } },
    lastState: {},
  }));
  save(store, pod, well ? 'Succeeded' : 'Failed', false, statuses);
  return undefined;
}
