/** How a container's life ends, by its fate. */
import { type Json, type JsonObject, text } from '../json.ts';
import { wholeSeconds } from '../operations.ts';
import { type Fate, startFailure } from './fates.ts';
import { containerId, type ContainerLife } from './pod-status.ts';

export function endOfFate(pod: JsonObject, container: Json, fate: Fate, life: ContainerLife, now: Date): JsonObject {
  const startedAt = text(life.state, 'running', 'startedAt') || wholeSeconds(new Date(now.getTime() - 1000));
  return {
    ...outcomeOf(container, fate),
    // What never started has the runtime's zero for a time.
    startedAt: fate === 'no-command' ? '1970-01-01T00:00:00Z' : startedAt,
    finishedAt: wholeSeconds(now),
    containerID: containerId(pod, container, life.restartCount),
  };
}

function outcomeOf(container: Json, fate: Fate): JsonObject {
  switch (fate) {
    case 'completes':
      return { exitCode: 0, reason: 'Completed' };
    case 'runs-out-of-memory':
      return { exitCode: 137, reason: 'OOMKilled' };
    case 'not-live':
      return { exitCode: 137, reason: 'Error' };
    case 'wrong-architecture':
      return { exitCode: 255, reason: 'Error' };
    case 'no-command':
      return { exitCode: 128, reason: 'StartError', message: startFailure(container) };
    default:
      return { exitCode: 1, reason: 'Error' };
  }
}
