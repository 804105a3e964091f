/** Everything that is understood: what can be run, and what is planned. */
import { plannedActions } from '#integrations';
import type { AnyAction, AnyIntegration, PlannedAction } from '#kit';
import { plannedRunbooks } from '#runbooks';

export const planned: readonly PlannedAction[] = [...plannedActions, ...plannedRunbooks];

export function catalogueOf(integrations: readonly AnyIntegration[]): (AnyAction | PlannedAction)[] {
  return [...integrations.flatMap((integration) => integration.actions), ...planned];
}
