/** How dangerous a step is, by the action's own function, with every doubt counted as danger. */
import { type AnyAction, destructive, type JsonObject, moderate, type Safety, type SafetyFacts } from '#kit';

/** Destructive where the function throws or answers with something unknown. A call that writes is never safe, whatever it says. */
export function rateSafety(action: AnyAction, input: JsonObject, facts: SafetyFacts): Safety {
  const rated = askAction(action, input, facts);
  if (rated.level === 'safe' && action.permission !== 'read') return moderate(`it changes something (permission ${action.permission})`);
  return rated;
}

function askAction(action: AnyAction, input: JsonObject, facts: SafetyFacts): Safety {
  try {
    const rated: unknown = action.safety(input, facts);
    return isSafety(rated) ? rated : unknownDanger();
  } catch {
    return unknownDanger(); // Recovered from by taking the worst: nothing runs without the strictest confirmation.
  }
}

const unknownDanger = (): Safety => destructive('how dangerous it is could not be worked out');

function isSafety(value: unknown): value is Safety {
  if (typeof value !== 'object' || value === null || !('level' in value) || !('reasons' in value)) return false;
  return (value.level === 'safe' || value.level === 'moderate' || value.level === 'destructive') && Array.isArray(value.reasons);
}
