/** PodDisruptionBudgets: how many pods may be taken away by choice. */
import { type Json, type JsonObject, list, number, record } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs, wholeSeconds } from '../operations.ts';
import { matchesSelector } from '../selectors.ts';
import { controllerManager, controllerOf, isActive, isReady, namespaceOf, podsIn, share, withTimes } from './shared.ts';

export function tendBudget(store: ObjectStore, budget: JsonObject): undefined {
  const spec = record(budget, 'spec');
  const pods = podsIn(store, namespaceOf(budget)).filter((pod) => isActive(pod) && matchesSelector(pod, record(spec, 'selector')));
  const expected = spec['minAvailable'] !== undefined && typeof spec['minAvailable'] === 'number' ? pods.length : expectedPods(store, pods);
  const needed =
    spec['maxUnavailable'] === undefined
      ? share(spec['minAvailable'] ?? 1, expected, 'up')
      : Math.max(0, expected - share(spec['maxUnavailable'], expected, 'up'));
  const healthy = pods.filter(isReady).length;
  const allowed = pods.length === 0 ? 0 : Math.max(0, healthy - needed);
  const condition: JsonObject = {
    type: 'DisruptionAllowed',
    status: allowed > 0 ? 'True' : 'False',
    observedGeneration: number(budget, 1, 'metadata', 'generation'),
    reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
  };
  const conditions: Json[] = withTimes(list(budget, 'status', 'conditions'), [condition], wholeSeconds(store.clock()));
  const status: JsonObject = {
    observedGeneration: number(budget, 1, 'metadata', 'generation'),
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: needed,
    expectedPods: expected,
    conditions,
  };
  saveAs(store, kindNamed('PodDisruptionBudget'), { ...budget, status }, controllerManager);
}

/** As many as the owners of the pods ask for, not as many as there happen to be. */
function expectedPods(store: ObjectStore, pods: JsonObject[]): number {
  const owners = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (owner === undefined) continue;
    const found = store.find(kindNamed(String(owner['kind'])), namespaceOf(pod), String(owner['name']));
    owners.set(String(owner['uid']), number(found, 1, 'spec', 'replicas'));
  }
  return [...owners.values()].reduce((sum, replicas) => sum + replicas, 0);
}
