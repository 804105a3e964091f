/** Actions of servicenow that are understood, but not available yet. */
import type { PlannedAction } from '#kit';

export const servicenowPlanned: PlannedAction[] = [];
