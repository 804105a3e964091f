/** Brings pods to life and ends them. What a container does is its fate. */
import { type Json, type JsonObject, list, number, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { wholeSeconds } from '../operations.ts';
import { tell, type Telling } from './events.ts';
import { type Fate, fateOf, probeFailure } from './fates.ts';
import { type ContainerLife, containerId, lifeOf, podIp, writePodStatus } from './pod-status.ts';
import { schedule } from './scheduler.ts';
import { isEnding, nameOf, namespaceOf, uidOf } from './shared.ts';

export interface PodTimes {
  /** From scheduled to ready. */
  startMs: number;
  /** From marked to gone. */
  endMs: number;
}

export interface Kubelet {
  /** Says in how many ms the pod should be looked at again; undefined where it is settled. */
  tend: (pod: JsonObject) => number | undefined;
  forget: (uid: string) => void;
}

const unschedulableAgainMs = 30_000;
const probeAgainMs = 10_000;
const longestBackOffMs = 300_000;

export function createKubelet(store: ObjectStore, times: PodTimes, company: ReadonlyMap<string, Fate>): Kubelet {
  /** When the present step of a pod began. */
  const began = new Map<string, { step: string; at: number }>();
  const now = (): number => store.clock().getTime();

  /** What is left of a step that takes a while; it begins when it is first asked for. */
  function left(pod: JsonObject, step: string, ms: number): number {
    const known = began.get(uidOf(pod));
    if (known?.step === step) return known.at + ms - now();
    began.set(uidOf(pod), { step, at: now() });
    return ms;
  }

  function tend(pod: JsonObject): number | undefined {
    if (isEnding(pod)) return end(pod);
    if (['Succeeded', 'Failed'].includes(text(pod, 'status', 'phase'))) return undefined;
    if (text(pod, 'spec', 'nodeName') === '') return schedule(store, pod) === undefined ? unschedulableAgainMs : 1;
    if (list(pod, 'status', 'containerStatuses').length === 0) return accept(pod);
    const fates = list(pod, 'spec', 'containers').map((container) => fateOf(container, company));
    if (list(pod, 'status', 'containerStatuses').every((status) => text(status, 'state', 'waiting', 'reason') === 'ContainerCreating'))
      return begin(pod, fates);
    return goOn(pod, fates);
  }

  function end(pod: JsonObject): number | undefined {
    if (number(pod, 30, 'metadata', 'deletionGracePeriodSeconds') > 0) {
      if (began.get(uidOf(pod))?.step !== 'ending')
        for (const container of list(pod, 'spec', 'containers'))
          say(pod, container, { reason: 'Killing', message: `Stopping container ${text(container, 'name')}` });
      const wait = left(pod, 'ending', times.endMs);
      if (wait > 0) return wait;
    }
    if (list(pod, 'metadata', 'finalizers').length > 0) return undefined;
    store.remove(kindNamed('Pod'), namespaceOf(pod), nameOf(pod));
    return undefined;
  }

  function say(pod: JsonObject, container: Json, what: Omit<Telling, 'component'>): void {
    tell(store, pod, {
      ...what,
      component: 'kubelet',
      host: text(pod, 'spec', 'nodeName'),
      fieldPath: `spec.containers{${text(container, 'name')}}`,
    });
  }

  /** The kubelet has seen the pod. */
  function accept(pod: JsonObject): number {
    const containers = list(pod, 'spec', 'containers');
    writePodStatus(
      store,
      pod,
      'Pending',
      containers.map((container) => lifeOf(pod, container)),
    );
    for (const container of containers) say(pod, container, { reason: 'Pulling', message: `Pulling image "${text(container, 'image')}"` });
    return left(pod, 'starting', times.startMs / 2);
  }

  function begin(pod: JsonObject, fates: Fate[]): number | undefined {
    const wait = left(pod, 'starting', times.startMs / 2);
    if (wait > 0) return wait;
    const containers = list(pod, 'spec', 'containers');
    const missing = containers.find((_, index) => fates[index] === 'missing-image');
    if (missing !== undefined) return failPull(pod, missing);
    for (const container of containers) {
      say(pod, container, { reason: 'Pulled', message: `Successfully pulled image "${text(container, 'image')}"` });
      say(pod, container, { reason: 'Created', message: 'Container created' });
      say(pod, container, { reason: 'Started', message: 'Container started' });
    }
    const lives = containers.map((container) => running(container, lifeOf(pod, container), false));
    writePodStatus(store, pod, 'Running', lives);
    return left(pod, 'running', times.startMs / 2);
  }

  function running(container: Json, life: ContainerLife, ready: boolean): ContainerLife {
    const startedAt = text(life.state, 'running', 'startedAt') || wholeSeconds(store.clock());
    const probed = record(container)['readinessProbe'] !== undefined;
    return { ...life, ready: ready || !probed, started: true, state: { running: { startedAt } } };
  }

  function failPull(pod: JsonObject, container: Json): number {
    const image = text(container, 'image');
    const failure = `failed to pull and unpack image "${image}": not found`;
    const known = text(lifeOf(pod, container).state, 'waiting', 'reason') === 'ImagePullBackOff';
    const reason = known ? 'ErrImagePull' : 'ImagePullBackOff';
    if (!known) {
      say(pod, container, {
        type: 'Warning',
        reason: 'Failed',
        message: `Failed to pull image "${image}": rpc error: code = NotFound desc = ${failure}`,
      });
      say(pod, container, { type: 'Warning', reason: 'Failed', message: 'Error: ErrImagePull' });
    }
    say(pod, container, { reason: 'BackOff', message: `Back-off pulling image "${image}"` });
    const message = `Back-off pulling image "${image}": ErrImagePull: rpc error: code = NotFound desc = ${failure}`;
    const lives = list(pod, 'spec', 'containers').map((one): ContainerLife =>
      one === container && reason === 'ImagePullBackOff'
        ? { ...lifeOf(pod, one), state: { waiting: { reason, message } } }
        : lifeOf(pod, one),
    );
    writePodStatus(store, pod, 'Pending', lives);
    return left(pod, `pulling-${now()}`, Math.max(times.startMs * 30, 1000));
  }

  function goOn(pod: JsonObject, fates: Fate[]): number | undefined {
    const containers = list(pod, 'spec', 'containers');
    const missing = containers.find((_, index) => fates[index] === 'missing-image');
    if (missing !== undefined) return failPull(pod, missing);
    const ends = fates.find((fate) => ['crashes', 'runs-out-of-memory', 'completes', 'fails'].includes(fate));
    if (ends !== undefined) return goDown(pod, fates, ends);
    const wait = left(pod, 'running', times.startMs / 2);
    if (wait > 0) return wait;
    const lives = containers.map((container, index) => running(container, lifeOf(pod, container), fates[index] === 'runs'));
    writePodStatus(store, pod, 'Running', lives);
    const unready = containers.find((_, index) => fates[index] === 'never-ready');
    if (unready === undefined) return undefined;
    say(pod, unready, { type: 'Warning', reason: 'Unhealthy', message: probeFailure(unready, podIp(pod)) });
    return probeAgainMs;
  }

  /** Ends once for good, or again and again with a growing back-off. */
  function goDown(pod: JsonObject, fates: Fate[], fate: Fate): number | undefined {
    const containers = list(pod, 'spec', 'containers');
    const container = containers[fates.indexOf(fate)] ?? null;
    const life = lifeOf(pod, container);
    const waits = life.state['waiting'] !== undefined;
    const backOff = Math.min(longestBackOffMs, Math.max(times.startMs * 10, 1000) * 2 ** Math.max(0, life.restartCount - 1));
    const wait = waits ? left(pod, `back-off-${life.restartCount}`, backOff) : left(pod, `run-${life.restartCount}`, times.startMs / 2);
    if (wait > 0) return wait;
    const over = terminated(pod, container, fate, life);
    const policy = text(pod, 'spec', 'restartPolicy');
    const good = fate === 'completes';
    if (policy === 'Never' || (policy === 'OnFailure' && good)) {
      const lives = containers.map((one): ContainerLife =>
        one === container ? { ...life, ready: false, started: false, state: { terminated: over } } : lifeOf(pod, one),
      );
      writePodStatus(store, pod, good ? 'Succeeded' : 'Failed', lives);
      return undefined;
    }
    return restart(pod, container, life, over, waits);
  }

  function restart(pod: JsonObject, container: Json, life: ContainerLife, over: JsonObject, waited: boolean): number {
    const name = text(container, 'name');
    if (waited) {
      say(pod, container, { reason: 'Pulled', message: `Container image "${text(container, 'image')}" already present on machine` });
      say(pod, container, { reason: 'Created', message: 'Container created' });
      say(pod, container, { reason: 'Started', message: 'Container started' });
    }
    say(pod, container, {
      type: 'Warning',
      reason: 'BackOff',
      message: `Back-off restarting failed container ${name} in pod ${nameOf(pod)}`,
    });
    const seconds = Math.min(300, 10 * 2 ** life.restartCount);
    const pause = seconds === 300 ? '5m0s' : `${seconds}s`;
    const message = `back-off ${pause} restarting failed container=${name} pod=${nameOf(pod)}_${namespaceOf(pod)}(${uidOf(pod)})`;
    const next: ContainerLife = {
      ready: false,
      started: false,
      restartCount: life.restartCount + 1,
      state: { waiting: { reason: 'CrashLoopBackOff', message } },
      lastState: { terminated: over },
    };
    const lives = list(pod, 'spec', 'containers').map((one) => (text(one, 'name') === name ? next : lifeOf(pod, one)));
    writePodStatus(store, pod, 'Running', lives);
    return 1;
  }

  function terminated(pod: JsonObject, container: Json, fate: Fate, life: ContainerLife): JsonObject {
    const at = now();
    const startedAt = text(life.state, 'running', 'startedAt') || wholeSeconds(new Date(at - 1000));
    const outcomes: Partial<Record<Fate, JsonObject>> = {
      completes: { exitCode: 0, reason: 'Completed' },
      'runs-out-of-memory': { exitCode: 137, reason: 'OOMKilled' },
    };
    const outcome = outcomes[fate] ?? { exitCode: 1, reason: 'Error' };
    return { ...outcome, startedAt, finishedAt: wholeSeconds(new Date(at)), containerID: containerId(pod, container, life.restartCount) };
  }

  return { tend, forget: (uid) => void began.delete(uid) };
}
