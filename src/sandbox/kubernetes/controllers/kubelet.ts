/** Brings pods to life and ends them. What a container does is its fate. */
import { type Json, type JsonObject, list, number, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { wholeSeconds } from '../operations.ts';
import { tell, type Telling } from './events.ts';
import { type Fate, fateOf, livesMs, probeFailure, startFailure } from './fates.ts';
import { endOfFate } from './container-ends.ts';
import { isDown } from './nodes.ts';
import { failingMount, missingConfig } from './pod-needs.ts';
import { type ContainerLife, isSidecar, lifeOf, nextInit, podIp, writePodStatus } from './pod-status.ts';
import { pullFailure } from './pulls.ts';
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
const againMs = 10_000;
const longestBackOffMs = 300_000;
/** Killed by its probe so often, it is made to wait like one that crashes. */
const patience = 3;

export function createKubelet(store: ObjectStore, times: PodTimes, company: ReadonlyMap<string, Fate>): Kubelet {
  /** When the present step of a pod began. */
  const began = new Map<string, { step: string; at: number }>();
  const now = (): number => store.clock().getTime();
  const fateIn = (container: Json): Fate => fateOf(container, company);

  /** What is left of a step that takes a while; it begins when it is first asked for. */
  function left(pod: JsonObject, step: string, ms: number): number {
    const known = began.get(uidOf(pod));
    if (known?.step === step) return known.at + ms - now();
    began.set(uidOf(pod), { step, at: now() });
    return ms;
  }

  function tend(pod: JsonObject): number | undefined {
    if (text(pod, 'spec', 'nodeName') !== '' && isDown(store, text(pod, 'spec', 'nodeName'))) return undefined;
    if (isEnding(pod)) return end(pod);
    if (['Succeeded', 'Failed'].includes(text(pod, 'status', 'phase'))) return undefined;
    if (text(pod, 'spec', 'nodeName') === '') return schedule(store, pod) === undefined ? unschedulableAgainMs : 1;
    if (list(pod, 'status', 'containerStatuses').length === 0) return accept(pod);
    const waiting = list(pod, 'status', 'containerStatuses').every(
      (status) =>
        !['', 'RunContainerError'].includes(text(status, 'state', 'waiting', 'reason')) &&
        Object.keys(record(status, 'lastState', 'terminated')).length === 0,
    );
    return waiting ? begin(pod) : goOn(pod);
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
    const field = list(pod, 'spec', 'initContainers').includes(container) ? 'initContainers' : 'containers';
    const fieldPath = `spec.${field}{${text(container, 'name')}}`;
    tell(store, pod, { ...what, component: 'kubelet', host: text(pod, 'spec', 'nodeName'), fieldPath });
  }

  function warn(pod: JsonObject, container: Json, reason: string, message: string): void {
    say(pod, container, { type: 'Warning', reason, message });
  }

  /** The kubelet has seen the pod. */
  function accept(pod: JsonObject): number {
    const inits = list(pod, 'spec', 'initContainers');
    const containers = list(pod, 'spec', 'containers');
    const reason = inits.length === 0 ? 'ContainerCreating' : 'PodInitializing';
    const lives = [...inits, ...containers].map((one): [string, ContainerLife] => [
      text(one, 'name'),
      { ...lifeOf(pod, one), state: { waiting: { reason } } },
    ]);
    writePodStatus(store, pod, 'Pending', new Map(lives));
    if (failingMount(store, pod) === undefined) for (const one of inits.length === 0 ? containers : inits.slice(0, 1)) sayPulling(pod, one);
    return left(pod, 'starting', times.startMs / 2);
  }

  function sayPulling(pod: JsonObject, container: Json): void {
    say(pod, container, { reason: 'Pulling', message: `Pulling image "${text(container, 'image')}"` });
  }

  /** Volumes, then init containers one after the other, then all containers. */
  function begin(pod: JsonObject): number | undefined {
    const wait = isFresh(pod) ? left(pod, 'starting', times.startMs / 2) : 0;
    if (wait > 0) return wait;
    const mount = failingMount(store, pod);
    if (mount !== undefined) {
      tell(store, pod, {
        type: 'Warning',
        reason: 'FailedMount',
        message: mount,
        component: 'kubelet',
        host: text(pod, 'spec', 'nodeName'),
      });
      return left(pod, `mounting-${now()}`, againMs);
    }
    const init = nextInit(pod);
    if (init !== undefined) return runInit(pod, init);
    const containers = list(pod, 'spec', 'containers');
    for (const container of containers) {
      const again = isKept(pod, container);
      if (again !== undefined) return again;
    }
    for (const container of containers) sayStarted(pod, container, `Successfully pulled image "${text(container, 'image')}"`);
    const lives = containers.map((container): [string, ContainerLife] => [
      text(container, 'name'),
      born(container, lifeOf(pod, container)),
    ]);
    writePodStatus(store, pod, 'Running', new Map(lives));
    return left(pod, 'running', times.startMs / 2);
  }

  function isFresh(pod: JsonObject): boolean {
    return began.get(uidOf(pod))?.step === 'starting';
  }

  /** In how many ms it is tried again, where the container cannot be made. */
  function isKept(pod: JsonObject, container: Json): number | undefined {
    const pull = pullFailure(store, pod, container, fateIn(container));
    if (pull !== undefined) {
      const known = text(lifeOf(pod, container).state, 'waiting', 'reason') === pull.reason;
      if (!known) for (const { reason, message } of pull.warnings) warn(pod, container, reason, message);
      if (pull.reason === 'ImagePullBackOff')
        say(pod, container, { reason: 'BackOff', message: `Back-off pulling image "${text(container, 'image')}"` });
      wait(pod, container, pull.reason, pull.message);
      return left(pod, `pulling-${now()}`, againMs);
    }
    const config = missingConfig(store, pod, container);
    if (config === undefined) return undefined;
    warn(pod, container, 'Failed', `Error: ${config}`);
    wait(pod, container, 'CreateContainerConfigError', config);
    return left(pod, `configuring-${now()}`, againMs);
  }

  function wait(pod: JsonObject, container: Json, reason: string, message: string): void {
    const life: ContainerLife = { ...lifeOf(pod, container), state: { waiting: { reason, message } } };
    writePodStatus(store, pod, 'Pending', new Map([[text(container, 'name'), life]]));
  }

  function sayStarted(pod: JsonObject, container: Json, pulled: string): void {
    say(pod, container, { reason: 'Pulled', message: pulled });
    say(pod, container, { reason: 'Created', message: 'Container created' });
    if (fateIn(container) === 'no-command') warn(pod, container, 'Failed', `Error: ${startFailure(container)}`);
    else say(pod, container, { reason: 'Started', message: 'Container started' });
  }

  function born(container: Json, life: ContainerLife): ContainerLife {
    if (fateIn(container) !== 'no-command') return running(container, life, false);
    return { ...life, state: { waiting: { reason: 'RunContainerError', message: startFailure(container) } } };
  }

  function running(container: Json, life: ContainerLife, ready: boolean): ContainerLife {
    const startedAt = text(life.state, 'running', 'startedAt') || wholeSeconds(store.clock());
    const probed = record(container)['readinessProbe'] !== undefined;
    return { ...life, ready: ready || !probed, started: true, state: { running: { startedAt } } };
  }

  function runInit(pod: JsonObject, container: Json): number | undefined {
    const name = text(container, 'name');
    const life = lifeOf(pod, container);
    if (life.state['running'] !== undefined) return endInit(pod, container, life);
    const isBack = text(life.state, 'waiting', 'reason') === 'CrashLoopBackOff';
    const backOff = isBack ? left(pod, `init-back-off-${name}-${life.restartCount}`, backOffMs(life)) : 0;
    if (backOff > 0) return backOff;
    const again = isKept(pod, container);
    if (again !== undefined) return again;
    sayStarted(pod, container, isBack ? present(container) : `Successfully pulled image "${text(container, 'image')}"`);
    const next: ContainerLife = {
      ...life,
      started: true,
      ready: isSidecar(container),
      state: { running: { startedAt: wholeSeconds(store.clock()) } },
    };
    writePodStatus(store, pod, 'Pending', new Map([[name, next]]));
    return left(pod, `init-${name}-${life.restartCount}`, times.startMs / 2);
  }

  function endInit(pod: JsonObject, container: Json, life: ContainerLife): number | undefined {
    const name = text(container, 'name');
    const wait = left(pod, `init-${name}-${life.restartCount}`, times.startMs / 2);
    if (wait > 0) return wait;
    const fate = fateIn(container);
    // An init container that has no fate of its own does its work and ends.
    const isGood = ['runs', 'completes', 'never-ready', 'not-live'].includes(fate);
    const over = endOfFate(pod, container, isGood ? 'completes' : fate, life, store.clock());
    if (!isGood && text(pod, 'spec', 'restartPolicy') !== 'Never') return restart(pod, container, life, over, true);
    const next: ContainerLife = { ...life, ready: isGood, started: false, state: { terminated: over } };
    writePodStatus(store, pod, isGood ? 'Pending' : 'Failed', new Map([[name, next]]));
    return isGood ? 1 : undefined;
  }

  function goOn(pod: JsonObject): number | undefined {
    const containers = list(pod, 'spec', 'containers');
    const fates = containers.map(fateIn);
    const ending: Fate[] = ['crashes', 'runs-out-of-memory', 'completes', 'fails', 'wrong-architecture', 'no-command', 'not-live'];
    const ends = containers.find((_, index) => ending.includes(fates[index] ?? 'runs'));
    if (ends !== undefined) return goDown(pod, ends);
    const wait = left(pod, 'running', times.startMs / 2);
    if (wait > 0) return wait;
    const lives = containers.map((one, index): [string, ContainerLife] => [
      text(one, 'name'),
      running(one, lifeOf(pod, one), fates[index] === 'runs'),
    ]);
    writePodStatus(store, pod, 'Running', new Map(lives));
    const unready = containers.find((_, index) => fates[index] === 'never-ready');
    if (unready === undefined) return undefined;
    warn(pod, unready, 'Unhealthy', probeFailure(unready, podIp(pod), 'readinessProbe'));
    return againMs;
  }

  const backOffMs = (life: ContainerLife): number =>
    Math.min(longestBackOffMs, Math.max(times.startMs * 10, 1000) * 2 ** Math.max(0, life.restartCount - 1));

  /** Ends once for good, or again and again with a growing back-off. */
  function goDown(pod: JsonObject, container: Json): number | undefined {
    const fate = fateIn(container);
    const life = lifeOf(pod, container);
    const waits = life.state['waiting'] !== undefined;
    const lasts = fate === 'not-live' ? livesMs(container) : times.startMs / 2;
    const wait = waits ? left(pod, `back-off-${life.restartCount}`, backOffMs(life)) : left(pod, `run-${life.restartCount}`, lasts);
    if (wait > 0) return wait;
    if (fate === 'not-live') return waits ? revive(pod, container, life) : killUnlive(pod, container, life);
    const over = endOfFate(pod, container, fate, life, store.clock());
    const policy = text(pod, 'spec', 'restartPolicy');
    const good = fate === 'completes';
    if (policy === 'Never' || (policy === 'OnFailure' && good)) {
      const next: ContainerLife = { ...life, ready: false, started: false, state: { terminated: over } };
      writePodStatus(store, pod, good ? 'Succeeded' : 'Failed', new Map([[text(container, 'name'), next]]));
      return undefined;
    }
    return restart(pod, container, life, over, !waits);
  }

  /** It runs again after its back-off, and will be killed again. */
  function revive(pod: JsonObject, container: Json, life: ContainerLife): number {
    sayStarted(pod, container, present(container));
    writePodStatus(store, pod, 'Running', new Map([[text(container, 'name'), { ...running(container, life, true) }]]));
    return left(pod, `run-${life.restartCount}`, livesMs(container));
  }

  function killUnlive(pod: JsonObject, container: Json, life: ContainerLife): number {
    const name = text(container, 'name');
    warn(pod, container, 'Unhealthy', probeFailure(container, podIp(pod), 'livenessProbe'));
    say(pod, container, { reason: 'Killing', message: `Container ${name} failed liveness probe, will be restarted` });
    const over = endOfFate(pod, container, 'not-live', life, store.clock());
    if (life.restartCount >= patience) return restart(pod, container, life, over, true);
    sayStarted(pod, container, present(container));
    const next = { ...life, restartCount: life.restartCount + 1, state: {}, lastState: { terminated: over } };
    writePodStatus(store, pod, 'Running', new Map([[name, running(container, next, true)]]));
    return left(pod, `run-${next.restartCount}`, livesMs(container));
  }

  function present(container: Json): string {
    return `Container image "${text(container, 'image')}" already present on machine`;
  }

  function restart(pod: JsonObject, container: Json, life: ContainerLife, over: JsonObject, ran: boolean): number {
    const name = text(container, 'name');
    if (!ran) sayStarted(pod, container, present(container));
    warn(pod, container, 'BackOff', `Back-off restarting failed container ${name} in pod ${nameOf(pod)}`);
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
    writePodStatus(store, pod, nextInit(pod) === undefined ? 'Running' : 'Pending', new Map([[name, next]]));
    return 1;
  }

  return { tend, forget: (uid) => void began.delete(uid) };
}
